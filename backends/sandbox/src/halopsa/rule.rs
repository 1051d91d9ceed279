//! Rules of parameters: a word that says how the value is meant, and what is looked at.

use crate::rest::row::{Row, time_of};
use crate::rest::table::Tables;

/// Whether a row stays in the list, given the value of the parameter that has this rule.
pub(super) fn stays(tables: &Tables, row: &Row, rule: &str, value: &str) -> bool {
    let (how, what) = rule.split_once(' ').unwrap_or((rule, ""));
    let (first, second) = what.split_once(' ').unwrap_or((what, ""));
    let on = value.eq_ignore_ascii_case("true");
    match how {
        // A switch that leaves only these when it is on, and one that does when it is off.
        "on" => !on || row.meets(what),
        "off" => on || row.meets(what),
        // One of these ids is in a list within the row, by the field behind the dot, or the row is for all.
        "holds" => {
            let (list, field) = first.split_once('.').unwrap_or((first, "id"));
            row.is(second) || row.list(list).iter().any(|entry| names(value, entry[field].as_i64()))
        }
        // The row names something of another list, whose id is wanted.
        "named" => names(value, Some(tables.named(second, "name", row.text(first)))),
        "like" => row.contains(first, value),
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
