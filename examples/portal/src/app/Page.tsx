import { Dashboard } from '../pages/Dashboard'
import { InvoicePage } from '../pages/Invoice'
import { Invoices } from '../pages/Invoices'
import { TicketPage } from '../pages/Ticket'
import { Tickets } from '../pages/Tickets'
import { Missing } from '../parts/Missing'
import { Why } from '../parts/Why'
import type { Place } from './route'
import { holds, useSession } from './session'

export function Page({ place }: { place: Place }) {
  const { viewer } = useSession()
  const [room, id, ...rest] = place.path
  if (rest.length > 0) return <Missing what="page" />
  switch (room) {
    case undefined:
      return <Dashboard />
    case 'tickets':
      if (!holds(viewer, 'TICKETS_READ')) return <Why field="Query.tickets" what="tickets" />
      return id ? <TicketPage key={id} id={id} /> : <Tickets query={place.query} />
    case 'invoices':
      if (!holds(viewer, 'INVOICES_READ')) return <Why field="Query.invoices" what="invoices" />
      return id ? <InvoicePage key={id} id={id} /> : <Invoices query={place.query} />
    default:
      return <Missing what="page" />
  }
}
