import { href } from '../app/route'
import { seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { showCount } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'
import { TicketRow, TicketTable } from '../parts/TicketTable'

const OverviewQuery = graphql(
  `
    query Overview($scope: TicketScope!, $accounts: Boolean!) {
      open: tickets(filter: { open: true }, first: 1) { totalCount }
      waiting: tickets(filter: { status: { eq: WAITING_ON_CUSTOMER } }, first: 1) { totalCount }
      mine: tickets(scope: MINE, filter: { open: true }, first: 1) { totalCount }
      newest: tickets(scope: $scope, first: 5) {
        nodes { ...TicketRow }
      }
    }
  `,
  [TicketRow],
)

export function TicketOverview() {
  const session = useSession()
  const staff = session.viewer.realm === 'STAFF'
  const [{ data, error, extensions, fetching }, retry] = useLoad(OverviewQuery, {
    scope: staff ? 'ALL' : 'MINE',
    accounts: seesSeveralAccounts(session),
  })
  const heading = staff ? 'Newest tickets' : 'My newest tickets'
  const nodes = data?.newest?.nodes ?? []
  if (!data) {
    return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="tickets" />
  }
  return (
    <>
      <Freshness extensions={extensions} />
      {error && <Problem error={error} onRetry={retry} />}
      <ul className="tiles">
        <Tile name="Open tickets" count={data.open?.totalCount} to={href(['tickets'])} />
        <Tile name="Waiting for an answer of yours" count={data.waiting?.totalCount} to={href(['tickets'], { state: 'waiting' })} />
        {!staff && <Tile name="Open and mine" count={data.mine?.totalCount} to={href(['tickets'], { whose: 'mine' })} />}
      </ul>
      <section aria-labelledby="newest">
        <h2 id="newest">{heading}</h2>
        {nodes.length > 0 ? <TicketTable tickets={nodes} label={heading} /> : <p>There are none.</p>}
      </section>
    </>
  )
}

function Tile({ name, count, to }: { name: string; count: number | null | undefined; to: string }) {
  return (
    <li>
      <a className="card tile" href={to}>
        <span className="figure">{showCount(count)}</span>
        <span>{name}</span>
      </a>
    </li>
  )
}
