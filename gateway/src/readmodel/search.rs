//! Search: words → the rows that hold them, of every kind, behind the fence.
//!
//! **The index** is `mirror_search`, one row per record, and its words in the database's own full text: FTS5 on SQLite,
//! `tsvector` on PostgreSQL. Both get words that were made here ([`words`]), so that both find the same. Public and
//! internal text are columns of their own ([`texts`]): whoever may not read internal text of a kind is never matched
//! with it. The index is written with the rows, in their transaction ([`index`]), and is always made from them.
//!
//! **The index narrows, the fence decides.** Public words are kept twice: as they are, and once more with the record's
//! account in front of each. A viewer of a few accounts asks for their own words, so that a word, or a beginning, that
//! is common elsewhere costs them nothing; whoever reaches everything asks for the words as they are. Beside them stand
//! words for the record's kind, account, contact and site, and a question names those that the viewer reaches
//! ([`matching`]). All of that is speed alone: a hit counts only if the scoped select of its kind gives its row, and it is
//! loaded through the desk like every other row. So a search tells nothing that `node` does not, its total included.
//!
//! **Newest first.** A document's number begins with the time of the record, so the number is order, cursor and key at
//! once: SQLite walks the matches backwards and stops when the page is full. Ranking by relevance would need the
//! frequencies of words in rows that the viewer may not see, and would tell of them by the order.

mod index;
mod matching;
mod texts;
mod words;

pub use index::{clear, compact, complete, follow, rebuild};
pub use texts::Searched;
pub use words::Terms;

use super::desk::Desk;
use super::entity::{
    accounts, articles, assets, catalogue_items, certificates, contacts, contracts, documents, domains, invoices,
    quotes, recurring_invoices, search, sites, tickets,
};
use super::page::{Cursors, MAX_TOTAL, Order, Page, Window, cursor};
use super::relation::{self, Place, Related, Selection};
use super::store::{Store, db};
use crate::authz::permission::Permission;
use crate::authz::scope::{Rows, Scope};
use futures_util::future::BoxFuture;
use matching::{Internal, Question};
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, Order as Direction,
    QueryFilter, QuerySelect, QueryTrait,
};
use std::sync::Arc;
use uuid::Uuid;

/// The order of hits.
pub const NEWEST: Order<search::Column> = Order { word: "SEARCH", column: search::Column::Docid, descending: true };

type Job<'a, T> = BoxFuture<'a, Result<T>>;

/// A searched kind without its type.
pub struct Entry {
    pub kind: Kind,
    read: Permission,
    internal: Option<Permission>,
    index: for<'a> fn(&'a DatabaseTransaction, &'a [Uuid]) -> Job<'a, ()>,
    after: for<'a> fn(&'a DatabaseTransaction, Option<Uuid>) -> Job<'a, Vec<Uuid>>,
    /// The fenced row that a document stands for.
    seen: fn(&Desk) -> Result<SelectStatement>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({})", self.kind)
    }
}

const fn entry_of<E: Searched>() -> Entry {
    Entry {
        kind: E::KIND,
        read: E::READ,
        internal: E::INTERNAL,
        index: |tx, ids| Box::pin(index::index::<E>(tx, ids)),
        after: |tx, last| Box::pin(index::after::<E>(tx, last)),
        seen: seen::<E>,
    }
}

/// Everything that can be found.
pub static KINDS: &[Entry] = &[
    entry_of::<tickets::Entity>(),
    entry_of::<invoices::Entity>(),
    entry_of::<recurring_invoices::Entity>(),
    entry_of::<quotes::Entity>(),
    entry_of::<assets::Entity>(),
    entry_of::<documents::Entity>(),
    entry_of::<domains::Entity>(),
    entry_of::<certificates::Entity>(),
    entry_of::<contracts::Entity>(),
    entry_of::<catalogue_items::Entity>(),
    entry_of::<articles::Entity>(),
    entry_of::<sites::Entity>(),
    entry_of::<contacts::Entity>(),
    entry_of::<accounts::Entity>(),
];

fn entry(kind: Kind) -> Option<&'static Entry> {
    KINDS.iter().find(|entry| entry.kind == kind)
}

fn seen<E: Searched>(desk: &Desk) -> Result<SelectStatement> {
    let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
    let own = id.into_expr().equals((search::Entity, search::Column::RecordId));
    Ok(desk.select::<E>().select_only().expr(Expr::val(1)).filter(own).into_query())
}

/// Whether every row that `rows` open is one of those that `wider` open.
fn covers(wider: &Rows, rows: &Rows) -> bool {
    let account = |(_, account): &(Uuid, Uuid)| wider.accounts.contains(account);
    wider.all
        || (!rows.all
            && rows.accounts.is_subset(&wider.accounts)
            && rows.sites.iter().all(|row| wider.sites.contains(row) || account(row))
            && rows.own.iter().all(|row| wider.own.contains(row) || account(row)))
}

impl Entry {
    /// Whether internal text may be searched: it may be read on every row of this kind that is seen.
    fn is_open(&self, scope: &Scope) -> bool {
        self.internal.is_some_and(|internal| {
            scope.allowed.contains(internal) && covers(scope.rows(internal), scope.rows(self.read))
        })
    }
}

fn question(backend: DbBackend, scope: &Scope, entries: &[&'static Entry]) -> Question {
    let open: Vec<Kind> = entries.iter().filter(|entry| entry.is_open(scope)).map(|entry| entry.kind).collect();
    // What has no internal text has none to hide.
    let closed = |entry: &&Entry| entry.internal.is_some() && !entry.is_open(scope);
    let internal = if open.is_empty() {
        Internal::Nothing
    } else if entries.iter().copied().any(|entry| closed(&entry)) {
        Internal::Of(open)
    } else {
        Internal::Everything
    };
    let kinds: Vec<Kind> = entries.iter().map(|entry| entry.kind).collect();
    let kinds = (kinds.len() < KINDS.len()).then_some(kinds);
    let rows: Vec<&Rows> = entries.iter().map(|entry| scope.rows(entry.read)).collect();
    Question::new(backend, kinds, internal, &rows)
}

impl Desk {
    /// One page of what holds these terms, of these kinds or of all, newest first; with its total if `count`.
    pub async fn search(
        &self,
        terms: &Terms,
        kinds: Option<&[Kind]>,
        window: &Window,
        count: bool,
    ) -> Result<Page<search::Model>> {
        let wanted = |entry: &&'static Entry| {
            kinds.is_none_or(|kinds| kinds.contains(&entry.kind)) && !self.scope.rows(entry.read).is_empty()
        };
        let entries: Vec<&'static Entry> = KINDS.iter().filter(wanted).collect();
        if entries.is_empty() {
            return Ok(Page::cut(Vec::new(), window, count.then_some(0), Cursors::None, |_| String::new()));
        }
        let backend = self.read().get_database_backend();
        let question = question(backend, &self.scope, &entries);
        let mut select = question.select(terms);
        let mut any = Condition::any();
        for entry in entries {
            let of_kind = search::Column::Kind.eq(entry.kind.as_str());
            any = any.add(Condition::all().add(of_kind).add(Expr::exists((entry.seen)(self)?)));
        }
        select.cond_where(any);
        let total = if count { self.hits_in_all(select.clone()).await? } else { None };
        let direction = window.direction(&NEWEST);
        if let Some(at) = window.number() {
            let number = question.number();
            select.and_where(if direction == Direction::Desc { number.lt(at) } else { number.gt(at) });
        }
        select
            .columns(
                [search::Column::Docid, search::Column::Kind, search::Column::RecordId].map(|c| (search::Entity, c)),
            )
            .order_by_expr(question.number(), direction)
            .limit(window.limit + 1);
        let found = search::Model::find_by_statement(backend.build(&select)).all(self.read()).await.map_err(db)?;
        Ok(Page::cut(found, window, total, Cursors::All, |hit| cursor::<search::Entity>(hit, &NEWEST, hit.record_id)))
    }

    async fn hits_in_all(&self, mut select: SelectStatement) -> Result<Option<u64>> {
        select.expr(Expr::val(1)).limit(MAX_TOTAL + 1);
        let count = Query::select()
            .expr_as(Expr::val(1).count(), Alias::new("total"))
            .from_subquery(select, Alias::new("visible"))
            .to_owned();
        let row = self.read().query_one(&count).await.map_err(db)?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total")).map_err(db)?;
        Ok(u64::try_from(total).ok().filter(|total| *total <= MAX_TOTAL))
    }

    /// The rows of hits of one kind, as the scoped select gives them, with what is selected below them.
    pub async fn hits<E>(&self, ids: &[Uuid], selection: &Selection, place: Place) -> Result<Vec<Arc<E::Model>>>
    where
        E: Searched,
        E::Model: Related,
    {
        let rows = self.rows(self.select::<E>(), ids, selection.row_fields(), &[]).await?;
        relation::load_page(self, selection, place, &rows).await;
        Ok(rows)
    }

    /// Ids of the records of a kind that hold these terms: to narrow a fenced select.
    pub fn holding<E: Searched>(&self, terms: &Terms) -> SelectStatement {
        let entries: Vec<&'static Entry> = entry(E::KIND).into_iter().collect();
        let question = question(self.read().get_database_backend(), &self.scope, &entries);
        let mut select = question.select(terms);
        select.column((search::Entity, search::Column::RecordId)).and_where(search::Column::Kind.eq(E::KIND.as_str()));
        select
    }
}

impl Store {
    /// Makes the search index anew from what the mirror holds; gives the number of records.
    pub async fn reindex(&self) -> Result<u64> {
        let tx = self.begin().await?;
        let done = rebuild(&tx).await?;
        tx.commit().await.map_err(db)?;
        Ok(done)
    }
}
