//! `docs/coverage.md`: from the rows of the acceptance list to fields and tests.
//!
//! A test says which rows it shows, in its doc comment, above its attributes:
//! `Acceptance: T30, T33 (Query.tickets, TicketScope.MINE, provider.name)`. In brackets stand
//! coordinates of the schema and keys of the configuration; both are looked up. `Acceptance in part:` is for a row of
//! which only a part is there.

use super::generated::{self, MADE};
use super::tree::{self, File};
use super::{configuration, schema};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Row and a few words for it, one a line.
const ROWS: &str = include_str!("rows.txt");

const MARK: &str = "/// Acceptance: ";
const PART: &str = "/// Acceptance in part: ";

const HEAD: &str = "# What is served

Each row of the acceptance list that works today, with the fields that serve it and the tests that show it. The
tests themselves say so, in a line `Acceptance: …` above them.
";

/// What serves a row.
#[derive(Debug, Default, PartialEq, Eq)]
struct Served {
    /// Whether all of it is there.
    whole: bool,
    fields: BTreeSet<String>,
    tests: BTreeSet<String>,
}

/// Row id to words, in the list's order.
fn rows() -> Result<Vec<(&'static str, &'static str)>> {
    let row = |line: &'static str| line.split_once(' ').with_context(|| format!("{line:?} has no words"));
    ROWS.lines().map(row).collect()
}

/// `T30, T33 (Query.tickets)` → rows and fields.
fn parse(text: &str) -> Result<(Vec<&str>, Vec<&str>)> {
    let (rows, fields) = match text.split_once('(') {
        Some((rows, fields)) => (rows, fields.strip_suffix(')').context("a bracket is not closed")?),
        None => (text, ""),
    };
    Ok((words(rows), words(fields)))
}

fn words(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
}

/// The test below a line of a file.
fn test_below(lines: &[&str], at: usize) -> Result<String> {
    for line in lines.iter().skip(at + 1) {
        let line = line.trim();
        if let Some((_, rest)) = line.split_once("fn ") {
            return Ok(rest.split(['(', '<']).next().unwrap_or(rest).to_owned());
        }
        ensure!(line.starts_with("///") || line.starts_with("#["), "no test stands below the line");
    }
    bail!("no test stands below the line")
}

fn collect(files: &[File], known: &BTreeSet<&str>, fields: &BTreeSet<String>) -> Result<BTreeMap<String, Served>> {
    let mut served: BTreeMap<String, Served> = BTreeMap::new();
    for file in files {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let line = line.trim_start();
            let whole = line.strip_prefix(MARK);
            let Some(text) = whole.or_else(|| line.strip_prefix(PART)) else { continue };
            let place = || format!("{}:{}", file.path, at + 1);
            let (ids, named) = parse(text.trim()).with_context(place)?;
            let test = test_below(&lines, at).with_context(place)?;
            for field in &named {
                ensure!(fields.contains(*field), "{}: there is no {field}", place());
            }
            for id in ids {
                ensure!(known.contains(id), "{}: there is no row {id}", place());
                let row = served.entry(id.to_owned()).or_default();
                row.whole |= whole.is_some();
                row.fields.extend(named.iter().map(|field| (*field).to_owned()));
                row.tests.insert(format!("`{test}` in {}", file.path));
            }
        }
    }
    Ok(served)
}

fn page() -> Result<String> {
    let rows = rows()?;
    let known = rows.iter().map(|(id, _)| *id).collect();
    let mut fields = schema::coordinates()?;
    fields.extend(configuration::keys());
    let files = tree::rust(&["gateway/src", "backends", "tests"])?;
    let served = collect(&files, &known, &fields)?;
    let whole = |id: &str| served.get(id).map(|row| row.whole);
    let count = |is: Option<bool>| rows.iter().filter(|(id, _)| whole(id) == is).count();
    let mut page = format!("{MADE}{HEAD}");
    let (done, part) = (count(Some(true)), count(Some(false)));
    writeln!(page, "\n{done} of {} rows are served, {part} more in part.", rows.len())?;
    for (title, is) in [("Served", true), ("Served in part", false)] {
        write!(page, "\n## {title}\n\n| Row | What | Fields and settings | Tests |\n| --- | --- | --- | --- |\n")?;
        for (id, words) in rows.iter().filter(|(id, _)| whole(id) == Some(is)) {
            let Some(Served { fields, tests, .. }) = served.get(*id) else { continue };
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
            writeln!(page, "| {id} | {words} | {} | {} |", fields.join(", "), tests.join("; "))?;
        }
    }
    page.push_str("\n## Not served yet\n\n| Row | What |\n| --- | --- |\n");
    for (id, words) in rows.iter().filter(|(id, _)| whole(id).is_none()) {
        writeln!(page, "| {id} | {words} |")?;
    }
    Ok(page)
}

#[test]
fn the_page_of_coverage_is_what_the_tests_say() -> Result<()> {
    generated::hold("docs/coverage.md", &page()?)
}

#[test]
fn every_row_of_the_list_is_here_once() -> Result<()> {
    const COUNTS: &[(char, usize)] = &[
        ('A', 26),
        ('R', 15),
        ('D', 17),
        ('T', 41),
        ('C', 8),
        ('M', 7),
        ('K', 9),
        ('I', 17),
        ('X', 8),
        ('P', 5),
        ('B', 8),
    ];
    let rows = rows()?;
    let ids: BTreeSet<&str> = rows.iter().map(|(id, _)| *id).collect();
    assert_eq!((rows.len(), ids.len()), (161, 161));
    for (letter, count) in COUNTS {
        assert_eq!(ids.iter().filter(|id| id.starts_with(*letter)).count(), *count, "{letter}");
    }
    Ok(())
}

#[test]
fn a_row_or_a_field_that_is_not_there_is_an_error() {
    let file = |line: &str| {
        [File { path: "a.rs".into(), text: format!("    {MARK}{line}\n    #[test]\n    fn shows() {{}}\n") }]
    };
    let (known, fields) = (BTreeSet::from(["T30", "T33"]), BTreeSet::from(["Query.tickets".to_owned()]));
    let served = collect(&file("T30, T33 (Query.tickets)"), &known, &fields).unwrap();
    assert_eq!(served.keys().collect::<Vec<_>>(), ["T30", "T33"]);
    assert_eq!(served["T30"].tests, BTreeSet::from(["`shows` in a.rs".to_owned()]));
    assert!(collect(&file("T31"), &known, &fields).is_err());
    assert!(collect(&file("T30 (Query.invoices)"), &known, &fields).is_err());
    assert!(collect(&[File { path: "a.rs".into(), text: format!("{MARK}T30\nstruct X;") }], &known, &fields).is_err());
}
