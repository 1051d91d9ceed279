//! Overrides from the environment: `PORTICO__SECTION__KEY=value`.
//!
//! A backend is named by its place or its id: `PORTICO__BACKENDS__0__DATABASE_URL`,
//! `PORTICO__BACKENDS__MAIN_OFFICE__DATABASE_URL` for the id `main-office`.

use super::backend::id_of;
use super::problem::Problems;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Path of the file when the command line names none.
pub const FILE: &str = "PORTICO_CONFIG";
const PREFIX: &str = "PORTICO__";
const BACKENDS: &str = "backends";

/// The variables of this process that are meant for Portico. Nothing else reads the environment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with("PORTICO_"))?;
        Some((name, value.to_string_lossy().into_owned()))
    })
}

/// Which keys came from the environment, by the path of their section.
pub type Texts = BTreeMap<String, BTreeSet<String>>;

/// Puts the overrides into the document, and tells which keys are theirs.
pub fn apply(document: &mut Table, variables: &BTreeMap<String, String>, problems: &mut Problems) -> Texts {
    let mut texts = Texts::new();
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        if value.contains('\u{FFFD}') {
            problems.add(name, "Is not UTF-8. Write it in UTF-8.");
            continue;
        }
        let path = path.to_lowercase();
        let parts: Vec<&str> = path.split("__").collect();
        let placed = match parts.as_slice() {
            [BACKENDS, which, key] => backend(document, which).map(|(path, table)| (path, table, *key)),
            [section, key] if *section != BACKENDS => {
                table(document, section).map(|table| ((*section).to_owned(), table, *key))
            }
            _ => Err("Expected PORTICO__SECTION__KEY or PORTICO__BACKENDS__ID__KEY. Rename it.".to_owned()),
        };
        match placed {
            Ok((path, table, key)) => {
                let texts = texts.entry(path).or_default();
                let twin = key.strip_suffix("_file").map_or_else(|| format!("{key}_file"), str::to_owned);
                if !texts.contains(&twin) {
                    // A secret and its file are one setting: the variable replaces both.
                    table.remove(&twin);
                }
                table.insert(key.to_owned(), Value::String(value.clone()));
                texts.insert(key.to_owned());
            }
            Err(message) => problems.add(name, message),
        }
    }
    texts
}

fn table<'a>(document: &'a mut Table, section: &str) -> Result<&'a mut Table, String> {
    document
        .entry(section)
        .or_insert_with(|| Value::Table(Table::new()))
        .as_table_mut()
        .ok_or_else(|| format!("`{section}` in the file is not a section. Write [{section}]."))
}

/// The table of a backend by place or id; the place behind the last one adds a backend.
fn backend<'a>(document: &'a mut Table, which: &str) -> Result<(String, &'a mut Table), String> {
    let list = document
        .entry(BACKENDS)
        .or_insert_with(|| Value::Array(Vec::new()))
        .as_array_mut()
        .ok_or("`backends` in the file is not a list. Write [[backends]].")?;
    let place = match which.parse::<usize>() {
        Ok(place) => Some(place),
        Err(_) => list.iter().position(|item| id_of(item).is_some_and(|id| id.replace('-', "_") == which)),
    };
    if place == Some(list.len()) {
        list.push(Value::Table(Table::new()));
    }
    place
        .and_then(|place| Some((format!("{BACKENDS}[{place}]"), list.get_mut(place)?.as_table_mut()?)))
        .ok_or_else(|| format!("There is no backend {which:?}. Use its place, from 0, or its id."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(file: &str, variables: &[(&str, &str)]) -> (Table, Texts, Problems) {
        let mut document: Table = toml::from_str(file).unwrap();
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut problems = Problems::default();
        let texts = apply(&mut document, &variables, &mut problems);
        (document, texts, problems)
    }

    #[test]
    fn a_variable_overrides_the_file_and_others_are_left_alone() {
        let variables = [("PORTICO__SYNC__EVERY_SECONDS", "5"), ("PORTICO_CONFIG", "x"), ("PATH", "y")];
        let (document, texts, problems) = applied("[sync]\nevery_seconds = 1\nwait_ms = 2", &variables);
        assert_eq!(problems, Problems::default());
        assert_eq!(document.to_string(), "[sync]\nevery_seconds = \"5\"\nwait_ms = 2\n");
        assert!(texts.get("sync").is_some_and(|keys| keys.contains("every_seconds")));
    }

    #[test]
    fn backends_are_found_by_place_and_by_id() {
        let file = "[[backends]]\nid = 'main-office'\nkind = 'itflow'";
        let variables = [
            ("PORTICO__BACKENDS__0__A", "1"),
            ("PORTICO__BACKENDS__MAIN_OFFICE__B", "2"),
            ("PORTICO__BACKENDS__1__ID", "x"),
        ];
        let (document, texts, problems) = applied(file, &variables);
        assert_eq!(problems, Problems::default());
        let backends = document.get("backends").and_then(Value::as_array).unwrap();
        assert_eq!(backends[0].get("a").and_then(Value::as_str), Some("1"));
        assert_eq!(backends[0].get("b").and_then(Value::as_str), Some("2"));
        assert_eq!(backends[1].get("id").and_then(Value::as_str), Some("x"));
        assert!(texts.contains_key("backends[0]") && texts.contains_key("backends[1]"));
    }

    #[test]
    fn a_variable_with_a_secrets_file_replaces_the_secret_in_the_configuration() {
        let (document, _, _) = applied("[database]\nurl = 'a'", &[("PORTICO__DATABASE__URL_FILE", "/f")]);
        assert_eq!(document.to_string(), "[database]\nurl_file = \"/f\"\n");
    }

    #[test]
    fn what_cannot_be_placed_is_a_problem_of_the_variable() {
        let variables = [
            ("PORTICO__SYNC", "1"),
            ("PORTICO__BACKENDS__NONE__A", "1"),
            ("PORTICO__BACKENDS__7__A", "1"),
            ("PORTICO__X__Y", "\u{FFFD}"),
        ];
        let (_, _, problems) = applied("", &variables);
        let keys: Vec<_> = problems.0.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["PORTICO__BACKENDS__7__A", "PORTICO__BACKENDS__NONE__A", "PORTICO__SYNC", "PORTICO__X__Y"]);
    }
}
