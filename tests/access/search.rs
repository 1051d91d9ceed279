//! Search gives nobody what `node` would not: neither a row nor a word of one.

use super::canaries::permitted;
use super::cast::{self, Viewer, at, codes, coordinates};
use super::crawl;
use super::sdl::Sdl;
use super::sight::{Sight, global};
use anyhow::{Context, Result, ensure};
use portico::authz::role::ROLES;
use portico_contract::Kind;
use portico_sandbox::{Canary, Visibility};
use portico_tests::house::{ADMINISTRATOR, PRIMARY, STANDARD, Who};
use portico_tests::{House, Options};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Type → kind of what can be found.
const TYPES: &[(&str, Kind, &str)] = &[
    ("TICKET", Kind::Ticket, "Ticket.subject"),
    ("INVOICE", Kind::Invoice, "Invoice.number"),
    ("RECURRING_INVOICE", Kind::RecurringInvoice, "RecurringInvoice.number"),
    ("QUOTE", Kind::Quote, "Quote.number"),
    ("ASSET", Kind::Asset, "Asset.name"),
    ("DOCUMENT", Kind::Document, "Document.name"),
    ("DOMAIN", Kind::Domain, "Domain.name"),
    ("CERTIFICATE", Kind::Certificate, "Certificate.name"),
    ("CONTRACT", Kind::Contract, "Contract.name"),
    ("CATALOGUE_ITEM", Kind::CatalogueItem, "CatalogueItem.name"),
    ("ARTICLE", Kind::Article, "Article.title"),
    ("SITE", Kind::Site, "Site.name"),
    ("CONTACT", Kind::Contact, "Contact.name"),
    ("ACCOUNT", Kind::Account, "Account.name"),
];

const QUERY: &str =
    "query($t: String!, $y: [SearchType!], $a: String) { search(text: $t, types: $y, first: 100, after: $a) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ... on Ticket { id } ... on Invoice { id }
    ... on RecurringInvoice { id } ... on Quote { id } ... on Asset { id } ... on Document { id } ... on Domain { id }
    ... on Certificate { id } ... on Site { id } ... on Contact { id } ... on Account { id } } } }";

async fn ask(house: &House, who: Who<'_>, text: &str) -> Result<Value> {
    house.ask_with(who, QUERY, json!({ "t": text })).await
}

/// The ids of all hits, in order, page by page; the total must be their number.
async fn found(house: &House, who: Who<'_>, text: &str) -> Result<Vec<String>> {
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = house.ask_with(who, QUERY, json!({ "t": text, "a": after })).await?;
        ensure!(answer.get("errors").is_none(), "{text}: {answer}");
        let page = at(&answer, "/data/search");
        let nodes = at(page, "/nodes").as_array().context("no nodes")?;
        ids.extend(nodes.iter().filter_map(|node| at(node, "/id").as_str().map(str::to_owned)));
        after = at(page, "/pageInfo/endCursor").clone();
        if at(page, "/pageInfo/hasNextPage") != true {
            ensure!(at(page, "/totalCount") == ids.len(), "{text}: {} hits, {page}", ids.len());
            return Ok(ids);
        }
    }
}

/// Everything of this viewer that a search may give.
fn visible(house: &House, viewer: &Viewer) -> Result<BTreeSet<String>> {
    let sight = Sight::of(&house.world, viewer);
    let rows = TYPES.iter().flat_map(|(_, kind, _)| sight.rows(*kind).map(|id| (*kind, id)));
    rows.map(|(kind, id)| global(house, kind, id)).collect()
}

/// Fields of the world that are searched, by the kind that they are found with.
const SEARCHED: &[(&str, &str, Kind)] = &[
    ("ticket", "subject", Kind::Ticket),
    ("ticket", "details", Kind::Ticket),
    ("reply", "body", Kind::Ticket),
    ("invoice", "note", Kind::Invoice),
    ("invoice", "scope", Kind::Invoice),
    ("contact", "department", Kind::Contact),
    ("asset", "notes", Kind::Asset),
    ("document", "content", Kind::Document),
    ("domain", "notes", Kind::Domain),
    ("location", "notes", Kind::Site),
];

/// What a canary that may be read must be found with.
fn expected(house: &House, canary: &Canary) -> Result<Option<String>> {
    let field = (canary.kind, canary.field.as_str());
    let known = SEARCHED.iter().find(|(kind, name, _)| (*kind, *name) == field);
    let id = if canary.kind == "reply" { canary.parent } else { canary.id };
    known.map(|(_, _, kind)| global(house, *kind, id)).transpose()
}

/// Acceptance: D02 (Query.search, SearchResult, SearchType)
#[tokio::test]
async fn nobody_finds_what_they_may_not_read() -> Result<()> {
    let house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let mut carriers: BTreeMap<String, Vec<Canary>> = BTreeMap::new();
    for canary in house.world.canaries() {
        carriers.entry(canary.text.clone()).or_default().push(canary);
    }
    let mut cast = cast::each_type(&house)?;
    cast.push(cast::person(&house, "kit.marsh@")?);
    cast.push(cast::person(&house, "robin.vale@")?);
    let (mut internal, mut shown) = (0, 0);
    for (turn, viewer) in cast.into_iter().enumerate() {
        let (sight, visible) = (Sight::of(&house.world, &viewer), visible(&house, &viewer)?);
        // Every third, others each time: together they are all asked for, several times.
        for (text, from) in carriers.iter().skip(turn % 3).step_by(3) {
            let hits = found(&house, viewer.who(), text).await?;
            let may: Vec<&Canary> = from.iter().filter(|it| permitted(&viewer, &sight, it)).collect();
            let label = &viewer.label;
            ensure!(hits.is_empty() || !may.is_empty(), "{label} finds {text} in {hits:?}: {from:?}");
            ensure!(hits.iter().all(|id| visible.contains(id)), "{label}: {text} gives {hits:?}");
            for canary in may {
                if let Some(id) = expected(&house, canary)? {
                    ensure!(hits.contains(&id), "{label} does not find {canary:?}: {hits:?}");
                    shown += 1;
                    internal += usize::from(canary.visibility == Visibility::Internal);
                }
            }
        }
    }
    ensure!(shown > 100 && internal > 20, "{shown} found, {internal} internal: the sweep cannot fail");
    Ok(())
}

#[tokio::test]
async fn every_hit_is_a_row_of_the_viewers() -> Result<()> {
    let house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let mut hits = 0;
    for viewer in cast::people(&house)? {
        let visible = visible(&house, &viewer)?;
        for text in ["cnry", "acct1", "inv", "example com", "e", "2026", "printer", "la"] {
            let found = found(&house, viewer.who(), text).await?;
            let distinct: BTreeSet<&String> = found.iter().collect();
            ensure!(distinct.len() == found.len(), "{}: {text} gives a row twice", viewer.label);
            ensure!(found.iter().all(|id| visible.contains(id)), "{}: {text}: {found:?}", viewer.label);
            hits += found.len();
        }
    }
    ensure!(hits > 300, "only {hits} hits");
    ensure!(found(&house, ADMINISTRATOR, "cnry").await?.len() > 100, "more than one page");
    Ok(())
}

#[tokio::test]
async fn pages_run_both_ways_in_one_order() -> Result<()> {
    let house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
    let whole = found(&house, PRIMARY, "cnry").await?;
    assert!(whole.len() > 7, "{whole:?}");
    for (count, cursor, place, backward) in
        [("first", "after", "endCursor", false), ("last", "before", "startCursor", true)]
    {
        let query = format!(
            "query($at: String) {{ search(text: \"cnry\", {count}: 3, {cursor}: $at) {{ pageInfo {{ hasNextPage \
             hasPreviousPage {place} }} edges {{ node {{ ... on Ticket {{ id }} ... on Contact {{ id }} ... on Invoice \
             {{ id }} ... on Asset {{ id }} ... on Site {{ id }} ... on Document {{ id }} ... on Domain {{ id }} ... on \
             Certificate {{ id }} ... on Quote {{ id }} ... on RecurringInvoice {{ id }} ... on Account {{ id }} }} }} }} }}"
        );
        let (mut seen, mut after): (Vec<Value>, Value) = (Vec::new(), Value::Null);
        loop {
            let answer = house.ask_with(PRIMARY, &query, json!({ "at": after })).await?;
            let edges = at(&answer, "/data/search/edges").as_array().with_context(|| answer.to_string())?.clone();
            let ids = edges.iter().map(|edge| at(edge, "/node/id").clone());
            if backward {
                seen.splice(0..0, ids).for_each(drop)
            } else {
                seen.extend(ids)
            }
            after = at(&answer, &format!("/data/search/pageInfo/{place}")).clone();
            let more = if backward { "hasPreviousPage" } else { "hasNextPage" };
            if at(&answer, &format!("/data/search/pageInfo/{more}")) != true {
                break;
            }
        }
        assert_eq!(json!(seen), json!(whole), "{count}");
    }
    Ok(())
}

#[tokio::test]
async fn a_type_that_may_not_be_seen_is_refused_by_name_and_else_left_out() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    for role in ROLES {
        let viewer = cast::holder(&house, role).await?;
        for (word, _, reveals) in TYPES {
            let may = viewer.may(&sdl.rule(reveals));
            let given = [
                (format!("{{ search(text: \"cnry\", types: [{word}]) {{ totalCount }} }}"), json!({})),
                (
                    "query($y: [SearchType!]) { search(text: \"cnry\", types: $y) { totalCount } }".to_owned(),
                    json!({ "y": [word] }),
                ),
            ];
            for (query, variables) in given {
                let answer = house.ask_with(viewer.who(), &query, variables).await?;
                let right = if may {
                    answer.get("errors").is_none()
                } else {
                    answer.get("data").is_none() && coordinates(&answer) == [*reveals]
                };
                ensure!(right, "{}: {query}: {answer}", viewer.label);
            }
        }
        ensure!(ask(&house, viewer.who(), "cnry").await?.get("errors").is_none(), "{}", viewer.label);
    }
    assert_eq!(codes(&ask(&house, Who::Nobody, "cnry").await?), ["UNAUTHENTICATED"]);
    Ok(())
}

#[tokio::test]
async fn what_is_typed_is_never_syntax() -> Result<()> {
    let house = House::new().await?;
    let nothing = ["", " ", "\"", "()", "*", "%", "_", "'", "\\", "\u{0}", "-", "{}", "😀", "\u{301}"];
    let long = "a ".repeat(101);
    for text in nothing.into_iter().chain([long.as_str()]) {
        let told = [
            ask(&house, PRIMARY, text).await?,
            house
                .ask_with(
                    PRIMARY,
                    "query($t: String!) { tickets(filter: { text: $t }) { totalCount } }",
                    json!({ "t": text }),
                )
                .await?,
        ];
        for answer in told {
            assert_eq!(codes(&answer), ["BAD_USER_INPUT"], "{text:?}: {answer}");
            assert!(at(&answer, "/data").is_object(), "{text:?}: its siblings stay: {answer}");
        }
    }
    let strange = [
        "a OR b",
        "NOT cnry",
        "NEAR(cnry acct1)",
        "cnry AND",
        "\"cnry",
        "cnry\"",
        "\"\" cnry",
        "cnry*",
        "^cnry",
        "+cnry -x",
        "public_text : cnry",
        "{owners} : kticket",
        "owners:kticket",
        "@a1",
        "'a' & b",
        "a | !b",
        "a <-> b",
        "x:*",
        "cnry; DROP TABLE mirror_tickets; --",
        "cnry\u{0}acct1",
        "%cnry%",
        "日本語",
        "ß ẞ İ ı ﬁ",
        "\u{202e}cnry",
        "$1 ?1",
    ];
    for text in strange {
        let answer = ask(&house, PRIMARY, text).await?;
        assert!(answer.get("errors").is_none(), "{text:?}: {answer}");
    }
    assert_eq!(found(&house, PRIMARY, "owners:kticket").await?, Vec::<String>::new());
    assert!(!found(&house, PRIMARY, "CNRY-").await?.is_empty());
    Ok(())
}

/// Acceptance: T35 (TicketFilter.requesterEmail, TicketFilter.text, TicketFilter.priority, TicketFilter.number)
#[tokio::test]
async fn tickets_are_found_by_number_subject_priority_and_address_of_the_requester() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "priya.nair@")?;
    let sight = Sight::of(&house.world, &viewer);
    let rows: Vec<_> = house.world.tickets.iter().filter(|it| sight.has(Kind::Ticket, it.id)).collect();
    let list = async |who: Who<'_>, filter: Value| -> Result<BTreeSet<String>> {
        let query = "query($f: TicketFilter) { tickets(filter: $f, first: 100) { nodes { id } } }";
        let data = house.ask_with(who, query, json!({ "f": filter })).await?;
        ensure!(data.get("errors").is_none(), "{filter}: {data}");
        let nodes = at(&data, "/data/tickets/nodes").as_array().context("no nodes")?.clone();
        Ok(nodes.iter().filter_map(|node| at(node, "/id").as_str().map(str::to_owned)).collect())
    };
    let ids = |of: &dyn Fn(&portico_sandbox::world::model::Ticket) -> bool| -> Result<BTreeSet<String>> {
        rows.iter().filter(|it| of(it)).map(|it| house.id(Kind::Ticket, it.id)).collect()
    };
    let some = rows.iter().find(|it| it.subject.len() > 8).context("no ticket")?;
    let number = format!("{}{}", some.prefix.as_deref().unwrap_or_default(), some.number);
    let own = house.id(Kind::Ticket, some.id)?;
    for text in [number.clone(), some.subject.to_uppercase(), some.subject.chars().take(6).collect()] {
        assert!(list(PRIMARY, json!({ "text": text })).await?.contains(&own), "{text}");
        let hits = found(&house, PRIMARY, &text).await?;
        assert!(hits.contains(&own), "{text}");
    }
    assert_eq!(list(PRIMARY, json!({ "number": { "eq": number } })).await?, [own].into());
    let mut asked = 0;
    for contact in house.world.contacts.iter().filter(|it| it.client == 1) {
        let Some(email) = &contact.email else { continue };
        let same = |id: i32| house.world.contacts.iter().any(|it| it.id == id && it.email.as_ref() == Some(email));
        let expected = ids(&|it| same(it.contact) && sight.has(Kind::Contact, it.contact))?;
        asked += expected.len();
        assert_eq!(list(PRIMARY, json!({ "requesterEmail": { "eq": email } })).await?, expected, "{email}");
    }
    assert!(asked > 0);
    // Whoever sees a ticket and not its requester learns no address from it.
    let hidden = list(STANDARD, json!({ "requesterEmail": { "contains": "@" } })).await?;
    let own = Sight::of(&house.world, &cast::person(&house, "sam.whitlock@")?).ids(&house, Kind::Ticket)?;
    assert!(hidden.is_subset(&own));
    Ok(())
}
