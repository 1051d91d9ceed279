import { useMutation } from 'urql'
import { graphql } from '../graphql'
import { go } from './route'
import { useSession } from './session'

const SignOutMutation = graphql(`
  mutation SignOut {
    signOut {
      signedOut
      userErrors { message }
    }
  }
`)

export function Leave() {
  const { renew } = useSession()
  const [{ fetching, error }, signOut] = useMutation(SignOutMutation)
  const leave = async () => {
    const { data } = await signOut({})
    if (!data?.signOut?.signedOut) return
    go([])
    renew()
  }
  return (
    <>
      {error && <span role="alert">You are still signed in: {error.graphQLErrors[0]?.message ?? 'no connection.'}</span>}
      <button type="button" className="quiet" disabled={fetching} onClick={() => void leave()}>
        Sign out
      </button>
    </>
  )
}
