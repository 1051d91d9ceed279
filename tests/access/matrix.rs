//! Role × field × access path: the table is computed from the annotations and the roles, held to the
//! page that people review, and compared cell by cell with what operations answer of either PSA ([`cells`]).

mod cells;

use super::cast::{self, Viewer};
use super::paths::{Way, ways};
use super::sdl::{Field, Rule, Sdl};
use anyhow::{Context, Result, ensure};
use portico_tests::House;
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
