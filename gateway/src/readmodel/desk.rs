//! The only handle on data that a resolver gets: bound to one viewer, for one request.

use super::entity::{agents, contacts, invoices, tickets};
use super::fence::Fenced;
use super::ids::GlobalId;
use super::page::{MAX_TOTAL, Order, Page, Window, cursor};
use super::relation::{self, Place, Related, Selection};
use super::store::{Store, db};
use crate::authz::scope::Scope;
use crate::sync::Opened;
use portico_contract::{Error, Kind, NativeId, Result, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

type Loose = Arc<dyn Any + Send + Sync>;
/// What was loaded once for several resolvers, or why it could not be.
type Shared<T> = std::result::Result<Arc<T>, Arc<Error>>;

#[derive(Debug, Default)]
struct Loaded {
    one: HashMap<(&'static str, Uuid), Loose>,
    pages: HashMap<(Place, Uuid), Loose>,
    people: HashMap<Uuid, String>,
    failed: HashMap<Place, Arc<Error>>,
}

/// A viewer's desk.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    pub scope: Arc<Scope>,
    loaded: Mutex<Loaded>,
}

impl Desk {
    #[must_use]
    pub fn new(store: Store, scope: Arc<Scope>) -> Self {
        Self { store, scope, loaded: Mutex::default() }
    }

    /// Today, as the dates of the PSAs are compared with it.
    #[must_use]
    pub fn today(&self) -> chrono::NaiveDate {
        self.store.now().date_naive()
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.store.now()
    }

    pub(super) fn read(&self) -> &DatabaseConnection {
        &self.store.read
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where every select begins: with the rows this viewer may see.
    #[must_use]
    pub fn select<E: Fenced>(&self) -> Select<E> {
        E::fence(E::find(), &self.scope)
    }

    /// One row by its id, or `None`: foreign and unknown are the same.
    pub async fn by_id<E>(&self, id: Uuid, selection: &Selection, place: Place) -> Result<Option<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related + FromQueryResult,
    {
        Ok(self.by_ids::<E>(&[id], selection, place).await?.pop())
    }

    /// The visible ones of these rows, with what is selected below them, in one statement.
    pub async fn by_ids<E>(&self, ids: &[Uuid], selection: &Selection, place: Place) -> Result<Vec<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related + FromQueryResult,
    {
        let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
        let found = self.select::<E>().filter(id.is_in(ids.iter().copied())).all(self.read()).await.map_err(db)?;
        let rows: Vec<Arc<E::Model>> = found.into_iter().map(Arc::new).collect();
        relation::load(self, selection, place, &rows).await;
        Ok(rows)
    }

    /// One page of a fenced, filtered select, with what is selected below its rows.
    pub async fn page<E>(
        &self,
        select: Select<E>,
        window: &Window,
        order: Order<E::Column>,
        selection: &Selection,
        place: Place,
    ) -> Result<Page<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related + FromQueryResult,
    {
        let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
        let total = if selection.has("totalCount") { self.total(select.clone()).await? } else { None };
        let mut select = lean::<E>(select, selection);
        if let Some(beyond) = window.beyond::<E>(&order, id) {
            select = select.filter(beyond);
        }
        let direction = window.direction(&order);
        let select = select.order_by(order.column, direction.clone()).order_by(id, direction).limit(window.limit + 1);
        let found = select.into_model::<E::Model>().all(self.read()).await.map_err(db)?;
        let rows = found.into_iter().map(Arc::new).collect();
        let page = Page::cut(rows, window, total, |row: &Arc<E::Model>| match row.get(id) {
            Value::Uuid(Some(id)) => cursor::<E>(row, &order, id),
            _ => String::new(),
        });
        relation::load_page(self, selection, place, &page.rows).await;
        Ok(page)
    }

    async fn total<E: Fenced>(&self, select: Select<E>) -> Result<Option<u64>> {
        let some = select.select_only().expr(Expr::val(1)).limit(MAX_TOTAL + 1).into_query();
        let count = Query::select()
            .expr_as(Expr::val(1).count(), Alias::new("total"))
            .from_subquery(some, Alias::new("visible"))
            .to_owned();
        let row = self.read().query_one(&count).await.map_err(db)?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total")).map_err(db)?;
        Ok(u64::try_from(total).ok().filter(|total| *total <= MAX_TOTAL))
    }

    /// An object that can be opened, if this viewer may see it: only then is its PSA asked.
    pub async fn opened(&self, id: GlobalId) -> Result<Option<Opened>> {
        match id.kind {
            Kind::Ticket => self.whereabouts::<tickets::Entity>(id, tickets::Column::DetailAt).await,
            Kind::Invoice => self.whereabouts::<invoices::Entity>(id, invoices::Column::DetailAt).await,
            _ => Ok(None),
        }
    }

    async fn whereabouts<E: Fenced>(&self, id: GlobalId, detail: E::Column) -> Result<Option<Opened>> {
        let column = |name: &str| E::column(name).ok_or_else(|| Error::internal("a mirror lacks a column"));
        let row: Option<(Uuid, String, Option<i64>)> = self
            .select::<E>()
            .select_only()
            .columns([column("backend_id")?, column("native_key")?, detail])
            .filter(column("id")?.eq(id.uuid))
            .into_tuple()
            .one(self.read())
            .await
            .map_err(db)?;
        Ok(row.map(|(backend, key, confirmed)| Opened {
            id,
            backend,
            native: NativeId { kind: id.kind, key },
            confirmed_at: confirmed.unwrap_or_default(),
        }))
    }

    pub(super) fn has<E: Fenced>(&self, id: Uuid) -> bool {
        self.loaded().one.contains_key(&(E::KIND.as_str(), id))
    }

    pub(super) fn keep<E: Fenced>(&self, id: Uuid, model: E::Model)
    where
        E::Model: Send + Sync + 'static,
    {
        self.loaded().one.insert((E::KIND.as_str(), id), Arc::new(model));
    }

    pub(super) fn keep_page<E: Fenced>(&self, place: Place, parent: Uuid, page: Page<Arc<E::Model>>)
    where
        E::Model: Send + Sync + 'static,
    {
        self.loaded().pages.insert((place, parent), Arc::new(page));
    }

    pub(super) fn fail(&self, place: Place, error: Error) {
        self.loaded().failed.insert(place, Arc::new(error));
    }

    /// A row that was loaded as somebody's relation.
    #[must_use]
    pub fn one<E: Fenced>(&self, id: Uuid) -> Option<Arc<E::Model>>
    where
        E::Model: Send + Sync + 'static,
    {
        self.loaded().one.get(&(E::KIND.as_str(), id)).cloned()?.downcast().ok()
    }

    /// The page of a parent's children that was loaded for a place in the answer.
    pub fn children<E: Fenced>(&self, place: Place, parent: Uuid) -> Shared<Page<Arc<E::Model>>>
    where
        E::Model: Send + Sync + 'static,
    {
        let loaded = self.loaded();
        if let Some(error) = loaded.failed.get(&place) {
            return Err(Arc::clone(error));
        }
        let page = loaded.pages.get(&(place, parent)).cloned().and_then(|page| page.downcast().ok());
        page.ok_or_else(|| Arc::new(Error::internal("a relation was not loaded")))
    }

    /// Why a relation could not be loaded, if it could not.
    #[must_use]
    pub fn failure(&self, place: Place) -> Option<Arc<Error>> {
        self.loaded().failed.get(&place).cloned()
    }

    /// The name of somebody in passing.
    #[must_use]
    pub fn person(&self, id: Uuid) -> Option<String> {
        self.loaded().people.get(&id).cloned()
    }

    /// Names of agents and contacts that visible rows mention, in one statement. Only a name: the
    /// records behind it are fenced.
    pub(super) async fn people(&self, ids: HashSet<Uuid>) -> Result<()> {
        let missing: Vec<Uuid> = {
            let loaded = self.loaded();
            ids.into_iter().filter(|id| !loaded.people.contains_key(id)).collect()
        };
        if missing.is_empty() {
            return Ok(());
        }
        let mut names = agents::Entity::find()
            .select_only()
            .columns([agents::Column::Id, agents::Column::Name])
            .filter(agents::Column::Id.is_in(missing.iter().copied()))
            .into_query();
        let contacts = contacts::Entity::find()
            .select_only()
            .columns([contacts::Column::Id, contacts::Column::Name])
            .filter(contacts::Column::Id.is_in(missing.iter().copied()))
            .into_query();
        names.union(UnionType::All, contacts);
        for row in self.read().query_all(&names).await.map_err(db)? {
            let (id, name) = (row.try_get("", "id").map_err(db)?, row.try_get("", "name").map_err(db)?);
            self.loaded().people.insert(id, name);
        }
        Ok(())
    }
}

/// Leaves long columns unread where nobody asked for them.
fn lean<E: Fenced>(select: Select<E>, selection: &Selection) -> Select<E> {
    let wanted = |heavy: &str| E::HEAVY.iter().any(|(field, column)| *column == heavy && selection.rows_have(field));
    let unread: Vec<&str> = E::HEAVY.iter().map(|(_, column)| *column).filter(|column| !wanted(column)).collect();
    if unread.is_empty() {
        return select;
    }
    E::Column::iter().fold(select.select_only(), |select, column| {
        if unread.contains(&column.as_str()) {
            select.column_as(Expr::val(""), column.as_str())
        } else {
            select.column(column)
        }
    })
}
