import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useMutation, useQuery } from 'urql'
import { graphql, type VariablesOf } from '../graphql'
import { texts } from '../lib/problem'
import { Title } from '../parts/Title'

// On its own: a document that asks a stranger for anything more is refused as a whole.
const ProviderQuery = graphql(`
  query Provider {
    provider { name }
  }
`)

const SignInMutation = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      expiresAt
      userErrors { code message field }
    }
  }
`)

type Input = VariablesOf<typeof SignInMutation>['input']

function inputOf(form: HTMLFormElement): Input {
  const data = new FormData(form)
  const realm = data.get('realm')
  return {
    login: String(data.get('login') ?? ''),
    password: String(data.get('password') ?? ''),
    remember: data.has('remember'),
    realm: realm === 'STAFF' || realm === 'CUSTOMER' ? realm : null,
    transport: 'COOKIE',
  }
}

export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [{ data: about }] = useQuery({ query: ProviderQuery })
  const provider = about?.provider?.name
  const [{ fetching }, signIn] = useMutation(SignInMutation)
  const [problems, setProblems] = useState<string[]>([])
  const [asksRealm, setAsksRealm] = useState(false)
  const alert = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problems.length > 0) alert.current?.focus()
  }, [problems])

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { data, error } = await signIn({ input: inputOf(event.currentTarget) })
    const errors = data?.signIn?.userErrors
    if (errors?.length === 0) return onSignedIn()
    if (errors?.some(({ field }) => field?.includes('realm'))) setAsksRealm(true)
    const said = errors?.map(({ message }) => message) ?? (error ? texts(error) : [])
    setProblems(said.length > 0 ? said : ['Signing in failed. Try again.'])
  }

  return (
    <main className="alone">
      <form className="card sign-in" onSubmit={(event) => void submit(event)}>
        {provider && <p className="brand">{provider}</p>}
        <Title text="Sign in" />
        {problems.length > 0 && (
          <div ref={alert} className="notice bad" role="alert" tabIndex={-1}>
            {problems.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </div>
        )}
        <label>
          E-mail address or user name
          <input name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {asksRealm && (
          <fieldset>
            <legend>I am</legend>
            <label className="inline">
              <input type="radio" name="realm" value="CUSTOMER" defaultChecked /> a customer
            </label>
            <label className="inline">
              <input type="radio" name="realm" value="STAFF" /> with the provider
            </label>
          </fieldset>
        )}
        <label className="inline">
          <input type="checkbox" name="remember" /> Stay signed in
        </label>
        <button type="submit" className="strong" disabled={fetching}>
          {fetching ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}
