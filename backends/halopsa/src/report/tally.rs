//! Counts of what certain fields hold, and nothing else of a row.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names of fields, with spaces between. `name?` shows only whether there is something, `name!` shows words: those of the
/// configuration.
pub(super) type Fields = &'static str;

/// Lines of one answer.
const LINES: usize = 40;
const LONGEST: usize = 60;

/// How often the fields have the same values together, the most frequent first.
pub(super) fn tally<'a>(rows: impl Iterator<Item = &'a Value>, fields: Fields) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let said: Vec<String> = fields.split_ascii_whitespace().map(|field| said(row, field)).collect();
        *counts.entry(said.join(", ")).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(LINES).map(|(said, count)| format!("{said}: {count} times")).collect()
}

fn said(row: &Value, field: &str) -> String {
    let name = field.trim_end_matches(['?', '!']);
    let value = row.pointer(&format!("/{}", name.replace('.', "/"))).unwrap_or(&Value::Null);
    let shown = match value {
        value if field.ends_with('?') => is_something(value).to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if field.ends_with('!') => text.chars().take(LONGEST).collect(),
        value => is_something(value).to_owned(),
    };
    format!("{name} {shown}")
}

/// Halo says "not set" in many ways.
fn is_something(value: &Value) -> &'static str {
    let nothing = match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => {
            ["", "0"].contains(&text.as_str()) || ["18", "1900", "0001"].iter().any(|year| text.starts_with(year))
        }
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if nothing { "none" } else { "some" }
}

/// The names of fields, and what sort of value each has; the same shape once.
pub(super) fn shapes(rows: &[Value]) -> Vec<String> {
    let sort = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    let shape = |row: &Value| {
        let fields = row.as_object()?.iter().map(|(name, value)| format!("{name} {}", sort(value)));
        Some(fields.collect::<Vec<_>>().join(", "))
    };
    let shapes: BTreeSet<String> = rows.iter().filter_map(shape).collect();
    shapes.into_iter().take(LINES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_of_people_do_not_show() {
        let rows = [
            json!({ "level": 2, "name": "Admin", "mail": "a@b", "at": "1900-01-01T00:00:00", "in": { "code": 4 } }),
            json!({ "level": 2, "name": "Admin", "mail": "c@d", "at": "1899-12-30T00:00:00", "in": { "code": 4 } }),
            json!({ "level": 3, "name": "User", "mail": "", "at": "2026-01-01T00:00:00", "in": { "code": 5 } }),
        ];
        let expected = [
            "level 2, name Admin, mail some, at none, in.code 4: 2 times",
            "level 3, name User, mail none, at some, in.code 5: 1 times",
        ];
        assert_eq!(tally(rows.iter(), "level name! mail at? in.code"), expected);
        assert_eq!(shapes(&rows), ["level number, name text, mail text, at text, in object"]);
    }
}
