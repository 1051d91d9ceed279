// Amounts are exact decimals in text: they go into print as they are and never pass through a float.

export interface Money {
  amount: string
  currency: string
}

function isDecimal(amount: string): amount is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(amount)
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
