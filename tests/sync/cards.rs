//! A service that offers several requests is as many items of the catalogue.

use crate::shelf::shelf;
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::registry;
use portico_contract::{Kind, Lane, Stream};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn each_card_of_a_service_can_be_asked_for() -> Result<()> {
    let shelf = shelf().await?;
    let (house, who) = (&shelf.house, shelf.user.who());
    shelf.halo.update("Service", 2, json!({ "requestdetails_count": 2 }))?;
    let card = shelf.halo.write(
        "ServiceRequestDetails",
        json!({ "servicedetail_servsiteid": 2, "servicedetail_requesttypeid": 1, "servicedetail_type": 0,
            "servicedetail_label": "Give a laptop back", "servicedetail_hint": "We fetch it", "sequenceid": 2 }),
    )?;
    let source = house.other()?;
    house.pass(Duration::from_secs(60));
    house.app.sync.ask_for_full(source, Stream::Catalogue).await.map_err(|e| say(&e))?;
    house.app.sync.pull(source, Stream::Catalogue, Lane::Background).await.map_err(|e| say(&e))?;
    let data = house.data(who, "{ catalogueItems(first: 100) { nodes { id name form { name } } } }").await?;
    let named = |name: &str| {
        let mut rows = data["catalogueItems"]["nodes"].as_array().into_iter().flatten();
        rows.find(|row| row["name"] == name).cloned().with_context(|| format!("no {name}: {data}"))
    };
    // The first keeps the id that the service had.
    let first = named("New laptop: Request a laptop")?;
    assert_eq!(first["id"], house.other_id(Kind::CatalogueItem, "service:2")?);
    let second = named("New laptop: Give a laptop back")?;
    assert_ne!(first["form"]["name"], second["form"]["name"]);
    for (item, kind, answers) in
        [(&second, (1, card), json!([])), (&first, (3, 2), json!([{ "key": "153", "value": "2026-07-01" }]))]
    {
        let id = item["id"].as_str().context("no id")?;
        let before = shelf.halo.ids("Tickets");
        let done = shelf.request(who, id, answers).await?;
        assert_eq!(done["delivery"], "APPLIED", "{item}: {done}");
        let after = shelf.halo.ids("Tickets");
        let (new, _) = after.iter().find(|key| !before.contains(key)).context("no new ticket")?;
        let of = |field: &str| shelf.halo.value("Tickets", *new, field).as_i64();
        assert_eq!((of("tickettype_id"), of("service_request_detail_id")), (Some(kind.0), Some(kind.1)), "{item}");
    }
    Ok(())
}

#[tokio::test]
async fn a_sales_item_is_refused_with_what_to_do() -> Result<()> {
    let mut shelf = shelf().await?;
    let halo = shelf.house.config.backends.pop().context("no tenant")?;
    let toml::Value::Table(mut settings) = halo.value() else { anyhow::bail!("no settings") };
    settings.insert("products".to_owned(), true.into());
    shelf.house.config.backends.push(BackendSettings::new("halo", "halopsa", settings));
    let backends = registry::backends(&shelf.house.config.backends, &shelf.house.clock)?;
    shelf.house.app = App::start(&shelf.house.config, backends, shelf.house.clock.clone()).await?;
    shelf.house.app.sync.fill(false, Some(&[Stream::Catalogue])).await.map_err(|e| say(&e))?;
    let before = shelf.halo.ids("Tickets").len();
    let item = shelf.house.other_id(Kind::CatalogueItem, "item:1")?;
    let done = shelf.request(shelf.user.who(), &item, json!([])).await?;
    let error: &Value = &done["userErrors"][0];
    ensure!(error["message"].to_string().contains("Open a ticket that says what you need"), "{done}");
    assert_eq!((&error["code"], shelf.halo.ids("Tickets").len()), (&json!("UNSUPPORTED"), before));
    Ok(())
}
