import { reachesOthers, seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { cursors } from '../lib/paging'
import { filterOf, queryOf, wantedOf } from '../lib/ticketFilter'
import { Count } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { Loading } from '../parts/Loading'
import { Pager } from '../parts/Pager'
import { Problem } from '../parts/Problem'
import { TicketFilter } from '../parts/TicketFilter'
import { TicketRow, TicketTable } from '../parts/TicketTable'
import { Title } from '../parts/Title'

const TicketsQuery = graphql(
  `
    query Tickets(
      $scope: TicketScope!
      $filter: TicketFilter
      $first: Int
      $after: String
      $last: Int
      $before: String
      $accounts: Boolean!
    ) {
      tickets(
        scope: $scope
        filter: $filter
        orderBy: { field: UPDATED_AT }
        first: $first
        after: $after
        last: $last
        before: $before
      ) {
        totalCount
        nodes { ...TicketRow }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  `,
  [TicketRow],
)

export function Tickets({ query }: { query: URLSearchParams }) {
  const session = useSession()
  const wanted = wantedOf(query)
  // Where only own tickets can be seen, there is nothing to choose.
  const asksWhose = reachesOthers(session.viewer, 'TICKETS_READ')
  const [{ data, error, extensions, fetching }, retry] = useLoad(TicketsQuery, {
    scope: wanted.whose === 'mine' ? 'MINE' : 'ALL',
    filter: filterOf(wanted),
    accounts: seesSeveralAccounts(session),
    ...cursors(query),
  })
  const list = data?.tickets
  return (
    <>
      <Title text="Tickets" />
      <TicketFilter wanted={wanted} asksWhose={asksWhose} />
      {error && <Problem error={error} onRetry={retry} />}
      {fetching && !list && <Loading what="tickets" />}
      {list && (
        <>
          <Freshness extensions={extensions} />
          <Count count={list.totalCount} one="ticket" many="tickets" />
          {list.nodes.length > 0 && <TicketTable tickets={list.nodes} label="Tickets" />}
          <Pager path={['tickets']} query={queryOf(wanted)} info={list.pageInfo} what="tickets" />
        </>
      )}
    </>
  )
}
