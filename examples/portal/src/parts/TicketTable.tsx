import { href } from '../app/route'
import { seesSeveralAccounts, useSession } from '../app/session'
import { graphql, readFragment, type FragmentOf } from '../graphql'
import { Badge } from './Badge'
import { Cell } from './Cell'
import { Moment } from './Time'

export const TicketRow = graphql(`
  fragment TicketRow on Ticket {
    id
    number
    subject
    updatedAt
    status { group label }
    priority { group label }
    requester { name }
    account @include(if: $accounts) { name }
  }
`)

interface Props {
  tickets: readonly FragmentOf<typeof TicketRow>[]
  label: string
}

export function TicketTable({ tickets, label }: Props) {
  const several = seesSeveralAccounts(useSession())
  return (
    <table className="list" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Ticket</th>
          <th scope="col">Status</th>
          <th scope="col">Priority</th>
          <th scope="col">For</th>
          {several && <th scope="col">Account</th>}
          <th scope="col">Last change</th>
        </tr>
      </thead>
      <tbody>
        {readFragment(TicketRow, tickets).map((ticket) => (
          <tr key={ticket.id}>
            <th scope="row" className="main">
              <a href={href(['tickets', ticket.id])} dir="auto">
                {ticket.subject}
              </a>
              <span className="number">{ticket.number}</span>
            </th>
            <td>
              <Badge {...ticket.status} />
            </td>
            <td>{ticket.priority && <Badge {...ticket.priority} />}</td>
            <Cell label="For" text={ticket.requester?.name} />
            {several && <Cell label="Account" text={ticket.account?.name} />}
            <td data-label="Changed">
              <Moment at={ticket.updatedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
