// What went wrong, in words for the viewer.

import type { CombinedError } from 'urql'

export function hasCode(error: CombinedError | undefined, code: string): boolean {
  return error?.graphQLErrors.some((one) => one.extensions['code'] === code) ?? false
}

/** Portico's own texts say what to do; a broken connection needs one of ours. */
export function texts(error: CombinedError): string[] {
  if (error.networkError) return ['Portico cannot be reached. Check your connection and try again.']
  return [...new Set(error.graphQLErrors.map(({ message }) => message))]
}
