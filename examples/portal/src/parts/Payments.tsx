import { graphql, readFragment, type FragmentOf } from '../graphql'
import { show } from '../lib/money'
import { Day } from './Time'

export const PaymentRow = graphql(`
  fragment PaymentRow on Payment {
    id
    paidOn
    method
    amount { amount currency }
  }
`)

interface Props {
  payments: readonly FragmentOf<typeof PaymentRow>[]
  total: number | null
}

export function Payments({ payments, total }: Props) {
  return (
    <section aria-labelledby="payments">
      <h2 id="payments">Payments</h2>
      {payments.length === 0 && <p>None yet.</p>}
      <ul className="files">
        {readFragment(PaymentRow, payments).map((payment) => (
          <li key={payment.id}>
            <strong>{show(payment.amount)}</strong> <Day on={payment.paidOn} />{' '}
            <span className="faint" dir="auto">
              {payment.method}
            </span>
          </li>
        ))}
      </ul>
      {total !== null && total > payments.length && <p>and {total - payments.length} more</p>}
    </section>
  )
}
