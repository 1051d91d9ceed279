//! Every place that takes an id: foreign, unknown, mistaken and malformed ids get one answer.

use super::both::{self, Both};
use super::cast::{self, Viewer};
use super::paths::{self, ways};
use super::samples::Samples;
use super::sdl::{Field, Input, Sdl};
use super::sight::tenant::There;
use super::sight::{Sight, global, kinds};
use anyhow::{Context, Result, bail, ensure};
use portico_contract::Kind;
use portico_sandbox::World;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A place in the schema that takes an id: a document with a variable `$id` there.
#[derive(Debug)]
struct Place {
    coordinate: String,
    document: String,
}

/// Input types nested deeper than this are not searched.
const DEPTH: usize = 4;

/// The literal of an input value with `$id` in the place of each id in it, one at a time.
fn literals(sdl: &Sdl, input: &Input, depth: usize) -> Vec<(String, String)> {
    let listed = |text: String| if input.list { format!("[{text}]") } else { text };
    if input.takes == "ID" {
        return vec![(input.name.clone(), listed("$id".to_owned()))];
    }
    let Some(fields) = sdl.inputs.get(&input.takes).filter(|_| depth > 0) else { return Vec::new() };
    let mut found = Vec::new();
    for field in fields {
        for (path, literal) in literals(sdl, field, depth - 1) {
            let object = listed(format!("{{ {}: {literal} }}", field.name));
            found.push((format!("{}.{path}", input.name), object));
        }
    }
    found
}

/// What a mutation is about, where that is no ticket.
const ABOUT: [(&str, &str); 1] = [("requestCatalogueItem", "CatalogueItem")];

/// A mutation with `$id` in one place; the rest of its input is refused, so that nothing is written.
fn mutation(field: &Field, argument: &Input, (path, place): (&str, &str), samples: &Samples) -> Result<String> {
    let one = if place.contains("[$id]") { "[$id]" } else { "$id" };
    let mut given = Vec::new();
    for other in field.arguments.iter().filter(|it| it.required || it.name == argument.name) {
        let example = paths::example("Mutation", &field.name, &other.name);
        let literal = match path.split_once('.') {
            _ if other.takes == "ID" && other.name == argument.name => "$id".to_owned(),
            _ if other.takes == "ID" => {
                let about = ABOUT.iter().find(|(name, _)| *name == field.name).map_or("Ticket", |(_, about)| *about);
                format!("{:?}", samples.of(about).with_context(|| format!("no {about}"))?)
            }
            Some((_, name)) if other.name == argument.name => {
                let example = example.unwrap_or("{ }").replacen(&format!("{name}: \"x\","), "", 1);
                example.replacen('{', &format!("{{ {name}: {one},"), 1)
            }
            _ => example.with_context(|| format!("{} has no example", field.name))?.to_owned(),
        };
        given.push(format!("{}: {literal}", other.name));
    }
    let (name, given) = (&field.name, given.join(", "));
    Ok(format!("mutation($id: ID!) {{ {name}({given}) {{ __typename userErrors {{ code message field }} }} }}"))
}

/// Every place that a query can reach, as this viewer gets there. A place elsewhere fails until
/// somebody says here how to get to it.
fn places(sdl: &Sdl, viewer: &Viewer, samples: &Samples) -> Result<Vec<Place>> {
    let ways = ways(sdl);
    let mut places = Vec::new();
    for (owner, fields) in &sdl.types {
        let way = ways.iter().find(|way| way.root == "Query" && way.gives == *owner);
        for field in fields.iter().filter(|field| viewer.knows(&field.rule)) {
            for argument in &field.arguments {
                for (path, literal) in literals(sdl, argument, DEPTH) {
                    let coordinate = format!("{owner}.{}({path})", field.name);
                    if owner == "Mutation" {
                        let document = mutation(field, argument, (&path, &literal), samples)?;
                        places.push(Place { coordinate, document });
                        continue;
                    }
                    let others = field.arguments.iter().filter(|it| it.required && it.name != argument.name);
                    let Some(way) = way.filter(|_| others.count() == 0) else {
                        bail!("{coordinate} takes an id and is not covered: say here how it is asked");
                    };
                    let below = if sdl.field(&field.gives, "totalCount").is_some() {
                        "{ totalCount pageInfo { hasNextPage startCursor } nodes { id } }"
                    } else {
                        "{ __typename id }"
                    };
                    let selection = format!("{}({}: {literal}) {below}", field.name, argument.name);
                    let document = way.operation(sdl, samples, &selection)?.replacen("query", "query($id: ID!)", 1);
                    places.push(Place { coordinate, document });
                }
            }
        }
    }
    Ok(places)
}

/// Contacts and agents whose names a visible row mentions: their ids are no secret.
fn mentioned(world: &World, sight: &Sight) -> BTreeSet<(Kind, i32)> {
    let mut found = BTreeSet::new();
    for ticket in world.tickets.iter().filter(|it| sight.has(Kind::Ticket, it.id)) {
        found.extend([(Kind::Contact, ticket.contact), (Kind::Agent, ticket.assigned_to)]);
    }
    for reply in world.replies.iter().filter(|it| sight.has(Kind::Comment, it.id)) {
        found.extend([(Kind::Contact, reply.by), (Kind::Agent, reply.by)]);
    }
    found
}

/// First, middle and last.
fn some<T: Clone>(rows: &[T]) -> impl Iterator<Item = T> {
    let at: BTreeSet<usize> = [0, rows.len() / 2, rows.len().saturating_sub(1)].into();
    at.into_iter().filter_map(|at| rows.get(at).cloned())
}

/// Foreign and unknown ids, and ids with another kind before them, as one of ITFlow's customers has them.
fn of_itflow(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<String>> {
    let (everything, sight) = (Sight::everything(&house.world), Sight::of(&house.world, viewer));
    let mentioned = mentioned(&house.world, &sight);
    let mut ids = Vec::new();
    for kind in kinds(sdl)? {
        let hidden = everything.rows(kind).filter(|id| !sight.has(kind, *id) && !mentioned.contains(&(kind, *id)));
        for id in some(&hidden.collect::<Vec<i32>>()) {
            ids.push(global(house, kind, id)?);
        }
        ids.push(house.id(kind, "no such row")?);
        if let Some(id) = sight.rows(kind).next() {
            ids.push(mistaken(&global(house, kind, id)?, kind));
        }
    }
    let agents = house.world.users.iter().map(|it| it.id).find(|id| !mentioned.contains(&(Kind::Agent, *id)));
    ids.push(house.id(Kind::Agent, agents.context("every agent is mentioned")?)?);
    Ok(ids)
}

fn mistaken(id: &str, kind: Kind) -> String {
    let other = if kind == Kind::Ticket { Kind::Comment } else { Kind::Ticket };
    id.replacen(kind.as_str(), other.as_str(), 1)
}

/// The same of the tenant's rows; `there` is what the viewer sees of them. Contacts are named beside tickets.
fn of_tenant(both: &Both, there: &There) -> Result<Vec<String>> {
    let (house, everything) = (&both.house, There::everything(&both.halo, &both.world));
    let mut ids = Vec::new();
    for kind in everything.0.keys().copied() {
        let shown = there.ids(house, kind)?;
        let hidden = everything.ids(house, kind)?.difference(&shown).cloned().collect::<Vec<_>>();
        ids.extend(some(&hidden).filter(|_| kind != Kind::Contact));
        ids.push(house.other_id(kind, "no such row")?);
        ids.extend(shown.first().map(|id| mistaken(id, kind)));
    }
    Ok(ids)
}

/// Of the other PSA's ids, one in so many: between them are those of every kind.
const FOREIGN: usize = 3;

fn malformed() -> impl Iterator<Item = String> {
    let words = ["", " ", "1", "ticket", "ticket_", "ticket_1", "_", "' OR 1=1 --", "ticket_zz", "%", "null", "🦷"];
    let long = ["x".repeat(5_000), format!("ticket_{}", "0".repeat(32)), format!("asset_{}", "f".repeat(32))];
    words.into_iter().map(str::to_owned).chain(long)
}

/// The answer without the id that was asked for.
async fn asked(house: &House, viewer: &Viewer, place: &Place, id: &str) -> Result<String> {
    let answer = house.ask_with(viewer.who(), &place.document, json!({ "id": id })).await?;
    let text = Value::to_string(&answer);
    Ok(if id.len() > 20 { text.replace(id, "…") } else { text })
}

/// Ids that open nothing get one answer at every place, whichever they are.
async fn alike(both: &Both, sdl: &Sdl, viewer: &Viewer, probes: &[String]) -> Result<()> {
    let places = places(sdl, viewer, &both.samples(sdl, viewer).await?)?;
    ensure!(places.len() >= 10, "only {} places take an id: the walk is broken", places.len());
    for place in &places {
        let first = asked(&both.house, viewer, place, probes.first().context("no probes")?).await?;
        for probe in probes {
            let answer = asked(&both.house, viewer, place, probe).await?;
            ensure!(answer == first, "{}: {} {probe:?}\n{answer}\n{first}", viewer.label, place.coordinate);
        }
        ensure!(!first.contains("INTERNAL"), "{}: {first}", place.coordinate);
    }
    Ok(())
}

#[tokio::test]
async fn ids_that_open_nothing_cannot_be_told_apart() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    for viewer in cast::each_type(&both.house)? {
        let own = of_itflow(&both.house, &sdl, &viewer)?;
        let foreign = of_tenant(&both, &There::default())?.into_iter().step_by(FOREIGN);
        let probes: Vec<String> = own.into_iter().chain(foreign).chain(malformed()).collect();
        alike(&both, &sdl, &viewer, &probes).await?;
    }
    Ok(())
}

#[tokio::test]
async fn ids_that_open_nothing_to_guests_cannot_be_told_apart() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let nobody = Viewer { members: Vec::new(), ..Viewer::nobody() };
    let foreign: Vec<String> = of_itflow(&both.house, &sdl, &nobody)?.into_iter().step_by(FOREIGN).collect();
    for guest in [both.guest(both::PRIMARY)?, both.guest(both::STANDARD)?] {
        let own = of_tenant(&both, &There::of(&both.halo, &both.world, guest))?;
        let probes: Vec<String> = own.into_iter().chain(foreign.clone()).chain(malformed()).collect();
        alike(&both, &sdl, guest, &probes).await?;
    }
    Ok(())
}

/// Places where no id of theirs changes the answer of anybody here, and why.
const DEAF: [(&str, &str); 1] =
    [("attachmentIds", "uploads are no rows of a PSA: `what_an_input_names_is_checked` has them")];

/// Every id that this viewer may have.
async fn own_ids(both: &Both, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<String>> {
    let (house, sight) = (&both.house, Sight::of(&both.house.world, viewer));
    let mut own = Vec::new();
    for kind in kinds(sdl)? {
        own.extend(sight.ids(house, kind)?);
    }
    let choices = house.data(viewer.who(), "{ choices(first: 100) { nodes { id } } }").await?;
    let choices = choices.pointer("/choices/nodes").and_then(Value::as_array).context("no choices")?;
    own.extend(choices.iter().filter_map(|choice| choice.get("id")?.as_str().map(str::to_owned)));
    for user in &house.world.users {
        own.push(house.id(Kind::Agent, user.id)?);
    }
    Ok(own)
}

async fn guests_ids(both: &Both, viewer: &Viewer) -> Result<Vec<String>> {
    let there = There::of(&both.halo, &both.world, viewer);
    let mut own = Vec::new();
    for kind in there.0.keys() {
        own.extend(there.ids(&both.house, *kind)?.into_iter().take(20));
    }
    Ok(own)
}

/// The places where no id of the viewer's own makes a difference.
async fn deaf(both: &Both, sdl: &Sdl, viewer: &Viewer, own: &[String]) -> Result<BTreeSet<String>> {
    let mut deaf = BTreeSet::new();
    let unknown = both.house.id(Kind::Ticket, "no such row")?;
    for place in places(sdl, viewer, &both.samples(sdl, viewer).await?)? {
        let nothing = asked(&both.house, viewer, &place, &unknown).await?;
        let mut differs = false;
        for id in own {
            differs = differs || asked(&both.house, viewer, &place, id).await? != nothing;
        }
        if !differs {
            deaf.insert(place.coordinate);
        }
    }
    Ok(deaf)
}

/// Otherwise the probes above could not fail.
#[tokio::test]
async fn an_id_of_ones_own_is_told_apart() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let viewer = cast::person(&both.house, "joerg.mueller@")?;
    let here = deaf(&both, &sdl, &viewer, &own_ids(&both, &sdl, &viewer).await?).await?;
    let guest = both.guest(both::PRIMARY)?;
    let there = deaf(&both, &sdl, guest, &guests_ids(&both, guest).await?).await?;
    let neither: Vec<&String> = here.intersection(&there).collect();
    let wrong: Vec<_> = neither.iter().filter(|it| !DEAF.iter().any(|(part, _)| it.contains(part))).collect();
    ensure!(wrong.is_empty(), "these answer the same whatever the id: {wrong:?}");
    for (part, why) in DEAF {
        ensure!(neither.iter().any(|it| it.contains(part)), "{part} is no exception any longer ({why})");
    }
    Ok(())
}
