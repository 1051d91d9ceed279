// The conversation, oldest first. The newest part is loaded at once, earlier ones on demand and above it.

import { useState } from 'react'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Comment, CommentItem } from './Comment'
import { Freshness } from './Freshness'
import { Loading } from './Loading'
import { Problem } from './Problem'

const ThreadQuery = graphql(
  `
    query Thread($ticket: ID!, $before: String) {
      ticket(id: $ticket) {
        id
        comments(last: 20, before: $before) {
          totalCount
          nodes { id ...CommentItem }
          pageInfo { hasPreviousPage startCursor }
        }
      }
    }
  `,
  [CommentItem],
)

export function Thread({ ticket }: { ticket: string }) {
  return (
    <section aria-labelledby="thread">
      <h2 id="thread">Conversation</h2>
      <Part ticket={ticket} before={null} />
    </section>
  )
}

function Part({ ticket, before }: { ticket: string; before: string | null }) {
  const [{ data, error, extensions, fetching }, retry] = useLoad(ThreadQuery, {
    ticket,
    before,
  })
  const [earlier, setEarlier] = useState<string | null>(null)
  const comments = data?.ticket?.comments
  if (!comments) {
    return error ? <Problem error={error} onRetry={retry} /> : fetching && <Loading what="conversation" />
  }
  const { hasPreviousPage, startCursor } = comments.pageInfo
  return (
    <>
      {earlier !== null && <Part ticket={ticket} before={earlier} />}
      {earlier === null && hasPreviousPage && (
        <button type="button" onClick={() => setEarlier(startCursor)}>
          Show earlier messages
        </button>
      )}
      {before === null && <Freshness extensions={extensions} />}
      {comments.totalCount === 0 && <p>Nobody has written yet.</p>}
      <ol className="thread">
        {comments.nodes.map((comment) => (
          <Comment key={comment.id} comment={comment} />
        ))}
      </ol>
    </>
  )
}
