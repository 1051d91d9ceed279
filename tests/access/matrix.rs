//! Role × field × access path: the table is computed from the annotations and the roles, held to the
//! page that people review, and compared cell by cell with what operations answer.

use super::cast::{self, Viewer, codes};
use super::paths::{Way, ways};
use super::sdl::{Field, ROOTS, Rule, Sdl};
use super::sight::{Sight, global, samples};
use anyhow::{Context, Result, ensure};
use portico_contract::Kind;
use portico_tests::House;
use portico_tests::house::Who;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

const PAGE: &str = "docs/permissions.md";

/// What a role gets for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    /// The field is not in the schema of the role's realm.
    Unknown,
    /// Null, with the error that names the permission.
    Forbidden,
    /// It lies below something that the role may not see.
    Below,
    /// The whole operation is refused until somebody signs in.
    SignIn,
    Value,
}

impl Cell {
    fn symbol(self) -> &'static str {
        match self {
            Self::Unknown => " ",
            Self::Forbidden => "–",
            Self::Below => "·",
            Self::SignIn => "?",
            Self::Value => "✓",
        }
    }
}

/// Whether every coordinate of a way has this quality.
fn all(sdl: &Sdl, way: &Way, holds: impl Fn(&Rule) -> bool) -> bool {
    way.coordinates().all(|coordinate| holds(&sdl.rule(&coordinate)))
}

/// What a viewer gets for a field at the end of one way.
fn at(sdl: &Sdl, viewer: &Viewer, way: &Way, field: &Field) -> Cell {
    let customer_knows = |rule: &Rule| !matches!(rule, Rule::Needs(_)) || viewer.knows(rule) || is_for_customers(rule);
    if viewer.realm.is_none() {
        let open = |rule: &Rule| matches!(rule, Rule::Public | Rule::Inherits);
        return if all(sdl, way, open) && open(&field.rule) {
            Cell::Value
        } else if all(sdl, way, customer_knows) && customer_knows(&field.rule) {
            Cell::SignIn
        } else {
            Cell::Unknown
        };
    }
    if !all(sdl, way, |rule| viewer.knows(rule)) || !viewer.knows(&field.rule) {
        Cell::Unknown
    } else if !all(sdl, way, |rule| viewer.may(rule)) {
        Cell::Below
    } else if viewer.may(&field.rule) {
        Cell::Value
    } else {
        Cell::Forbidden
    }
}

fn is_for_customers(rule: &Rule) -> bool {
    let Rule::Needs(word) = rule else { return true };
    portico::authz::role::ROLES
        .iter()
        .filter(|role| !role.staff)
        .flat_map(|role| role.grants)
        .any(|(permission, _)| permission.word() == word)
}

type Column = BTreeMap<String, Cell>;

/// The column of one viewer: the best that any way gives.
fn column(sdl: &Sdl, viewer: &Viewer, ways: &[Way]) -> Column {
    let mut column = Column::new();
    for way in ways {
        for field in sdl.fields(&way.gives) {
            let cell = at(sdl, viewer, way, field);
            let known = column.entry(format!("{}.{}", way.gives, field.name)).or_insert(cell);
            // A field that is forbidden on one way is forbidden on all that reach it.
            *known = match (*known, cell) {
                (Cell::Below, Cell::Forbidden) => Cell::Forbidden,
                (Cell::Forbidden, Cell::Below) => Cell::Forbidden,
                (known, cell) => known.max(cell),
            };
        }
    }
    column
}

fn page(columns: &[(String, Column)]) -> String {
    let mut text = String::from(
        "<!-- Made by `PORTICO_REGEN=1 cargo test -p portico-tests --test access matrix`; a test compares it. -->\n\n\
         # Who may see which field\n\n\
         ✓ a value · – null and `FORBIDDEN` · · below something that is forbidden · ? sign in first · \
         empty: not in the schema of the role's realm. Rows have their own fence: see the roles' reach.\n\n",
    );
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let _ = writeln!(text, "| Field | {} |\n|---|{}", names.join(" | "), ":-:|".repeat(names.len()));
    let fields: BTreeSet<&String> = columns.iter().flat_map(|(_, column)| column.keys()).collect();
    for field in fields {
        let cells = columns.iter().map(|(_, column)| column.get(field).copied().unwrap_or(Cell::Unknown).symbol());
        let _ = writeln!(text, "| `{field}` | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the product")]
fn regen() -> bool {
    std::env::var("PORTICO_REGEN").is_ok_and(|value| value == "1")
}

fn hold(text: &str) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no root")?;
    if regen() {
        return std::fs::write(root.join(PAGE), text).context(PAGE);
    }
    let present =
        std::fs::read_to_string(root.join(PAGE)).with_context(|| format!("{PAGE}: run with PORTICO_REGEN=1"))?;
    let gone = present.lines().filter(|line| !text.contains(line)).map(|line| format!("- {line}"));
    let new = text.lines().filter(|line| !present.contains(line)).map(|line| format!("+ {line}"));
    let changes: Vec<String> = gone.chain(new).collect();
    ensure!(present == text, "{PAGE} is out of date: run with PORTICO_REGEN=1 and review\n{}", changes.join("\n"));
    Ok(())
}

/// Nobody and a holder of every role, each under a name for the page.
async fn everybody(house: &House) -> Result<Vec<Viewer>> {
    let mut cast = vec![Viewer::nobody()];
    cast.extend(cast::holders(house).await?);
    Ok(cast)
}

#[tokio::test]
async fn the_reviewed_page_is_the_table() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let ways = ways(&sdl);
    let cast = everybody(&house).await?;
    let columns: Vec<_> = cast.iter().map(|it| (it.label.clone(), column(&sdl, it, &ways))).collect();
    let reached: BTreeSet<&str> = ways.iter().map(|way| way.gives.as_str()).collect();
    for name in sdl.types.keys() {
        ensure!(reached.contains(name.as_str()), "no way leads to {name}: the matrix would not cover it");
    }
    hold(&page(&columns))
}

/// What an operation said of the fields asked for.
struct Said {
    answer: Value,
    forbidden: BTreeSet<String>,
}

fn ask_for(sdl: &Sdl, field: &Field, owner: &str, samples: &BTreeMap<Kind, String>) -> Result<String> {
    let arguments = super::paths::arguments(sdl, owner, &field.name, None, samples)?;
    let below = if sdl.is_composite(&field.gives) { " { __typename }" } else { "" };
    Ok(format!("{}{arguments}{below}", field.name))
}

async fn run(house: &House, who: Who<'_>, operation: &str) -> Result<Said> {
    let answer = house.ask(who, operation).await?;
    let forbidden = cast::coordinates(&answer).into_iter().map(str::to_owned).collect();
    Ok(Said { forbidden, answer })
}

/// How many fields one operation asks for: fewer than there are places for errors.
const AT_ONCE: usize = 12;

/// The fields that can be asked for together, and those that refuse the operation.
async fn behaves(
    house: &House,
    sdl: &Sdl,
    viewer: &Viewer,
    way: &Way,
    samples: &BTreeMap<Kind, String>,
) -> Result<usize> {
    let fields: Vec<&Field> = sdl.fields(&way.gives).iter().filter(|it| !is_left_out(way, it)).collect();
    let (refused, asked): (Vec<&Field>, Vec<&Field>) =
        fields.into_iter().partition(|it| matches!(at(sdl, viewer, way, it), Cell::Unknown | Cell::SignIn));
    for field in refused {
        let operation = way.operation(sdl, samples, &ask_for(sdl, field, &way.gives, samples)?)?;
        let said = run(house, viewer.who(), &operation).await?;
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
        let said = run(house, viewer.who(), &operation).await?;
        let right = said.answer.get("data").is_none() && said.forbidden == mutation(way, field).into_iter().collect();
        ensure!(right, "{}: {operation} should be refused whole: {}", viewer.label, said.answer);
    }
    let mut met = 0;
    for fields in asked.chunks(AT_ONCE) {
        let parts: Result<Vec<String>> = fields.iter().map(|it| ask_for(sdl, it, &way.gives, samples)).collect();
        let operation = way.operation(sdl, samples, &parts?.join(" "))?;
        let said = run(house, viewer.who(), &operation).await?;
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

/// Types of which the sandbox holds nothing to meet, and a union, which has no fields to meet.
const NOWHERE: &[&str] = &[
    "CustomValue",
    "Team",
    "SearchResult",
    "SignOutPayload",
    // Made by a mutation that succeeds; the figures of a backend that is reached over HTTP.
    "Upload",
    "BackendTraffic",
    "CallOutcome",
    "AccountLinkProposal",
    "AccountLinkProposalEdge",
    "Command",
    "CommandEdge",
    "Announcement",
    "AnnouncementEdge",
    "Article",
    "ArticleEdge",
    "CatalogueCategory",
    "CatalogueCategoryEdge",
    "CatalogueItem",
    "CatalogueItemEdge",
    "Contract",
    "ContractEdge",
    "ContractPeriod",
    "FixedPriceContract",
    "Form",
    "FormDependency",
    "FormField",
    "FormOption",
    "OtherContract",
    "PrepaidTime",
    "RecurringContract",
    "RetainerByAmountContract",
    "RetainerByHoursContract",
    "TimeAndMaterialsContract",
];

#[tokio::test]
async fn every_cell_behaves_as_the_table_says() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let ways = ways(&sdl);
    let mut met = vec![0; ways.len()];
    for viewer in everybody(&house).await? {
        let ids = samples(&house.world, &Sight::of(&house.world, &viewer)).into_iter();
        let ids: Result<BTreeMap<_, _>> = ids.map(|(kind, id)| Ok((kind, global(&house, kind, id)?))).collect();
        let ids = ids?;
        for (way, met) in ways.iter().zip(&mut met) {
            *met += behaves(&house, &sdl, &viewer, way, &ids).await?;
        }
    }
    let mut by_type: BTreeMap<&str, usize> = BTreeMap::new();
    for (way, met) in ways.iter().zip(met) {
        *by_type.entry(&way.gives).or_default() += met;
    }
    let known = |name: &str| ROOTS.contains(&name) || NOWHERE.contains(&name);
    let unmet: Vec<_> = by_type.iter().filter(|(name, met)| **met == 0 && !known(name)).collect();
    ensure!(unmet.is_empty(), "nobody meets anything of these types, their cells would be empty: {unmet:?}");
    Ok(())
}
