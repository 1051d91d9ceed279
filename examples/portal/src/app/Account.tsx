import { useSession } from './session'

/** Narrows the portal to one account; only for people of several. */
export function Account() {
  const { viewer, account, chooseAccount } = useSession()
  const only = viewer.accounts[0]
  if (account === null && viewer.accounts.length < 2) {
    return only ? (
      <span className="account" dir="auto">
        {only.name}
      </span>
    ) : null
  }
  return (
    <label className="account">
      <span className="unseen">Account</span>
      <select value={account ?? ''} onChange={(event) => chooseAccount(event.target.value || null)}>
        <option value="">All accounts</option>
        {viewer.accounts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
