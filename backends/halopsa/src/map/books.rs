//! Invoice headers, payments, quotations → invoices, payments, recurring invoices, quotes. Figures are as Halo keeps them.

use super::value::Zone;
use crate::wire::Text;
use crate::wire::books::{InvoiceRow, LineRow, PaymentRow, QuoteLineRow, QuoteRow};
use portico_contract::record::{Invoice, InvoiceLine, Payment, Quote, Record, RecurringInvoice};
use portico_contract::value::{InvoiceGroup, Label, Money, QuoteGroup, Visibility};
use portico_contract::{Error, Kind, NativeId, Result};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What amounts are in: by Halo's numbers, and where it names none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Currencies {
    pub codes: BTreeMap<i64, Text>,
    pub usual: Option<String>,
}

impl Currencies {
    /// An ISO code, if it is known.
    pub(crate) fn code(&self, number: crate::wire::Int, name: &Text) -> Option<String> {
        let listed = number.key().and_then(|number| self.codes.get(&number)).and_then(Text::words);
        let named = name.words().filter(|name| name.len() == 3);
        listed.or(named).map(|code| code.to_ascii_uppercase()).or_else(|| self.usual.clone())
    }

    fn needed(&self, number: crate::wire::Int, name: &Text) -> Result<String> {
        self.code(number, name).ok_or_else(|| {
            Error::credentials("Halo names no currency for its amounts. Set `currency` of this backend.")
        })
    }
}

/// `None` for an invoice of nobody.
pub(crate) fn invoice(row: &InvoiceRow, currencies: &Currencies, zone: Zone) -> Result<Option<Invoice>> {
    let (Some(id), Some(account)) = (row.id.id(Kind::Invoice), row.client_id.id(Kind::Account)) else {
        return Ok(None);
    };
    let number = row.thirdpartyinvoicenumber.words().or_else(|| row.invoicenumber.words());
    let tax = row.tax_total.0.or(row.composite_tax_total.0);
    Ok(Some(Invoice {
        number: number.unwrap_or_else(|| id.key.clone()),
        id,
        account,
        recurring: row.recurring_invoice_id.id(Kind::RecurringInvoice),
        status: status(row),
        visibility: visibility(row),
        title: None,
        purchase_order: row.cust_order_number.words(),
        currency: currencies.needed(row.currency_code, &row.currency_code_name)?,
        subtotal: None,
        tax,
        discount: None,
        total: row.total.or_zero(),
        paid: row.amountpaid.0,
        balance: row.amount_remaining.0.or(row.amountdue.0),
        note: None,
        internal_note: None,
        sales_representative: None,
        project: None,
        terms: None,
        period_from: zone.day(&row.period_start_date),
        period_to: zone.day(&row.period_end_date),
        issued_on: zone.day(&row.invoice_date),
        due_on: zone.day(&row.duedate),
        sent_at: zone.moment(&row.datesent),
        lines: row.lines.all().iter().filter(|line| is_shown(line)).map(line).collect(),
    }))
}

fn is_draft(row: &InvoiceRow) -> bool {
    !row.posted.yes() || row.reviewrequired.yes()
}

/// Posted, not hidden and not voided: as Halo's own portal.
fn visibility(row: &InvoiceRow) -> Visibility {
    let shown = !is_draft(row) && !row.hideinvoice.yes() && !row.voided.yes();
    if shown { Visibility::Public } else { Visibility::Hidden }
}

/// From the amounts: what the numbers of `paymentstatus` mean is not published. The number stays for diagnosis.
fn status(row: &InvoiceRow) -> Label<InvoiceGroup> {
    let zero = Decimal::ZERO;
    let left = row.amount_remaining.0.or(row.amountdue.0);
    let (group, label) = match (left, row.amountpaid.0) {
        _ if row.voided.yes() => (InvoiceGroup::Cancelled, "Voided"),
        _ if is_draft(row) => (InvoiceGroup::Draft, "Draft"),
        (Some(left), _) if left <= zero && row.total.or_zero() > zero => (InvoiceGroup::Paid, "Paid"),
        (_, Some(paid)) if paid > zero && paid < row.total.or_zero() => (InvoiceGroup::Partial, "Partly paid"),
        (Some(left), _) if left > zero => (InvoiceGroup::Unpaid, "Unpaid"),
        _ => (InvoiceGroup::Other, "Posted"),
    };
    let native_id = row.paymentstatus.0.map_or_else(|| label.to_owned(), |code| code.to_string());
    Label { group, label: label.to_owned(), native_id }
}

fn is_shown(line: &LineRow) -> bool {
    !line.isinactive.yes() && !line.hide_on_pdf.yes()
}

fn line(row: &LineRow) -> InvoiceLine {
    let total = row.net_amount.0.zip(row.tax_amount.0).map(|(net, tax)| net + tax);
    InvoiceLine {
        key: row.id.0.unwrap_or_default().to_string(),
        name: row.item_shortdescription.or(|| "Item".to_owned()),
        description: row.item_longdescription.words(),
        quantity: row.qty_order.or_zero(),
        unit_price: row.unit_price.or_zero(),
        subtotal: row.net_amount.0,
        tax: row.tax_amount.0,
        total,
    }
}

/// `None` for a row of another invoice or without an id.
pub(crate) fn payment(row: &PaymentRow, invoice: &NativeId, currency: &str, zone: Zone) -> Option<Payment> {
    let amount = Money { amount: row.amount.0?, currency: currency.to_owned() };
    if row.invoice_id.key().is_some_and(|id| id.to_string() != invoice.key) {
        return None;
    }
    Some(Payment {
        id: row.id.id(Kind::Payment)?,
        invoice: invoice.clone(),
        amount,
        method: row.method.0.map(|code| code.to_string()),
        reference: row.thirdpartyid.words(),
        paid_on: zone.day(&row.date),
    })
}

pub(crate) fn recurring(row: &InvoiceRow, currencies: &Currencies, zone: Zone) -> Result<Option<Record>> {
    let (Some(id), Some(account)) = (row.id.id(Kind::RecurringInvoice), row.client_id.id(Kind::Account)) else {
        return Ok(None);
    };
    let currency = currencies.needed(row.currency_code, &row.currency_code_name)?;
    Ok(Some(Record::RecurringInvoice(RecurringInvoice {
        id,
        account,
        number: row.invoicenumber.words(),
        title: row.reference.words(),
        amount: Money { amount: row.total.or_zero(), currency },
        frequency: row.periodname.words(),
        next_on: zone.day(&row.nextcreationdate),
        last_on: zone.day(&row.lastcreated),
        autopay: None,
        active: !row.disabled.yes(),
    })))
}

/// What `approvalstate` counts is not published; the names that come with the status are read instead.
const QUOTE_WORDS: &[(&str, QuoteGroup)] = &[
    ("draft", QuoteGroup::Draft),
    ("new", QuoteGroup::Draft),
    ("open", QuoteGroup::Open),
    ("sent", QuoteGroup::Open),
    ("awaiting approval", QuoteGroup::Open),
    ("accepted", QuoteGroup::Accepted),
    ("approved", QuoteGroup::Accepted),
    ("rejected", QuoteGroup::Declined),
    ("declined", QuoteGroup::Declined),
    ("invoiced", QuoteGroup::Invoiced),
];

pub(crate) fn quote_group(row: &QuoteRow) -> QuoteGroup {
    let name = row.status_name.as_str().unwrap_or_default();
    let known = QUOTE_WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
    known.map_or(QuoteGroup::Other, |(_, group)| *group)
}

pub(crate) fn quote(row: &QuoteRow, currencies: &Currencies, zone: Zone) -> Result<Option<Record>> {
    let (Some(id), Some(account)) = (row.id.id(Kind::Quote), row.client_id.id(Kind::Account)) else { return Ok(None) };
    let group = quote_group(row);
    let shown = !matches!(group, QuoteGroup::Draft | QuoteGroup::Other);
    let native_id = row.status.0.unwrap_or_default().to_string();
    let label = row.status_name.or(|| format!("Status {native_id}"));
    let currency = currencies.needed(row.currency_code, &row.currency_code_name)?;
    Ok(Some(Record::Quote(Quote {
        number: id.key.clone(),
        id,
        account,
        title: row.title.words(),
        status: Label { group, label, native_id },
        visibility: if shown { Visibility::Public } else { Visibility::Hidden },
        total: Money { amount: row.total.or_zero(), currency },
        discount: None,
        note: None,
        issued_on: zone.day(&row.date),
        expires_on: zone.day(&row.expiry_date),
        lines: row.lines.all().iter().filter(|line| !line.hideitems.yes()).map(quote_line).collect(),
    })))
}

fn quote_line(row: &QuoteLineRow) -> InvoiceLine {
    InvoiceLine {
        key: row.id.0.unwrap_or_default().to_string(),
        name: row.name.or(|| "Item".to_owned()),
        description: row.description.words(),
        quantity: row.quantity.0.or(row.current_quantity.0).unwrap_or_default(),
        unit_price: row.price.0.or(row.baseprice.0).unwrap_or_default(),
        subtotal: row.net_total.0,
        tax: row.total_tax.0,
        total: row.total_price.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    const ZONE: Zone = Zone(chrono_tz::UTC);

    fn euros() -> Currencies {
        Currencies { codes: BTreeMap::from([(2, Text(Some("EUR".into())))]), usual: None }
    }

    fn read(extra: Value) -> Invoice {
        let mut row = json!({"id": 5, "client_id": 12, "invoicenumber": "1005", "posted": true, "total": 119.0,
            "amount_remaining": 119.0, "amountpaid": 0, "currency_code": 2, "paymentstatus": 7,
            "invoice_date": "2026-03-01T00:00:00", "duedate": "1900-01-01T00:00:00"});
        for (key, value) in extra.as_object().unwrap() {
            row[key] = value.clone();
        }
        invoice(&from_value(row).unwrap(), &euros(), ZONE).unwrap().unwrap()
    }

    #[test]
    fn the_amounts_say_where_an_invoice_stands() {
        for (extra, expected) in [
            (json!({}), InvoiceGroup::Unpaid),
            (json!({"amountpaid": 19.0, "amount_remaining": 100.0}), InvoiceGroup::Partial),
            (json!({"amountpaid": 119.0, "amount_remaining": 0}), InvoiceGroup::Paid),
            (json!({"posted": false}), InvoiceGroup::Draft),
            (json!({"voided": true, "amount_remaining": 0}), InvoiceGroup::Cancelled),
            (json!({"amount_remaining": null, "amountpaid": null}), InvoiceGroup::Other),
            (json!({"total": 0, "amount_remaining": 0}), InvoiceGroup::Other),
        ] {
            assert_eq!(read(extra.clone()).status.group, expected, "{extra}");
        }
        assert_eq!((read(json!({})).status.native_id.as_str(), read(json!({})).due_on), ("7", None));
    }

    #[test]
    fn only_what_is_posted_and_not_hidden_is_shown() {
        for (extra, shown) in [
            (json!({}), true),
            (json!({"posted": null}), false),
            (json!({"hideinvoice": true}), false),
            (json!({"voided": true}), false),
            (json!({"reviewrequired": true}), false),
        ] {
            assert_eq!(read(extra.clone()).visibility == Visibility::Public, shown, "{extra}");
        }
        assert_eq!(read(json!({"thirdpartyinvoicenumber": "X-9"})).number, "X-9");
    }

    #[test]
    fn lines_keep_prices_and_never_costs() {
        let lines = json!([
            {"id": 1, "item_shortdescription": "Work", "qty_order": 1.5, "unit_price": 100.0, "unit_cost": 1.0,
             "net_amount": 150.0, "tax_amount": 28.5},
            {"id": 2, "isinactive": true},
            {"id": 3, "hide_on_pdf": true},
        ]);
        let lines = read(json!({"lines": lines})).lines;
        assert_eq!((lines.len(), lines[0].total.unwrap().to_string()), (1, "178.5".into()));
    }

    #[test]
    fn a_currency_is_never_guessed() {
        let row: InvoiceRow = from_value(json!({"id": 5, "client_id": 12, "currency_code": 9})).unwrap();
        assert!(invoice(&row, &euros(), ZONE).is_err());
        let usual = Currencies { usual: Some("USD".into()), ..euros() };
        assert_eq!(invoice(&row, &usual, ZONE).unwrap().unwrap().currency, "USD");
    }

    #[test]
    fn a_payment_of_another_invoice_is_none_of_this_one() {
        let invoice = NativeId::new(Kind::Invoice, 5);
        let row = |id| from_value(json!({"id": 1, "invoice_id": id, "amount": 5})).unwrap();
        assert!(payment(&row(5), &invoice, "EUR", ZONE).is_some());
        assert!(payment(&row(6), &invoice, "EUR", ZONE).is_none());
    }

    #[test]
    fn a_quote_is_shown_once_its_status_is_known_to_be_more_than_a_draft() {
        for (name, shown) in [("Sent", true), ("Accepted", true), ("Draft", false), ("Lost", false)] {
            let row = from_value(json!({"id": 1, "client_id": 2, "currency_code": 2, "status_name": name})).unwrap();
            let Some(Record::Quote(quote)) = quote(&row, &euros(), ZONE).unwrap() else { panic!() };
            assert_eq!(quote.visibility == Visibility::Public, shown, "{name}");
        }
    }
}
