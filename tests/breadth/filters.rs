//! Filters and orders narrow and sort what is seen, and nothing more.

use super::all;
use anyhow::Result;
use portico_tests::House;
use portico_tests::house::PRIMARY;
use serde_json::Value;

type Keeps = fn(&Value) -> bool;

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_lowercase()
}

/// List, argument, fields that the check needs, which rows stay.
const CASES: &[(&str, &str, &str, Keeps)] = &[
    ("assets", "{ type: { eq: \"Laptop\" } }", "type", |row| row["type"] == "Laptop"),
    ("assets", "{ status: { in: [\"Out for Repair\"] } }", "status", |row| row["status"] == "Out for Repair"),
    ("assets", "{ text: \"DELL\" }", "make", |row| row["make"] == "Dell"),
    ("assets", "{ warrantyExpiresWithinDays: 20 }", "id", |_| false),
    ("assets", "{ warrantyExpiresWithinDays: 21 }", "id", |_| true),
    ("assets", "{ warrantyExpiresOn: { lte: \"2026-03-21\" } }", "id", |_| false),
    ("assets", "{ active: true }", "active", |row| row["active"] == true),
    ("sites", "{ name: { contains: \"e\" } }", "name", |row| text(row, "name").contains('e')),
    ("documents", "{ text: \"reach US\" }", "name", |row| text(row, "name").contains("reach us")),
    ("documents", "{ folder: { eq: \"No such folder\" } }", "id", |_| false),
    ("domains", "{ expiresWithinDays: 30 }", "id", |_| false),
    ("domains", "{ expiresWithinDays: 31 }", "id", |_| true),
    ("certificates", "{ expiresOn: { gte: \"2026-04-12\" } }", "id", |_| false),
    ("quotes", "{ status: { eq: ACCEPTED } }", "status { group }", |row| row["status"]["group"] == "ACCEPTED"),
    ("quotes", "{ status: { in: [OPEN, DECLINED] } }", "status { group }", |row| row["status"]["group"] == "OPEN"),
    ("recurringInvoices", "{ active: false }", "id", |_| false),
    ("recurringInvoices", "{ autopay: true }", "autopay", |row| row["autopay"] == true),
    ("payments", "{ paidOn: { gte: \"2026-02-28\" } }", "paidOn", |row| text(row, "paidOn").as_str() >= "2026-02-28"),
    ("payments", "{ paidOn: { lte: \"2026-02-27\" } }", "paidOn", |row| text(row, "paidOn").as_str() <= "2026-02-27"),
    ("payments", "{ method: { eq: \"Stripe\" } }", "method", |row| row["method"] == "Stripe"),
    ("approvals", "{ status: { eq: PENDING } }", "status { group }", |row| row["status"]["group"] == "PENDING"),
    ("approvals", "{ status: { eq: DECLINED } }", "id", |_| false),
];

/// Acceptance: X04, X08, I12, T36 (AssetFilter.type, AssetFilter.status, AssetFilter.text, DocumentFilter.text, QuoteFilter.status, PaymentFilter.paidOn, RecurringInvoiceFilter.active)
#[tokio::test]
async fn a_filter_keeps_the_rows_it_names_and_no_others() -> Result<()> {
    kept(&super::house().await?).await
}

pub async fn kept(house: &House) -> Result<()> {
    let mut kept = 0;
    for (list, filter, fields, keeps) in CASES {
        let fields = format!("id {fields}");
        let whole = all(house, PRIMARY, list, "", &fields).await?;
        let expected: Vec<&Value> = whole.iter().filter(|row| keeps(row)).collect();
        let narrowed = all(house, PRIMARY, list, &format!(", filter: {filter}"), &fields).await?;
        assert_eq!(narrowed.iter().collect::<Vec<_>>(), expected, "{list} {filter}");
        assert!(!whole.is_empty(), "{list} is empty");
        kept += expected.len();
    }
    assert!(kept > 20, "the filters kept only {kept} rows");
    Ok(())
}

#[tokio::test]
async fn ids_of_other_accounts_match_nothing() -> Result<()> {
    let house = super::house().await?;
    for client in [2, 3] {
        let account = house.id(portico_contract::Kind::Account, client)?;
        for list in
            ["assets", "sites", "documents", "domains", "certificates", "quotes", "recurringInvoices", "payments"]
        {
            let rows =
                all(&house, PRIMARY, list, &format!(", filter: {{ account: {{ eq: \"{account}\" }} }}"), "id").await?;
            assert!(rows.is_empty(), "{list} of account {client}");
        }
        let own = house.id(portico_contract::Kind::Account, 1)?;
        let rows =
            all(&house, PRIMARY, "payments", &format!(", filter: {{ account: {{ eq: \"{own}\" }} }}"), "id").await?;
        assert_eq!(rows, all(&house, PRIMARY, "payments", "", "id").await?);
    }
    Ok(())
}

#[tokio::test]
async fn orders_run_both_ways() -> Result<()> {
    sorted(&super::house().await?).await
}

pub async fn sorted(house: &House) -> Result<()> {
    let orders = [
        ("assets", "NAME", "name"),
        ("assets", "WARRANTY_EXPIRES_ON", "warrantyExpiresOn"),
        ("domains", "EXPIRES_ON", "expiresOn"),
        ("certificates", "EXPIRES_ON", "expiresOn"),
        ("quotes", "ISSUED_ON", "issuedOn"),
    ];
    for (list, order, field) in orders {
        for (direction, backwards) in [("ASC", false), ("DESC", true)] {
            let arguments = format!(", orderBy: {{ field: {order}, direction: {direction} }}");
            let rows = all(house, portico_tests::house::ADMINISTRATOR, list, &arguments, field).await?;
            let values: Vec<String> =
                rows.iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect();
            let mut sorted = values.clone();
            sorted.sort();
            if backwards {
                sorted.reverse();
            }
            assert_eq!(values, sorted, "{list} by {order} {direction}");
            assert!(values.len() > 3, "{list} has too few rows to sort");
        }
    }
    Ok(())
}
