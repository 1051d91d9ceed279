// `extensions.freshness`: what is older than promised. It is outside the schema, so its shape is checked here.

export interface Stale {
  backend: string
  stream: string
  since: string | null
  reason: string
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function stale(value: unknown): Stale | null {
  if (typeof value !== 'object' || value === null) return null
  const entry: Partial<Record<keyof Stale, unknown>> = value
  const [backend, stream, reason] = [text(entry.backend), text(entry.stream), text(entry.reason)]
  if (backend === null || stream === null || reason === null) return null
  return { backend, stream, reason, since: text(entry.since) }
}

export function staleOf(extensions: Record<string, unknown> | undefined): Stale[] {
  const list = extensions?.['freshness']
  return Array.isArray(list) ? list.map(stale).filter((entry) => entry !== null) : []
}
