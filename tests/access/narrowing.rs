//! Choosing one account narrows everything to it.

use super::cast::{self, Viewer, codes};
use super::sight::Sight;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Standard at the first account, Primary at the third.
const TWO: &str = "dana.reyes@";

async fn at(house: &House, viewer: &Viewer, account: &str, query: &str) -> Result<Value> {
    let mut request = viewer.request(query, json!({}));
    request.account = Some(account.to_owned());
    cast::answer(house, request).await
}

fn ids(nodes: &Value) -> BTreeSet<String> {
    nodes.as_array().into_iter().flatten().filter_map(|node| node["id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn one_account_at_a_time() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    assert_eq!(viewer.members.len(), 2);
    for member in viewer.members.clone() {
        let alone = Viewer { members: vec![member.clone()], ..viewer.clone() };
        let sight = Sight::of(&house.world, &alone);
        let account = house.id(Kind::Account, member.client)?;
        let query = "{ tickets(first: 100) { nodes { id } } contacts(first: 100) { nodes { id } } \
                     accounts { nodes { id } } viewer { accounts { id } contacts { id } } }";
        let answer = at(&house, &viewer, &account, query).await?;
        let data = &answer["data"];
        assert_eq!(ids(&data["tickets"]["nodes"]), sight.ids(&house, Kind::Ticket)?, "{answer}");
        assert_eq!(ids(&data["contacts"]["nodes"]), sight.ids(&house, Kind::Contact)?);
        assert_eq!(ids(&data["accounts"]["nodes"]), BTreeSet::from([account.clone()]));
        assert_eq!(ids(&data["viewer"]["accounts"]), BTreeSet::from([account.clone()]));
        assert_eq!(ids(&data["viewer"]["contacts"]), BTreeSet::from([house.id(Kind::Contact, member.contact)?]));
        for kind in [Kind::Ticket, Kind::Invoice] {
            let all = Sight::of(&house.world, &viewer);
            for id in all.rows(kind) {
                let global = house.id(kind, id)?;
                let answer = at(&house, &viewer, &account, &format!("{{ node(id: \"{global}\") {{ id }} }}")).await?;
                assert_eq!(answer["data"]["node"].is_object(), sight.has(kind, id), "{answer}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_right_of_one_account_is_none_at_the_other() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    let query = "{ invoices(first: 100) { nodes { id } } viewer { permissions { permission accountId } } }";
    let (standard, primary) = (house.id(Kind::Account, 1)?, house.id(Kind::Account, 3)?);
    let answer = at(&house, &viewer, &standard, query).await?;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer}");
    let held = answer["data"]["viewer"]["permissions"].as_array().context("no permissions")?;
    assert!(held.iter().all(|it| it["accountId"] == json!(standard)), "of the active scope alone: {answer}");
    assert!(held.iter().all(|it| it["permission"] != "INVOICES_READ"), "{answer}");
    let answer = at(&house, &viewer, &primary, query).await?;
    assert_eq!(ids(&answer["data"]["invoices"]["nodes"]), Sight::of(&house.world, &viewer).ids(&house, Kind::Invoice)?);
    let both = house.data(viewer.who(), query).await?;
    assert_eq!(both["invoices"], answer["data"]["invoices"], "rows use their own account's rights");
    Ok(())
}

#[tokio::test]
async fn only_accounts_of_ones_own_can_be_chosen() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    let own_ticket = Sight::of(&house.world, &viewer).ids(&house, Kind::Ticket)?;
    let mut foreign = vec![house.id(Kind::Account, 2)?, house.id(Kind::Account, 99)?, String::new(), "account_".into()];
    foreign.extend(own_ticket.into_iter().next());
    let mut answers = BTreeSet::new();
    for account in foreign {
        let answer = at(&house, &viewer, &account, "{ viewer { name } }").await?;
        assert_eq!(codes(&answer), ["NOT_FOUND"], "{account}: {answer}");
        assert!(answer.get("data").is_none());
        answers.insert(answer.to_string());
    }
    assert_eq!(answers.len(), 1, "foreign and unknown accounts are told apart: {answers:?}");
    Ok(())
}

#[tokio::test]
async fn staff_can_choose_any_account() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "kit.marsh@")?;
    let account = house.id(Kind::Account, 2)?;
    let answer = at(&house, &viewer, &account, "{ tickets(first: 100) { nodes { id account { id } } } }").await?;
    let nodes = &answer["data"]["tickets"]["nodes"];
    assert!(!ids(nodes).is_empty(), "{answer}");
    assert!(nodes.as_array().unwrap().iter().all(|node| node["account"]["id"] == json!(account)), "{answer}");
    Ok(())
}
