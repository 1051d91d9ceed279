//! Who did what is written down in the transaction of the act.

use super::proposals::{first, propose};
use super::{PRIYA, SAM, clients, count, link_both, open, people, two, unlink, wrong};
use crate::cast::at;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::house::ADMINISTRATOR;
use portico_tests::{House, Options};
use sea_orm::ConnectionTrait;
use serde_json::json;

#[tokio::test]
async fn every_act_is_written_down_with_the_act() -> Result<()> {
    written_down(two()).await
}

pub async fn written_down(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    link_both(&house).await?;
    link_both(&house).await?;
    unlink(&house).await?;
    unlink(&house).await?;
    let query = "{ auditLog(first: 100) { totalCount nodes { id at action objects detail actor { id name } } } }";
    let data = house.data(ADMINISTRATOR, query).await?;
    let rows = at(&data, "/auditLog/nodes").as_array().context("no list")?;
    let mut acts: Vec<&str> = rows.iter().filter_map(|row| row["action"].as_str()).collect();
    acts.sort_unstable();
    assert_eq!(acts, ["ACCOUNTS_LINKED", "ACCOUNTS_UNLINKED", "CONTACTS_LINKED", "CONTACTS_UNLINKED"], "{data}");
    let me = house.data(ADMINISTRATOR, "{ viewer { id name } }").await?;
    for row in rows {
        assert_eq!(row["actor"], me["viewer"], "{row}");
        let kind = if row["action"].as_str().is_some_and(|it| it.starts_with("ACC")) { "account_" } else { "contact_" };
        let objects = row["objects"].as_array().context("no objects")?;
        assert!(
            objects.len() == 2 && objects.iter().all(|id| id.as_str().is_some_and(|id| id.starts_with(kind))),
            "{row}"
        );
    }
    let one = house.data(ADMINISTRATOR, "{ auditLog(filter: { action: CONTACTS_LINKED }) { totalCount } }").await?;
    assert_eq!(one["auditLog"]["totalCount"], 1);

    let conn = open(&house).await?;
    for sql in ["UPDATE audit SET detail = 'nothing happened'", "DELETE FROM audit"] {
        let refused = conn.execute_unprepared(sql).await.err().with_context(|| format!("{sql} went through"))?;
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    Ok(())
}

/// Nobody can write anything down any more, on either database.
const AWAY: &str = "ALTER TABLE audit RENAME TO away";

#[tokio::test]
async fn what_cannot_be_written_down_is_not_done() -> Result<()> {
    let house = House::with(two()).await?;
    propose(&house).await?;
    let proposal = json!({ "proposal": first(&house).await?["id"] });
    let conn = open(&house).await?;
    conn.execute_unprepared(AWAY).await?;
    for (field, input) in [
        ("linkAccounts", clients(&house, 1, 1)?),
        ("confirmAccountLink", proposal.clone()),
        ("declineAccountLink", proposal),
    ] {
        assert_eq!(wrong(&house, field, &input).await?, "INTERNAL", "{field}");
    }
    assert_eq!(count(&house, "account_links").await?, 0);
    assert_eq!(first(&house).await?["state"], "PROPOSED");
    conn.execute_unprepared("ALTER TABLE away RENAME TO audit").await?;
    link_both(&house).await?;
    conn.execute_unprepared(AWAY).await?;
    assert_eq!(wrong(&house, "unlinkContacts", &people(&house, SAM, PRIYA)?).await?, "INTERNAL");
    assert_eq!(wrong(&house, "unlinkAccounts", &json!({ "account": house.id(Kind::Account, 1)? })).await?, "INTERNAL");
    assert_eq!((count(&house, "account_links").await?, count(&house, "contact_links").await?), (2, 2));
    Ok(())
}
