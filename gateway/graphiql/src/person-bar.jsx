// The bar above the editor: whom to be, who one is, and with which roles.

export function PersonBar({ people, person, onChoose, onRestore }) {
  return (
    <header className="person-bar">
      <h1>Portico</h1>
      {people.length > 0 && <PersonChoice people={people} person={person} onChoose={onChoose} />}
      <p className="signed-in" role="status" aria-live="polite">
        <WhoIsIn people={people} person={person} />
      </p>
      {onRestore && (
        <button type="button" onClick={onRestore} title="Closes the open tabs and opens the example operations">
          Restore examples
        </button>
      )}
    </header>
  );
}

function PersonChoice({ people, person, onChoose }) {
  return (
    <div className="choice">
      <label htmlFor="person">Sign in as</label>
      <select id="person" value={person?.key ?? ""} onChange={(event) => onChoose(event.target.value)}>
        <option value="">Nobody (signed out)</option>
        {groupsOf(people).map(([account, members]) => (
          <optgroup key={account} label={account}>
            {members.map((one) => (
              <option key={one.key} value={one.key}>
                {one.name} ({one.roles.map(plain).join(", ") || "no role"})
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

function WhoIsIn({ people, person }) {
  if (person) {
    return (
      <>
        <strong>{person.name}</strong> {person.email}
        {" · "}
        {homeOf(person)}
        <span className="roles" aria-label="Roles">
          {person.roles.map((role) => <span key={role} className="role">{plain(role)}</span>)}
        </span>
      </>
    );
  }
  return people.length > 0
    ? "Signed out: only what is public can be seen."
    : "Put an Authorization header into the Headers editor to sign in.";
}

/** People by where they belong, in the order in which the gateway names them. */
function groupsOf(people) {
  const groups = new Map();
  for (const one of people) groups.set(homeOf(one), [...(groups.get(homeOf(one)) ?? []), one]);
  return [...groups];
}

/** `account` is an id, which tells a reader nothing: without a name the address says where somebody belongs. */
function homeOf({ account, accountName, email }) {
  if (accountName) return accountName;
  return account ? email.slice(email.indexOf("@") + 1) : "Staff";
}

/** `SERVICE_CONTACT` reads as words. */
function plain(role) {
  return role.replaceAll(/[_-]+/g, " ").toLowerCase();
}
