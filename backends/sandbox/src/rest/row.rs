//! A row as a list of named cells, so that 100,000 tickets fit.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::cmp::Ordering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Flag,
    Text,
    Time,
    Nested,
}

/// Which fields a list has.
pub(crate) trait Shape {
    /// The field of this name: a copy of the name that stays, and what it holds.
    fn field(&self, name: &str) -> Option<(&'static str, Kind)>;
}

/// Fields by what they hold; names stand in one text, with spaces between.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Fields {
    ints: &'static str,
    reals: &'static str,
    flags: &'static str,
    texts: &'static str,
    times: &'static str,
    /// Lists and objects within a row.
    nested: &'static str,
}

/// The copy of a name among these that stays.
pub(crate) fn among(words: &'static str, name: &str) -> Option<&'static str> {
    words.split_ascii_whitespace().find(|word| *word == name)
}

impl Shape for Fields {
    fn field(&self, name: &str) -> Option<(&'static str, Kind)> {
        let groups = [
            (self.ints, Kind::Int),
            (self.reals, Kind::Real),
            (self.flags, Kind::Flag),
            (self.texts, Kind::Text),
            (self.times, Kind::Time),
            (self.nested, Kind::Nested),
        ];
        groups.into_iter().find_map(|(words, kind)| among(words, name).map(|name| (name, kind)))
    }
}

impl Fields {
    pub(crate) fn is_time(&self, name: &str) -> bool {
        among(self.times, name).is_some()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    /// Shown with a fraction, even where it is an id.
    Real(f64),
    Flag(bool),
    Text(Box<str>),
    Time(NaiveDateTime),
    /// A list or an object within the row.
    Json(Box<Json>),
}

static NULL: Cell = Cell::Null;

#[derive(Debug, Clone)]
pub(crate) struct Row {
    cells: Vec<(&'static str, Cell)>,
    /// When it last changed.
    pub(crate) updated: NaiveDateTime,
}

impl Row {
    pub(crate) fn new(updated: NaiveDateTime) -> Self {
        Self { cells: Vec::new(), updated }
    }

    /// Takes what the list knows of this object; gives the name of a value that is of the wrong kind.
    pub(crate) fn take(&mut self, shape: &impl Shape, object: &Map<String, Json>) -> Result<(), String> {
        for (name, value) in object {
            let Some((name, kind)) = shape.field(name) else { continue };
            self.set(name, Cell::of(kind, value).ok_or_else(|| name.to_owned())?);
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> &Cell {
        self.cells.iter().find(|(known, _)| *known == name).map_or(&NULL, |(_, cell)| cell)
    }

    pub(crate) fn set(&mut self, name: &'static str, cell: impl Into<Cell>) {
        let cell = cell.into();
        match self.cells.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = cell,
            None => self.cells.push((name, cell)),
        }
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &(&'static str, Cell)> {
        self.cells.iter()
    }

    pub(crate) fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Cell::Int(number) => *number,
            Cell::Real(number) => number.to_i64().unwrap_or(0),
            _ => 0,
        }
    }

    pub(crate) fn real(&self, name: &str) -> f64 {
        match self.get(name) {
            Cell::Int(number) => number.to_f64().unwrap_or(0.0),
            Cell::Real(number) => *number,
            _ => 0.0,
        }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        *self.get(name) == Cell::Flag(true)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        if let Cell::Text(text) = self.get(name) { text } else { "" }
    }

    pub(crate) fn time(&self, name: &str) -> Option<NaiveDateTime> {
        if let Cell::Time(at) = self.get(name) { Some(*at) } else { None }
    }

    /// Whether a condition holds: `flag`, `!flag`, `field=value` or `field!=value`.
    pub(crate) fn meets(&self, condition: &str) -> bool {
        if let Some((field, value)) = condition.split_once("!=") {
            return !self.says(field, value);
        }
        match (condition.split_once('='), condition.strip_prefix('!')) {
            (Some((field, value)), _) => self.says(field, value),
            (None, Some(flag)) => !self.is(flag),
            (None, None) => self.is(condition),
        }
    }

    fn says(&self, field: &str, value: &str) -> bool {
        match (self.get(field), value.parse::<i32>()) {
            (Cell::Text(text), _) => **text == *value,
            (_, Ok(number)) => self.real(field) == f64::from(number),
            _ => false,
        }
    }

    /// Whether a field's text has this in it, however it is written.
    pub(crate) fn contains(&self, field: &str, text: &str) -> bool {
        self.get(field).words().to_lowercase().contains(&text.to_lowercase())
    }

    /// The entries of a list within the row.
    pub(crate) fn list(&self, name: &str) -> &[Json] {
        if let Cell::Json(list) = self.get(name) { list.as_array().map_or(&[], Vec::as_slice) } else { &[] }
    }
}

impl Cell {
    /// What a value is under this kind; nothing where it does not fit.
    pub(crate) fn of(kind: Kind, value: &Json) -> Option<Self> {
        if value.is_null() {
            return Some(Self::Null);
        }
        let text = value.as_str();
        match kind {
            // A double is refused, also where a product itself shows the id as one.
            Kind::Int => value.as_i64().map(Self::Int),
            Kind::Real => value.as_f64().or_else(|| text.and_then(|text| text.parse().ok())).map(Self::Real),
            Kind::Flag => value.as_bool().map(Self::Flag),
            Kind::Text => text.map(|text| Self::Text(text.into())),
            Kind::Time => text.and_then(time_of).map(Self::Time),
            Kind::Nested => Some(Self::Json(Box::new(value.clone()))),
        }
    }

    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Real(a), Self::Real(b)) => a.total_cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }

    /// As JSON, times without a zone.
    pub(crate) fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Int(number) => json!(number),
            Self::Real(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            Self::Text(text) => json!(text),
            Self::Time(at) => json!(at.format("%FT%T").to_string()),
            Self::Json(json) => (**json).clone(),
        }
    }

    /// As a text to look into.
    pub(crate) fn words(&self) -> String {
        words(&self.json())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Option<NaiveDateTime>> for Cell {
    fn from(at: Option<NaiveDateTime>) -> Self {
        at.map_or(Self::Null, Self::Time)
    }
}

/// A text as it is, and everything else as JSON.
pub(crate) fn words(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads a time as clients send it.
pub(crate) fn time_of(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim_end_matches('Z');
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().or_else(day)
}
