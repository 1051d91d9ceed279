import { href } from '../app/route'
import { seesSeveralAccounts, useSession } from '../app/session'
import { graphql, readFragment, type FragmentOf, type ResultOf } from '../graphql'
import { show } from '../lib/money'
import { today } from '../lib/time'
import { Badge } from './Badge'
import { Cell } from './Cell'
import { Day } from './Time'

export const InvoiceRow = graphql(`
  fragment InvoiceRow on Invoice {
    id
    number
    title
    issuedOn
    dueOn
    status { group label }
    total { amount currency }
    balance { amount currency }
    account @include(if: $accounts) { name }
  }
`)

interface Props {
  invoices: readonly FragmentOf<typeof InvoiceRow>[]
  label: string
}

export function InvoiceTable({ invoices, label }: Props) {
  const several = seesSeveralAccounts(useSession())
  return (
    <table className="list" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Invoice</th>
          <th scope="col">Status</th>
          {several && <th scope="col">Account</th>}
          <th scope="col">Issued</th>
          <th scope="col">Due</th>
          <th scope="col" className="sum">Total</th>
          <th scope="col" className="sum">To pay</th>
        </tr>
      </thead>
      <tbody>
        {readFragment(InvoiceRow, invoices).map((invoice) => (
          <tr key={invoice.id}>
            <th scope="row" className="main">
              <a href={href(['invoices', invoice.id])} dir="auto">
                {invoice.title || invoice.number}
              </a>
              <span className="number">{invoice.number}</span>
            </th>
            <td>
              <Badge {...invoice.status} />
            </td>
            {several && <Cell label="Account" text={invoice.account?.name} />}
            <td data-label="Issued">
              <Day on={invoice.issuedOn} />
            </td>
            <td data-label="Due">
              <Due on={invoice.dueOn} owed={isOwed(invoice.status.group)} />
            </td>
            <td className="sum" data-label="Total">{show(invoice.total)}</td>
            <Owed {...invoice} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type Owing = Pick<ResultOf<typeof InvoiceRow>, 'status' | 'balance'>

function Owed({ status, balance }: Owing) {
  const owed = isOwed(status.group) && balance
  return owed ? (
    <td className="sum" data-label="To pay">
      {show(owed)}
    </td>
  ) : (
    <td />
  )
}

export function isOwed(group: string): boolean {
  return group === 'UNPAID' || group === 'PARTIAL'
}

export function Due({ on, owed }: { on: string | null; owed: boolean }) {
  const late = on !== null && owed && on < today()
  return (
    <>
      <Day on={on} /> {late && <span className="badge bad">overdue</span>}
    </>
  )
}
