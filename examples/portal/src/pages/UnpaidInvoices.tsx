import { seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { show } from '../lib/money'
import { showCount } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { InvoiceRow, InvoiceTable } from '../parts/InvoiceTable'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'

const UnpaidQuery = graphql(
  `
    query Unpaid($accounts: Boolean!) {
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
      }
    }
  `,
  [InvoiceRow],
)

export function UnpaidInvoices() {
  const session = useSession()
  const [{ data, error, extensions, fetching }, retry] = useLoad(UnpaidQuery, {
    accounts: seesSeveralAccounts(session),
  })
  const list = data?.invoices
  if (!list) return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="invoices" />
  if (list.nodes.length === 0) return <p>Everything is paid.</p>
  return (
    <>
      <Freshness extensions={extensions} />
      <p>
        {showCount(list.totalCount)} to pay:{' '}
        {data.dashboard?.balance?.map((sum) => (
          <strong key={sum.currency} className="amount">
            {show(sum)}
          </strong>
        ))}
      </p>
      <InvoiceTable invoices={list.nodes} label="Unpaid invoices, due first" />
    </>
  )
}
