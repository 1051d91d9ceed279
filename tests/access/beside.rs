//! Two PSAs of different vendors below one fence: what customers of either are told, searched for what is not theirs.

use super::both::{Both, REALM};
use super::canaries::{ids_in, told};
use super::cast;
use super::sdl::Sdl;
use anyhow::{Result, ensure};
use portico_sandbox::canary::found_in;
use portico_sandbox::halopsa::SHIFT;
use portico_tests::log;
use std::collections::BTreeSet;

/// The account that a text was planted at.
fn account(text: &str) -> Option<i64> {
    let (_, after) = text.split_once("acct")?;
    after.split('-').next()?.parse().ok()
}

#[tokio::test]
async fn customers_of_either_psa_are_told_nothing_internal_and_nothing_of_the_other() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let house = &both.house;
    let staff = told(house, &sdl, &cast::person(house, "robin.vale@")?, &[]).await?;
    let ids: Vec<String> = ids_in(&staff).into_iter().collect();
    let of_halo = |text: &str| text.starts_with(&format!("cnry-{REALM}"));
    let internal = found_in(&staff).filter(|text| of_halo(text) && text.ends_with("-internal")).count();
    ensure!(internal > 20, "staff read {internal} internal texts of the tenant: the sweep cannot fail");
    // Costs, opportunities and projects are for nobody.
    ensure!(!found_in(&staff).any(|text| text.contains("-item") || text.contains("unit_cost")), "costs are shown");
    for viewer in cast::each_type(house)? {
        let text = told(house, &sdl, &viewer, &ids).await?;
        let wrong: BTreeSet<&str> = found_in(&text).filter(|it| of_halo(it) || it.ends_with("-internal")).collect();
        ensure!(wrong.is_empty(), "{} reads {wrong:?}", viewer.label);
    }
    let (mut met, mut seen) = (0, 0);
    for viewer in both.each_type() {
        let text = told(house, &sdl, viewer, &ids).await?;
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
