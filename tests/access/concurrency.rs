//! Many at once: nobody gets another's answer, whatever is cached in between.

use super::cast::{self, Viewer, at};
use super::crawl;
use super::sight::Sight;
use anyhow::Result;
use futures_util::future::try_join_all;
use portico_contract::Kind;
use portico_tests::{House, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Requests in the air together.
const AT_ONCE: usize = 500;

const QUERY: &str = "query($first: Int!, $ids: [ID!]!, $open: TicketFilter) { \
    viewer { name } tickets(first: $first, filter: $open) { totalCount nodes { id } } \
    nodes(ids: $ids) { id } invoices(first: $first) { nodes { id } } }";

struct Expected {
    viewer: Viewer,
    tickets: BTreeSet<String>,
    invoices: BTreeSet<String>,
}

fn ids(nodes: &Value) -> BTreeSet<String> {
    nodes.as_array().into_iter().flatten().filter_map(|node| at(node, "/id").as_str().map(str::to_owned)).collect()
}

async fn one(house: &House, turn: usize, expected: &Expected, everything: &[String]) -> Result<()> {
    let first = 1 + turn % 100;
    let asked: Vec<&String> = everything.iter().skip(turn % 7).step_by(3).take(20).collect();
    // An empty filter in every second one.
    let open = if turn.is_multiple_of(2) { json!(null) } else { json!({}) };
    let variables = json!({ "first": first, "ids": asked, "open": open });
    let answer = house.ask_with(expected.viewer.who(), QUERY, variables).await?;
    let data = at(&answer, "/data");
    assert_eq!(*at(data, "/viewer/name"), json!(expected.viewer.label), "{answer}");
    assert_eq!(*at(data, "/tickets/totalCount"), json!(expected.tickets.len()), "{}: {answer}", expected.viewer.label);
    let tickets = ids(at(data, "/tickets/nodes"));
    assert!(tickets.is_subset(&expected.tickets) && tickets.len() == first.min(expected.tickets.len()));
    let invoices = ids(at(data, "/invoices/nodes"));
    assert!(invoices.is_subset(&expected.invoices) && invoices.len() == first.min(expected.invoices.len()));
    assert_eq!(at(data, "/invoices").is_null(), !expected.viewer.holds("INVOICES_READ"), "{answer}");
    let opened: BTreeSet<String> = asked.into_iter().filter(|id| expected.tickets.contains(*id)).cloned().collect();
    assert_eq!(ids(at(data, "/nodes")), opened, "{}", expected.viewer.label);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_do_not_mix() -> Result<()> {
    let house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let mut cast = Vec::new();
    for viewer in cast::people(&house)? {
        let sight = Sight::of(&house.world, &viewer);
        let (tickets, invoices) = (sight.ids(&house, Kind::Ticket)?, sight.ids(&house, Kind::Invoice)?);
        cast.push(Expected { viewer, tickets, invoices });
    }
    let everything: Vec<String> = Sight::everything(&house.world).ids(&house, Kind::Ticket)?.into_iter().collect();
    let turns = cast.iter().cycle().take(AT_ONCE).enumerate();
    try_join_all(turns.map(|(turn, expected)| one(&house, turn, expected, &everything))).await?;
    Ok(())
}
