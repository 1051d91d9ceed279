import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Loading } from '../parts/Loading'
import { Problem } from '../parts/Problem'

const MyAssetsQuery = graphql(`
  query MyAssets {
    dashboard {
      myAssets(first: 6) {
        totalCount
        nodes { id name type make model serial }
      }
    }
  }
`)

/** The devices that are assigned to the viewer. */
export function MyAssets() {
  const [{ data, error, fetching }, retry] = useLoad(MyAssetsQuery, {})
  const assets = data?.dashboard?.myAssets
  if (!assets) return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="devices" />
  if (assets.nodes.length === 0) return <p>Nothing is assigned to you.</p>
  return (
    <>
      <ul className="cards">
        {assets.nodes.map(({ id, name, type, make, model, serial }) => (
          <li key={id} className="card">
            <strong dir="auto">{name}</strong>
            <span className="faint block" dir="auto">
              {[type, [make, model].filter(Boolean).join(' ')].filter(Boolean).join(' · ')}
            </span>
            {serial && <span className="faint block">Serial number {serial}</span>}
          </li>
        ))}
      </ul>
      {assets.totalCount !== null && assets.totalCount > assets.nodes.length && (
        <p className="count">and {assets.totalCount - assets.nodes.length} more</p>
      )}
    </>
  )
}
