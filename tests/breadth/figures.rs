//! The figures of the home page, against sums made from the world.

use super::oracle::Eye;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_sandbox::world::model::{Frequency, InvoiceStatus};
use portico_tests::house::{ADMINISTRATOR, AGENT, BILLING, OTHER_PRIMARY, PRIMARY, STANDARD, TECHNICAL, TWO_ACCOUNTS};
use portico_tests::{House, Who};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

type Sums = BTreeMap<String, Decimal>;

fn shown(section: &Value) -> Result<Sums> {
    let money = section.as_array().with_context(|| format!("no amounts: {section}"))?;
    let pair = |it: &Value| {
        let amount: Decimal = it["amount"].as_str().context("no amount")?.parse()?;
        Ok((it["currency"].as_str().context("no currency")?.to_owned(), amount))
    };
    money.iter().map(pair).collect()
}

fn add(sums: &mut Sums, currency: &str, amount: Decimal) {
    *sums.entry(currency.to_owned()).or_default() += amount;
}

/// Acceptance: D04, I15 (Dashboard.balance, Dashboard.recurringMonthly)
#[tokio::test]
async fn the_balance_is_what_was_billed_less_what_was_paid() -> Result<()> {
    balance(&super::house().await?).await
}

pub async fn balance(house: &House) -> Result<()> {
    for who in [PRIMARY, BILLING, OTHER_PRIMARY, TWO_ACCOUNTS, ADMINISTRATOR] {
        let eye = Eye::of(house, who)?;
        let invoices = eye.invoices();
        let mut balance = Sums::new();
        let nothing = [InvoiceStatus::Draft, InvoiceStatus::Cancelled, InvoiceStatus::NonBillable];
        for invoice in house.world.invoices.iter().filter(|it| invoices.contains(&it.id)) {
            let owed = if nothing.contains(&invoice.status) { Decimal::ZERO } else { invoice.amount };
            add(&mut balance, &invoice.currency, owed);
        }
        for payment in house.world.payments.iter().filter(|it| invoices.contains(&it.invoice)) {
            add(&mut balance, &payment.currency, -payment.amount);
        }
        let recurring = eye.rows(Kind::RecurringInvoice);
        let mut monthly = Sums::new();
        for row in house.world.recurring.iter().filter(|it| recurring.contains(&it.id) && it.active) {
            if row.frequency == Frequency::Month {
                add(&mut monthly, &row.currency, row.amount);
            }
        }
        let query = "{ dashboard { balance { amount currency } recurringMonthly { amount currency } } }";
        let home = house.data(who, query).await?;
        let mut seen = shown(&home["dashboard"]["balance"])?;
        seen.retain(|_, amount| !amount.is_zero());
        balance.retain(|_, amount| !amount.is_zero());
        assert_eq!(seen, balance, "{who:?}");
        assert_eq!(shown(&home["dashboard"]["recurringMonthly"])?, monthly, "{who:?}");
        assert!(!monthly.is_empty() && !balance.is_empty(), "{who:?} has nothing to add up");
    }
    Ok(())
}

/// Acceptance: D03, D04, D05 (Query.dashboard)
#[tokio::test]
async fn sections_without_a_permission_are_null_and_say_why() -> Result<()> {
    let house = super::house().await?;
    let sections = [
        ("balance { amount }", "balance", "INVOICES_READ", vec![STANDARD, TECHNICAL, AGENT]),
        ("recurringMonthly { amount }", "recurringMonthly", "RECURRING_INVOICES_READ", vec![STANDARD, TECHNICAL]),
        ("expiringDomains { nodes { id } }", "expiringDomains", "DOMAINS_READ", vec![STANDARD, BILLING]),
        ("expiringCertificates { nodes { id } }", "expiringCertificates", "CERTIFICATES_READ", vec![STANDARD, BILLING]),
    ];
    for (section, key, permission, refused) in sections {
        for who in refused {
            let answer = house.ask(who, &format!("{{ dashboard {{ {section} ticketCounts {{ total }} }} }}")).await?;
            assert_eq!(answer["data"]["dashboard"][key], Value::Null, "{who:?}: {answer}");
            assert_eq!(answer["errors"][0]["extensions"]["permission"], permission, "{answer}");
            assert!(answer["data"]["dashboard"]["ticketCounts"]["total"].is_number(), "{answer}");
        }
    }
    Ok(())
}

/// Acceptance: D05, D06, X08 (Dashboard.expiringDomains, Dashboard.expiringCertificates, Dashboard.expiringWarranties, AssetFilter.warrantyExpiresWithinDays)
#[tokio::test]
async fn what_expires_soon_leaves_out_today_and_the_last_day() -> Result<()> {
    expiry(&super::house().await?).await
}

pub async fn expiry(house: &House) -> Result<()> {
    let today = house.clock.now().date_naive();
    let count = async |who: Who<'_>, section: &str, days: &str| -> Result<u64> {
        let home = house.data(who, &format!("{{ dashboard {{ {section}{days} {{ totalCount }} }} }}")).await?;
        home["dashboard"][section]["totalCount"].as_u64().context("no count")
    };
    let eye = Eye::of(house, TECHNICAL)?;
    let domains = eye.rows(Kind::Domain);
    let certificates = eye.rows(Kind::Certificate);
    let assets = eye.rows(Kind::Asset);
    let world = &house.world;
    let within =
        |on: Option<chrono::NaiveDate>, days: i64| on.is_some_and(|on| (1..days).contains(&(on - today).num_days()));
    for days in [1_i64, 20, 21, 30, 31, 40, 41, 45, 3650] {
        let argument = format!("(withinDays: {days})");
        let expected = world.domains.iter().filter(|it| domains.contains(&it.id) && within(it.expires, days)).count();
        assert_eq!(count(TECHNICAL, "expiringDomains", &argument).await?, expected as u64, "{days}");
        let expected =
            world.certificates.iter().filter(|it| certificates.contains(&it.id) && within(it.expires, days)).count();
        assert_eq!(count(TECHNICAL, "expiringCertificates", &argument).await?, expected as u64, "{days}");
        let expected = world.assets.iter().filter(|it| assets.contains(&it.id) && within(it.warranty, days)).count();
        assert_eq!(count(TECHNICAL, "expiringWarranties", &argument).await?, expected as u64, "{days}");
    }
    for section in ["expiringDomains", "expiringCertificates", "expiringWarranties"] {
        let usual = count(TECHNICAL, section, "").await?;
        assert_eq!(usual, count(TECHNICAL, section, "(withinDays: 45)").await?);
        assert!(usual > 0, "nothing expires: {section}");
    }
    for days in ["0", "-1", "3651", "2147483647"] {
        let answer = house
            .ask(TECHNICAL, &format!("{{ dashboard {{ expiringDomains(withinDays: {days}) {{ totalCount }} }} }}"))
            .await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
    Ok(())
}

/// Acceptance: D10, D11 (Dashboard.ticketCounts)
#[tokio::test]
async fn tickets_are_counted_as_the_list_shows_them() -> Result<()> {
    counts(&super::house().await?).await
}

pub async fn counts(house: &House) -> Result<()> {
    let since = house.clock.now() - chrono::Duration::days(30);
    for who in [STANDARD, TECHNICAL, AGENT] {
        for scope in ["MINE", "ALL"] {
            let rows =
                super::all(house, who, "tickets", &format!(", scope: {scope}"), "status { group } resolvedAt").await?;
            let group = |row: &&Value, words: &[&str]| words.iter().any(|word| row["status"]["group"] == *word);
            let ended = ["RESOLVED", "CLOSED"];
            let recent = |row: &&Value| {
                let at = row["resolvedAt"].as_str().and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
                at.is_some_and(|at| at >= since)
            };
            let expected = serde_json::json!({
                "total": rows.len(),
                "open": rows.iter().filter(|row| !group(row, &ended)).count(),
                "waitingOnCustomer": rows.iter().filter(|row| group(row, &["WAITING_ON_CUSTOMER"])).count(),
                "resolvedLast30Days": rows.iter().filter(|row| group(row, &ended) && recent(row)).count(),
            });
            let query = format!(
                "{{ dashboard {{ ticketCounts(scope: {scope}) {{ total open waitingOnCustomer resolvedLast30Days }} }} }}"
            );
            let home = house.data(who, &query).await?;
            assert_eq!(home["dashboard"]["ticketCounts"], expected, "{scope} of {who:?}");
        }
    }
    Ok(())
}
