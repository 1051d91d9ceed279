import { useCallback, useMemo, useState } from 'react'
import { Provider, useQuery } from 'urql'
import { hasCode } from '../lib/problem'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'
import { SignIn } from '../pages/SignIn'
import { createClient } from './client'
import { SessionContext, ViewerQuery, type Session } from './session'
import { Shell } from './Shell'

export function App() {
  const [epoch, setEpoch] = useState(0)
  const [account, setAccount] = useState<string | null>(null)
  const client = useMemo(() => ({ epoch, value: createClient(account) }), [epoch, account])
  const renew = useCallback(() => {
    setAccount(null)
    setEpoch((last) => last + 1)
  }, [])
  return (
    <Provider value={client.value}>
      <Gate key={`${epoch} ${account}`} account={account} chooseAccount={setAccount} renew={renew} />
    </Provider>
  )
}

type GateProps = Pick<Session, 'account' | 'chooseAccount' | 'renew'>

/** Lets in who is signed in; shows everybody else the form. */
function Gate({ account, chooseAccount, renew }: GateProps) {
  const [{ data, error, fetching }, retry] = useQuery({ query: ViewerQuery })
  const viewer = data?.viewer
  const provider = data?.provider?.name ?? ''
  const session = useMemo<Session | null>(
    () => (viewer ? { viewer, provider, account, chooseAccount, renew } : null),
    [viewer, provider, account, chooseAccount, renew],
  )
  if (session) {
    return (
      <SessionContext value={session}>
        <Shell />
      </SessionContext>
    )
  }
  if (fetching) return <Loading what="portal" />
  if (!error || hasCode(error, 'UNAUTHENTICATED')) return <SignIn onSignedIn={renew} />
  return (
    <main className="alone">
      <Problem error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
    </main>
  )
}
