import { graphql, readFragment, type FragmentOf } from '../graphql'
import { show, type Money } from '../lib/money'

export const LineRow = graphql(`
  fragment LineRow on InvoiceLine {
    name
    description
    quantity
    unitPrice { amount currency }
    tax { amount currency }
    total { amount currency }
  }
`)

interface Props {
  lines: readonly FragmentOf<typeof LineRow>[]
  sums: readonly (readonly [name: string, sum: Money | null])[]
}

export function InvoiceLines({ lines, sums }: Props) {
  return (
    <section aria-labelledby="lines">
      <h2 id="lines">Lines</h2>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" className="sum">Quantity</th>
            <th scope="col" className="sum">Price</th>
            <th scope="col" className="sum">Tax</th>
            <th scope="col" className="sum">Total</th>
          </tr>
        </thead>
        <tbody>
          {readFragment(LineRow, lines).map((line, place) => (
            <tr key={place}>
              <th scope="row" className="main" dir="auto">
                {line.name}
                {line.description && <span className="faint block">{line.description}</span>}
              </th>
              <td className="sum" data-label="Quantity">{line.quantity}</td>
              <td className="sum" data-label="Price">{show(line.unitPrice)}</td>
              <td className="sum" data-label="Tax">{line.tax && show(line.tax)}</td>
              <td className="sum" data-label="Total">{line.total && show(line.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="sums">
        {sums.map(([name, sum]) =>
          sum ? (
            <div key={name} className={name === 'Total' || name === 'To pay' ? 'end' : undefined}>
              <dt>{name}</dt>
              <dd>{show(sum)}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  )
}
