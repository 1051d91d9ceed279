import { href } from '../app/route'
import { reachesOthers, seesSeveralAccounts, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { showCount } from '../parts/Count'
import { Freshness } from '../parts/Freshness'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'
import { TicketRow, TicketTable } from '../parts/TicketTable'

const OverviewQuery = graphql(
  `
    query Overview($accounts: Boolean!) {
      dashboard {
        all: ticketCounts { open waitingOnCustomer }
        mine: ticketCounts(scope: MINE) { open }
      }
      newest: tickets(scope: MINE, first: 5) {
        nodes { ...TicketRow }
      }
    }
  `,
  [TicketRow],
)

export function TicketOverview() {
  const session = useSession()
  const [{ data, error, extensions, fetching }, retry] = useLoad(OverviewQuery, {
    accounts: seesSeveralAccounts(session),
  })
  const several = reachesOthers(session.viewer, 'TICKETS_READ')
  const counts = data?.dashboard
  const nodes = data?.newest?.nodes ?? []
  if (!data) {
    return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="tickets" />
  }
  return (
    <>
      <Freshness extensions={extensions} />
      {error && <Problem error={error} onRetry={retry} />}
      <ul className="tiles">
        <Tile name="Open tickets" count={counts?.all?.open} to={href(['tickets'])} />
        <Tile name="Waiting for an answer of yours" count={counts?.all?.waitingOnCustomer} to={href(['tickets'], { state: 'waiting' })} />
        {several && <Tile name="Open and mine" count={counts?.mine?.open} to={href(['tickets'], { whose: 'mine' })} />}
      </ul>
      <section aria-labelledby="newest">
        <h2 id="newest">My newest tickets</h2>
        {nodes.length > 0 ? <TicketTable tickets={nodes} label="My newest tickets" /> : <p>There are none.</p>}
      </section>
    </>
  )
}

function Tile({ name, count, to }: { name: string; count: number | undefined; to: string }) {
  return (
    <li>
      <a className="card tile" href={to}>
        <span className="figure">{count === undefined ? '–' : showCount(count)}</span>
        <span>{name}</span>
      </a>
    </li>
  )
}
