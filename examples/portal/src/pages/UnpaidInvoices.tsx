import { holds, seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { show, type Money } from '../lib/money'
import { showCount } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { InvoiceRow, InvoiceTable } from '../parts/InvoiceTable'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'

const UnpaidQuery = graphql(
  `
    query Unpaid($accounts: Boolean!, $recurring: Boolean!) {
      invoices(
        filter: { status: { in: [UNPAID, PARTIAL] } }
        orderBy: { field: DUE_ON, direction: ASC }
        first: 5
      ) {
        totalCount
        nodes { ...InvoiceRow }
      }
      dashboard {
        balance { amount currency }
        recurringMonthly @include(if: $recurring) { amount currency }
      }
    }
  `,
  [InvoiceRow],
)

export function UnpaidInvoices() {
  const session = useSession()
  const [{ data, error, extensions, fetching }, retry] = useLoad(UnpaidQuery, {
    accounts: seesSeveralAccounts(session),
    recurring: holds(session.viewer, 'RECURRING_INVOICES_READ'),
  })
  const list = data?.invoices
  if (!list) return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="invoices" />
  return (
    <>
      <Freshness extensions={extensions} />
      {error && <Problem error={error} onRetry={retry} />}
      <ul className="tiles">
        <Sums name={`To pay on ${showCount(list.totalCount)}`} sums={data.dashboard?.balance} />
        <Sums name="Billed every month" sums={data.dashboard?.recurringMonthly} />
      </ul>
      {list.nodes.length > 0 ? (
        <InvoiceTable invoices={list.nodes} label="Unpaid invoices, due first" />
      ) : (
        <p>Everything is paid.</p>
      )}
    </>
  )
}

/** One sum for each currency; they are never added up. */
function Sums({ name, sums }: { name: string; sums: readonly Money[] | null | undefined }) {
  if (!sums || sums.length === 0) return null
  return (
    <li className="card">
      {sums.map((sum) => (
        <span key={sum.currency} className="figure">
          {show(sum)}
        </span>
      ))}
      <span>{name}</span>
    </li>
  )
}
