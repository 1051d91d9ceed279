//! Every cell of the table, asked for: of ITFlow's rows and of the tenant's.

use super::{Cell, at, column, everybody};
use crate::both::Both;
use crate::cast::{self, Viewer, codes};
use crate::paths::{Way, arguments, ways};
use crate::samples::Samples;
use crate::sdl::{Field, ROOTS, Sdl};
use anyhow::{Context, Result, ensure};
use portico_contract::Kind;
use portico_tests::House;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What an operation said of the fields asked for.
struct Said {
    answer: Value,
    forbidden: BTreeSet<String>,
}

fn ask_for(sdl: &Sdl, field: &Field, owner: &str, samples: &Samples) -> Result<String> {
    let arguments = arguments(sdl, owner, &field.name, None, samples)?;
    let below = if sdl.is_composite(&field.gives) { " { __typename }" } else { "" };
    Ok(format!("{}{arguments}{below}", field.name))
}

async fn run(house: &House, viewer: &Viewer, operation: &str) -> Result<Said> {
    let answer = cast::ask(house, viewer, operation).await?;
    let forbidden = cast::coordinates(&answer).into_iter().map(str::to_owned).collect();
    Ok(Said { forbidden, answer })
}

/// How many fields one operation asks for: fewer than there are places for errors.
const AT_ONCE: usize = 12;

/// The fields that can be asked for together, and those that refuse the operation.
async fn behaves(house: &House, sdl: &Sdl, viewer: &Viewer, way: &Way, samples: &Samples) -> Result<usize> {
    let fields: Vec<&Field> = sdl.fields(&way.gives).iter().filter(|it| !is_left_out(way, it)).collect();
    let (refused, asked): (Vec<&Field>, Vec<&Field>) =
        fields.into_iter().partition(|it| matches!(at(sdl, viewer, way, it), Cell::Unknown | Cell::SignIn));
    for field in refused {
        let operation = way.operation(sdl, samples, &ask_for(sdl, field, &way.gives, samples)?)?;
        let said = run(house, viewer, &operation).await?;
        let code = match at(sdl, viewer, way, field) {
            Cell::SignIn => "UNAUTHENTICATED",
            _ => "GRAPHQL_VALIDATION_FAILED",
        };
        let right = said.answer.get("data").is_none() && codes(&said.answer).iter().all(|it| *it == code);
        ensure!(right, "{}: {operation} should be {code}: {}", viewer.label, said.answer);
    }
    let (denied, asked): (Vec<&Field>, Vec<&Field>) =
        asked.into_iter().partition(|it| mutation(way, it).is_some_and(|root| !viewer.may(&sdl.rule(&root))));
    for field in denied {
        let operation = way.operation(sdl, samples, &ask_for(sdl, field, &way.gives, samples)?)?;
        let said = run(house, viewer, &operation).await?;
        let right = said.answer.get("data").is_none() && said.forbidden == mutation(way, field).into_iter().collect();
        ensure!(right, "{}: {operation} should be refused whole: {}", viewer.label, said.answer);
    }
    let mut met = 0;
    for fields in asked.chunks(AT_ONCE) {
        let parts: Result<Vec<String>> = fields.iter().map(|it| ask_for(sdl, it, &way.gives, samples)).collect();
        let operation = way.operation(sdl, samples, &parts?.join(" "))?;
        let said = run(house, viewer, &operation).await?;
        met += compare(sdl, viewer, way, fields, &said).with_context(|| format!("{}: {operation}", viewer.label))?;
    }
    Ok(met)
}

/// The root mutation that a field is asked through: where it is denied, nothing runs.
fn mutation(way: &Way, field: &Field) -> Option<String> {
    let root = || way.coordinates().next().unwrap_or_else(|| format!("Mutation.{}", field.name));
    (way.root == "Mutation").then(root)
}

/// Ending the session ends the test.
fn is_left_out(way: &Way, field: &Field) -> bool {
    (way.gives == "Mutation" && field.name == "signOut") || way.coordinates().any(|it| it == "Mutation.signOut")
}

fn compare(sdl: &Sdl, viewer: &Viewer, way: &Way, fields: &[&Field], said: &Said) -> Result<usize> {
    let answer = &said.answer;
    ensure!(answer.get("data").is_some(), "it was refused: {answer}");
    let strange: Vec<&str> = codes(answer).into_iter().filter(|it| !matches!(*it, "FORBIDDEN" | "NOT_FOUND")).collect();
    ensure!(strange.is_empty(), "{strange:?} in {answer}");
    let blocked = way.coordinates().find(|it| !viewer.may(&sdl.rule(it)));
    let expected: BTreeSet<String> = match &blocked {
        Some(coordinate) => BTreeSet::from([coordinate.clone()]),
        None => {
            let denied = fields.iter().filter(|it| !viewer.may(&it.rule));
            denied.map(|it| format!("{}.{}", way.gives, it.name)).collect()
        }
    };
    ensure!(said.forbidden == expected, "forbidden should be {expected:?}: {answer}");
    let objects = way.objects(cast::at(answer, "/data"));
    ensure!(blocked.is_none() || objects.is_empty(), "something lies below a denied field: {answer}");
    for object in &objects {
        for field in fields {
            let value = object.get(&field.name).with_context(|| format!("no key {}", field.name))?;
            ensure!(value.is_null() || viewer.may(&field.rule), "{} has a value: {answer}", field.name);
            ensure!(!value.is_null() || field.nullable, "{} is null: {answer}", field.name);
        }
    }
    Ok(objects.len())
}

/// Types that no answer shows an object of, and why.
const NOWHERE: &[(&str, &str)] = &[
    ("FormDependency", "no PSA says which field of a form depends on which"),
    ("SearchResult", "a union has no fields"),
    ("SignOutPayload", "ending the session ends the test"),
];

/// Who is asked for, with which ids, from which roots.
struct Turn {
    viewer: Viewer,
    samples: Samples,
    roots: &'static [&'static str],
}

/// Holders of every role twice: with a contact of ITFlow, and with one of the tenant. Staff ask for everything, and then
/// for one account of the tenant. What mutations answer does not depend on the rows, and nothing shall be written: they
/// are asked for with ids of ITFlow, which cannot be written to here.
async fn turns(both: &Both, sdl: &Sdl) -> Result<Vec<Turn>> {
    let mut turns = Vec::new();
    let ours = both.house.id(Kind::Account, 1)?;
    for viewer in everybody(&both.house).await? {
        let from = if viewer.is_staff() { viewer.clone().at(ours.clone()) } else { viewer.clone() };
        let samples = both.samples(sdl, &from).await?;
        turns.push(Turn { viewer, samples, roots: &ROOTS });
    }
    for viewer in both.holders().await? {
        let samples = both.samples(sdl, &viewer).await?;
        turns.push(Turn { viewer, samples, roots: &ROOTS[..1] });
    }
    Ok(turns)
}

#[tokio::test]
async fn every_cell_behaves_as_the_table_says() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    both.acts().await?;
    let ways = ways(&sdl);
    let (mut met, mut columns) = (BTreeMap::<&str, usize>::new(), BTreeMap::new());
    for Turn { viewer, samples, roots } in turns(&both, &sdl).await? {
        // Whichever PSA its holder is of, a role has one column of the page.
        let cells = column(&sdl, &viewer, &ways);
        ensure!(columns.entry(viewer.label.clone()).or_insert_with(|| cells.clone()) == &cells, "{}", viewer.label);
        for way in ways.iter().filter(|way| roots.contains(&way.root)) {
            *met.entry(way.gives.as_str()).or_default() += behaves(&both.house, &sdl, &viewer, way, &samples).await?;
        }
    }
    let nowhere: BTreeSet<&str> = NOWHERE.iter().map(|(name, _)| *name).collect();
    let unmet: BTreeSet<&str> =
        met.into_iter().filter(|(name, met)| *met == 0 && !ROOTS.contains(name)).map(|(name, _)| name).collect();
    assert_eq!(
        unmet, nowhere,
        "of these nobody meets anything: their cells are empty, or the exception is no longer one"
    );
    Ok(())
}
