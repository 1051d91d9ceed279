// Where the viewer is, kept behind the `#` of the address: any web server can serve the portal without rewriting paths.

import { useMemo, useSyncExternalStore } from 'react'

export interface Place {
  path: readonly string[]
  query: URLSearchParams
}

export type Query = Readonly<Record<string, string | null | undefined>>

function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a place; empty entries of the query are left out. */
export function href(path: readonly string[], query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value) search.set(key, value)
  }
  const tail = search.size > 0 ? `?${search}` : ''
  return `#/${path.map(encodeURIComponent).join('/')}${tail}`
}

export function go(path: readonly string[], query: Query = {}): void {
  window.location.hash = href(path, query)
}

function watch(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(watch, () => window.location.hash)
  return useMemo(() => parse(hash), [hash])
}
