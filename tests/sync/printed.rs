//! An invoice on paper: made by the PSA that has it, for whoever sees the invoice.

use anyhow::{Context, Result, ensure};
use futures_util::TryStreamExt;
use portico::executor::request::Credential;
use portico::files::{FileRequest, FileStore};
use portico_contract::{ErrorKind, Kind};
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, tenant};
use serde_json::{Value, json};
use std::time::Duration;

const ALL: &str = "{ invoices(first: 100) { nodes { id number pdf } } }";

/// Name and bytes, or why not.
async fn opened(house: &House, email: Option<&str>, id: &Value) -> Result<Result<(String, Vec<u8>), ErrorKind>> {
    let credential = match email {
        Some(email) => Credential::Bearer(house.user(email).context("a user")?.token.as_str().into()),
        None => Credential::default(),
    };
    let id = id.as_str().context("an id")?.to_owned();
    match house.app.files(&house.config).open(FileRequest { id, credential, ..FileRequest::default() }).await {
        Ok(file) => {
            assert_eq!(file.media_type, "application/pdf");
            let bytes = file.bytes.map_ok(|part| part.to_vec()).try_concat().await;
            Ok(Ok((file.name, bytes.map_err(|e| portico::app::say(&e))?)))
        }
        Err(error) => Ok(Err(error.kind)),
    }
}

/// Acceptance: I06 (Invoice.pdf)
#[tokio::test]
async fn whoever_sees_an_invoice_gets_it_on_paper_where_its_psa_prints() -> Result<()> {
    let mut house = House::new().await?;
    let world = house.world.clone();
    let halo = tenant::beside(&mut house, &world, 10_000).await?;
    let said = house.data(ADMINISTRATOR, ALL).await?;
    let rows = said["invoices"]["nodes"].as_array().context("no invoices")?;
    let (printed, plain): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| row["pdf"].is_string());
    let (printed, plain) = (printed.first().context("none can be printed")?, plain.first().context("all are")?);
    let address = format!("/files/{}", printed["id"].as_str().context("an id")?);
    ensure!(printed["pdf"].as_str().is_some_and(|url| url.ends_with(&address)), "{printed}");

    let (name, bytes) =
        opened(&house, Some("robin.vale@"), &printed["id"]).await?.map_err(|kind| anyhow::anyhow!("{kind}"))?;
    assert_eq!(json!(name), json!(format!("{}.pdf", printed["number"].as_str().context("a number")?)));
    ensure!(bytes.starts_with(b"%PDF") && bytes.len() > 100, "{} bytes", bytes.len());
    assert_eq!(opened(&house, Some("robin.vale@"), &plain["id"]).await?, Err(ErrorKind::Unsupported));

    // Nobody else learns that it is there, and the PSA is not asked.
    halo.forget_seen();
    for email in ["priya.nair@", "sam.whitlock@"] {
        assert_eq!(opened(&house, Some(email), &printed["id"]).await?, Err(ErrorKind::NotFound), "{email}");
    }
    assert_eq!(opened(&house, None, &printed["id"]).await?, Err(ErrorKind::Unauthenticated));
    assert_eq!(
        opened(&house, Some("robin.vale@"), &json!(house.id(Kind::Invoice, 999_999)?)).await?,
        Err(ErrorKind::NotFound)
    );
    ensure!(!halo.seen().iter().any(|seen| seen.path.contains("PDF")), "{:?}", halo.counts());

    // What the PSA has taken back is not printed, however lately it was listed.
    let number = printed["number"].as_str().context("a number")?;
    let id = halo.ids("Invoice").into_iter().map(|(id, _)| id);
    let named = |id: &i64| {
        let known = halo.value("Invoice", *id, "invoicenumber");
        known.as_str().is_some_and(|known| known.ends_with(number) || number.ends_with(known))
    };
    let id = id.into_iter().find(named).context("which one")?;
    halo.remove("Invoice", (id, 0))?;
    house.pass(Duration::from_secs(600));
    assert_eq!(opened(&house, Some("robin.vale@"), &printed["id"]).await?, Err(ErrorKind::NotFound));
    Ok(())
}
