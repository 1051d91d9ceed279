//! What stands where in a product's rows, as a table of JSON that this reads.
//!
//! A value stands for itself, but for these:
//!
//! | | |
//! | --- | --- |
//! | `"$name"`, `"$name,other"` | the first of these members that is there |
//! | `"… {name} …"` | a text with members in it |
//! | `{"if": …, "then": …, "else": …}` | one of two; nothing, zero and what is empty are no |
//! | `{"each": …, "as": …}` | a list, made of another's entries; with `"with"`, a text of them with that between |
//!
//! Behind a name may stand steps, one after the other: `+kind` moves an id (0 stays "none"), `=word` compares, `%n`
//! leaves the rest of a division, `*n` multiplies, and `|word` looks up in a list of words, or is one of [`Steps::named`].

use super::row::words;
use crate::uploads::bytes_of;
use chrono::{NaiveDate, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

pub(crate) type Object = Map<String, Json>;

/// What the steps of a table know.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Steps {
    /// How far an id is from the id of the same thing in the world.
    pub(crate) shifts: BTreeMap<String, i64>,
    /// Words and what they are here; `_` is every other word, and `=` the word itself.
    pub(crate) words: BTreeMap<String, Object>,
}

const STEPS: [char; 5] = ['+', '=', '%', '*', '|'];

impl Steps {
    /// What a value of the table is for this row.
    pub(crate) fn value(&self, table: &Json, row: &Object) -> Json {
        match table {
            Json::String(text) => match text.strip_prefix('$') {
                Some(reference) => self.reference(reference, row),
                None if text.contains('{') => json!(self.text(text, row)),
                None => table.clone(),
            },
            Json::Array(list) => list.iter().map(|entry| self.value(entry, row)).collect(),
            Json::Object(object) => self.object(object, row),
            Json::Null | Json::Bool(_) | Json::Number(_) => table.clone(),
        }
    }

    fn object(&self, object: &Object, row: &Object) -> Json {
        let part = |name: &str| object.get(name).map_or(Json::Null, |table| self.value(table, row));
        if let Some(condition) = object.get("if") {
            return part(if holds(&self.value(condition, row)) { "then" } else { "else" });
        }
        let (Some(list), Some(table)) = (object.get("each"), object.get("as")) else {
            return Json::Object(self.row(object, row));
        };
        let list = self.value(list, row);
        let entry = |entry: &Json| match entry {
            Json::Object(members) => self.value(table, members),
            other => self.value(table, &Object::from_iter([("it".to_owned(), other.clone())])),
        };
        let entries = list.as_array().into_iter().flatten().map(entry);
        match object.get("with").and_then(Json::as_str) {
            Some(between) => json!(entries.map(|entry| words(&entry)).collect::<Vec<_>>().join(between)),
            None => entries.collect(),
        }
    }

    /// A whole row.
    pub(crate) fn row(&self, table: &Object, row: &Object) -> Object {
        table.iter().map(|(name, table)| (name.clone(), self.value(table, row))).collect()
    }

    fn text(&self, text: &str, row: &Object) -> String {
        let mut parts = text.split('{');
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for (reference, rest) in parts.filter_map(|part| part.split_once('}')) {
            whole.push_str(&words(&self.reference(reference, row)));
            whole.push_str(rest);
        }
        whole
    }

    fn reference(&self, text: &str, row: &Object) -> Json {
        let end = text.find(STEPS).unwrap_or(text.len());
        let (names, steps) = text.split_at(end);
        let found = names.split(',').filter_map(|name| row.get(name)).find(|value| !value.is_null());
        let mut value = found.cloned().unwrap_or(Json::Null);
        let starts = steps.match_indices(STEPS).map(|(at, _)| at);
        let ends = starts.clone().skip(1).chain([steps.len()]);
        for step in starts.zip(ends).filter_map(|(start, end)| steps.get(start..end)) {
            value = self.step(value, step);
        }
        value
    }

    fn step(&self, value: Json, step: &str) -> Json {
        let (how, word) = step.split_at(1);
        let number = value.as_i64().unwrap_or(0);
        match how {
            "+" if number == 0 => json!(0),
            "+" => json!(number + self.shifts.get(word).copied().unwrap_or(0)),
            "=" => json!(words(&value) == word),
            "%" => json!(number % word.parse().unwrap_or(1)),
            "*" => json!(real(&value) * word.parse().unwrap_or(1.0)),
            _ => match self.words.get(word) {
                Some(known) => match known.get(&words(&value)).or(known.get("_")) {
                    Some(found) if found != "=" => found.clone(),
                    found => found.map_or(Json::Null, |_| value),
                },
                None => Self::named(value, word),
            },
        }
    }

    fn named(value: Json, word: &str) -> Json {
        let text = value.as_str().unwrap_or_default();
        match word {
            "not" => json!(!holds(&value)),
            "set" => json!(holds(&value)),
            "count" => json!(value.as_array().map_or(0, Vec::len)),
            "number" => json!(real(&value)),
            "plain" => json!(plain(text)),
            // The first name, and those after it.
            "first" => json!(text.split_once(' ').map_or(text, |(first, _)| first)),
            "rest" => json!(text.split_once(' ').map_or("", |(_, rest)| rest)),
            // Five digits.
            "padded" => json!(format!("{:05}", value.as_i64().unwrap_or(0))),
            // How many bytes the file of this name has.
            "size" => json!(bytes_of(text).len()),
            // So many days later than this day: `30d`, `-30d`.
            _ => json!(word.strip_suffix('d').and_then(|days| later(text, days.parse().ok()?))),
        }
    }
}

fn later(day: &str, days: i64) -> Option<NaiveDate> {
    day.parse::<NaiveDate>().ok()?.checked_add_signed(TimeDelta::try_days(days)?)
}

fn real(value: &Json) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0.0)
}

/// Whether a value is a yes: nothing, zero and what is empty are no.
pub(crate) fn holds(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(flag) => *flag,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(list) => !list.is_empty(),
        Json::Object(_) => true,
    }
}

/// An object's number under this name.
pub(crate) fn number(object: &Object, name: &str) -> Option<i64> {
    object.get(name).and_then(Json::as_f64).and_then(|number| number.to_i64())
}

/// An object's text under this name; empty where there is none.
pub(crate) fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// The members of an object; none of anything else.
pub(crate) fn members(value: Json) -> Object {
    if let Json::Object(members) = value { members } else { Object::new() }
}

/// The text of HTML.
pub(crate) fn plain(html: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Steps, members};
    use serde_json::{Value, json};

    fn value(table: Value) -> Value {
        let steps: Steps = serde_json::from_value(json!({
            "shifts": { "client": 2, "far": 100 }, "words": { "colours": { "red": 1, "_": 9 }, "same": { "_": "=" } } }))
        .expect("steps");
        let row = json!({ "id": 5, "none": 0, "gone": null, "name": "Ada King Byron", "hue": "red", "day": "2026-02-27",
            "html": "<p>a <b>b</b></p>", "amount": "2.50", "mails": [{ "to": "a" }, { "to": "b" }], "kinds": ["red", "blue"] });
        steps.value(&table, &members(row))
    }

    #[test]
    fn members_are_named_and_everything_else_is_itself() {
        assert_eq!(
            value(json!(["$gone,id", "$nothing", "id", 7, { "a": "$hue" }])),
            json!([5, null, "id", 7, { "a": "red" }])
        );
        assert_eq!(value(json!("A{id|padded}-{hue}.")), "A00005-red.");
    }

    #[test]
    fn steps_follow_each_other() {
        let steps =
            ["$id+client+far", "$none+client", "$gone+client", "$hue=red|not", "$id%5", "$amount*2", "$name|rest"];
        assert_eq!(value(json!(steps)), json!([107, 0, 0, false, 0, 5.0, "King Byron"]));
        let named = [
            "$hue|colours",
            "$name|colours",
            "$amount|number",
            "$html|plain",
            "$day|2d",
            "$day|-27d",
            "$mails|count",
            "$id|same",
        ];
        assert_eq!(value(json!(named)), json!([1, 9, 2.5, "a b", "2026-03-01", "2026-01-31", 2, 5]));
    }

    #[test]
    fn one_of_two_and_each_of_many() {
        assert_eq!(value(json!({ "if": "$none", "then": 1, "else": "$id" })), 5);
        assert_eq!(value(json!({ "each": "$mails", "as": { "at": "$to" } })), json!([{ "at": "a" }, { "at": "b" }]));
        assert_eq!(value(json!({ "each": "$kinds", "as": "$it|colours", "with": "," })), "1,9");
    }
}
