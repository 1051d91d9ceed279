import { staleOf } from '../lib/freshness'
import { showMoment } from '../lib/time'

/** Says what on this page is older than promised. */
export function Freshness({ extensions }: { extensions: Record<string, unknown> | undefined }) {
  const list = staleOf(extensions)
  if (list.length === 0) return null
  return (
    <div className="notice warn" role="status" data-test="freshness">
      {list.map(({ backend, stream, since, reason }) => (
        <p key={`${backend} ${stream}`}>
          <strong>
            {since ? `What you see of ${stream.toLowerCase()} is as of ${showMoment(since)}.` : `Not loaded yet: ${stream.toLowerCase()}.`}
          </strong>{' '}
          {reason}
        </p>
      ))}
    </div>
  )
}
