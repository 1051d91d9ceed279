//! What each field says, against the world.

use super::all;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_sandbox::world::model::LineOwner;
use portico_tests::House;
use portico_tests::house::{AGENT, PRIMARY, TECHNICAL};
use serde_json::{Value, json};

async fn row(house: &House, list: &str, kind: Kind, id: i32, fields: &str) -> Result<Value> {
    let id = house.id(kind, id)?;
    let rows = all(house, PRIMARY, list, "", &format!("id {fields}")).await?;
    rows.into_iter().find(|row| row["id"] == id.as_str()).with_context(|| format!("no {id} in {list}"))
}

/// Acceptance: X01, X02 (Asset.name, Asset.type, Asset.make, Asset.model, Asset.serial, Asset.installedOn, Asset.warrantyExpiresOn, Asset.assignedTo, Asset.site, Asset.number, Asset.keyFields)
#[tokio::test]
async fn an_asset_says_what_it_is_and_whose() -> Result<()> {
    let house = super::house().await?;
    let asset = house.world.assets.iter().find(|it| it.client == 1 && it.contact != 0).context("no asset")?;
    let contact = house.world.contacts.iter().find(|it| it.id == asset.contact).context("no contact")?;
    let site = house.world.locations.iter().find(|it| it.id == asset.location).context("no site")?;
    let fields = "name type make model serial status operatingSystem url installedOn purchasedOn warrantyExpiresOn \
                  active assignedTo { name side } site { name } account { name } contact { name } keyFields { key }";
    let row = row(&house, "assets", Kind::Asset, asset.id, fields).await?;
    let person = contact.name.trim();
    let expected = json!({
        "id": house.id(Kind::Asset, asset.id)?,
        "name": asset.name, "type": asset.asset_type, "make": asset.make, "model": asset.model,
        "serial": asset.serial, "status": asset.status, "operatingSystem": asset.os, "url": asset.uri_client,
        "installedOn": asset.installed, "purchasedOn": asset.purchased, "warrantyExpiresOn": asset.warranty,
        "active": true, "assignedTo": { "name": person, "side": "CUSTOMER" }, "site": { "name": site.name },
        "account": { "name": house.world.clients[0].name }, "contact": { "name": person }, "keyFields": [],
    });
    assert_eq!(row, expected);
    Ok(())
}

#[tokio::test]
async fn remarks_are_for_the_provider_alone() -> Result<()> {
    let house = super::house().await?;
    let fields = "id notes internalKeyFields { key value }";
    let asset = house.world.assets.iter().find(|it| it.client == 1).context("no asset")?;
    let id = house.id(Kind::Asset, asset.id)?;
    let rows = all(&house, AGENT, "assets", "", fields).await?;
    let shown = rows.iter().find(|row| row["id"] == id.as_str()).context("no asset")?;
    assert_eq!(shown["notes"].as_str(), asset.notes.as_deref());
    assert_eq!(shown["internalKeyFields"][0]["value"].as_str(), asset.uri.as_deref());
    for (list, field) in [
        ("assets", "notes"),
        ("domains", "notes"),
        ("certificates", "notes"),
        ("sites", "notes"),
        ("documents", "visibility"),
    ] {
        let answer = house.ask(TECHNICAL, &format!("{{ {list} {{ nodes {{ id {field} }} }} }}")).await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{list}: {answer}");
        let answer = house.data(AGENT, &format!("{{ {list} {{ nodes {{ id {field} }} }} }}")).await?;
        let nodes = answer[list]["nodes"].as_array().context("no rows")?;
        assert!(nodes.iter().any(|node| node[field].is_string()), "{list} shows no {field} to an agent");
    }
    Ok(())
}

/// Acceptance: X04, X05, X06, X07 (Document.body, Document.folder, Domain.registrar, Domain.expiresOn, Domain.records, Certificate.host, Certificate.issuer, Certificate.expiresOn)
#[tokio::test]
async fn documents_domains_and_certificates_say_what_they_are() -> Result<()> {
    let house = super::house().await?;
    let world = &house.world;
    let document = world.documents.iter().find(|it| it.client == 1 && it.client_visible).context("no document")?;
    let shown = row(&house, "documents", Kind::Document, document.id, "name folder description body").await?;
    assert_eq!(shown["name"].as_str(), Some(document.name.trim()));
    assert_eq!((&shown["folder"], &shown["body"]), (&json!("Guides"), &json!(document.content)));
    let domain = world.domains.iter().find(|it| it.client == 1).context("no domain")?;
    let vendor = world.vendors.iter().find(|it| it.id == domain.registrar).map(|it| it.name.as_str());
    let shown = row(&house, "domains", Kind::Domain, domain.id, "name registrar expiresOn").await?;
    assert_eq!((&shown["name"], &shown["registrar"]), (&json!(domain.name), &json!(vendor)));
    assert_eq!(shown["expiresOn"], json!(domain.expires));
    let certificate = world.certificates.iter().find(|it| it.client == 1).context("no certificate")?;
    let fields = "name host issuer expiresOn domain { name }";
    let shown = row(&house, "certificates", Kind::Certificate, certificate.id, fields).await?;
    let expected = json!({
        "id": house.id(Kind::Certificate, certificate.id)?, "name": certificate.name, "host": certificate.host,
        "issuer": certificate.issued_by, "expiresOn": certificate.expires, "domain": { "name": domain.name },
    });
    assert_eq!(shown, expected);
    Ok(())
}

/// Acceptance: I13, I14 (Quote.status, Quote.lines, RecurringInvoice.amount, RecurringInvoice.nextOn, RecurringInvoice.frequency, RecurringInvoice.autopay)
#[tokio::test]
async fn quotes_and_recurring_invoices_say_the_stored_figures() -> Result<()> {
    let house = super::house().await?;
    let world = &house.world;
    let quote = world.quotes.iter().find(|it| it.client == 1 && it.status == "Sent").context("no quote")?;
    let fields =
        "number status { group label } total { amount currency } issuedOn expiresOn lines { name total { amount } }";
    let shown = row(&house, "quotes", Kind::Quote, quote.id, fields).await?;
    assert_eq!(shown["number"], json!(format!("{}{}", quote.prefix, quote.number)));
    assert_eq!(shown["status"], json!({ "group": "OPEN", "label": "Sent" }));
    assert_eq!(shown["total"], json!({ "amount": quote.amount.to_string(), "currency": quote.currency }));
    let mut lines: Vec<_> = world.lines.iter().filter(|it| it.owner == LineOwner::Quote(quote.id)).collect();
    lines.sort_by_key(|line| (line.order, line.id));
    let totals: Vec<Value> = lines.iter().map(|line| json!(line.total.to_string())).collect();
    let shown: Vec<Value> =
        shown["lines"].as_array().context("no lines")?.iter().map(|it| it["total"]["amount"].clone()).collect();
    assert_eq!(shown, totals);
    for recurring in world.recurring.iter().filter(|it| it.client == 1 && it.active) {
        let fields = "number amount { amount currency } frequency nextOn lastOn autopay active";
        let shown = row(&house, "recurringInvoices", Kind::RecurringInvoice, recurring.id, fields).await?;
        let autopay = world.card_rules.iter().any(|rule| rule.recurring == recurring.id);
        assert_eq!(shown["amount"], json!({ "amount": recurring.amount.to_string(), "currency": recurring.currency }));
        assert_eq!((&shown["autopay"], &shown["active"]), (&json!(autopay), &json!(true)));
        assert_eq!((&shown["nextOn"], &shown["lastOn"]), (&json!(recurring.next), &json!(recurring.last_sent)));
        assert_eq!(shown["frequency"], json!(recurring.frequency.word()));
    }
    Ok(())
}

/// Acceptance: C08 (Approval.status, Approval.anyWith, Ticket.approvals)
#[tokio::test]
async fn an_approval_says_what_is_asked_and_of_whom() -> Result<()> {
    let house = super::house().await?;
    let world = &house.world;
    let rows = all(
        &house,
        PRIMARY,
        "approvals",
        "",
        "id subject status { group } anyWith requestedBy { side } decidedBy { name }",
    )
    .await?;
    assert!(!rows.is_empty());
    for row in rows {
        let mut approvals = world.approvals.iter();
        let approval = approvals.find(|it| house.id(Kind::Approval, it.id).is_ok_and(|id| row["id"] == id.as_str()));
        let approval = approval.context("an approval that the world does not have")?;
        let task = world.tasks.iter().find(|it| it.id == approval.task).context("no task")?;
        assert_eq!(row["subject"], json!(task.name.trim()));
        assert_eq!(row["status"]["group"], json!("PENDING"));
        assert_eq!(row["anyWith"], json!(approval.approval_type));
        assert_eq!(row["requestedBy"]["side"], json!("PROVIDER"));
        assert_eq!(row["decidedBy"], Value::Null);
    }
    Ok(())
}
