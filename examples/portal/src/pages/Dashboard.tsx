import { holds, useSession } from '../app/session'
import { Title } from '../parts/Title'
import { Why } from '../parts/Why'
import { Expiring } from './Expiring'
import { MyAssets } from './MyAssets'
import { TicketOverview } from './TicketOverview'
import { UnpaidInvoices } from './UnpaidInvoices'

/** Which parts there are follows from the viewer's permissions alone. */
export function Dashboard() {
  const { viewer } = useSession()
  const technical = holds(viewer, 'DOMAINS_READ') || holds(viewer, 'CERTIFICATES_READ')
  return (
    <>
      <Title text="Overview" />
      {holds(viewer, 'TICKETS_READ') ? <TicketOverview /> : <Why inside field="Query.tickets" what="tickets" />}
      {holds(viewer, 'INVOICES_READ') && (
        <section aria-labelledby="unpaid">
          <h2 id="unpaid">Unpaid invoices</h2>
          <UnpaidInvoices />
        </section>
      )}
      {technical && <Expiring />}
      {holds(viewer, 'ASSETS_READ') && (
        <section aria-labelledby="devices">
          <h2 id="devices">My devices</h2>
          <MyAssets />
        </section>
      )}
    </>
  )
}
