//! A field says the same alone as beside all others: rows hold only the columns that an operation wants.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use super::both::Both;
use super::cast;
use super::crawl;
use super::paths;
use super::sdl::{Field, Sdl};
use anyhow::{Context, Result, ensure};
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Objects of each type that are compared.
const OBJECTS: usize = 40;

/// Every global id of a kind in an answer.
fn ids_of(kind: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with(&format!("{kind}_")) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| ids_of(kind, item, found)),
        Value::Object(fields) => fields.values().for_each(|item| ids_of(kind, item, found)),
        _ => {}
    }
}

async fn objects(house: &House, viewer: &cast::Viewer, on: &str, ids: &[&String], fields: &str) -> Result<Vec<Value>> {
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {on} {{ {fields} }} }} }}");
    let mut answer = house.ask_with(viewer.who(), &query, json!({ "ids": ids })).await?;
    ensure!(answer.get("errors").is_none(), "{query} answered {answer}");
    let nodes = answer["data"]["nodes"].as_array_mut().map(std::mem::take).context("no nodes")?;
    Ok(nodes)
}

fn written(sdl: &Sdl, viewer: &cast::Viewer, field: &Field) -> Option<String> {
    if field.arguments.iter().any(|it| it.required) {
        return None;
    }
    let name = &field.name;
    if !sdl.is_composite(&field.gives) {
        return Some(name.clone());
    }
    Some(format!("{name} {{ {} }}", crawl::selection(sdl, viewer, &field.gives, 1)))
}

#[tokio::test]
async fn a_field_says_the_same_alone_as_beside_all_others() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let (house, viewer) = (&both.house, cast::person(&both.house, "robin.vale@")?);
    let answers = crawl::roots(house, &sdl, &viewer, 4).await?;
    let mut compared = 0;
    let shown = sdl.interfaces.get("Node").context("no interface Node")?;
    let contracts = sdl.interfaces.get("Contract").context("no interface Contract")?;
    for on in shown {
        let of = if paths::kind(on).is_none() && contracts.contains(on) { "Contract" } else { on.as_str() };
        let kind = paths::kind(of).context("a type without a kind")?;
        let mut ids = BTreeSet::new();
        answers.iter().for_each(|answer| ids_of(kind.as_str(), answer, &mut ids));
        let ids: Vec<&String> = ids.iter().take(OBJECTS).collect();
        ensure!(!ids.is_empty(), "no {on} was met");
        let fields: Vec<(&str, String)> = sdl
            .fields(on)
            .iter()
            .filter(|field| viewer.knows(&field.rule))
            .filter_map(|field| Some((field.name.as_str(), written(&sdl, &viewer, field)?)))
            .collect();
        let all: Vec<&str> = fields.iter().map(|(_, text)| text.as_str()).collect();
        let together = objects(house, &viewer, on, &ids, &all.join(" ")).await?;
        for (name, text) in &fields {
            let alone = objects(house, &viewer, on, &ids, text).await?;
            for (one, beside) in alone.iter().zip(&together) {
                ensure!(one[name] == beside[name], "{on}.{name}: alone {}, beside others {}", one[name], beside[name]);
                compared += 1;
            }
        }
    }
    ensure!(compared > 1_000, "only {compared} values were compared");
    Ok(())
}

/// Two selections of one object under one key are one object with both.
#[tokio::test]
async fn what_is_asked_for_in_two_places_is_there_for_both() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "robin.vale@")?;
    let parts = [
        "tickets(first: 5) { nodes { number account { id } comments(first: 2) { nodes { id } } } }",
        "tickets(first: 5) { nodes { subject account { name } comments(first: 2) { nodes { createdAt } totalCount } } }",
    ];
    let both = "tickets(first: 5) { nodes { number subject account { id name } comments(first: 2) { nodes { id createdAt } totalCount } } }";
    let whole = house.data(viewer.who(), &format!("{{ {both} }}")).await?;
    for query in [
        format!("{{ {} {} }}", parts[0], parts[1]),
        format!("query {{ ...A ...B }} fragment A on Query {{ {} }} fragment B on Query {{ {} }}", parts[1], parts[0]),
    ] {
        let answer = house.data(viewer.who(), &query).await?;
        let (found, expected) = (&answer["tickets"]["nodes"], &whole["tickets"]["nodes"]);
        ensure!(found.as_array().map(Vec::len) == Some(5), "{query} answered {answer}");
        for (found, expected) in found.as_array().into_iter().flatten().zip(expected.as_array().into_iter().flatten()) {
            ensure!(found == expected, "{query}: {found}, not {expected}");
        }
    }
    Ok(())
}
