//! Two PSAs of different vendors below one fence: what customers of either are told, searched for what is not theirs.

use super::canaries::{ids_in, told};
use super::cast::{self, Viewer};
use super::crawl;
use super::sdl::Sdl;
use anyhow::{Context, Result, ensure};
use portico::accounts::Realm;
use portico::cli::people;
use portico_sandbox::canary::found_in;
use portico_sandbox::halopsa::SHIFT;
use portico_sandbox::{Halo, Membership, Person, PersonKind, Seed, World};
use portico_tests::{House, Options, log, tenant};
use std::collections::BTreeSet;

/// Marks the texts of the second world.
const REALM: &str = "halo";

/// A house with both, and the second world.
async fn both() -> Result<(House, Halo, World)> {
    let mut house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let world = World::seeded(&Seed { realm: REALM.to_owned(), ..Seed::default() });
    let halo = tenant::beside(&mut house, &world, 100_000).await?;
    let source = house.other()?;
    house.app.sync.fill_some(source).await;
    let thin = house.app.sync.fills().await.map_err(|e| portico::app::say(&e))?;
    let missing: u64 = thin.values().map(|fill| fill.total - fill.done).sum();
    ensure!(missing == 0, "{missing} threads were not read: a sweep would not find what is in them");
    Ok((house, halo, world))
}

/// The people of the second world, as users of their contacts in the tenant.
async fn guests(house: &House, world: &World) -> Result<Vec<Viewer>> {
    let there = |it: &Membership| Membership {
        contact: it.contact + i32::try_from(SHIFT.user).unwrap_or_default(),
        client: it.client + i32::try_from(SHIFT.client).unwrap_or_default(),
        ..it.clone()
    };
    let contacts = world.people().into_iter().filter(|it| it.kind == PersonKind::Contact && it.enabled);
    let guests: Vec<Person> = contacts
        .map(|it| Person {
            email: it.email.as_ref().map(|email| format!("halo.{email}")),
            memberships: it.memberships.iter().map(there).collect(),
            ..it
        })
        .collect();
    let users = people::make(&house.app.accounts, house.other()?.id, &guests).await?;
    let mut cast = Vec::new();
    for user in users {
        let person = guests.iter().find(|it| it.email.as_ref() == Some(&user.email)).context("a user of nobody")?;
        cast.push(Viewer {
            label: user.name,
            token: Some(user.token),
            realm: Some(Realm::Customer),
            roles: BTreeSet::new(),
            given: None,
            members: person.memberships.iter().filter(|it| it.active).cloned().collect(),
        });
    }
    Ok(cast)
}

/// The account that a text was planted at.
fn account(text: &str) -> Option<i64> {
    let (_, after) = text.split_once("acct")?;
    after.split('-').next()?.parse().ok()
}

#[tokio::test]
async fn customers_of_either_psa_are_told_nothing_internal_and_nothing_of_the_other() -> Result<()> {
    let (house, _halo, world) = both().await?;
    let sdl = Sdl::read()?;
    let staff = told(&house, &sdl, &cast::person(&house, "robin.vale@")?, &[]).await?;
    let ids: Vec<String> = ids_in(&staff).into_iter().collect();
    let of_halo = |text: &str| text.starts_with(&format!("cnry-{REALM}"));
    let internal = found_in(&staff).filter(|text| of_halo(text) && text.ends_with("-internal")).count();
    ensure!(internal > 20, "staff read {internal} internal texts of the tenant: the sweep cannot fail");
    // Costs, opportunities and projects are for nobody.
    ensure!(!found_in(&staff).any(|text| text.contains("-item") || text.contains("unit_cost")), "costs are shown");
    for viewer in cast::each_type(&house)? {
        let text = told(&house, &sdl, &viewer, &ids).await?;
        let wrong: BTreeSet<&str> = found_in(&text).filter(|it| of_halo(it) || it.ends_with("-internal")).collect();
        ensure!(wrong.is_empty(), "{} reads {wrong:?}", viewer.label);
    }
    let (mut met, mut seen) = (0, 0);
    for viewer in guests(&house, &world).await?.into_iter().take(6) {
        let text = told(&house, &sdl, &viewer, &ids).await?;
        let own: Vec<i64> = viewer.members.iter().map(|it| i64::from(it.client) - SHIFT.client).collect();
        let theirs =
            |it: &str| of_halo(it) && (it.ends_with("-public") || account(it).is_some_and(|id| own.contains(&id)));
        let wrong: BTreeSet<&str> = found_in(&text).filter(|it| it.ends_with("-internal") || !theirs(it)).collect();
        ensure!(wrong.is_empty(), "{} of {own:?} reads {wrong:?}", viewer.label);
        met += 1;
        seen += found_in(&text).count();
    }
    ensure!(met > 3 && seen > 20, "{met} guests read {seen} texts: the sweep looks nowhere");
    let logged: BTreeSet<String> = found_in(&log::kept().text()).map(str::to_owned).collect();
    ensure!(logged.is_empty(), "the log holds {logged:?}");
    Ok(())
}
