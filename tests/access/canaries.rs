//! The sweep: everything that anybody can be told, searched for strings that they may not read.

use super::cast::{self, Viewer};
use super::crawl;
use super::sdl::Sdl;
use super::sight::{Sight, global};
use anyhow::{Context, Result, ensure};
use portico_contract::Kind;
use portico_sandbox::canary::found_in;
use portico_sandbox::{Canary, Visibility};
use portico_tests::{House, Options, log};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How deep the documents of the sweep go.
const DEPTH: usize = 5;

/// Fields of the world that staff are meant to read although customers never do.
const FOR_STAFF: &[(&str, &str)] = &[
    ("asset", "notes"),
    ("asset", "uri"),
    ("asset", "uri_2"),
    ("attachment", "name"),
    ("certificate", "notes"),
    ("client", "notes"),
    ("contact", "notes"),
    ("document", "content"),
    ("document", "description"),
    ("document", "name"),
    ("domain", "notes"),
    ("invoice", "note"),
    ("invoice", "scope"),
    ("invoice_line", "description"),
    ("invoice_line", "name"),
    ("location", "notes"),
    ("payment", "reference"),
    ("quote", "note"),
    ("quote", "scope"),
    ("quote_line", "description"),
    ("quote_line", "name"),
    ("recurring", "note"),
    ("recurring", "scope"),
    ("recurring_line", "description"),
    ("recurring_line", "name"),
    ("recurring", "note"),
    ("recurring", "scope"),
    ("recurring_line", "description"),
    ("recurring_line", "name"),
    ("reply", "body"),
];

/// Fields of the world that the schema shows to whoever sees the row.
const SHOWN: &[(&str, &str)] = &[
    ("attachment", "name"),
    ("contact", "department"),
    ("invoice", "note"),
    ("invoice", "scope"),
    ("invoice_line", "name"),
    ("reply", "body"),
    ("ticket", "details"),
    ("ticket", "subject"),
];

/// Ids of everything in the world, of kinds that the schema shows and of those that it does not.
fn every_id(house: &House) -> Result<Vec<String>> {
    let (world, mut ids) = (&house.world, Vec::new());
    let everything = Sight::everything(world);
    for (kind, rows) in &everything.0 {
        for id in rows {
            ids.push(global(house, *kind, *id)?);
        }
    }
    for user in &world.users {
        ids.push(house.id(Kind::Agent, user.id)?);
    }
    Ok(ids)
}

pub fn ids_in(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !word(c))
        .filter(|part| part.parse::<portico::readmodel::GlobalId>().is_ok())
        .map(str::to_owned)
        .collect()
}

/// Everything that this viewer can be told.
pub async fn told(house: &House, sdl: &Sdl, viewer: &Viewer, ids: &[String]) -> Result<String> {
    let mut answers = crawl::roots(house, sdl, viewer, DEPTH).await?;
    answers.extend(crawl::nodes(house, sdl, viewer, ids, DEPTH - 1).await?);
    let found: Vec<String> = ids_in(&Value::Array(answers.clone()).to_string()).into_iter().collect();
    answers.extend(crawl::nodes(house, sdl, viewer, &found, 2).await?);
    for id in found.iter().chain(ids).step_by(7) {
        answers
            .push(house.ask_with(viewer.who(), "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await?);
    }
    for answer in &answers {
        for code in cast::codes(answer) {
            ensure!(matches!(code, "FORBIDDEN" | "NOT_FOUND"), "{}: {answer}", viewer.label);
        }
    }
    Ok(Value::Array(answers).to_string())
}

/// What may be told: canaries of visible rows, internal ones to those who may read them.
pub fn permitted(viewer: &Viewer, sight: &Sight, canary: &Canary) -> bool {
    let inside = viewer.is_staff() && FOR_STAFF.contains(&(canary.kind, canary.field.as_str()));
    match canary.visibility {
        Visibility::Public => true,
        Visibility::Account => sight.carries(canary),
        Visibility::Internal => inside && sight.carries(canary),
    }
}

async fn swept(house: &House) -> Result<Vec<(Viewer, BTreeSet<String>)>> {
    let (sdl, ids) = (Sdl::read()?, every_id(house)?);
    let mut cast = cast::people(house)?;
    for key in ["FINANCE", "AUDITOR", "EXTERNAL_MANAGER"] {
        cast.push(cast::holder(house, cast::role(key)?).await?);
    }
    let mut seen = Vec::new();
    for viewer in cast {
        let text = told(house, &sdl, &viewer, &ids).await?;
        seen.push((viewer, found_in(&text).map(str::to_owned).collect()));
    }
    Ok(seen)
}

#[tokio::test]
async fn nobody_is_told_what_they_may_not_read() -> Result<()> {
    let house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let canaries = house.world.canaries();
    let mut carriers: BTreeMap<&str, Vec<&Canary>> = BTreeMap::new();
    for canary in &canaries {
        carriers.entry(&canary.text).or_default().push(canary);
    }
    let mut internal = 0;
    for (viewer, seen) in swept(&house).await? {
        let sight = Sight::of(&house.world, &viewer);
        for text in &seen {
            let from = carriers.get(text.as_str()).with_context(|| format!("{text} is nowhere in the world"))?;
            ensure!(from.iter().any(|it| permitted(&viewer, &sight, it)), "{} reads {from:?}", viewer.label);
            internal += usize::from(from.iter().all(|it| it.visibility == Visibility::Internal));
        }
        // A sweep that looks nowhere finds nothing: what is shown has to be found.
        let shown =
            canaries.iter().filter(|it| SHOWN.contains(&(it.kind, &it.field)) && permitted(&viewer, &sight, it));
        let missed: Vec<_> = shown.filter(|it| !seen.contains(&it.text)).collect();
        ensure!(missed.is_empty(), "the sweep of {} misses {missed:?}", viewer.label);
        ensure!(!seen.is_empty(), "the sweep of {} finds nothing", viewer.label);
    }
    ensure!(internal > 100, "staff read only {internal} internal canaries: the sweep cannot fail");
    let logged: BTreeSet<String> = found_in(&log::kept().text()).map(str::to_owned).collect();
    ensure!(logged.is_empty(), "the log holds {logged:?}");
    ensure!(!log::kept().text().is_empty(), "nothing is logged: the sweep of the log cannot fail");
    Ok(())
}
