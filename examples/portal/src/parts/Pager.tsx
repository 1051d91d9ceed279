import { href, type Query } from '../app/route'
import { neighbours, type PageInfo } from '../lib/paging'

interface Props {
  path: readonly string[]
  /** The filter, which stays as it is from page to page. */
  query: Query
  info: PageInfo
  what: string
}

export function Pager({ path, query, info, what }: Props) {
  const { previous, next } = neighbours(info)
  if (!previous && !next) return null
  return (
    <nav className="pager" aria-label={`Pages of ${what}`}>
      {previous && (
        <a className="button" rel="prev" href={href(path, { ...query, ...previous })}>
          ← Previous
        </a>
      )}
      {next && (
        <a className="button" rel="next" href={href(path, { ...query, ...next })}>
          Next →
        </a>
      )}
    </nav>
  )
}
