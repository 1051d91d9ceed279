import { holds, useSession } from '../app/session'
import { useLoad } from '../app/useLoad'
import { graphql } from '../graphql'
import { Badge } from '../parts/Badge'
import { Facts } from '../parts/Facts'
import { Freshness } from '../parts/Freshness'
import { Html } from '../parts/Html'
import { InvoiceLines, LineRow } from '../parts/InvoiceLines'
import { Due, isOwed } from '../parts/InvoiceTable'
import { Loading } from '../parts/Loading'
import { Missing } from '../parts/Missing'
import { Payments, PaymentRow } from '../parts/Payments'
import { Problem } from '../parts/Problem'
import { Day } from '../parts/Time'
import { Title } from '../parts/Title'

const InvoiceQuery = graphql(
  `
    query Invoice($id: ID!, $accounts: Boolean!) {
      invoice(id: $id) {
        id
        number
        title
        status { group label }
        issuedOn
        dueOn
        periodFrom
        periodTo
        purchaseOrder
        terms
        note
        account @include(if: $accounts) { name }
        subtotal { amount currency }
        discount { amount currency }
        tax { amount currency }
        total { amount currency }
        paid { amount currency }
        balance { amount currency }
        lines { ...LineRow }
        payments(first: 100) { totalCount nodes { ...PaymentRow } }
      }
    }
  `,
  [LineRow, PaymentRow],
)

export function InvoicePage({ id }: { id: string }) {
  const { viewer } = useSession()
  const [{ data, error, extensions, fetching }, retry] = useLoad(InvoiceQuery, {
    id,
    accounts: holds(viewer, 'ACCOUNTS_READ'),
  })
  const invoice = data?.invoice
  if (!invoice) {
    if (fetching) return <Loading what="invoice" />
    return data && !error?.networkError ? <Missing what="invoice" /> : error && <Problem error={error} onRetry={retry} />
  }
  const owed = isOwed(invoice.status.group)
  return (
    <article>
      <p className="number">{invoice.number}</p>
      <Title text={invoice.title || `Invoice ${invoice.number}`} />
      <Freshness extensions={extensions} />
      {error && <Problem error={error} onRetry={retry} />}
      <Facts
        facts={[
          ['Status', <Badge {...invoice.status} />],
          ['Account', invoice.account?.name],
          ['Issued', invoice.issuedOn && <Day on={invoice.issuedOn} />],
          ['Due', invoice.dueOn && <Due on={invoice.dueOn} owed={owed} />],
          ['From', invoice.periodFrom && <Day on={invoice.periodFrom} />],
          ['To', invoice.periodTo && <Day on={invoice.periodTo} />],
          ['Order number', invoice.purchaseOrder],
          ['Terms', invoice.terms],
        ]}
      />
      <InvoiceLines
        lines={invoice.lines}
        sums={[
          ['Subtotal', invoice.subtotal],
          ['Discount', invoice.discount],
          ['Tax', invoice.tax],
          ['Total', invoice.total],
          ['Paid', invoice.paid],
          ['To pay', owed ? invoice.balance : null],
        ]}
      />
      {invoice.note && (
        <section className="card" aria-label="Note">
          <Html html={invoice.note} />
        </section>
      )}
      <Payments payments={invoice.payments?.nodes ?? []} total={invoice.payments?.totalCount ?? null} />
    </article>
  )
}
