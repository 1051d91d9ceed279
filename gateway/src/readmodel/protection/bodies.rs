//! Bodies of a backend that is only indexed (`mirror = "index"`): never in the database, read with the object they
//! belong to when somebody opens it, and held in memory for the answer.

use super::Rules;
use crate::readmodel::entity::backends;
use crate::readmodel::store::{Store, db};
use crate::readmodel::table::Mirrored;
use moka::sync::Cache;
use portico_contract::{Kind, Result};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IdenStatic, ModelTrait, QueryFilter, Value};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The columns of a kind that hold bodies.
pub const BODIES: &[(Kind, &[&str])] = &[
    (Kind::Account, &["notes"]),
    (Kind::Site, &["notes"]),
    (Kind::Contact, &["notes"]),
    (Kind::Ticket, &["description", "internal_note", "feedback", "custom"]),
    (Kind::Comment, &["body"]),
    (Kind::TimeEntry, &["note"]),
    (Kind::Asset, &["notes"]),
    (Kind::Invoice, &["lines", "note", "internal_note"]),
    (Kind::RecurringInvoice, &["lines", "note"]),
    (Kind::Quote, &["lines", "note"]),
    (Kind::Contract, &["description"]),
    (Kind::CatalogueItem, &["description"]),
    (Kind::Article, &["body"]),
    (Kind::Announcement, &["body"]),
    (Kind::Document, &["body", "description"]),
    (Kind::Domain, &["notes", "records"]),
    (Kind::Certificate, &["notes"]),
];

/// Rows whose bodies are held, and for how long at most: an answer takes less.
const ROWS: u64 = 5_000;
const HELD: Duration = Duration::from_secs(300);

/// Columns and what they held.
pub type Cells = Vec<(&'static str, Value)>;

#[derive(Debug, Clone)]
struct Held {
    cells: Arc<Cells>,
    read_at: i64,
}

/// The memory of one process.
#[derive(Debug, Clone)]
pub struct Bodies(Cache<Uuid, Held>);

impl Default for Bodies {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ROWS).time_to_live(HELD).build())
    }
}

impl Bodies {
    pub fn keep(&self, row: Uuid, cells: Cells, read_at: i64) {
        self.0.insert(row, Held { cells: Arc::new(cells), read_at });
    }

    pub fn forget(&self) {
        self.0.invalidate_all();
    }

    /// When the bodies of an opened row were read.
    #[must_use]
    pub fn read_at(&self, row: Uuid) -> Option<i64> {
        self.0.get(&row).map(|held| held.read_at)
    }

    /// Puts bodies back into rows of which they are held.
    pub fn fill<E: Mirrored>(&self, rows: &mut [Arc<E::Model>], columns: &[E::Column]) {
        let Some(id) = E::column("id") else { return };
        for row in rows {
            let Value::Uuid(Some(id)) = row.get(id) else { continue };
            let Some(held) = self.0.get(&id) else { continue };
            let row = Arc::make_mut(row);
            for (name, value) in held.cells.iter() {
                let column = columns.iter().find(|column| column.as_str() == *name);
                if let Some(Err(error)) = column.map(|column| row.try_set(*column, value.clone())) {
                    tracing::error!(column = name, %error, "a body could not be put back");
                }
            }
        }
    }
}

/// The body columns of a table.
pub fn columns<E: Mirrored>() -> impl Iterator<Item = (&'static str, E::Column)> {
    let names = BODIES.iter().filter(|(kind, _)| *kind == E::KIND).flat_map(|(_, columns)| *columns);
    names.filter_map(|name| Some((*name, E::column(name)?)))
}

/// What a column without a body may hold.
const EMPTY: &[&str] = &["", "[]", "{}"];

/// A condition for rows that hold a body; `None` for a table without any.
#[must_use]
pub fn held<E: Mirrored>() -> Option<Condition> {
    let full = columns::<E>().map(|(_, column)| column.is_not_in(EMPTY.iter().copied()));
    let any = full.fold(Condition::any(), Condition::add);
    (!any.is_empty()).then_some(any)
}

/// Takes the bodies out of a row.
pub fn take<E: Mirrored>(row: &mut E::Model) -> Cells {
    let mut cells = Cells::new();
    for (name, column) in columns::<E>() {
        let Value::String(Some(body)) = row.get(column) else { continue };
        if EMPTY.contains(&body.as_str()) {
            continue;
        }
        let empty = match body.chars().next() {
            Some('[') => Some("[]"),
            Some('{') => Some("{}"),
            _ => None,
        };
        let emptied = match empty {
            Some(empty) => row.try_set(column, Value::from(empty)),
            // A column that is never null holds an empty text.
            None => row.try_set(column, Value::String(None)).or_else(|_| row.try_set(column, Value::from(""))),
        };
        match emptied {
            Ok(()) => cells.push((name, Value::from(body))),
            Err(error) => tracing::error!(column = name, %error, "a body could not be left out"),
        }
    }
    cells
}

impl Store {
    /// Whether the bodies of an object must be read before it can be shown: its backend is only indexed, and they were
    /// last read before `since`.
    #[must_use]
    pub fn lacks_bodies(&self, backend: &str, object: Uuid, since: i64) -> bool {
        self.rules.index.iter().any(|instance| instance == backend)
            && self.rules.bodies.read_at(object).is_none_or(|at| at < since)
    }

    /// Whether there is a backend of which no bodies are stored.
    #[must_use]
    pub fn has_index(&self) -> bool {
        !self.rules.index.is_empty()
    }

    /// Puts the bodies of opened objects into their rows.
    pub(crate) fn fill_bodies<E: Mirrored>(&self, rows: &mut [Arc<E::Model>], columns: &[E::Column]) {
        if self.has_index() {
            self.rules.bodies.fill::<E>(rows, columns);
        }
    }

    /// The same store with what it forgets and leaves out.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Removes bodies that were stored before their backend was only indexed.
    pub async fn strip_bodies(&self) -> Result<u64> {
        let mut stripped = 0;
        for instance in self.rules.index.iter() {
            let known = backends::Entity::find().filter(backends::Column::Instance.eq(instance.as_str()));
            if let Some(backend) = known.one(&self.read).await.map_err(db)? {
                stripped += self.cover_bodies(backend.id).await?;
            }
        }
        if stripped > 0 {
            self.scrub().await?;
        }
        Ok(stripped)
    }
}
