//! Who is erased is in no command either.

use super::*;
use portico::app::say;
use portico_contract::Kind;
use portico_tests::house::AGENT;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use secrecy::ExposeSecret;

pub async fn journal(house: &House) -> Result<String> {
    let conn: DatabaseConnection = Database::connect(house.config.database.url.expose_secret()).await?;
    let sql = "SELECT intent || ' ' || COALESCE(detail, '') || ' ' || COALESCE(error_text, '') FROM journal_commands";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    conn.close().await?;
    Ok(rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

async fn erase(house: &House, kind: Kind, key: i32) -> Result<()> {
    let id = house.id(kind, key)?.parse().ok().context("an id")?;
    house.app.store.erase(id, false).await.map(drop).map_err(|e| say(&e))
}

#[tokio::test]
async fn what_an_erased_contact_asked_for_goes_and_others_lose_their_name() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let mine = word(&create(&house, STANDARD, "canary-of-sam").await?, "/ticket/id")?;
    let theirs = word(&create(&house, PRIMARY, "For Sam Whitlock, canary-of-priya").await?, "/ticket/id")?;
    comment(&house, STANDARD, &mine, "canary-said").await?;
    let before = journal(&house).await?;
    for mark in ["canary-of-sam", "canary-of-priya", "Whitlock", "canary-said"] {
        ensure!(before.contains(mark), "{mark} is not looked at: {before}");
    }
    erase(&house, Kind::Contact, 4).await?;
    let after = journal(&house).await?;
    ensure!(after.contains("canary-of-priya"), "{after}");
    for mark in ["canary-of-sam", "Whitlock", "canary-said"] {
        ensure!(!after.contains(mark), "{mark}: {after}");
    }
    assert_eq!(node(&house, AGENT, &mine).await?, Value::Null);
    writes.goes_down(false);
    house.pass(LONG);
    house.deliver().await?;
    assert_eq!(writes.writes().len(), 1, "what they asked for is not sent");
    ensure!(at(&node(&house, AGENT, &theirs).await?, "/id").is_string());
    Ok(())
}

#[tokio::test]
async fn nothing_is_left_of_an_erased_account() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let id = word(&create(&house, PRIMARY, "canary-of-an-account").await?, "/ticket/id")?;
    erase(&house, Kind::Account, 1).await?;
    ensure!(!journal(&house).await?.contains("canary-of-an-account"));
    assert_eq!(node(&house, AGENT, &id).await?, Value::Null);
    Ok(())
}

/// What is applied is in the PSA: its text is kept no longer.
#[tokio::test]
async fn an_applied_command_keeps_no_text() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    create(&house, STANDARD, "canary-applied").await?;
    ensure!(!journal(&house).await?.contains("canary-applied"));
    Ok(())
}
