import { graphql, readFragment, type FragmentOf } from '../graphql'
import { FileLink } from './FileLink'
import { Html } from './Html'
import { Moment } from './Time'

export const CommentItem = graphql(`
  fragment CommentItem on Comment {
    body
    requiresAction
    createdAt
    author { name side }
    attachments(first: 20) { nodes { id name url } }
  }
`)

export function Comment({ comment }: { comment: FragmentOf<typeof CommentItem> }) {
  const { body, requiresAction, createdAt, author, attachments } = readFragment(CommentItem, comment)
  const side = author?.side === 'PROVIDER' ? 'provider' : 'customer'
  return (
    <li className={`card comment ${side}`}>
      <header>
        <strong dir="auto">{author?.name ?? 'Unknown'}</strong>
        {author?.side === 'PROVIDER' && <span className="badge plain">Support</span>}
        {requiresAction && <span className="badge ask">Please answer</span>}
        <span className="faint">
          <Moment at={createdAt} />
        </span>
      </header>
      <Html html={body} />
      {attachments && attachments.nodes.length > 0 && (
        <ul className="files" aria-label="Files of this message">
          {attachments.nodes.map(({ id, name, url }) => (
            <li key={id}>
              <FileLink name={name} url={url} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
