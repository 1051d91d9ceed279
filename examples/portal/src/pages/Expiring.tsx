import { useState } from 'react'
import { holds, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Freshness } from '../parts/Freshness'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'
import { Day } from '../parts/Time'

const ExpiringQuery = graphql(`
  query Expiring($days: Int!, $domains: Boolean!, $certificates: Boolean!, $assets: Boolean!) {
    dashboard {
      domains: expiringDomains(withinDays: $days, first: 5) @include(if: $domains) {
        totalCount
        nodes { id name on: expiresOn }
      }
      certificates: expiringCertificates(withinDays: $days, first: 5) @include(if: $certificates) {
        totalCount
        nodes { id name on: expiresOn }
      }
      warranties: expiringWarranties(withinDays: $days, first: 5) @include(if: $assets) {
        totalCount
        nodes { id name on: warrantyExpiresOn }
      }
    }
  }
`)

const SPANS = [45, 90, 365] as const

/** What has to be renewed soon; each list for those who may see it. */
export function Expiring() {
  const { viewer } = useSession()
  const [days, setDays] = useState<number>(SPANS[0])
  const [{ data, error, extensions, fetching }, retry] = useLoad(ExpiringQuery, {
    days,
    domains: holds(viewer, 'DOMAINS_READ'),
    certificates: holds(viewer, 'CERTIFICATES_READ'),
    assets: holds(viewer, 'ASSETS_READ'),
  })
  const found = data?.dashboard
  return (
    <section aria-labelledby="expiring">
      <div className="titled">
        <h2 id="expiring">Expiring soon</h2>
        <label className="inline">
          within
          <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {span} days
              </option>
            ))}
          </select>
        </label>
      </div>
      {error && <Problem error={error} onRetry={retry} />}
      {!found && fetching && <Loading what="dates" />}
      {found && (
        <>
          <Freshness extensions={extensions} />
          <div className="cards">
            <Dates name="Domains" list={found.domains} />
            <Dates name="Certificates" list={found.certificates} />
            <Dates name="Warranties" list={found.warranties} />
          </div>
        </>
      )}
    </section>
  )
}

interface List {
  totalCount: number | null
  nodes: readonly { id: string; name: string; on: string | null }[]
}

function Dates({ name, list }: { name: string; list: List | null | undefined }) {
  if (!list) return null
  return (
    <div className="card">
      <h3>{name}</h3>
      {list.nodes.length === 0 && <p className="faint">None.</p>}
      <ul className="dates">
        {list.nodes.map(({ id, name: what, on }) => (
          <li key={id}>
            <bdi>{what}</bdi> <Day on={on} />
          </li>
        ))}
      </ul>
      {list.totalCount !== null && list.totalCount > list.nodes.length && (
        <p className="count">and {list.totalCount - list.nodes.length} more</p>
      )}
    </div>
  )
}
