//! The only handle on data that a resolver gets: bound to one viewer, for one request.

use super::beside::Wanted;
use super::columns::{Columns, Rows};
use super::entity::{accounts, agents, articles, contacts, documents, invoices, teams, tickets};
use super::fence::{self, Fenced};
use super::ids::GlobalId;
use super::page::{MAX_TOTAL, Order, Page, Window, cursor};
use super::pending;
use super::relation::{self, Place, Related, Selection};
use super::store::{Store, db};
use crate::authz::scope::Scope;
use crate::sync::Opened;
use foldhash::{HashMap, HashSet};
use portico_contract::{Error, Kind, NativeId, Result, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Value,
};
use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

type Loose = Arc<dyn Any + Send + Sync>;
/// What was loaded once for several resolvers, or why it could not be.
type Shared<T> = std::result::Result<T, Arc<Error>>;

/// Each row of an answer looks here several times.
#[derive(Debug, Default)]
struct Loaded {
    one: HashMap<(Place, Uuid), Loose>,
    pages: HashMap<(Place, Uuid), Loose>,
    /// Children that came with the page of their parents.
    beside: HashMap<Place, Loose>,
    people: HashMap<Uuid, Arc<str>>,
    failed: HashMap<Place, Arc<Error>>,
}

/// A viewer's desk.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    pub scope: Arc<Scope>,
    /// Rows are read whole, whatever is selected.
    whole: bool,
    loaded: Mutex<Loaded>,
}

impl Desk {
    #[must_use]
    pub fn new(store: Store, scope: Arc<Scope>) -> Self {
        Self { store, scope, whole: false, loaded: Mutex::default() }
    }

    /// Two fields at one place may want different columns of one row: then each reads them all.
    #[must_use]
    pub fn reading_whole(mut self, whole: bool) -> Self {
        self.whole = whole;
        self
    }

    /// The columns that these fields want.
    pub(super) fn columns<'a, E>(&self, fields: impl Iterator<Item = &'a Selection>, also: &[E::Column]) -> Columns<E>
    where
        E: Fenced,
        E::Model: Related,
    {
        if self.whole { Columns::all() } else { Columns::of(fields, also) }
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

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where every select begins: with the rows this viewer may see.
    #[must_use]
    pub fn select<E: Fenced>(&self) -> Select<E> {
        E::fence(E::find(), &self.scope)
    }

    /// The same for children of rows that this desk has read, by the column that names their parent.
    pub(super) fn select_below<E: Fenced>(&self, parent: E::Column) -> Select<E> {
        self.below::<E>(parent).unwrap_or_else(|| self.select::<E>())
    }

    /// The same, where all that is left of their fence is their own visibility.
    pub(super) fn below<E: Fenced>(&self, parent: E::Column) -> Option<Select<E>> {
        let is_parent = E::parent().is_some_and(|column| column.as_str() == parent.as_str());
        is_parent.then(|| E::fence_below(E::find(), &self.scope)).flatten()
    }

    /// One row by its id, or `None`: foreign and unknown are the same.
    pub async fn by_id<E>(&self, id: Uuid, selection: &Selection, place: Place) -> Result<Option<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related,
    {
        Ok(self.by_ids::<E>(&[id], selection, place).await?.pop())
    }

    /// The visible ones of these rows, with what is selected below them, in one statement.
    pub async fn by_ids<E>(&self, ids: &[Uuid], selection: &Selection, place: Place) -> Result<Vec<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related,
    {
        self.by_ids_with::<E>(ids, selection, place, &[]).await
    }

    /// The same, with columns that the caller wants whatever is selected.
    pub async fn by_ids_with<E>(
        &self,
        ids: &[Uuid],
        selection: &Selection,
        place: Place,
        also: &[E::Column],
    ) -> Result<Vec<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related,
    {
        let rows = self.rows(self.select::<E>(), ids, selection.children.iter(), also).await?;
        relation::load(self, selection, place, &rows).await;
        Ok(rows)
    }

    /// Rows of a fenced select by their ids.
    pub(super) async fn rows<'a, E>(
        &self,
        select: Select<E>,
        ids: &[Uuid],
        fields: impl Iterator<Item = &'a Selection>,
        also: &[E::Column],
    ) -> Result<Vec<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related,
    {
        let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
        let columns = self.columns::<E>(fields, also);
        columns.rows(select.filter(self.store.among(id, ids)), self.store()).await
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
        E::Model: Related,
    {
        let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
        let total = if selection.has("totalCount") { self.total(select.clone()).await? } else { None };
        let mut select = select;
        if let Some(beyond) = window.beyond::<E>(&order, id) {
            select = select.filter(beyond);
        }
        let direction = window.direction(&order);
        let keys = [(order.column, direction.clone()), (id, direction)];
        let select = keys.iter().fold(select, |select, (key, direction)| select.order_by(*key, direction.clone()));
        let select = select.limit(window.limit + 1);
        let columns = self.columns::<E>(selection.row_fields(), &[order.column]);
        let beside = E::Model::BESIDE.map(|beside| (beside.read, selection.shown(place, beside.field)));
        let rows = match beside.filter(|(_, shown)| !shown.is_empty()) {
            Some((read, shown)) => read(self, Wanted { select, order: keys, columns: &columns, shown }).await?,
            None => columns.rows(select, self.store()).await?,
        };
        let page = Page::cut(rows, window, total, selection.cursors(), |row: &Arc<E::Model>| match row.get(id) {
            Value::Uuid(Some(id)) => cursor::<E>(row, &order, id),
            _ => String::new(),
        });
        relation::load_page(self, selection, place, &page.rows).await;
        Ok(page)
    }

    pub(super) async fn total<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<u64>> {
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
            // Read with their bodies where these are not stored.
            Kind::Document if self.store.has_index() => {
                self.whereabouts::<documents::Entity>(id, documents::Column::ReadAt).await
            }
            Kind::Article if self.store.has_index() => {
                self.whereabouts::<articles::Entity>(id, articles::Column::ReadAt).await
            }
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
        // What its PSA does not have yet cannot be read there.
        let row = row.filter(|(_, key, _)| pending::command_of(key).is_none());
        Ok(row.map(|(backend, key, confirmed)| Opened {
            id,
            backend,
            native: NativeId { kind: id.kind, key },
            confirmed_at: confirmed.unwrap_or_default(),
        }))
    }

    pub(super) fn keep<E: Fenced>(&self, place: Place, id: Uuid, model: Arc<E::Model>)
    where
        E::Model: Send + Sync + 'static,
    {
        self.loaded().one.insert((place, id), model);
    }

    pub(super) fn put_beside<E: Fenced>(&self, place: Place, rows: Rows<E>) {
        self.loaded().beside.insert(place, Arc::new(rows));
    }

    /// What came for a place with the page of its parents.
    pub(super) fn beside<E: Fenced>(&self, place: Place) -> Option<Rows<E>> {
        let rows = self.loaded().beside.get(&place).cloned()?;
        rows.downcast::<Rows<E>>().ok().map(Arc::unwrap_or_clone)
    }

    pub(super) fn keep_page<E: Fenced>(&self, place: Place, parent: Uuid, page: Page<Arc<E::Model>>)
    where
        E::Model: Send + Sync + 'static,
    {
        self.loaded().pages.insert((place, parent), Arc::new(page));
    }

    /// What is no row, for a parent at a place in the answer.
    pub(super) fn put_aside<T: Any + Send + Sync>(&self, place: Place, parent: Uuid, what: Arc<T>) {
        self.loaded().pages.insert((place, parent), what);
    }

    /// What was put aside, or why it could not be loaded.
    pub fn aside<T: Any + Send + Sync>(&self, place: Place, parent: Uuid) -> Shared<Option<Arc<T>>> {
        let loaded = self.loaded();
        if let Some(error) = loaded.failed.get(&place) {
            return Err(Arc::clone(error));
        }
        Ok(loaded.pages.get(&(place, parent)).cloned().and_then(|what| what.downcast().ok()))
    }

    pub(super) fn fail(&self, place: Place, error: Error) {
        self.loaded().failed.insert(place, Arc::new(error));
    }

    /// The row that was loaded as somebody's relation for a place in the answer.
    pub fn one<E: Fenced>(&self, place: Place, id: Uuid) -> Shared<Option<Arc<E::Model>>>
    where
        E::Model: Send + Sync + 'static,
    {
        let loaded = self.loaded();
        if let Some(error) = loaded.failed.get(&place) {
            return Err(Arc::clone(error));
        }
        Ok(loaded.one.get(&(place, id)).cloned().and_then(|row| row.downcast().ok()))
    }

    /// The page of a parent's children that was loaded for a place in the answer.
    pub fn children<E: Fenced>(&self, place: Place, parent: Uuid) -> Shared<Arc<Page<Arc<E::Model>>>>
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
    pub fn person(&self, id: Uuid) -> Option<Arc<str>> {
        self.loaded().people.get(&id).cloned()
    }

    /// The visible ones of these accounts, as they are known.
    pub(super) async fn accounts(&self, ids: &[Uuid]) -> Result<Vec<Arc<accounts::Model>>> {
        let (known, now) = (&self.store.known, self.now().timestamp_millis());
        let since = known.since(now);
        let (mut rows, mut missing) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids.iter().filter(|id| fence::admits(**id, &self.scope)) {
            match known.account(*id, now) {
                Some(row) => rows.push(row),
                None => missing.push(*id),
            }
        }
        if !missing.is_empty() {
            let select = self.select::<accounts::Entity>().filter(self.store.among(accounts::Column::Id, &missing));
            for row in select.all(self.read()).await.map_err(db)? {
                let row = Arc::new(row);
                known.keep_account(Arc::clone(&row), since);
                rows.push(row);
            }
        }
        Ok(rows)
    }

    pub(super) fn keep_person(&self, id: Uuid, name: String) {
        self.loaded().people.insert(id, name.into());
    }

    /// Names of agents, contacts and teams that visible rows mention, in one statement. Only a name: the
    /// records behind it are fenced.
    pub(super) async fn people(&self, ids: HashSet<Uuid>) -> Result<()> {
        let (known, now) = (&self.store.known, self.now().timestamp_millis());
        let since = known.since(now);
        let mut missing = Vec::new();
        for id in ids {
            match known.person(id, now) {
                Some(name) => drop(self.loaded().people.insert(id, name)),
                None => missing.push(id),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let mut names = agents::Entity::find()
            .select_only()
            .columns([agents::Column::Id, agents::Column::Name])
            .filter(self.store.among(agents::Column::Id, &missing))
            .into_query();
        let contacts = contacts::Entity::find()
            .select_only()
            .columns([contacts::Column::Id, contacts::Column::Name])
            .filter(self.store.among(contacts::Column::Id, &missing))
            .into_query();
        let teams = teams::Entity::find()
            .select_only()
            .columns([teams::Column::Id, teams::Column::Name])
            .filter(self.store.among(teams::Column::Id, &missing))
            .into_query();
        names.union(UnionType::All, contacts).union(UnionType::All, teams);
        for row in self.read().query_all(&names).await.map_err(db)? {
            let id: Uuid = row.try_get("", "id").map_err(db)?;
            let name: Arc<str> = row.try_get::<String>("", "name").map_err(db)?.into();
            known.keep_person(id, Arc::clone(&name), since);
            self.loaded().people.insert(id, name);
        }
        Ok(())
    }
}
