import { graphql, readFragment, type FragmentOf } from '../graphql'
import { showDuration } from '../lib/time'
import { Html } from './Html'
import { Moment } from './Time'

export const WorkRow = graphql(`
  fragment WorkRow on TimeEntry {
    id
    seconds
    note
    startedAt
    agent { name }
  }
`)

interface Props {
  entries: readonly FragmentOf<typeof WorkRow>[]
  total: number | null
}

export function TimeEntries({ entries, total }: Props) {
  if (entries.length === 0) return null
  return (
    <section aria-labelledby="work">
      <h2 id="work">Time worked</h2>
      <ul className="files">
        {readFragment(WorkRow, entries).map((entry) => (
          <li key={entry.id}>
            <strong>{showDuration(entry.seconds)}</strong> <span dir="auto">{entry.agent?.name}</span>{' '}
            <span className="faint">
              <Moment at={entry.startedAt} />
            </span>
            <Html html={entry.note} />
          </li>
        ))}
      </ul>
      {total !== null && total > entries.length && <p>and {total - entries.length} more</p>}
    </section>
  )
}
