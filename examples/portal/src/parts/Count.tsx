const NUMBER = new Intl.NumberFormat()

/** Portico counts up to 10,000. */
export function showCount(count: number | null | undefined): string {
  return count === null || count === undefined ? 'more than 10,000' : NUMBER.format(count)
}

export function Count({ count, one, many }: { count: number | null; one: string; many: string }) {
  return (
    <p className="count" role="status">
      {count === 0 ? `No ${many}` : `${showCount(count)} ${count === 1 ? one : many}`}
    </p>
  )
}
