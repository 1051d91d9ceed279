//! Rows: everybody sees, on every path, exactly the rows that the world's rules give them.

use super::cast::{self, Viewer, at, codes};
use super::paths;
use super::sdl::Sdl;
use super::sight::{Sight, kinds};
use anyhow::{Context, Result, ensure};
use portico::authz::policy::type_name;
use portico_contract::Kind;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub type Ids = BTreeSet<String>;

/// Nested lists and links: what they start from, the path, what they give.
const NESTED: &[(Kind, &str, Kind)] = &[
    (Kind::Account, "contacts(first: 100) { nodes { id } }", Kind::Contact),
    (Kind::Account, "contacts(last: 100) { edges { node { id } } }", Kind::Contact),
    (Kind::Ticket, "comments(first: 100) { nodes { id } }", Kind::Comment),
    (Kind::Ticket, "comments(last: 100) { edges { node { id } } }", Kind::Comment),
    (Kind::Ticket, "attachments(first: 100) { nodes { id } }", Kind::Attachment),
    (Kind::Ticket, "timeEntries(first: 100) { nodes { id } }", Kind::TimeEntry),
    (Kind::Ticket, "account { id }", Kind::Account),
    (Kind::Invoice, "payments(first: 100) { nodes { id } }", Kind::Payment),
];

/// Links that lead to some rows of a kind, never to one that may not be seen.
const LINKS: &[(Kind, &str)] = &[
    (Kind::Contact, "account { id contacts { nodes { id } } }"),
    (Kind::Ticket, "contact { id account { id } }"),
    (Kind::Ticket, "lastComment { id ticket { id comments { nodes { id } } } }"),
    (Kind::Comment, "ticket { id contact { id } timeEntries { nodes { id } } }"),
    (Kind::Comment, "attachments { nodes { id } }"),
    (Kind::Payment, "invoice { id account { id contacts { nodes { id } } } }"),
    (Kind::Invoice, "account { id }"),
];

/// The root lists: each connection of rows, with the kind of its rows.
pub fn lists(sdl: &Sdl) -> Vec<(Kind, String)> {
    let lists = sdl.fields("Query").iter().filter(|it| it.arguments.iter().any(|it| it.name == "first"));
    let rows = lists.filter_map(|it| Some((it, paths::kind(&sdl.field(&it.gives, "nodes")?.gives)?)));
    rows.filter(|(_, kind)| *kind != Kind::Choice).map(|(it, kind)| (kind, it.name.clone())).collect()
}

/// Every value under a key `id`.
fn ids_in(value: &Value, found: &mut Ids) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| ids_in(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| ids_in(field, found));
        }
        _ => {}
    }
}

fn of_kind(ids: &Ids, kind: Kind) -> Ids {
    let prefix = format!("{kind}_");
    ids.iter().filter(|id| id.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('_'))).cloned().collect()
}

/// Everything on the pages of a root list, and the total that it tells.
pub async fn listed(house: &House, viewer: &Viewer, list: &str, backwards: bool) -> Result<(Ids, u64)> {
    let (size, cursor, more, edge) = match backwards {
        false => ("first", "after", "hasNextPage", "endCursor"),
        true => ("last", "before", "hasPreviousPage", "startCursor"),
    };
    let query = format!(
        "query($at: String) {{ {list}({size}: 7, {cursor}: $at) {{ totalCount nodes {{ id }} pageInfo {{ {more} {edge} }} }} }}"
    );
    let (mut found, mut total, mut cursor_at) = (Ids::new(), 0, Value::Null);
    loop {
        let answer = cast::answer(house, viewer.request(&query, json!({ "at": cursor_at }))).await?;
        let page = at(&answer, &format!("/data/{list}"));
        if page.is_null() {
            ensure!(codes(&answer) == ["FORBIDDEN"], "{list}: {answer}");
            return Ok((found, total));
        }
        let before = found.len();
        let nodes = at(page, "/nodes");
        ids_in(nodes, &mut found);
        let rows = nodes.as_array().map_or(0, Vec::len);
        ensure!(found.len() == before + rows, "{list}: a row comes twice: {answer}");
        total = at(page, "/totalCount").as_u64().context("no total")?;
        if at(page, &format!("/pageInfo/{more}")) != true {
            return Ok((found, total));
        }
        cursor_at = at(page, &format!("/pageInfo/{edge}")).clone();
    }
}

/// Asks for these ids, a hundred at once; gives the answers in their order.
pub async fn nodes(house: &House, viewer: &Viewer, ids: &Ids, below: &str) -> Result<Vec<Value>> {
    let ids: Vec<&String> = ids.iter().collect();
    let mut found = Vec::new();
    for ids in ids.chunks(100) {
        let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id {below} }} }}");
        let answer = cast::answer(house, viewer.request(&query, json!({ "ids": ids }))).await?;
        let nodes = at(&answer, "/data/nodes").as_array().with_context(|| answer.to_string())?;
        ensure!(nodes.len() == ids.len(), "every id has its place: {answer}");
        found.extend(nodes.iter().cloned());
    }
    Ok(found)
}

/// Roles that nobody of the world has.
const GIVEN: &[&str] = &["EXTERNAL_MANAGER", "ACCOUNT_REQUESTER", "FINANCE", "AUDITOR"];

async fn everybody(house: &House) -> Result<Vec<Viewer>> {
    let mut cast = cast::people(house)?;
    for key in GIVEN {
        cast.push(cast::holder(house, cast::role(key)?).await?);
    }
    Ok(cast)
}

#[tokio::test]
async fn lists_and_totals_show_what_the_rules_give() -> Result<()> {
    let house = House::new().await?;
    let lists = lists(&Sdl::read()?);
    ensure!(lists.len() >= 4, "only {lists:?}");
    for viewer in everybody(&house).await? {
        let sight = Sight::of(&house.world, &viewer);
        for (kind, list) in &lists {
            let expected = sight.ids(&house, *kind)?;
            for backwards in [false, true] {
                let (found, total) = listed(&house, &viewer, list, backwards).await?;
                assert_eq!(found, expected, "{} {list}", viewer.label);
                assert_eq!(total, u64::try_from(expected.len())?, "{} {list}", viewer.label);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_id_opens_what_the_rules_give_and_nothing_else() -> Result<()> {
    let house = House::new().await?;
    let everything = Sight::everything(&house.world);
    for viewer in everybody(&house).await? {
        let sight = Sight::of(&house.world, &viewer);
        for kind in kinds(&Sdl::read()?)? {
            let (all, expected) = (everything.ids(&house, kind)?, sight.ids(&house, kind)?);
            let found = nodes(&house, &viewer, &all, "__typename").await?;
            for (id, node) in all.iter().zip(found) {
                assert_eq!(node["id"] == json!(id), expected.contains(id), "{} {id}: {node}", viewer.label);
                assert!(node.is_null() || node["__typename"] == type_name(kind), "{} {id}: {node}", viewer.label);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn single_objects_open_as_lists_say() -> Result<()> {
    let house = House::new().await?;
    let everything = Sight::everything(&house.world);
    for viewer in cast::people(&house)? {
        let sight = Sight::of(&house.world, &viewer);
        for (kind, opener) in [(Kind::Account, "account"), (Kind::Ticket, "ticket"), (Kind::Invoice, "invoice")] {
            let expected = sight.ids(&house, kind)?;
            for id in everything.ids(&house, kind)? {
                let query = format!("query($id: ID!) {{ {opener}(id: $id) {{ id }} node(id: $id) {{ id }} }}");
                let answer = house.ask_with(viewer.who(), &query, json!({ "id": id })).await?;
                let shown = json!({ "id": id });
                assert_eq!(answer["data"][opener] == shown, expected.contains(&id), "{} {answer}", viewer.label);
                assert_eq!(answer["data"]["node"] == shown, expected.contains(&id), "{} {answer}", viewer.label);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_hangs_on_a_row_is_what_the_rules_give() -> Result<()> {
    let house = House::new().await?;
    for viewer in everybody(&house).await? {
        let sight = Sight::of(&house.world, &viewer);
        for (from, path, gives) in NESTED {
            let starts = sight.ids(&house, *from)?;
            let below = format!("... on {} {{ {path} }}", type_name(*from));
            let mut found = Ids::new();
            ids_in(&Value::Array(nodes(&house, &viewer, &starts, &below).await?), &mut found);
            let expected = match gives {
                // Archived accounts have no tickets of their own here.
                Kind::Account => of_kind(&found, Kind::Account),
                _ => sight.ids(&house, *gives)?,
            };
            assert_eq!(of_kind(&found, *gives), expected, "{} {from} {path}", viewer.label);
            assert!(of_kind(&found, Kind::Account).is_subset(&sight.ids(&house, Kind::Account)?), "{}", viewer.label);
        }
    }
    Ok(())
}

#[tokio::test]
async fn links_lead_to_nothing_that_is_not_seen_otherwise() -> Result<()> {
    let house = House::new().await?;
    for viewer in everybody(&house).await? {
        let sight = Sight::of(&house.world, &viewer);
        for (from, path) in LINKS {
            let below = format!("... on {} {{ {path} }}", type_name(*from));
            let starts = sight.ids(&house, *from)?;
            let mut found = Ids::new();
            ids_in(&Value::Array(nodes(&house, &viewer, &starts, &below).await?), &mut found);
            for kind in kinds(&Sdl::read()?)? {
                let beyond: Vec<_> = of_kind(&found, kind).difference(&sight.ids(&house, kind)?).cloned().collect();
                assert!(beyond.is_empty(), "{} {from} {path} leads to {beyond:?}", viewer.label);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn my_own_tickets_are_those_of_my_contact() -> Result<()> {
    let house = House::new().await?;
    for viewer in cast::customers(&house)? {
        let query = "{ tickets(scope: MINE, first: 100) { nodes { id } } }";
        let mut found = Ids::new();
        ids_in(&house.data(viewer.who(), query).await?, &mut found);
        let sight = Sight::of(&house.world, &viewer);
        let mine = house.world.tickets.iter().filter(|ticket| {
            sight.has(Kind::Ticket, ticket.id) && viewer.members.iter().any(|it| it.contact == ticket.contact)
        });
        let expected: Result<Ids> = mine.map(|ticket| house.id(Kind::Ticket, ticket.id)).collect();
        assert_eq!(found, expected?, "{}", viewer.label);
    }
    Ok(())
}
