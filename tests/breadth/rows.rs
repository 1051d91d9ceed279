//! Which rows somebody sees: in lists, by id, and below other rows.

use super::oracle::{Eye, LISTS, everything, global};
use super::{all, ids};
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::house::{
    ADMINISTRATOR, AGENT, BILLING, BILLING_TECHNICAL, OTHER_PRIMARY, PRIMARY, STANDARD, TECHNICAL, TWO_ACCOUNTS,
};
use portico_tests::{House, Who};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CAST: [Who<'static>; 9] =
    [PRIMARY, BILLING, TECHNICAL, STANDARD, BILLING_TECHNICAL, OTHER_PRIMARY, TWO_ACCOUNTS, AGENT, ADMINISTRATOR];

/// Acceptance: X01, X04, X06, X07, C08, I12, I13, I14 (Query.assets, Query.documents, Query.domains, Query.certificates, Query.approvals, Query.payments, Query.recurringInvoices, Query.quotes, Query.sites)
#[tokio::test]
async fn lists_show_each_person_what_the_vendors_rules_allow() -> Result<()> {
    lists(&super::house().await?).await
}

pub async fn lists(house: &House) -> Result<()> {
    let mut seen = 0;
    for who in CAST {
        let eye = Eye::of(house, who)?;
        for (kind, list) in LISTS {
            let expected = global(house, kind, &eye.rows(kind))?;
            assert_eq!(ids(house, who, list, "").await?, expected, "{list} of {who:?}");
            seen += expected.len();
        }
    }
    assert!(seen > 300, "only {seen} rows were compared");
    Ok(())
}

#[tokio::test]
async fn ids_open_what_lists_show_and_nothing_else() -> Result<()> {
    let house = super::house().await?;
    for who in [STANDARD, BILLING, TECHNICAL, OTHER_PRIMARY] {
        let eye = Eye::of(&house, who)?;
        for (kind, list) in LISTS {
            let allowed = global(&house, kind, &eye.rows(kind))?;
            let every: Vec<String> = global(&house, kind, &everything(&house.world, kind))?.into_iter().collect();
            let mut found = BTreeSet::new();
            for ids in every.chunks(100) {
                let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
                let answer = house.ask_with(who, query, json!({ "ids": ids })).await?;
                let nodes = answer["data"]["nodes"].as_array().with_context(|| answer.to_string())?;
                found.extend(nodes.iter().filter_map(|node| node["id"].as_str().map(str::to_owned)));
            }
            assert_eq!(found, allowed, "{list} of {who:?}");
        }
    }
    Ok(())
}

/// What hangs on a visible row is fenced by its own rules: a ticket's asset may be somebody else's.
#[tokio::test]
async fn what_hangs_on_a_ticket_keeps_its_own_fence() -> Result<()> {
    let house = super::house().await?;
    for who in [STANDARD, TECHNICAL, AGENT] {
        let eye = Eye::of(&house, who)?;
        let assets = global(&house, Kind::Asset, &eye.rows(Kind::Asset))?;
        let approvals = global(&house, Kind::Approval, &eye.rows(Kind::Approval))?;
        let fields = "id asset { id } approvals(first: 5) { nodes { id ticket { id } } }";
        let mut nested = BTreeSet::new();
        for ticket in all(&house, who, "tickets", "", fields).await? {
            if let Some(asset) = ticket["asset"]["id"].as_str() {
                assert!(assets.contains(asset), "{who:?} sees {asset} through {}", ticket["id"]);
            }
            for approval in ticket["approvals"]["nodes"].as_array().into_iter().flatten() {
                assert_eq!(approval["ticket"]["id"], ticket["id"]);
                nested.extend(approval["id"].as_str().map(str::to_owned));
            }
        }
        assert_eq!(nested, approvals, "approvals below tickets of {who:?}");
    }
    Ok(())
}

#[tokio::test]
async fn sites_and_assets_below_an_account_are_those_of_the_lists() -> Result<()> {
    below(&super::house().await?).await
}

pub async fn below(house: &House) -> Result<()> {
    for who in [PRIMARY, TECHNICAL, OTHER_PRIMARY] {
        let fields =
            "id sites(first: 5) { nodes { id assets(first: 5) { nodes { id } } } } assets(first: 20) { nodes { id } }";
        let accounts = all(house, who, "accounts", "", fields).await?;
        let below = |path: &str| -> BTreeSet<String> {
            let nodes = accounts.iter().flat_map(|it| it[path]["nodes"].as_array().cloned().unwrap_or_default());
            nodes.filter_map(|it: Value| it["id"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(below("sites"), ids(house, who, "sites", "").await?, "{who:?}");
        assert_eq!(below("assets"), ids(house, who, "assets", "").await?, "{who:?}");
        assert!(!below("assets").is_empty());
    }
    Ok(())
}

/// Acceptance: X03 (Query.assets, AssetScope.MINE, Dashboard.myAssets)
#[tokio::test]
async fn mine_are_the_assets_that_are_assigned_to_me() -> Result<()> {
    let house = super::house().await?;
    let mut seen = 0;
    for who in CAST {
        let eye = Eye::of(&house, who)?;
        let assigned = house.world.assets.iter().filter(|asset| {
            let mine = eye.members().any(|it| it.contact == asset.contact && it.client == asset.client);
            mine && !asset.archived.is_set()
        });
        let mine = global(&house, Kind::Asset, &assigned.map(|asset| asset.id).collect())?;
        assert_eq!(ids(&house, who, "assets", ", scope: MINE").await?, mine, "{who:?}");
        let home = house.data(who, "{ dashboard { myAssets(first: 100) { nodes { id } } } }").await?;
        let nodes = home["dashboard"]["myAssets"]["nodes"].as_array().context("no assets")?;
        let shown: BTreeSet<String> = nodes.iter().filter_map(|it| it["id"].as_str().map(str::to_owned)).collect();
        assert_eq!(shown, mine, "{who:?}");
        seen += mine.len();
    }
    assert!(seen > 0, "nobody has an asset");
    Ok(())
}

/// Acceptance: T39 (Query.choices, Choice.label, Choice.meaning)
#[tokio::test]
async fn pick_lists_are_for_those_who_see_tickets() -> Result<()> {
    choices(&super::house().await?).await
}

pub async fn choices(house: &House) -> Result<()> {
    for who in [STANDARD, PRIMARY, AGENT] {
        let rows = all(house, who, "choices", ", list: TICKET_STATUS", "id list label meaning active").await?;
        let labels: BTreeSet<&str> = rows.iter().filter_map(|row| row["label"].as_str()).collect();
        for status in &house.world.statuses {
            assert!(labels.contains(status.name.trim()), "{} is missing for {who:?}", status.name);
        }
        assert!(rows.iter().all(|row| row["list"] == "TICKET_STATUS"));
    }
    Ok(())
}
