import { holds, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Attachments, FileRow } from '../parts/Attachments'
import { Badge } from '../parts/Badge'
import { Facts } from '../parts/Facts'
import { Freshness } from '../parts/Freshness'
import { Html } from '../parts/Html'
import { Loading } from '../parts/Loading'
import { Missing } from '../parts/Missing'
import { Problem } from '../parts/Problem'
import { Thread } from '../parts/Thread'
import { TimeEntries, WorkRow } from '../parts/TimeEntries'
import { Moment } from '../parts/Time'
import { Title } from '../parts/Title'

const TicketQuery = graphql(
  `
    query Ticket($id: ID!, $accounts: Boolean!, $work: Boolean!) {
      ticket(id: $id) {
        id
        number
        subject
        description
        status { group label }
        priority { group label }
        category
        createdAt
        updatedAt
        dueAt
        resolvedAt
        closedAt
        account @include(if: $accounts) { name }
        requester { name }
        assignee { name }
        serviceLevel { name responseDueAt resolutionDueAt paused }
        attachments(first: 100) { totalCount nodes { ...FileRow } }
        timeEntries(first: 100) @include(if: $work) { totalCount nodes { ...WorkRow } }
      }
    }
  `,
  [FileRow, WorkRow],
)

export function TicketPage({ id }: { id: string }) {
  const { viewer } = useSession()
  const [{ data, error, extensions, fetching }, retry] = useLoad(TicketQuery, {
    id,
    accounts: holds(viewer, 'ACCOUNTS_READ'),
    work: holds(viewer, 'TIME_ENTRIES_READ'),
  })
  const ticket = data?.ticket
  if (!ticket) {
    if (fetching) return <Loading what="ticket" />
    return data && !error?.networkError ? <Missing what="ticket" /> : error && <Problem error={error} onRetry={retry} />
  }
  return (
    <article>
      <p className="number">{ticket.number}</p>
      <Title text={ticket.subject} />
      <Freshness extensions={extensions} />
      {error && <Problem error={error} onRetry={retry} />}
      <Facts
        facts={[
          ['Status', <Badge {...ticket.status} />],
          ['Priority', ticket.priority && <Badge {...ticket.priority} />],
          ['Category', ticket.category],
          ['Account', ticket.account?.name],
          ['For', ticket.requester?.name],
          ['Assigned to', ticket.assignee?.name],
          ['Opened', ticket.createdAt && <Moment at={ticket.createdAt} />],
          ['Last change', ticket.updatedAt && <Moment at={ticket.updatedAt} />],
          ['Due', ticket.dueAt && <Moment at={ticket.dueAt} />],
          ['Service level', ticket.serviceLevel?.name],
          ['Answer due', ticket.serviceLevel?.responseDueAt && <Moment at={ticket.serviceLevel.responseDueAt} />],
          ['Solution due', ticket.serviceLevel?.resolutionDueAt && <Moment at={ticket.serviceLevel.resolutionDueAt} />],
          ['Solved', ticket.resolvedAt && <Moment at={ticket.resolvedAt} />],
          ['Closed', ticket.closedAt && <Moment at={ticket.closedAt} />],
        ]}
      />
      <section className="card" aria-label="Description">
        <Html html={ticket.description} />
      </section>
      <Thread ticket={id} />
      <Attachments files={ticket.attachments?.nodes ?? []} total={ticket.attachments?.totalCount ?? null} />
      {ticket.timeEntries && <TimeEntries entries={ticket.timeEntries.nodes} total={ticket.timeEntries.totalCount} />}
    </article>
  )
}
