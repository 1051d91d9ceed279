import { graphql, readFragment, type FragmentOf } from '../graphql'
import { showSize } from '../lib/size'
import { FileLink } from './FileLink'
import { Moment } from './Time'

export const FileRow = graphql(`
  fragment FileRow on Attachment {
    id
    name
    url
    mediaType
    size
    createdAt
  }
`)

interface Props {
  files: readonly FragmentOf<typeof FileRow>[]
  total: number | null
}

export function Attachments({ files, total }: Props) {
  if (files.length === 0) return null
  return (
    <section aria-labelledby="files">
      <h2 id="files">Attachments</h2>
      <ul className="files">
        {readFragment(FileRow, files).map((file) => (
          <li key={file.id}>
            <FileLink name={file.name} url={file.url} />{' '}
            <span className="faint">
              {[file.mediaType, file.size === null ? null : showSize(file.size)].filter(Boolean).join(', ')}{' '}
              <Moment at={file.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      {total !== null && total > files.length && <p>and {total - files.length} more</p>}
    </section>
  )
}
