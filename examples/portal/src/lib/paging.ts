// A page of a list, kept in the address: `after` a cursor, `before` one, or the first.

import type { Query } from '../app/route'

export const ROWS = 20

export interface Cursors {
  first?: number
  after?: string
  last?: number
  before?: string
}

export interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor: string | null
  endCursor: string | null
}

export function cursors(query: URLSearchParams): Cursors {
  const [after, before] = [query.get('after'), query.get('before')]
  if (before) return { last: ROWS, before }
  return after ? { first: ROWS, after } : { first: ROWS }
}

/** Where the buttons lead; null where there is nothing more. */
export function neighbours(info: PageInfo): { previous: Query | null; next: Query | null } {
  return {
    previous: info.hasPreviousPage ? { before: info.startCursor } : null,
    next: info.hasNextPage ? { after: info.endCursor } : null,
  }
}
