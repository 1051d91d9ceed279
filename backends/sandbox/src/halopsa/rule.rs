//! Rules of parameters: a word that says how the value is meant, and what is looked at.

use super::row::{Cell, Row, time_of};
use super::state::State;

/// Whether a row stays in the list, given the value of the parameter that has this rule.
pub(super) fn stays(state: &State, row: &Row, rule: &str, value: &str) -> bool {
    let (how, what) = rule.split_once(' ').unwrap_or((rule, ""));
    let (first, second) = what.split_once(' ').unwrap_or((what, ""));
    let on = value.eq_ignore_ascii_case("true");
    match how {
        // A switch that leaves only these when it is on, and one that does when it is off.
        "on" => !on || is(row, what),
        "off" => on || is(row, what),
        // One of these ids is in a list within the row, by the field behind the dot, or the row is for all.
        "holds" => {
            let (list, field) = first.split_once('.').unwrap_or((first, "id"));
            row.is(second) || row.list(list).iter().any(|entry| names(value, entry[field].as_i64()))
        }
        // The row names something of another list, whose id is wanted.
        "named" => names(value, Some(state.named(second, row.text(first)))),
        "like" => {
            let shown = row.get(first).shown(false, 0);
            let text = shown.as_str().map_or_else(|| shown.to_string(), str::to_owned);
            text.to_lowercase().contains(&value.to_lowercase())
        }
        "same" => row.text(first) == value,
        "since" => row.time(first) >= time_of(value),
        "until" => row.time(first) <= time_of(value),
        "domain" => value == if row.text(first).is_empty() { "reqs" } else { row.text(first) },
        _ => true,
    }
}

/// Whether a list of ids with commas between holds this one.
fn names(ids: &str, id: Option<i64>) -> bool {
    id.is_some_and(|id| ids.split(',').any(|part| part.trim().parse() == Ok(id)))
}

/// `flag`, `!flag`, `field=value` or `field!=value`.
fn is(row: &Row, condition: &str) -> bool {
    if let Some((field, value)) = condition.split_once("!=") {
        return !says(row, field, value);
    }
    match (condition.split_once('='), condition.strip_prefix('!')) {
        (Some((field, value)), _) => says(row, field, value),
        (None, Some(flag)) => !row.is(flag),
        (None, None) => row.is(condition),
    }
}

fn says(row: &Row, field: &str, value: &str) -> bool {
    match (row.get(field), value.parse::<i32>()) {
        (Cell::Text(text), _) => **text == *value,
        (_, Ok(number)) => row.real(field) == f64::from(number),
        _ => false,
    }
}
