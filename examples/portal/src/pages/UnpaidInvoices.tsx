import { seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql, readFragment } from '../graphql'
import { show, sums } from '../lib/money'
import { showCount } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { InvoiceRow, InvoiceTable } from '../parts/InvoiceTable'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'

const SHOWN = 5

const UnpaidQuery = graphql(
  `
    query Unpaid($accounts: Boolean!) {
      invoices(
        filter: { status: { in: [UNPAID, PARTIAL] } }
        orderBy: { field: DUE_ON, direction: ASC }
        first: 100
      ) {
        totalCount
        nodes { ...InvoiceRow }
        pageInfo { hasNextPage }
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
  const balances = readFragment(InvoiceRow, list.nodes).map(({ balance }) => balance)
  const known = balances.filter((balance) => balance !== null)
  return (
    <>
      <Freshness extensions={extensions} />
      <p>
        {showCount(list.totalCount)} to pay:{' '}
        {sums(known).map((sum) => (
          <strong key={sum.currency} className="amount">
            {show(sum)}
          </strong>
        ))}
        {list.pageInfo.hasNextPage && ` for the ${balances.length} that are due first`}
        {known.length < balances.length && ` without ${balances.length - known.length} whose balance is not known`}
      </p>
      <InvoiceTable invoices={list.nodes.slice(0, SHOWN)} label="Unpaid invoices, due first" />
    </>
  )
}
