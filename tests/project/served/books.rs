//! Invoices and payments.

use super::{CLIENT, column, nodes};
use anyhow::{Context, Result};
use portico_sandbox::world::model::{Invoice, InvoiceStatus, LineOwner};
use portico_tests::House;
use portico_tests::house::{BILLING, PRIMARY};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

fn number(invoice: &Invoice) -> String {
    format!("{}{}", invoice.prefix, invoice.number)
}

/// The account's issued invoices.
fn issued(house: &House) -> impl Iterator<Item = &Invoice> {
    let live = |invoice: &&Invoice| invoice.client == CLIENT && !invoice.archived.is_set();
    house.world.invoices.iter().filter(live).filter(|invoice| invoice.status != InvoiceStatus::Draft)
}

/// Acceptance: I01 (Query.invoices, Invoice.number, Invoice.issuedOn, Invoice.total, Invoice.status, Invoice.dueOn)
/// Acceptance: I04, I05 (Invoice.discount, Invoice.payments)
/// Acceptance in part: I02, I03, I12 (Query.invoice, Invoice.lines, Invoice.subtotal, Invoice.tax, Invoice.balance)
#[tokio::test]
async fn invoices_show_what_the_books_say() -> Result<()> {
    let house = House::new().await?;
    let fields = "number issuedOn dueOn status { label } total { amount currency } discount { amount }
        subtotal { amount } tax { amount } balance { amount } lines { name quantity unitPrice { amount } }
        payments(first: 100) { totalCount }";
    let rows = nodes(&house, BILLING, "invoices", "", fields).await?;
    let expected: Vec<&Invoice> = issued(&house).collect();
    assert!(!expected.is_empty());
    assert_eq!(rows.len(), expected.len());
    let amount = |amount: Decimal| format!("{amount:.2}");
    for invoice in expected {
        let row = rows.iter().find(|row| row["number"] == number(invoice)).context("an invoice is missing")?;
        assert_eq!(row["issuedOn"], invoice.date.to_string());
        assert_eq!(row["dueOn"], invoice.due.to_string());
        assert_eq!(row["status"]["label"], invoice.status.word());
        assert_eq!(
            (&row["total"]["amount"], &row["total"]["currency"]),
            (&amount(invoice.amount).into(), &invoice.currency.as_str().into())
        );
        assert_eq!(row["discount"]["amount"], amount(invoice.discount));
        let lines = house.world.lines.iter().filter(|line| line.owner == LineOwner::Invoice(invoice.id)).count();
        assert_eq!(row["lines"].as_array().map(Vec::len), Some(lines));
        let payments = house.world.payments.iter().filter(|payment| payment.invoice == invoice.id).count();
        assert_eq!(row["payments"]["totalCount"], payments);
    }
    Ok(())
}

/// Acceptance: I17 (InvoiceFilter.status, InvoiceGroup.PAID)
#[tokio::test]
async fn paid_invoices_can_be_asked_for() -> Result<()> {
    let house = House::new().await?;
    let paid = issued(&house).filter(|invoice| invoice.status == InvoiceStatus::Paid).map(number);
    let paid: BTreeSet<String> = paid.collect();
    assert!(!paid.is_empty());
    let found = column(&house, PRIMARY, "invoices", "filter: { status: { eq: PAID } }", "number").await?;
    assert_eq!(found, paid);
    Ok(())
}
