// What surrounds every page: the way past the head, navigation by permission, the account and who is signed in.

import { useEffect, useRef } from 'react'
import { Account } from './Account'
import { Leave } from './Leave'
import { href, usePlace } from './route'
import { Page } from './Page'
import { holds, useSession, type Permission } from './session'
import { Title } from '../parts/Title'

const ROOMS: readonly { path: readonly string[]; name: string; needs?: Permission }[] = [
  { path: [], name: 'Overview' },
  { path: ['tickets'], name: 'Tickets', needs: 'TICKETS_READ' },
  { path: ['invoices'], name: 'Invoices', needs: 'INVOICES_READ' },
]

export function Shell() {
  const { viewer, provider } = useSession()
  const place = usePlace()
  const main = useRef<HTMLElement>(null)
  const here = place.path.join('/')
  const shown = useRef(here)

  // A new page starts at its top, for eyes and for screen readers. The first one is left to the browser.
  useEffect(() => {
    if (shown.current === here) return
    shown.current = here
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [here])

  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header className="head">
        <a className="brand" href={href([])}>
          {provider || 'Customer portal'}
        </a>
        <nav aria-label="Main">
          <ul>
            {ROOMS.filter(({ needs }) => viewer.realm === 'CUSTOMER' && (!needs || holds(viewer, needs))).map(({ path, name }) => (
              <li key={name}>
                <a href={href(path)} aria-current={(place.path[0] ?? '') === (path[0] ?? '') ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="who">
          <Account />
          <span className="name" dir="auto" title={viewer.email}>
            {viewer.name}
          </span>
          <Leave />
        </div>
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {viewer.realm === 'CUSTOMER' ? <Page place={place} /> : <NotForStaff />}
      </main>
    </>
  )
}

/** Staff see internal notes, which this portal has no way to mark: the fields that tell are unknown to customers. */
function NotForStaff() {
  return (
    <>
      <Title text="For customers" />
      <p className="notice">This portal is for customers. Sign out, and sign in as one to use it.</p>
    </>
  )
}
