//! Documents that ask for everything the schema offers, made from the schema.

use super::cast::{self, Viewer};
use super::paths;
use super::sdl::{Field, Sdl};
use anyhow::{Context, Result};
use portico::config::Config;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often a type may come again on one path of a selection.
const AGAIN: usize = 1;

/// Limits stand aside for a crawl.
pub fn unlimited(config: &mut Config) {
    config.limits.cost = u64::MAX;
    config.limits.nodes = 1_000_000;
    config.limits.tokens = 1_000_000;
    config.limits.body_bytes = 16 * 1024 * 1024;
    config.limits.seconds = 120;
}

/// Everything that the viewer's realm may name of a type, `depth` levels deep.
pub fn selection(sdl: &Sdl, viewer: &Viewer, type_name: &str, depth: usize) -> String {
    let mut path = vec![type_name.to_owned()];
    fields(sdl, viewer, depth, &mut path)
}

fn fields(sdl: &Sdl, viewer: &Viewer, depth: usize, path: &mut Vec<String>) -> String {
    let owner = path.last().cloned().unwrap_or_default();
    let mut parts = vec!["__typename".to_owned()];
    for field in sdl.fields(&owner).iter().filter(|field| viewer.knows(&field.rule)) {
        if !sdl.is_composite(&field.gives) {
            parts.push(field.name.clone());
            continue;
        }
        let again = path.iter().filter(|it| **it == field.gives).count();
        if depth == 0 || again > AGAIN || field.arguments.iter().any(|it| it.required) {
            continue;
        }
        if owner.ends_with("Edge") {
            // The same rows as under `nodes`, once more.
            parts.push(format!("{} {{ __typename }}", field.name));
            continue;
        }
        path.push(field.gives.clone());
        parts.push(format!("{}{} {{ {} }}", field.name, page(field, 50), fields(sdl, viewer, depth - 1, path)));
        path.pop();
    }
    parts.join(" ")
}

fn page(field: &Field, size: usize) -> String {
    let paged = field.arguments.iter().any(|it| it.name == "first");
    if paged { format!("(first: {size})") } else { String::new() }
}

/// Asks for every root field, lists page by page; gives all answers.
pub async fn roots(house: &House, sdl: &Sdl, viewer: &Viewer, depth: usize) -> Result<Vec<Value>> {
    let mut answers = Vec::new();
    for field in sdl.fields("Query").iter().filter(|field| viewer.knows(&field.rule)) {
        if !field.arguments.iter().any(|it| it.required) {
            let below = selection(sdl, viewer, &field.gives, depth);
            answers.extend(pages(house, viewer, field, &below).await?);
        } else if field.name == "explainAccess" {
            answers.extend(explained(house, sdl, viewer).await?);
        }
    }
    Ok(answers)
}

async fn pages(house: &House, viewer: &Viewer, field: &Field, below: &str) -> Result<Vec<Value>> {
    let name = &field.name;
    if !field.arguments.iter().any(|it| it.name == "after") {
        return Ok(vec![house.ask(viewer.who(), &format!("{{ {name} {{ {below} }} }}")).await?]);
    }
    let query = format!(
        "query($at: String) {{ {name}(first: 50, after: $at) {{ {below} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut answers, mut at) = (Vec::new(), Value::Null);
    loop {
        let answer = house.ask_with(viewer.who(), &query, json!({ "at": at })).await?;
        let place = cast::at(&answer, &format!("/data/{name}/pageInfo")).clone();
        answers.push(answer);
        if cast::at(&place, "/hasNextPage") != true {
            return Ok(answers);
        }
        at = cast::at(&place, "/endCursor").clone();
    }
}

async fn explained(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<Value>> {
    let query = format!(
        "query($of: String!) {{ explainAccess(field: $of) {{ {} }} }}",
        selection(sdl, viewer, "AccessExplanation", 2)
    );
    let mut answers = Vec::new();
    for (owner, fields) in &sdl.types {
        for field in fields {
            let of = json!({ "of": format!("{owner}.{}", field.name) });
            answers.push(house.ask_with(viewer.who(), &query, of).await?);
        }
    }
    Ok(answers)
}

/// Asks for these ids as every type there is.
pub async fn nodes(house: &House, sdl: &Sdl, viewer: &Viewer, ids: &[String], depth: usize) -> Result<Vec<Value>> {
    let mut answers = Vec::new();
    let mut by_type: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    let implementers = sdl.interfaces.get("Node").context("no interface Node")?;
    for id in ids {
        let named =
            implementers.iter().find(|it| paths::kind(it).is_some_and(|kind| id.starts_with(&format!("{kind}_"))));
        by_type.entry(named.map_or("", String::as_str)).or_default().push(id);
    }
    for (on, ids) in by_type {
        let below = if on.is_empty() {
            String::new()
        } else {
            format!("... on {on} {{ {} }}", selection(sdl, viewer, on, depth))
        };
        let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id __typename {below} }} }}");
        for ids in ids.chunks(50) {
            answers.push(house.ask_with(viewer.who(), &query, json!({ "ids": ids })).await?);
        }
    }
    Ok(answers)
}
