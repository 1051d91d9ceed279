//! A row as a list of named cells, so that 100,000 tickets fit, and how its cells look on the wire.

use super::resource::{Kind, Resource};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};
use std::cmp::Ordering;

/// Actions and approvals are counted within their ticket; the second part is 0 for everything else.
pub(super) type Key = (i64, i64);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
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
/// What stands for "no time": Halo knows several, and null.
const NO_TIME: [&str; 3] = ["1899-12-30T00:00:00", "1900-01-01T00:00:00", "0001-01-01T00:00:00"];
/// Times have no offset, and as many digits as it pleases them.
const TIMES: [&str; 4] =
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.0", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.0000000"];

#[derive(Debug, Clone)]
pub(super) struct Row {
    cells: Vec<(&'static str, Cell)>,
    /// When it last changed, for `lastupdatefromdate`.
    pub(super) updated: NaiveDateTime,
}

impl Row {
    pub(super) fn new(updated: NaiveDateTime) -> Self {
        Self { cells: Vec::new(), updated }
    }

    /// Takes what the list knows of this object; gives the name of a value that is of the wrong kind.
    pub(super) fn take(&mut self, resource: &Resource, object: &Map<String, Json>) -> Result<(), String> {
        for (name, value) in object {
            let Some((name, kind)) = resource.field(name) else { continue };
            self.set(name, Cell::of(kind, value).ok_or_else(|| name.to_owned())?);
        }
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> &Cell {
        self.cells.iter().find(|(known, _)| *known == name).map_or(&NULL, |(_, cell)| cell)
    }

    pub(super) fn set(&mut self, name: &'static str, cell: Cell) {
        match self.cells.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = cell,
            None => self.cells.push((name, cell)),
        }
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &(&'static str, Cell)> {
        self.cells.iter()
    }

    pub(super) fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Cell::Int(number) => *number,
            Cell::Real(number) => number.to_i64().unwrap_or(0),
            _ => 0,
        }
    }

    pub(super) fn real(&self, name: &str) -> f64 {
        match self.get(name) {
            Cell::Int(number) => number.to_f64().unwrap_or(0.0),
            Cell::Real(number) => *number,
            _ => 0.0,
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        *self.get(name) == Cell::Flag(true)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        if let Cell::Text(text) = self.get(name) { text } else { "" }
    }

    pub(super) fn time(&self, name: &str) -> Option<NaiveDateTime> {
        if let Cell::Time(at) = self.get(name) { Some(*at) } else { None }
    }

    /// The entries of a list within the row.
    pub(super) fn list(&self, name: &str) -> &[Json] {
        if let Cell::Json(list) = self.get(name) { list.as_array().map_or(&[], Vec::as_slice) } else { &[] }
    }
}

impl Cell {
    /// What a value is under this kind; nothing where it does not fit.
    pub(super) fn of(kind: Kind, value: &Json) -> Option<Self> {
        if value.is_null() {
            return Some(Self::Null);
        }
        let text = value.as_str();
        match kind {
            // A double is refused, also where Halo itself shows the id as one.
            Kind::Int => value.as_i64().map(Self::Int),
            Kind::Real => value.as_f64().or_else(|| text.and_then(|text| text.parse().ok())).map(Self::Real),
            Kind::Flag => value.as_bool().map(Self::Flag),
            Kind::Text => text.map(|text| Self::Text(text.into())),
            Kind::Time => text.and_then(time_of).map(Self::Time),
            Kind::Nested => Some(Self::Json(Box::new(value.clone()))),
        }
    }

    pub(super) fn order(&self, other: &Self) -> Ordering {
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

    /// As JSON; the number only varies how times look.
    pub(super) fn shown(&self, time: bool, vary: i64) -> Json {
        let nth = |most: usize| usize::try_from(vary).unwrap_or(0) % most;
        match self {
            Self::Null if time => NO_TIME.get(nth(NO_TIME.len() + 1)).map_or(Json::Null, |text| json!(text)),
            Self::Null => Json::Null,
            Self::Int(number) => json!(number),
            Self::Real(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            Self::Text(text) => json!(text),
            Self::Time(at) => json!(at.format(TIMES.get(nth(TIMES.len())).unwrap_or(&"%FT%T")).to_string()),
            Self::Json(json) => (**json).clone(),
        }
    }
}

/// Reads a time as clients send it.
pub(super) fn time_of(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim_end_matches('Z');
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().or_else(day)
}
