// Amounts are exact decimals in text: they are added as whole numbers and never pass through a float.

export interface Money {
  amount: string
  currency: string
}

interface Scaled {
  digits: bigint
  scale: number
}

function isDecimal(amount: string): amount is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(amount)
}

function scaled(amount: string): Scaled | null {
  if (!isDecimal(amount)) return null
  const [whole = '0', fraction = ''] = amount.split('.', 2)
  return { digits: BigInt(whole + fraction), scale: fraction.length }
}

function plus(a: Scaled, b: Scaled): Scaled {
  const scale = Math.max(a.scale, b.scale)
  const widen = ({ digits, scale: own }: Scaled) => digits * 10n ** BigInt(scale - own)
  return { digits: widen(a) + widen(b), scale }
}

function print({ digits, scale }: Scaled): string {
  const sign = digits < 0n ? '-' : ''
  const all = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + all : `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}`
}

/** One sum per currency, in the order of their names. */
export function sums(amounts: readonly Money[]): Money[] {
  const totals = new Map<string, Scaled>()
  for (const { amount, currency } of amounts) {
    const value = scaled(amount)
    if (value) totals.set(currency, plus(totals.get(currency) ?? { digits: 0n, scale: 0 }, value))
  }
  return [...totals].sort(([a], [b]) => a.localeCompare(b)).map(([currency, sum]) => ({ amount: print(sum), currency }))
}

/** As the viewer's language writes it; as it came where that is not possible. */
export function show({ amount, currency }: Money): string {
  if (!isDecimal(amount)) return `${amount} ${currency}`
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount)
  } catch {
    return `${amount} ${currency}`
  }
}
