//! Every place that takes an id: foreign, unknown, mistaken and malformed ids get one answer.

use super::cast::{self, Viewer};
use super::paths::{self, ways};
use super::sdl::{Field, Input, Sdl};
use super::sight::{Sight, global, kinds, samples};
use anyhow::{Context, Result, bail, ensure};
use portico_contract::Kind;
use portico_sandbox::World;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

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

/// A mutation with `$id` in one place; the rest of its input is refused, so that nothing is written.
fn mutation(
    field: &Field,
    argument: &Input,
    (path, place): (&str, &str),
    samples: &BTreeMap<Kind, String>,
) -> Result<String> {
    let one = if place.contains("[$id]") { "[$id]" } else { "$id" };
    let mut given = Vec::new();
    for other in field.arguments.iter().filter(|it| it.required || it.name == argument.name) {
        let example = paths::example("Mutation", &field.name, &other.name);
        let literal = match path.split_once('.') {
            _ if other.takes == "ID" && other.name == argument.name => "$id".to_owned(),
            _ if other.takes == "ID" => format!("{:?}", samples.get(&Kind::Ticket).context("no ticket")?),
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
fn places(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<Place>> {
    let samples = samples(&house.world, &Sight::of(&house.world, viewer)).into_iter();
    let samples: Result<BTreeMap<_, _>> = samples.map(|(kind, id)| Ok((kind, global(house, kind, id)?))).collect();
    let (samples, ways) = (samples?, ways(sdl));
    let mut places = Vec::new();
    for (owner, fields) in &sdl.types {
        let way = ways.iter().find(|way| way.root == "Query" && way.gives == *owner);
        for field in fields.iter().filter(|field| viewer.knows(&field.rule)) {
            for argument in &field.arguments {
                for (path, literal) in literals(sdl, argument, DEPTH) {
                    let coordinate = format!("{owner}.{}({path})", field.name);
                    if owner == "Mutation" {
                        let document = mutation(field, argument, (&path, &literal), &samples)?;
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
                    let document = way.operation(sdl, &samples, &selection)?.replacen("query", "query($id: ID!)", 1);
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

/// Ids that must not be told from one another, whichever kind a place asks for.
fn probes(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<String>> {
    let sight = Sight::of(&house.world, viewer);
    let mentioned = mentioned(&house.world, &sight);
    let mut ids = Vec::new();
    for kind in kinds(sdl)? {
        let everything = Sight::everything(&house.world);
        let hidden = everything.rows(kind).filter(|id| !sight.has(kind, *id) && !mentioned.contains(&(kind, *id)));
        // Foreign: first, middle and last of them.
        let hidden: Vec<i32> = hidden.collect();
        for at in [0, hidden.len() / 2, hidden.len().saturating_sub(1)] {
            if let Some(id) = hidden.get(at) {
                ids.push(global(house, kind, *id)?);
            }
        }
        // Unknown, and known with another kind before it.
        ids.push(house.id(kind, "no such row")?);
        if let Some(id) = sight.rows(kind).next() {
            let id = global(house, kind, id)?;
            let other = if kind == Kind::Ticket { Kind::Comment } else { Kind::Ticket };
            ids.push(id.replacen(kind.as_str(), other.as_str(), 1));
        }
    }
    let agents = house.world.users.iter().map(|it| it.id).find(|id| !mentioned.contains(&(Kind::Agent, *id)));
    ids.push(house.id(Kind::Agent, agents.context("every agent is mentioned")?)?);
    let malformed = ["", " ", "1", "ticket", "ticket_", "ticket_1", "_", "' OR 1=1 --", "ticket_zz", "%", "null", "🦷"];
    ids.extend(malformed.map(str::to_owned));
    ids.extend(["x".repeat(5_000), format!("ticket_{}", "0".repeat(32)), format!("asset_{}", "f".repeat(32))]);
    Ok(ids)
}

/// The answer without the id that was asked for.
async fn asked(house: &House, viewer: &Viewer, place: &Place, id: &str) -> Result<String> {
    let answer = house.ask_with(viewer.who(), &place.document, json!({ "id": id })).await?;
    let text = Value::to_string(&answer);
    Ok(if id.len() > 20 { text.replace(id, "…") } else { text })
}

#[tokio::test]
async fn ids_that_open_nothing_cannot_be_told_apart() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    for viewer in cast::each_type(&house)? {
        let places = places(&house, &sdl, &viewer)?;
        ensure!(places.len() >= 10, "only {} places take an id: the walk is broken", places.len());
        let probes = probes(&house, &sdl, &viewer)?;
        for place in &places {
            let first = asked(&house, &viewer, place, probes.first().context("no probes")?).await?;
            for probe in &probes {
                let answer = asked(&house, &viewer, place, probe).await?;
                ensure!(answer == first, "{}: {} {probe:?}\n{answer}\n{first}", viewer.label, place.coordinate);
            }
            ensure!(!first.contains("INTERNAL"), "{}: {first}", place.coordinate);
        }
    }
    Ok(())
}

/// Fields of which the PSA of this world has no rows.
const NOTHING_THERE: [&str; 6] = [
    "Mutation.requestCatalogueItem(",
    "Query.catalogueItem(",
    "Query.catalogueItems(",
    "Query.contract(",
    "Query.contracts(",
    "Query.knowledgeArticle(",
];

#[tokio::test]
async fn an_id_of_ones_own_is_told_apart() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let viewer = cast::person(&house, "joerg.mueller@")?;
    let sight = Sight::of(&house.world, &viewer);
    for place in places(&house, &sdl, &viewer)? {
        // Uploads are no rows of a PSA, and this one takes none: `what_an_input_names_is_checked` has them.
        let of_upload = place.coordinate.contains("attachmentIds");
        if of_upload || NOTHING_THERE.iter().any(|field| place.coordinate.starts_with(field)) {
            continue;
        }
        let unknown = asked(&house, &viewer, &place, &house.id(Kind::Ticket, "no such row")?).await?;
        let mut own = Vec::new();
        for kind in kinds(&sdl)? {
            for id in sight.rows(kind) {
                own.push(global(&house, kind, id)?);
            }
        }
        let choices = house.data(viewer.who(), "{ choices(first: 100) { nodes { id } } }").await?;
        let choices = choices.pointer("/choices/nodes").and_then(Value::as_array).context("no choices")?;
        own.extend(choices.iter().filter_map(|choice| choice.get("id")?.as_str().map(str::to_owned)));
        for user in &house.world.users {
            own.push(house.id(Kind::Agent, user.id)?);
        }
        let mut differs = false;
        for id in own {
            differs = differs || asked(&house, &viewer, &place, &id).await? != unknown;
        }
        ensure!(differs, "{} answers the same whatever the id: its probes could not fail", place.coordinate);
    }
    Ok(())
}
