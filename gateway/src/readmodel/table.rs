//! The table of tables: each mirrored kind, once.

use super::entity::{
    accounts, agents, announcements, approvals, articles, assets, attachments, catalogue_categories, catalogue_items,
    certificates, choices, comments, contacts, contracts, documents, domains, forms, invoices, payments, quotes,
    recurring_invoices, sites, teams, tickets, time_entries,
};
use super::ids::Refs;
use super::protection::rows::{self, Verbs};
use super::sweep::{self, Sweep};
use super::upsert::{self, Change, Incoming, Removal};
use futures_util::future::BoxFuture;
use portico_contract::{Kind, Record, Result, Snapshot};
use sea_orm::{DatabaseConnection, DatabaseTransaction, EntityTrait, IdenStatic};
use uuid::Uuid;

/// One thing to be stored, beside the snapshot it came in.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub record: &'a Record,
    pub snapshot: &'a Snapshot,
}

/// A table whose rows are records of one kind.
pub trait Mirrored: EntityTrait<Model: Into<Self::ActiveModel> + Default + Send + Sync, ActiveModel: Send> {
    const KIND: Kind;

    /// The row for a record of this kind; `None` for any other record.
    fn row(entry: Entry<'_>, refs: &Refs) -> Option<Self::Model>;

    /// The column that names the parent, for children.
    fn parent() -> Option<Self::Column> {
        None
    }

    #[must_use]
    fn column(name: &str) -> Option<Self::Column> {
        use sea_orm::Iterable;
        Self::Column::iter().find(|column| column.as_str() == name)
    }
}

type Job<'a, T> = BoxFuture<'a, Result<T>>;

/// The verbs of a table without its type.
pub struct Table {
    pub kind: Kind,
    pub upsert: for<'a> fn(&'a DatabaseTransaction, &'a Incoming<'a>) -> Job<'a, Vec<Change>>,
    pub remove: for<'a> fn(&'a DatabaseTransaction, &'a Removal<'a>) -> Job<'a, Vec<Change>>,
    pub missing: for<'a> fn(&'a DatabaseConnection, &'a Sweep) -> Job<'a, Vec<Uuid>>,
    pub keys: for<'a> fn(&'a DatabaseConnection, &'a Sweep, &'a str) -> Job<'a, Vec<String>>,
    pub ids: for<'a> fn(&'a DatabaseConnection, &'a Sweep, &'a [String]) -> Job<'a, Vec<Uuid>>,
    pub later: for<'a> fn(&'a DatabaseTransaction, &'a [Uuid], i64) -> Job<'a, Vec<Uuid>>,
    pub orphans: for<'a> fn(&'a DatabaseTransaction, &'a [Uuid]) -> Job<'a, ()>,
    pub clear: for<'a> fn(&'a DatabaseTransaction) -> Job<'a, ()>,
    pub row_id: fn(Entry<'_>, &Refs) -> Option<Uuid>,
    pub verbs: Verbs,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({})", self.kind)
    }
}

const fn table<E: Mirrored>() -> Table {
    Table {
        kind: E::KIND,
        upsert: |tx, incoming| Box::pin(upsert::upsert::<E>(tx, incoming)),
        remove: |tx, removal| Box::pin(upsert::remove::<E>(tx, removal)),
        missing: |conn, sweep| Box::pin(sweep::missing::<E>(conn, sweep)),
        keys: |conn, sweep, after| Box::pin(sweep::keys::<E>(conn, sweep, after)),
        ids: |conn, sweep, keys| Box::pin(sweep::ids::<E>(conn, sweep, keys)),
        later: |tx, ids, began| Box::pin(upsert::later::<E>(tx, ids, began)),
        orphans: |tx, parents| Box::pin(upsert::orphans::<E>(tx, parents)),
        clear: |tx| Box::pin(upsert::clear::<E>(tx)),
        row_id: |entry, refs| E::row(entry, refs).map(|_| refs.id(entry.record.id())),
        verbs: rows::verbs::<E>(),
    }
}

/// Parents before children.
pub static TABLES: &[Table] = &[
    table::<accounts::Entity>(),
    table::<sites::Entity>(),
    table::<contacts::Entity>(),
    table::<agents::Entity>(),
    table::<teams::Entity>(),
    table::<choices::Entity>(),
    table::<tickets::Entity>(),
    table::<comments::Entity>(),
    table::<attachments::Entity>(),
    table::<time_entries::Entity>(),
    table::<approvals::Entity>(),
    table::<assets::Entity>(),
    table::<invoices::Entity>(),
    table::<payments::Entity>(),
    table::<recurring_invoices::Entity>(),
    table::<quotes::Entity>(),
    table::<documents::Entity>(),
    table::<domains::Entity>(),
    table::<certificates::Entity>(),
    table::<contracts::Entity>(),
    table::<forms::Entity>(),
    table::<catalogue_categories::Entity>(),
    table::<catalogue_items::Entity>(),
    table::<articles::Entity>(),
    table::<announcements::Entity>(),
];

/// The table of a kind, or `None` for a kind that is not mirrored.
#[must_use]
pub fn of(kind: Kind) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.kind == kind)
}

/// The tables of a kind's children.
pub fn children(kind: Kind) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| table.kind.parent() == Some(kind))
}
