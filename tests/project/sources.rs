//! What may be written where.

use super::tree::{self, File};
use anyhow::Result;

/// Rooms in which a select may begin without a viewer.
const UNSCOPED: &[&str] = &[
    "gateway/src/readmodel/",
    "gateway/src/sync/",
    "gateway/src/accounts/",
    "gateway/src/links/",
    "gateway/src/journal/",
];

/// Rooms whose `execute` is a statement of SQL, or that are the executor themselves.
const EXECUTES: &[&str] = &[
    "gateway/src/readmodel/",
    "gateway/src/accounts/",
    "gateway/src/sync/",
    "gateway/src/executor/",
    "gateway/src/authz/realm",
];

/// Written in halves, so that this file does not find itself.
const UNFINISHED: &[&str] = &[concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[ig", "nore]")];

const FOLDERS: &[&str] = &["gateway/src", "backends", "migrations", "tests"];

/// Places on the machine of whoever wrote a file, and hosts that packages come from.
const ELSEWHERE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tm", "p/"),
    concat!("/Us", "ers/"),
    concat!("registry.", "npmjs"),
    concat!("crates", ".io/"),
    concat!("pypi", ".org"),
    concat!("proxy.", "golang"),
];

/// Names the registry as every lock file of Cargo does.
const LOCK: &str = "Cargo.lock";

/// Bundled by others: their texts are their own.
const BUNDLED: &[&str] = &["gateway/graphiql/dist/"];

fn in_any(file: &File, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| file.path.starts_with(room))
}

/// The blocks of a file that the engine turns into resolvers, each line with its number.
fn resolvers(file: &File) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut announced = false;
    let mut lines = Vec::new();
    for (number, line) in file.code() {
        if line.starts_with("#[Object") || line.starts_with("#[ComplexObject") {
            announced = true;
        } else if announced && line.starts_with("impl") {
            (inside, announced) = (true, false);
        } else if line.starts_with('}') {
            inside = false;
        }
        if inside {
            lines.push((number, line));
        }
    }
    lines
}

/// In this engine an error on a nullable field takes its whole parent away.
#[test]
fn nullable_resolvers_report_softly() -> Result<()> {
    let mut seen = 0;
    for file in tree::rust(&["gateway/src/graphql"])? {
        for (number, line) in resolvers(&file) {
            seen += usize::from(line.contains("async fn "));
            assert!(!line.contains("Result<Option<"), "{}:{number}: return Option and report with `soft`", file.path);
        }
    }
    assert!(seen > 50, "only {seen} resolvers were found");
    Ok(())
}

#[test]
fn selects_begin_at_the_desk() -> Result<()> {
    let mut seen = 0;
    for file in tree::rust(&["gateway/src"])? {
        for (number, line) in file.code() {
            let found = ["::find()", "::find_by_id(", "::find_with_related", "::find_also_related"]
                .iter()
                .any(|start| line.contains(start));
            seen += usize::from(found);
            assert!(!found || in_any(&file, UNSCOPED), "{}:{number} selects without a scope: {line}", file.path);
        }
    }
    assert!(seen > 5, "only {seen} selects were found");
    Ok(())
}

#[test]
fn everything_goes_through_the_executor() -> Result<()> {
    for file in tree::rust(&["gateway/src"])?.iter().filter(|file| !in_any(file, EXECUTES)) {
        for (number, line) in file.code() {
            for verb in [".execute(", ".execute_stream(", ".execute_batch("] {
                for (receiver, _) in line.match_indices(verb).map(|(at, _)| line.split_at(at)) {
                    assert!(receiver.ends_with("executor"), "{}:{number} passes the executor by: {line}", file.path);
                }
            }
        }
    }
    Ok(())
}

#[test]
fn nothing_is_left_to_be_done() -> Result<()> {
    for file in tree::rust(FOLDERS)? {
        for (at, line) in file.text.lines().enumerate() {
            let found = UNFINISHED.iter().find(|word| line.contains(*word));
            assert_eq!(found, None, "{}:{}", file.path, at + 1);
        }
    }
    Ok(())
}

#[test]
fn the_project_names_no_machine_and_no_registry() -> Result<()> {
    let files = tree::files("")?;
    assert!(files.len() > 150, "only {} files were found", files.len());
    for file in files.iter().filter(|file| file.path != LOCK && !in_any(file, BUNDLED)) {
        for (at, line) in file.text.lines().enumerate() {
            let found = ELSEWHERE.iter().find(|word| line.contains(*word));
            assert_eq!(found, None, "{}:{}", file.path, at + 1);
        }
    }
    Ok(())
}
