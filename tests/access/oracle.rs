//! No oracle: what a viewer may not see changes nothing in what they are told.
//!
//! The same questions are asked in the whole world and in a world from which everything hidden from
//! this viewer was taken out of the PSA. The answers must be equal to the byte.

mod beside;

use super::cast::{self, Viewer};
use super::crawl;
use super::sdl::{Field, Sdl};
use super::sight::{Sight, global};
use anyhow::{Result, ensure};
use portico_contract::{Kind, Stream};
use portico_sandbox::World;
use portico_sandbox::world::model::LineOwner;
use portico_tests::{House, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The world without what this viewer may not see. Names beside visible rows stay.
fn without(world: &World, sight: &Sight) -> World {
    let mut less = world.clone();
    less.tickets.retain(|it| sight.has(Kind::Ticket, it.id));
    less.replies.retain(|it| sight.has(Kind::Comment, it.id));
    less.attachments.retain(|it| sight.has(Kind::Attachment, it.id));
    less.invoices.retain(|it| sight.has(Kind::Invoice, it.id));
    less.payments.retain(|it| sight.has(Kind::Payment, it.id));
    less.lines.retain(|it| match it.owner {
        LineOwner::Invoice(id) => sight.has(Kind::Invoice, id),
        LineOwner::Quote(id) => sight.has(Kind::Quote, id),
        LineOwner::Recurring(id) => sight.has(Kind::RecurringInvoice, id),
    });
    let mut named: BTreeSet<i32> = less.tickets.iter().map(|it| it.contact).collect();
    named.extend(less.replies.iter().map(|it| it.by));
    less.contacts.retain(|it| sight.has(Kind::Contact, it.id) || named.contains(&it.id));
    let homes: BTreeSet<i32> = less.contacts.iter().map(|it| it.client).collect();
    less.clients.retain(|it| sight.has(Kind::Account, it.id) || homes.contains(&it.id));
    less.approvals.retain(|it| sight.has(Kind::Approval, it.id));
    less.quotes.retain(|it| sight.has(Kind::Quote, it.id));
    less.recurring.retain(|it| sight.has(Kind::RecurringInvoice, it.id));
    less.locations.retain(|it| sight.has(Kind::Site, it.id));
    less.assets.retain(|it| sight.has(Kind::Asset, it.id));
    less.domains.retain(|it| sight.has(Kind::Domain, it.id));
    less.certificates.retain(|it| sight.has(Kind::Certificate, it.id));
    less.documents.retain(|it| sight.has(Kind::Document, it.id));
    less
}

/// Values worth comparing with: of hidden rows as well as of visible ones.
fn values(house: &House, takes: &str) -> Result<Vec<Value>> {
    let world = &house.world;
    Ok(match takes {
        "StringFilter" => {
            let subjects = world.tickets.iter().step_by(5).map(|it| it.subject.clone());
            let numbers = world.invoices.iter().step_by(4).map(|it| format!("{}{}", it.prefix, it.number));
            let names = world.contacts.iter().step_by(2).map(|it| it.name.clone());
            let mails = world.contacts.iter().step_by(3).filter_map(|it| it.email.clone());
            let clients = world.clients.iter().map(|it| it.name.clone());
            let whole: Vec<String> = subjects.chain(numbers).chain(names).chain(mails).chain(clients).collect();
            let equal = whole.iter().map(|text| json!({ "eq": text }));
            let parts = ["a", "e", "cnry", "TCK-1", "%", "_", ""].map(|part| json!({ "contains": part }));
            equal.chain([json!({ "in": whole.iter().collect::<Vec<_>>() })]).chain(parts).collect()
        }
        "IdFilter" => {
            let everything = Sight::everything(world);
            let mut ids = vec![house.id(Kind::Agent, 1)?, house.id(Kind::Agent, 2)?];
            for kind in [Kind::Account, Kind::Contact, Kind::Ticket] {
                for id in everything.rows(kind).step_by(2) {
                    ids.push(global(house, kind, id)?);
                }
            }
            let one = ids.iter().map(|id| json!({ "eq": id }));
            one.chain([json!({ "in": &ids })]).collect()
        }
        "Boolean" => vec![json!(true), json!(false)],
        "String" => vec![json!("a"), json!("re"), json!("nothing has this text")],
        "Int" => vec![json!(30), json!(400)],
        "DateTimeFilter" => ["2025-12-01", "2026-02-01", "2026-02-20", "2026-03-01"]
            .into_iter()
            .flat_map(|day| {
                [json!({ "gte": format!("{day}T00:00:00Z") }), json!({ "lte": format!("{day}T00:00:00Z") })]
            })
            .collect(),
        "DateFilter" => ["2025-12-01", "2026-02-01", "2026-02-20", "2026-03-01"]
            .into_iter()
            .flat_map(|day| [json!({ "gte": day }), json!({ "lte": day })])
            .collect(),
        _ => Vec::new(),
    })
}

/// How much that hangs on the rows of a list is asked for.
const DEPTH: usize = 3;

/// One question: a document and its variables.
type Question = (String, Value);

const ROWS: &str =
    "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor rows: node { id } }";

fn filters(house: &House, sdl: &Sdl, list: &Field) -> Result<Vec<Question>> {
    let mut asked = Vec::new();
    let Some(filter) = list.arguments.iter().find(|it| it.name == "filter") else { return Ok(asked) };
    let query = format!("query($f: {}) {{ {}(first: 3, filter: $f) {{ {ROWS} }} }}", filter.takes, list.name);
    for key in sdl.inputs.get(&filter.takes).into_iter().flatten() {
        let mut given = values(house, &key.takes)?;
        // Comparators of enums: every word alone, and all together.
        let words = sdl.inputs.get(&key.takes).into_iter().flatten().find(|it| it.name == "in");
        let words = words.and_then(|it| sdl.enums.get(&it.takes)).into_iter().flatten();
        let words: Vec<&str> = words.map(|it| it.name.as_str()).collect();
        if !words.is_empty() {
            given.extend(words.iter().map(|word| json!({ "eq": word })));
            given.push(json!({ "in": words }));
        }
        ensure!(!given.is_empty(), "{} needs values to compare with", key.takes);
        asked.extend(given.into_iter().map(|value| (query.clone(), json!({ "f": { &key.name: value } }))));
    }
    Ok(asked)
}

fn orders(sdl: &Sdl, viewer: &Viewer, list: &Field) -> Vec<Question> {
    let (name, below) = (&list.name, crawl::selection(sdl, viewer, &list.gives, DEPTH));
    let mut orders = vec![String::new()];
    if let Some(order) = list.arguments.iter().find(|it| it.name == "orderBy") {
        let field = sdl.inputs.get(&order.takes).into_iter().flatten().find(|it| it.name == "field");
        let words = field.and_then(|it| sdl.enums.get(&it.takes)).into_iter().flatten();
        for word in words {
            orders
                .extend(["ASC", "DESC"].map(|way| format!(", orderBy: {{ field: {}, direction: {way} }}", word.name)));
        }
    }
    let windows = ["first: 1", "first: 4", "last: 4", "first: 100", "last: 100"];
    let each = orders.iter().flat_map(|order| windows.map(|window| format!("{window}{order}")));
    each.map(|window| (format!("{{ {name}({window}) {{ {ROWS} {below} }} }}"), json!({}))).collect()
}

/// Searches for words of hidden rows as well as of visible ones.
fn searches(house: &House) -> Vec<Question> {
    let query = "query($t: String!, $n: Int) { search(text: $t, first: $n) { totalCount \
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { __typename } } } }";
    let world = &house.world;
    let subjects = world.tickets.iter().step_by(3).map(|it| it.subject.clone());
    let people = world.contacts.iter().step_by(2).map(|it| it.name.clone());
    let clients = world.clients.iter().map(|it| it.name.clone());
    let canaries = world.canaries().into_iter().step_by(9).map(|it| it.text);
    let parts = ["cnry", "acct1", "internal", "printer", "inv", "2026", "example com"].map(str::to_owned);
    let texts = subjects.chain(people).chain(clients).chain(canaries).chain(parts);
    let short = texts.map(|text| text.chars().take(200).collect::<String>());
    short.flat_map(|text| [1, 20].map(|rows| (query.to_owned(), json!({ "t": text, "n": rows })))).collect()
}

fn questions(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<Question>> {
    let mut asked = searches(house);
    let is_list = |it: &&Field| it.name != "search" && it.arguments.iter().any(|it| it.name == "first");
    for list in sdl.fields("Query").iter().filter(is_list).filter(|it| viewer.may(&it.rule)) {
        asked.extend(filters(house, sdl, list)?);
        asked.extend(orders(sdl, viewer, list));
    }
    let mut ids = Vec::new();
    let everything = Sight::everything(&house.world);
    for kind in everything.0.keys() {
        for id in everything.rows(*kind) {
            ids.push(global(house, *kind, id)?);
        }
    }
    for ids in ids.chunks(100) {
        asked.push(("query($ids: [ID!]!) { nodes(ids: $ids) { id } }".to_owned(), json!({ "ids": ids })));
    }
    for id in ids.iter().step_by(5) {
        let query = "query($id: ID!) { node(id: $id) { id } ticket(id: $id) { id } account(id: $id) { id } }";
        asked.push((query.to_owned(), json!({ "id": id })));
    }
    asked.push(("{ viewer { roles { key } accounts { id name } contacts { id } } }".to_owned(), json!({})));
    Ok(asked)
}

async fn answers(house: &House, viewer: &Viewer, questions: &[Question]) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for (query, variables) in questions {
        told.push(house.ask_with(viewer.who(), query, variables.clone()).await?.to_string());
    }
    Ok(told)
}

async fn indifferent(email: &str) -> Result<()> {
    let options = Options { configure: Some(crawl::unlimited), ..Options::default() };
    let (house, sdl) = (House::with(options).await?, Sdl::read()?);
    let viewer = cast::person(&house, email)?;
    let sight = Sight::of(&house.world, &viewer);
    let less = without(&house.world, &sight);
    ensure!(less.tickets.len() < house.world.tickets.len(), "nothing is hidden from {email}");
    let questions = questions(&house, &sdl, &viewer)?;
    ensure!(questions.len() > 100, "only {} questions", questions.len());
    let whole = answers(&house, &viewer, &questions).await?;
    house.editor().restore(&less).await?;
    for stream in house.source()?.streams().collect::<Vec<Stream>>() {
        house.sweep(stream).await?;
    }
    let staff = house.data(portico_tests::house::ADMINISTRATOR, "{ tickets { totalCount } }").await?;
    ensure!(*cast::at(&staff, "/tickets/totalCount") == json!(less.tickets.len()), "the rest is still there: {staff}");
    let told = answers(&house, &viewer, &questions).await?;
    for ((question, before), after) in questions.iter().zip(whole).zip(told) {
        ensure!(before == after, "{}: {question:?}\nwith what is hidden:    {before}\nwithout: {after}", viewer.label);
    }
    Ok(())
}

#[tokio::test]
async fn a_primary_is_told_nothing_of_other_accounts() -> Result<()> {
    indifferent("priya.nair@").await
}

#[tokio::test]
async fn a_standard_contact_is_told_nothing_of_colleagues() -> Result<()> {
    indifferent("sam.whitlock@").await
}

#[tokio::test]
async fn a_billing_contact_is_told_nothing_of_the_desk() -> Result<()> {
    indifferent("ben.okafor@").await
}

#[tokio::test]
async fn somebody_of_two_accounts_is_told_nothing_of_the_rest() -> Result<()> {
    indifferent("dana.reyes@").await
}
