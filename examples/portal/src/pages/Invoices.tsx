import { go, type Query } from '../app/route'
import { seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { cursors } from '../lib/paging'
import { Count } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { InvoiceRow, InvoiceTable } from '../parts/InvoiceTable'
import { Loading } from '../parts/Loading'
import { Pager } from '../parts/Pager'
import { Problem } from '../parts/Problem'
import { Title } from '../parts/Title'

const InvoicesQuery = graphql(
  `
    query Invoices(
      $filter: InvoiceFilter
      $first: Int
      $after: String
      $last: Int
      $before: String
      $accounts: Boolean!
    ) {
      invoices(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        nodes { ...InvoiceRow }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  `,
  [InvoiceRow],
)

export function Invoices({ query }: { query: URLSearchParams }) {
  const unpaid = query.get('state') === 'unpaid'
  const kept: Query = { state: unpaid ? 'unpaid' : null }
  const [{ data, error, extensions, fetching }, retry] = useLoad(InvoicesQuery, {
    filter: unpaid ? { status: { in: ['UNPAID', 'PARTIAL'] } } : {},
    accounts: seesSeveralAccounts(useSession()),
    ...cursors(query),
  })
  const list = data?.invoices
  return (
    <>
      <Title text="Invoices" />
      <div className="filter">
        <label>
          Status
          <select value={unpaid ? 'unpaid' : ''} onChange={({ target }) => go(['invoices'], { state: target.value })}>
            <option value="">All</option>
            <option value="unpaid">Unpaid</option>
          </select>
        </label>
      </div>
      {error && <Problem error={error} onRetry={retry} />}
      {fetching && !list && <Loading what="invoices" />}
      {list && (
        <>
          <Freshness extensions={extensions} />
          <Count count={list.totalCount} one="invoice" many="invoices" />
          {list.nodes.length > 0 && <InvoiceTable invoices={list.nodes} label="Invoices" />}
          <Pager path={['invoices']} query={kept} info={list.pageInfo} what="invoices" />
        </>
      )}
    </>
  )
}
