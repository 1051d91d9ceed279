import { holds, useSession } from '../app/session'
import { Title } from '../parts/Title'
import { Why } from '../parts/Why'
import { TicketOverview } from './TicketOverview'
import { UnpaidInvoices } from './UnpaidInvoices'

export function Dashboard() {
  const { viewer } = useSession()
  return (
    <>
      <Title text="Overview" />
      {holds(viewer, 'TICKETS_READ') ? <TicketOverview /> : <Why inside field="Query.tickets" what="tickets" />}
      <section aria-labelledby="unpaid">
        <h2 id="unpaid">Unpaid invoices</h2>
        {holds(viewer, 'INVOICES_READ') ? (
          <UnpaidInvoices />
        ) : (
          <Why inside field="Query.invoices" what="invoices" />
        )}
      </section>
    </>
  )
}
