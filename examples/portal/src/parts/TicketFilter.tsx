import type { FormEvent } from 'react'
import { go } from '../app/route'
import { isState, queryOf, STATES, type Wanted } from '../lib/ticketFilter'

interface Props {
  wanted: Wanted
  asksWhose: boolean
}

export function TicketFilter({ wanted, asksWhose }: Props) {
  const apply = (changed: Partial<Wanted>) => go(['tickets'], queryOf({ ...wanted, ...changed }))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    apply({ text: String(new FormData(event.currentTarget).get('text') ?? '').trim() })
  }
  return (
    <form className="filter" role="search" aria-label="Tickets" onSubmit={submit}>
      <label>
        Status
        <select
          name="state"
          value={wanted.state}
          onChange={({ target }) => isState(target.value) && apply({ state: target.value })}
        >
          {Object.entries(STATES).map(([state, name]) => (
            <option key={state} value={state}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {asksWhose && (
        <label>
          Whose
          <select
            name="whose"
            value={wanted.whose}
            onChange={({ target }) => apply({ whose: target.value === 'mine' ? 'mine' : 'all' })}
          >
            <option value="all">All that I may see</option>
            <option value="mine">Mine</option>
          </select>
        </label>
      )}
      <label className="wide">
        Subject or number contains
        <input key={wanted.text} name="text" type="search" defaultValue={wanted.text} />
      </label>
      <button type="submit">Search</button>
    </form>
  )
}
