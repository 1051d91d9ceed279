//! What the tenant holds: its tables, and what happened in them that webhooks tell.

use super::row::{Key, Row};
use super::{CLOSED, Now};
use chrono::NaiveDateTime;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

pub(super) type Table = BTreeMap<Key, Row>;

/// Something that a notification knows by name.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) ticket: i64,
    pub(super) action: Option<i64>,
}

pub(super) struct State {
    tables: BTreeMap<&'static str, Table>,
    /// The highest id that each list ever gave.
    counted: BTreeMap<&'static str, i64>,
    pub(super) now: Now,
    pub(super) events: Vec<Event>,
    /// Whether a changed, hidden or deleted action leaves its ticket's times alone.
    pub(super) quiet_edits: bool,
}

static NOTHING: Table = Table::new();

impl State {
    pub(super) fn new(now: Now) -> Self {
        let (tables, counted) = Default::default();
        Self { tables, counted, now, events: Vec::new(), quiet_edits: false }
    }

    pub(super) fn now(&self) -> NaiveDateTime {
        (self.now)()
    }

    pub(super) fn table(&self, path: &str) -> &Table {
        self.tables.get(path).unwrap_or(&NOTHING)
    }

    pub(super) fn row(&self, path: &str, key: Key) -> Option<&Row> {
        self.table(path).get(&key)
    }

    pub(super) fn row_mut(&mut self, path: &str, key: Key) -> Option<&mut Row> {
        self.tables.get_mut(path)?.get_mut(&key)
    }

    pub(super) fn put(&mut self, path: &'static str, key: Key, row: Row) {
        let counted = self.counted.entry(path).or_default();
        *counted = key.0.max(*counted);
        self.tables.entry(path).or_default().insert(key, row);
    }

    pub(super) fn remove(&mut self, path: &str, key: Key) -> bool {
        self.tables.get_mut(path).is_some_and(|table| table.remove(&key).is_some())
    }

    pub(super) fn next(&self, path: &str) -> i64 {
        self.counted.get(path).map_or(1, |last| last + 1)
    }

    /// The rows of a list that is counted within tickets.
    pub(super) fn on(&self, path: &str, ticket: i64) -> impl DoubleEndedIterator<Item = (&Key, &Row)> {
        self.table(path).range((ticket, 0)..(ticket + 1, 0))
    }

    pub(super) fn next_on(&self, path: &str, ticket: i64) -> i64 {
        self.on(path, ticket).next_back().map_or(1, |(key, _)| key.1 + 1)
    }

    /// The id of the row with this name; 0 without one.
    pub(super) fn named(&self, path: &str, name: &str) -> i64 {
        self.table(path).iter().find(|(_, row)| row.text("name") == name).map_or(0, |(key, _)| key.0)
    }

    pub(super) fn closed(&self, ticket: &Row) -> bool {
        ticket.int("status_id") == CLOSED
    }

    pub(super) fn tell(&mut self, name: &'static str, ticket: i64, action: Option<i64>) {
        self.events.push(Event { name, ticket, action });
    }

    /// The customer that a row belongs to; 0 for everybody's.
    pub(super) fn client_of(&self, path: &str, row: &Row) -> i64 {
        match path {
            "Client" => row.int("id"),
            "Actions" | "Attachment" | "TicketApproval" | "Feedback" => {
                self.row("Tickets", (row.int("ticket_id"), 0)).map_or(0, |ticket| ticket.int("client_id"))
            }
            _ => row.int("client_id"),
        }
    }
}

/// The object with one more member.
pub(super) fn with(mut object: Json, name: &str, value: Json) -> Json {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// An object's number under this name.
pub(super) fn number(object: &Map<String, Json>, name: &str) -> Option<i64> {
    object.get(name).and_then(Json::as_f64).and_then(|number| number.to_i64())
}
