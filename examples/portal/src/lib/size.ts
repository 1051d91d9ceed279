const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export function showSize(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  const unit = UNITS[step] ?? 'byte'
  const options = { style: 'unit', unit, maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(undefined, options).format(bytes / 1000 ** step)
}
