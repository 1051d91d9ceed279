//! Tables of rows in memory, by the name of their list.

use super::mapping::Object;
use super::row::{Cell, Kind, Row, Shape};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is counted within another thing has that thing's number first; the second part is 0 for everything else.
pub(crate) type Key = (i64, i64);
pub(crate) type Table = BTreeMap<Key, Row>;

#[derive(Debug, Default)]
pub struct Tables {
    tables: BTreeMap<&'static str, Table>,
    /// The highest id that each list ever gave.
    counted: BTreeMap<&'static str, i64>,
}

static NOTHING: Table = Table::new();

impl Tables {
    pub(crate) fn table(&self, list: &str) -> &Table {
        self.tables.get(list).unwrap_or(&NOTHING)
    }

    pub(crate) fn row(&self, list: &str, key: Key) -> Option<&Row> {
        self.table(list).get(&key)
    }

    pub(crate) fn row_mut(&mut self, list: &str, key: Key) -> Option<&mut Row> {
        self.tables.get_mut(list)?.get_mut(&key)
    }

    /// A number of a row that is known by one number; 0 where there is no such row.
    pub(crate) fn int(&self, list: &str, id: i64, field: &str) -> i64 {
        self.row(list, (id, 0)).map_or(0, |row| row.int(field))
    }

    /// Sets a cell of a row that is there.
    pub(crate) fn set(&mut self, list: &str, key: Key, name: &'static str, cell: impl Into<Cell>) {
        if let Some(row) = self.row_mut(list, key) {
            row.set(name, cell);
        }
    }

    pub(crate) fn put(&mut self, list: &'static str, key: Key, row: Row) {
        let counted = self.counted.entry(list).or_default();
        *counted = key.0.max(*counted);
        self.tables.entry(list).or_default().insert(key, row);
    }

    pub(crate) fn remove(&mut self, list: &str, key: Key) -> bool {
        self.tables.get_mut(list).is_some_and(|table| table.remove(&key).is_some())
    }

    /// Removes what is meant here.
    pub(crate) fn clear(&mut self, list: &str, meant: impl Fn(&Key, &Row) -> bool) {
        self.tables.get_mut(list).into_iter().for_each(|table| table.retain(|key, row| !meant(key, row)));
    }

    /// The next id: none is given out twice.
    pub(crate) fn next(&self, list: &str) -> i64 {
        self.counted.get(list).map_or(1, |last| last + 1)
    }

    /// The rows of a list that is counted within something.
    pub(crate) fn on(&self, list: &str, within: i64) -> impl DoubleEndedIterator<Item = (&Key, &Row)> {
        self.table(list).range((within, 0)..(within + 1, 0))
    }

    pub(crate) fn next_on(&self, list: &str, within: i64) -> i64 {
        self.on(list, within).next_back().map_or(1, |(key, _)| key.1 + 1)
    }

    /// The id of the row that has this text; 0 without one.
    pub(crate) fn named(&self, list: &str, field: &str, text: &str) -> i64 {
        self.table(list).iter().find(|(_, row)| row.text(field) == text).map_or(0, |(key, _)| key.0)
    }
}

/// A GUID that is always the same for a row.
pub(crate) fn guid(list: &str, (first, second): Key) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{list}/{first}/{second}").as_bytes()).to_string()
}

/// How a row is known: by a number, or by a GUID.
pub(crate) fn identity(shape: &impl Shape, list: &str, key: Key) -> Object {
    let (guid, number) = (json!(guid(list, key)), json!(if key.1 == 0 { key.0 } else { key.1 }));
    let by_guid = shape.field("id").is_some_and(|(_, kind)| kind == Kind::Text);
    let id = if by_guid { guid.clone() } else { number };
    Object::from_iter([("id", id), ("seq", json!(key.1)), ("guid", guid)].map(|(name, value)| (name.to_owned(), value)))
}
