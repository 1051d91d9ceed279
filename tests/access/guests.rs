//! The tenant's customers: each sees, on every path, exactly the rows that the vendor's rules give them, and nothing of
//! the other PSA. The same of ITFlow's customers is said in [`rows`](super::rows).

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use super::both::Both;
use super::cast::{self, Viewer, at};
use super::rows::{listed, lists, nodes};
use super::sdl::Sdl;
use super::sight::tenant::There;
use super::sight::{Sight, kinds};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A role that nobody of the tenant has of themselves.
const GIVEN: &str = "EXTERNAL_MANAGER";

async fn everybody(both: &Both) -> Result<Vec<Viewer>> {
    let mut cast: Vec<Viewer> = both.each_type().into_iter().cloned().collect();
    ensure!(cast.len() > 4, "only {} kinds of guests", cast.len());
    cast.extend(both.holders().await?.into_iter().filter(|it| it.given == Some(GIVEN)));
    Ok(cast)
}

#[tokio::test]
async fn guests_hold_and_see_what_the_tenant_gives_them() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    for guest in &both.guests {
        let data = both.house.data(guest.who(), "{ viewer { roles { key } } }").await?;
        let roles = data["viewer"]["roles"].as_array().context("no roles")?;
        let roles: BTreeSet<&str> = roles.iter().filter_map(|role| role["key"].as_str()).collect();
        assert_eq!(roles, guest.roles, "{}", guest.label);
    }
    for guest in everybody(&both).await? {
        sees(&both, &sdl, &guest).await?;
    }
    Ok(())
}

/// On every path, exactly what the rules give, and nothing of ITFlow.
async fn sees(both: &Both, sdl: &Sdl, guest: &Viewer) -> Result<()> {
    let (house, label) = (&both.house, &guest.label);
    let everything = There::everything(&both.halo, &both.world);
    let there = There::of(&both.halo, &both.world, guest);
    for (kind, list) in lists(sdl).iter().filter(|(kind, _)| there.0.contains_key(kind)) {
        let expected = there.ids(house, *kind)?;
        let (found, total) = listed(house, guest, list, false).await?;
        assert_eq!(found, expected, "{label} {list}");
        assert_eq!(total, u64::try_from(expected.len())?, "{label} {list}");
    }
    for kind in everything.0.keys() {
        let (all, expected) = (everything.ids(house, *kind)?, there.ids(house, *kind)?);
        for (id, node) in all.iter().zip(nodes(house, guest, &all, "__typename").await?) {
            assert_eq!(node["id"] == json!(id), expected.contains(id), "{label} {kind} {id}: {node}");
        }
    }
    for kind in kinds(sdl)? {
        let foreign = Sight::everything(&house.world).ids(house, kind)?;
        let opened = nodes(house, guest, &foreign, "").await?;
        assert!(opened.iter().all(Value::is_null), "{label} opens {opened:?} of ITFlow");
    }
    Ok(())
}

#[tokio::test]
async fn customers_of_itflow_open_nothing_of_the_tenant_and_staff_open_all() -> Result<()> {
    let both = Both::new().await?;
    let house = &both.house;
    let everything = There::everything(&both.halo, &both.world);
    let staff = cast::person(house, "robin.vale@")?;
    for kind in everything.0.keys() {
        let all = everything.ids(house, *kind)?;
        let opened = nodes(house, &staff, &all, "").await?;
        let missing: Vec<_> = all.iter().zip(&opened).filter(|(_, node)| node.is_null()).collect();
        assert!(missing.is_empty(), "staff do not open {kind} {missing:?}");
        for viewer in cast::each_type(house)? {
            let opened = nodes(house, &viewer, &all, "").await?;
            assert!(opened.iter().all(Value::is_null), "{} opens {opened:?}", viewer.label);
        }
    }
    // What is for all customers of a PSA is for those of that PSA.
    for list in ["knowledgeArticles", "announcements"] {
        let query = format!("{{ {list} {{ totalCount }} }}");
        let answer = house.ask(cast::person(house, "priya.nair@")?.who(), &query).await?;
        assert_eq!(at(&answer, &format!("/data/{list}/totalCount")), 0, "{answer}");
    }
    Ok(())
}
