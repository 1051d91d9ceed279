export function Loading({ what }: { what: string }) {
  return (
    <p className="loading" role="status">
      Loading the {what}…
    </p>
  )
}
