//! What the hand-written pages say is there.

use super::{generated, tree};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;

/// Every test function of the project.
fn tests() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for file in tree::rust(&["gateway/src", "backends", "migrations", "tests"])? {
        let mut test = false;
        for line in file.text.lines().map(str::trim) {
            test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            if let (true, Some((_, rest))) = (test, line.split_once("fn ")) {
                found.insert(rest.split(['(', '<']).next().unwrap_or(rest).to_owned());
                test = false;
            }
        }
    }
    ensure!(found.len() > 100, "only {} tests were found", found.len());
    Ok(found)
}

/// The texts between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn every_security_requirement_has_a_row_and_its_tests_exist() -> Result<()> {
    let page = std::fs::read_to_string(tree::root().join("docs/security.md"))?;
    let tests = tests()?;
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| S")).collect();
    for number in 1..=90 {
        let start = format!("| S{number} |");
        let row = rows.iter().filter(|row| row.starts_with(&start)).collect::<Vec<_>>();
        assert_eq!(row.len(), 1, "S{number} has {} rows", row.len());
    }
    assert_eq!(rows.len(), 90);
    for row in rows {
        let cell = row.split('|').nth(4).with_context(|| format!("{row} has no column of tests"))?;
        for name in quoted(cell) {
            assert!(tests.contains(name), "there is no test {name}: {row}");
        }
        let proven = row.split('|').nth(3).is_some_and(|state| state.trim() == "yes");
        assert!(!proven || quoted(cell).next().is_some(), "nothing shows it: {row}");
    }
    Ok(())
}

/// The default of every adapter's setting is read from the code.
#[test]
fn the_page_of_an_adapter_explains_every_setting() -> Result<()> {
    let page = std::fs::read_to_string(tree::root().join("docs/backends/itflow.md"))?;
    let shown = format!("{:#?}", portico_itflow::ItflowConfig::default());
    let fields: Vec<(&str, &str)> =
        shown.lines().filter_map(|line| line.strip_prefix("    ")?.trim_end_matches(',').split_once(": ")).collect();
    assert!(fields.len() >= 7, "{shown}");
    for (name, default) in fields {
        let default = if default.chars().all(|c| c.is_ascii_digit()) { format!("`{default}`") } else { String::new() };
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.with_context(|| format!("the page has no row for `{name}`"))?;
        assert!(row.contains(&default), "the default of {name} is {default}: {row}");
    }
    Ok(())
}

/// The accounts that the page makes, each with the file of its grants, are the tested ones, without comments.
#[test]
fn the_published_grants_are_the_ones_that_are_tested() -> Result<()> {
    const PAGE: &str = "docs/backends/itflow.md";
    const BLOCK: &str = "```sql\nCREATE USER ";
    let page = std::fs::read_to_string(tree::root().join(PAGE))?;
    let mut rest = page.as_str();
    let mut made = String::new();
    for file in ["grants.sql", "grants-write.sql"] {
        let grants = std::fs::read_to_string(tree::root().join("backends/itflow/fixtures").join(file))?;
        let lines: Vec<&str> = grants.lines().filter(|line| !line.starts_with("--")).collect();
        let (before, block) = rest.split_once(BLOCK).with_context(|| format!("the page has no block for {file}"))?;
        let (_, after) = block.split_once("\n```").context("the block has no end")?;
        assert!(before.contains(file), "the page does not name {file} before its block");
        made.push_str(&format!("{before}```sql\n{}\n```", lines.join("\n")));
        rest = after;
    }
    generated::hold(PAGE, &format!("{made}{rest}"))
}

#[test]
fn links_between_pages_lead_somewhere() -> Result<()> {
    let mut seen = 0;
    for page in tree::files("docs")?.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = tree::root().join(&page.path);
        let folder = folder.parent().context("a page lies in a folder")?;
        for target in page.text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if target.is_empty() || target.contains("://") {
                continue;
            }
            seen += 1;
            assert!(folder.join(target).exists(), "{} links to {target}", page.path);
        }
    }
    assert!(seen > 5, "only {seen} links were found");
    Ok(())
}
