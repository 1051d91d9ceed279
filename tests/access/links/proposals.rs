//! Proposals: made by rule, decided by a person, once.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use super::{PRIYA, SAM, count, done, link_accounts, people, two, wrong};
use crate::cast::{self, at};
use crate::sight::Sight;
use anyhow::{Context, Result, ensure};
use futures_util::future::join_all;
use portico_contract::Kind;
use portico_tests::house::{ADMINISTRATOR, AGENT, Who};
use portico_tests::{House, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

pub const PROPOSALS: &str = "{ accountLinkProposals(first: 100) { totalCount nodes { id rule evidence state \
    account { id name } otherAccount { id name } decidedBy { id name } decidedAt } } }";

pub async fn proposals(house: &House, who: Who<'_>) -> Result<Vec<Value>> {
    let data = house.data(who, PROPOSALS).await?;
    at(&data, "/accountLinkProposals/nodes").as_array().cloned().context("no list")
}

pub async fn propose(house: &House) -> Result<i64> {
    let data =
        house.data(ADMINISTRATOR, "mutation { proposeAccountLinks { proposed more userErrors { message } } }").await?;
    ensure!(data["proposeAccountLinks"]["more"] == false, "{data}");
    data["proposeAccountLinks"]["proposed"].as_i64().context("no count")
}

/// The proposal of client 1 of both PSAs.
pub async fn first(house: &House) -> Result<Value> {
    let pair = BTreeSet::from([house.id(Kind::Account, 1)?, house.other_id(Kind::Account, 1)?]);
    let is = |row: &Value| {
        let ends = [&row["account"]["id"], &row["otherAccount"]["id"]];
        ends.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect::<BTreeSet<_>>() == pair
    };
    proposals(house, ADMINISTRATOR).await?.into_iter().find(is).context("client 1 is not proposed")
}

#[tokio::test]
async fn proposals_are_made_once_and_decided_once() -> Result<()> {
    made_once(two()).await
}

pub async fn made_once(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let made = propose(&house).await?;
    let rows = proposals(&house, AGENT).await?;
    assert_eq!(i64::try_from(rows.len())?, made);
    assert!(made >= 4, "every client in use has its twin: {rows:?}");
    let ours = Sight::everything(&house.world).ids(&house, Kind::Account)?;
    for row in &rows {
        let ends = [&row["account"]["id"], &row["otherAccount"]["id"]];
        let of_ours = ends.iter().filter(|id| id.as_str().is_some_and(|id| ours.contains(id))).count();
        assert_eq!((of_ours, row["state"].as_str()), (1, Some("PROPOSED")), "of different backends: {row}");
    }
    let row = first(&house).await?;
    assert_eq!((&row["rule"], &row["evidence"]), (&json!("WEBSITE"), &json!("client1.example.com")), "{row}");
    assert_eq!(propose(&house).await?, 0, "again: nothing new");

    let input = json!({ "proposal": row["id"] });
    for _ in 0..2 {
        let payload = done(&house, "declineAccountLink", &input, "proposal { state decidedBy { name } }").await?;
        assert_eq!(payload["proposal"]["state"], "DECLINED");
        assert!(payload["proposal"]["decidedBy"]["name"].is_string(), "{payload}");
    }
    let acts =
        house.data(ADMINISTRATOR, "{ auditLog(filter: { action: ACCOUNT_LINK_DECLINED }) { nodes { detail } } }");
    let told = json!({ "nodes": [{ "detail": "WEBSITE" }] });
    assert_eq!(acts.await?["auditLog"], told, "once, and the evidence is not in it: it can name people");
    assert_eq!(wrong(&house, "confirmAccountLink", &input).await?, "CONFLICT");
    assert_eq!((propose(&house).await?, count(&house, "account_links").await?), (0, 0), "declined for good");

    let next = rows.iter().find(|other| other["id"] != row["id"]).context("one proposal only")?;
    let input = json!({ "proposal": next["id"] });
    let below = "proposal { state account { linkedAccounts { id } } otherAccount { id } }";
    let payload = done(&house, "confirmAccountLink", &input, below).await?;
    assert_eq!(payload["proposal"]["state"], "CONFIRMED");
    assert_eq!(payload["proposal"]["account"]["linkedAccounts"], json!([{ "id": next["otherAccount"]["id"] }]));
    let audited = count(&house, "audit").await?;
    assert_eq!(done(&house, "confirmAccountLink", &input, below).await?, payload, "a repeat is the same answer");
    assert_eq!(count(&house, "audit").await?, audited, "and no second act");
    assert_eq!(wrong(&house, "declineAccountLink", &input).await?, "CONFLICT");

    done(&house, "unlinkAccounts", &json!({ "account": next["account"]["id"] }), "").await?;
    assert_eq!((propose(&house).await?, count(&house, "account_links").await?), (0, 0), "undone by a person");
    let filter = "{ accountLinkProposals(first: 100, filter: { state: DECLINED }) { totalCount nodes { state } } }";
    let declined = house.data(AGENT, filter).await?;
    assert_eq!(declined["accountLinkProposals"]["totalCount"], 2, "{declined}");
    Ok(())
}

#[tokio::test]
async fn two_confirmations_at_once_give_one_link() -> Result<()> {
    at_once(two()).await
}

pub async fn at_once(options: Options) -> Result<()> {
    let house = Arc::new(House::with(options).await?);
    propose(&house).await?;
    let input = json!({ "proposal": first(&house).await?["id"] });
    let tasks = (0..4).map(|_| {
        let (house, input) = (Arc::clone(&house), input.clone());
        tokio::spawn(async move { done(&house, "confirmAccountLink", &input, "proposal { state }").await })
    });
    for task in join_all(tasks).await {
        assert_eq!(task??["proposal"]["state"], "CONFIRMED");
    }
    assert_eq!(count(&house, "account_links").await?, 2);
    assert_eq!(count(&house, "audit WHERE action = 'ACCOUNT_LINK_CONFIRMED'").await?, 1);
    let links = (0..4).map(|_| {
        let house = Arc::clone(&house);
        tokio::spawn(async move { done(&house, "linkContacts", &people(&house, SAM, PRIYA)?, "").await })
    });
    for task in join_all(links).await {
        task??;
    }
    assert_eq!(count(&house, "contact_links").await?, 2, "one from either end");
    assert_eq!(count(&house, "audit WHERE action = 'CONTACTS_LINKED'").await?, 1);
    Ok(())
}

/// A proposal names two accounts: who has chosen one of them alone does not see it.
#[tokio::test]
async fn a_proposal_is_seen_by_those_who_see_both_accounts() -> Result<()> {
    let house = House::with(two()).await?;
    propose(&house).await?;
    let viewer = cast::person(&house, "robin.vale@")?;
    let asked = |query: &'static str| {
        let mut request = viewer.request(query, json!({}));
        request.account = house.id(Kind::Account, 1).ok();
        cast::answer(&house, request)
    };
    let narrow = asked("{ accountLinkProposals { totalCount } auditLog { totalCount } }");
    let narrow = narrow.await?;
    assert_eq!(narrow["data"]["accountLinkProposals"]["totalCount"], 0, "{narrow}");
    assert_eq!(narrow["data"]["auditLog"]["totalCount"], 0, "acts are of no account: {narrow}");
    link_accounts(&house).await?;
    let both = asked("{ accountLinkProposals { nodes { state } } }").await?;
    assert_eq!(both["data"]["accountLinkProposals"]["nodes"], json!([{ "state": "CONFIRMED" }]), "{both}");
    Ok(())
}
