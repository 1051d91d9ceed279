//! `invoices` with items and payments → an invoice with lines, and its payments.
//!
//! Amounts are the stored ones. ITFlow rounds each column for itself, so parts need not add up to
//! the total; nothing is recomputed but the sums over whole rows that ITFlow itself shows.

use super::value::{date, decimal, escaped, is_set, words};
use super::words as known;
use crate::wire::invoice::{InvoiceRow, ItemRow, PaymentRow};
use portico_contract::record::{Invoice, InvoiceLine, Payment, Record};
use portico_contract::value::{InvoiceGroup, Label, Money, Visibility};
use portico_contract::{Kind, NativeId, Result, Snapshot};
use rust_decimal::Decimal;

/// ISO 4217's own code for "no currency": said where the row names none.
const NO_CURRENCY: &str = "XXX";

/// `None` for an invoice that is archived or belongs to no client.
pub(crate) fn snapshot(row: &InvoiceRow, items: &[ItemRow], payments: &[PaymentRow]) -> Result<Option<Snapshot>> {
    let Some(account) = NativeId::from_row(Kind::Account, row.invoice_client_id) else { return Ok(None) };
    if is_set(row.invoice_archived_at.as_deref()) {
        return Ok(None);
    }
    let id = NativeId::new(Kind::Invoice, row.invoice_id);
    let payments = payments.iter().map(|row| payment(row, &id)).collect::<Result<Vec<_>>>()?;
    let paid = payments.iter().map(|payment| payment.amount.amount).sum();
    let mut records = vec![Record::Invoice(Box::new(invoice(row, account, items, paid)?))];
    records.extend(payments.into_iter().map(Record::Payment));
    Ok(Some(Snapshot { records, complete: vec![Kind::Payment], ..Snapshot::default() }))
}

fn invoice(row: &InvoiceRow, account: NativeId, items: &[ItemRow], paid: Decimal) -> Result<Invoice> {
    let what = format!("invoice {}", row.invoice_id);
    let total = decimal(row.invoice_amount.as_deref(), &what)?;
    let lines = lines(items)?;
    let status = row.invoice_status.trim();
    let group = known::invoice(status);
    Ok(Invoice {
        id: NativeId::new(Kind::Invoice, row.invoice_id),
        account,
        recurring: NativeId::from_row(Kind::RecurringInvoice, row.invoice_recurring_invoice_id),
        number: format!("{}{}", row.invoice_prefix.as_deref().unwrap_or_default().trim(), row.invoice_number),
        status: Label { group, label: status.to_owned(), native_id: status.to_owned() },
        visibility: visibility(group),
        title: words(row.invoice_scope.as_deref()),
        purchase_order: None,
        currency: currency(row.invoice_currency_code.as_deref()),
        subtotal: Some(lines.iter().filter_map(|line| line.subtotal).sum()),
        tax: Some(lines.iter().filter_map(|line| line.tax).sum()),
        discount: Some(decimal(row.invoice_discount_amount.as_deref(), &what)?),
        total,
        paid: Some(paid),
        balance: Some(total - paid),
        note: escaped(row.invoice_note.as_deref()),
        internal_note: None,
        sales_representative: None,
        project: None,
        terms: None,
        period_from: None,
        period_to: None,
        issued_on: date(row.invoice_date.as_deref()),
        due_on: date(row.invoice_due.as_deref()),
        sent_at: None,
        lines,
    })
}

/// A draft is not issued. A status that is not known may be another kind of draft.
fn visibility(group: InvoiceGroup) -> Visibility {
    match group {
        InvoiceGroup::Draft | InvoiceGroup::Other => Visibility::Hidden,
        InvoiceGroup::Unpaid
        | InvoiceGroup::Partial
        | InvoiceGroup::Paid
        | InvoiceGroup::Cancelled
        | InvoiceGroup::NonBillable => Visibility::Public,
    }
}

/// Live items in the order of the printed invoice or quote.
pub(super) fn lines(items: &[ItemRow]) -> Result<Vec<InvoiceLine>> {
    let mut live: Vec<&ItemRow> = items.iter().filter(|item| !is_set(item.item_archived_at.as_deref())).collect();
    live.sort_by_key(|item| (item.item_order, item.item_id));
    live.into_iter().map(line).collect()
}

fn line(item: &ItemRow) -> Result<InvoiceLine> {
    let what = format!("item {}", item.item_id);
    let amount = |column: &Option<String>| decimal(column.as_deref(), &what);
    Ok(InvoiceLine {
        key: item.item_id.to_string(),
        name: item.item_name.trim().to_owned(),
        description: words(item.item_description.as_deref()),
        quantity: amount(&item.item_quantity)?,
        unit_price: amount(&item.item_price)?,
        subtotal: Some(amount(&item.item_subtotal)?),
        tax: Some(amount(&item.item_tax)?),
        total: Some(amount(&item.item_total)?),
    })
}

/// Archived payments count: ITFlow's own balance counts them.
fn payment(row: &PaymentRow, invoice: &NativeId) -> Result<Payment> {
    let what = format!("payment {}", row.payment_id);
    Ok(Payment {
        id: NativeId::new(Kind::Payment, row.payment_id),
        invoice: invoice.clone(),
        amount: Money {
            amount: decimal(row.payment_amount.as_deref(), &what)?,
            currency: currency(row.payment_currency_code.as_deref()),
        },
        method: words(row.payment_method.as_deref()),
        reference: words(row.payment_reference.as_deref()),
        paid_on: date(row.payment_date.as_deref()),
    })
}

pub(super) fn currency(code: Option<&str>) -> String {
    words(code).map_or_else(|| NO_CURRENCY.to_owned(), |code| code.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn row(status: &str) -> InvoiceRow {
        InvoiceRow {
            invoice_id: 4,
            invoice_prefix: some("INV-"),
            invoice_number: 40,
            invoice_status: status.into(),
            invoice_date: some("2026-05-25"),
            invoice_due: some("0000-00-00"),
            invoice_discount_amount: some("5.00"),
            invoice_amount: some("59.49"),
            invoice_currency_code: some("usd"),
            invoice_note: some("Thanks <3"),
            invoice_client_id: 1,
            ..InvoiceRow::default()
        }
    }

    fn item(id: i64, order: i64, subtotal: &str, tax: &str) -> ItemRow {
        ItemRow {
            item_id: id,
            item_order: order,
            item_quantity: some("1.50"),
            item_price: some("33.33"),
            item_subtotal: some(subtotal),
            item_tax: some(tax),
            item_total: some("59.49"),
            owner: 4,
            ..ItemRow::default()
        }
    }

    fn paid(id: i64, amount: &str) -> PaymentRow {
        PaymentRow {
            payment_id: id,
            payment_amount: some(amount),
            payment_currency_code: some("USD"),
            ..PaymentRow::default()
        }
    }

    fn read(row: &InvoiceRow, items: &[ItemRow], payments: &[PaymentRow]) -> Invoice {
        match snapshot(row, items, payments).unwrap().unwrap().records.into_iter().next() {
            Some(Record::Invoice(invoice)) => *invoice,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn stored_amounts_stand_even_where_they_do_not_add_up() {
        let mut gone = item(3, 0, "100.00", "1.00");
        gone.item_archived_at = some("2026-01-01 00:00:00");
        let invoice = read(
            &row("Partial"),
            &[item(2, 2, "10.00", "0.00"), gone, item(1, 1, "50.00", "9.50")],
            &[paid(1, "12.15"), paid(2, "14.58")],
        );
        let said = |amount: Option<Decimal>| amount.unwrap().to_string();
        assert_eq!((invoice.number.as_str(), invoice.currency.as_str()), ("INV-40", "USD"));
        assert_eq!((said(invoice.subtotal), said(invoice.tax)), ("60.00".into(), "9.50".into()));
        assert_eq!((said(invoice.paid), said(invoice.balance)), ("26.73".into(), "32.76".into()));
        assert_eq!(invoice.total.to_string(), "59.49");
        assert_eq!(invoice.lines.iter().map(|line| line.key.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((invoice.issued_on.is_some(), invoice.due_on), (true, None));
        assert_eq!(invoice.note.unwrap().0, "Thanks &lt;3");
    }

    #[test]
    fn what_is_not_issued_is_hidden() {
        for (status, expected) in [
            ("Draft", Visibility::Hidden),
            ("On review", Visibility::Hidden),
            ("Sent", Visibility::Public),
            ("Cancelled", Visibility::Public),
        ] {
            assert_eq!(read(&row(status), &[], &[]).visibility, expected, "{status}");
        }
    }

    #[test]
    fn archived_and_ownerless_invoices_are_none_and_bad_amounts_are_named() {
        let archived = InvoiceRow { invoice_archived_at: some("2026-01-01 00:00:00"), ..row("Sent") };
        assert_eq!(snapshot(&archived, &[], &[]).unwrap(), None);
        assert_eq!(snapshot(&InvoiceRow { invoice_client_id: 0, ..row("Sent") }, &[], &[]).unwrap(), None);
        let bad = InvoiceRow { invoice_amount: some("many"), ..row("Sent") };
        assert!(snapshot(&bad, &[], &[]).unwrap_err().log().to_string().contains("invoice 4"));
        let unnamed = InvoiceRow { invoice_currency_code: some(""), ..row("Sent") };
        assert_eq!(read(&unnamed, &[], &[]).currency, "XXX");
    }
}
