/** Marks what customers do not see. Customers cannot ask for the visibility, and see nothing that would be marked. */
export function Internal({ visibility }: { visibility?: 'PUBLIC' | 'HIDDEN' | null | undefined }) {
  return visibility === 'HIDDEN' ? <span className="badge bad">Internal</span> : null
}
