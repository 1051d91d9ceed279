//! Invoices and payments follow the books of the PSA.

use crate::{seen, upstream};
use anyhow::{Context, Result};
use portico_contract::{Kind, Stream};
use portico_sandbox::itflow::edit::{NewInvoice, NewLine};
use portico_sandbox::world::model::InvoiceStatus;
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, BILLING, OTHER_PRIMARY, PRIMARY};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::time::Duration;

fn invoice(house: &House, status: InvoiceStatus) -> Result<i32> {
    let found = house.world.invoices.iter().find(|invoice| invoice.client == 1 && invoice.status == status);
    Ok(found.context("no such invoice")?.id)
}

async fn are_right(house: &House) -> Result<()> {
    for (who, client) in [(PRIMARY, 1), (BILLING, 1), (OTHER_PRIMARY, 2)] {
        let expected = upstream::invoices(house, &format!("invoice_client_id = {client}")).await?;
        assert_eq!(seen::invoices(house, who).await?, expected, "{who:?}");
    }
    Ok(())
}

/// Status, paid, balance and payments, from the read model alone.
async fn stands(house: &House, invoice: i32) -> Result<Value> {
    let query = format!(
        "{{ nodes(ids: [\"{}\"]) {{ ... on Invoice {{ status {{ group }} total {{ amount }} paid {{ amount }} \
         balance {{ amount }} payments {{ nodes {{ id }} }} }} }} }}",
        house.id(Kind::Invoice, invoice)?
    );
    Ok(seen::at(&house.data(PRIMARY, &query).await?, "/nodes/0"))
}

/// What the PSA's own tables say of the same.
async fn should_stand(house: &House, invoice: i32, group: &str) -> Result<Value> {
    let sql = |column: &str, rest: &str| format!("SELECT CAST({column} AS CHAR) FROM {rest}");
    let total =
        upstream::words(house, &sql("invoice_amount", &format!("invoices WHERE invoice_id = {invoice}"))).await?;
    let total: Decimal = total.first().context("no invoice")?.parse()?;
    let of = format!("payments WHERE payment_invoice_id = {invoice}");
    let paid = upstream::words(house, &sql("payment_amount", &of)).await?;
    let paid = paid.iter().map(|paid| paid.parse::<Decimal>()).sum::<Result<Decimal, _>>()?;
    let amount = |amount: Decimal| json!({ "amount": format!("{amount:.2}") });
    let payments = upstream::ids(house, Kind::Payment, "payment_id", &of).await?;
    let payments: Vec<Value> = payments.into_iter().map(|id| json!({ "id": id })).collect();
    Ok(json!({
        "status": { "group": group },
        "total": amount(total),
        "paid": amount(paid),
        "balance": amount(total - paid),
        "payments": { "nodes": payments },
    }))
}

#[tokio::test]
async fn a_payment_changes_what_is_paid_and_what_remains() -> Result<()> {
    let house = House::new().await?;
    let invoice = invoice(&house, InvoiceStatus::Sent)?;
    assert_eq!(stands(&house, invoice).await?, should_stand(&house, invoice, "UNPAID").await?);
    let payment = house.editor().add_payment(invoice, Decimal::new(5_025, 2), "Cash", house.psa_now()).await?;
    house.beat().await;
    let partial = stands(&house, invoice).await?;
    assert_eq!(partial, should_stand(&house, invoice, "PARTIAL").await?);
    assert_eq!(partial["paid"]["amount"], "50.25");
    house.editor().delete_payment(payment, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(stands(&house, invoice).await?, should_stand(&house, invoice, "UNPAID").await?);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_opened_invoice_shows_a_payment_at_once() -> Result<()> {
    let house = House::new().await?;
    let invoice = invoice(&house, InvoiceStatus::Sent)?;
    house.editor().add_payment(invoice, Decimal::new(100, 2), "Cash", house.psa_now()).await?;
    house.pass(Duration::from_secs(21));
    let query = format!("{{ invoice(id: \"{}\") {{ paid {{ amount }} }} }}", house.id(Kind::Invoice, invoice)?);
    assert_eq!(house.data(BILLING, &query).await?["invoice"]["paid"]["amount"], "1.00");
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_draft_is_hidden_until_it_is_sent() -> Result<()> {
    let house = House::new().await?;
    let draft = invoice(&house, InvoiceStatus::Draft)?;
    let id = house.id(Kind::Invoice, draft)?;
    are_right(&house).await?;
    assert!(!seen::invoices(&house, PRIMARY).await?.contains(&id));
    assert!(seen::invoices(&house, ADMINISTRATOR).await?.contains(&id));
    house.editor().set_invoice_status(draft, InvoiceStatus::Sent, house.psa_now()).await?;
    house.beat().await;
    assert!(seen::invoices(&house, PRIMARY).await?.contains(&id));
    are_right(&house).await?;
    house.editor().set_invoice_status(draft, InvoiceStatus::Draft, house.psa_now()).await?;
    house.beat().await;
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_invoice_comes_with_its_lines_and_goes_with_its_payments() -> Result<()> {
    let house = House::new().await?;
    let line = |name: &str| NewLine {
        name: name.to_owned(),
        quantity: Decimal::new(15, 1),
        price: Decimal::new(9_999, 2),
        tax_percent: Decimal::from(19),
    };
    let new = NewInvoice {
        client: 1,
        status: InvoiceStatus::Sent,
        date: house.psa_now().date(),
        due: house.psa_now().date(),
        currency: "USD".to_owned(),
        lines: vec![line("Hours"), line("Travel")],
        ..NewInvoice::default()
    };
    let invoice = house.editor().add_invoice(&new, house.psa_now()).await?;
    house.editor().add_payment(invoice, Decimal::ONE, "Cash", house.psa_now()).await?;
    house.beat().await;
    let id = house.id(Kind::Invoice, invoice)?;
    let query = format!("{{ nodes(ids: [\"{id}\"]) {{ ... on Invoice {{ lines {{ name total {{ amount }} }} }} }} }}");
    let lines = house.data(PRIMARY, &query).await?["nodes"][0]["lines"].clone();
    let total = json!({ "amount": "178.48" });
    assert_eq!(lines, json!([{ "name": "Hours", "total": total }, { "name": "Travel", "total": total }]));
    assert_eq!(stands(&house, invoice).await?, should_stand(&house, invoice, "PARTIAL").await?);
    house.editor().delete_invoice(invoice).await?;
    house.sweep(Stream::Invoices).await?;
    are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_archived_invoice_disappears_after_a_beat() -> Result<()> {
    let house = House::new().await?;
    house.editor().archive_invoice(invoice(&house, InvoiceStatus::Sent)?, house.psa_now()).await?;
    house.beat().await;
    are_right(&house).await?;
    upstream::agrees(&house).await
}
