//! How the children of rows are loaded: a table per parent type, one loader for all of it.
//!
//! A relation is loaded once per level for all parents together, so that the number of statements
//! depends on the shape of an operation alone. Results wait in the desk until a resolver asks.

use super::beside::Beside;
use super::columns::{Columns, Field};
use super::desk::Desk;
use super::entity::accounts;
use super::fence::Fenced;
use super::page::{Cursors, Order, Page, PageArgs, Window, cursor};
use super::store::db;
use foldhash::quality::RandomState;
use foldhash::{HashMap, HashSet};
use futures_util::future::{BoxFuture, join_all};
use portico_contract::{Error, Result};
use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Func, IntoIden, Order as Direction, Query, SelectStatement, WindowStatement,
};
use sea_orm::{ColumnTrait, ModelTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value};
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// A selected field with its arguments and sub-fields, fragments resolved.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub name: String,
    /// The name in the answer.
    pub key: String,
    pub arguments: serde_json::Map<String, serde_json::Value>,
    pub children: Vec<Selection>,
}

impl Selection {
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.children.iter().any(|child| child.name == name)
    }

    /// The fields of the rows of this connection.
    pub fn row_fields(&self) -> impl Iterator<Item = &Selection> {
        self.rows(Place::root()).flat_map(|(row, _)| row.children.iter())
    }

    /// Which cursors of this connection are asked for.
    #[must_use]
    pub fn cursors(&self) -> Cursors {
        if self.has("edges") {
            Cursors::All
        } else if self.has("pageInfo") {
            Cursors::Ends
        } else {
            Cursors::None
        }
    }

    /// Where a field of the rows of this connection is shown.
    pub(super) fn shown<'a>(&'a self, place: Place, field: &str) -> Vec<(&'a Self, Place)> {
        let below =
            |(row, place): (&'a Self, Place)| row.children.iter().map(move |shown| (shown, place.then(&shown.key)));
        self.rows(place).flat_map(below).filter(|(shown, _)| shown.name == field).collect()
    }

    /// The selections of a connection's rows (`nodes`, `edges { node }`), and where they stand if it stands there.
    fn rows(&self, place: Place) -> impl Iterator<Item = (&Selection, Place)> {
        self.children.iter().flat_map(move |child| {
            let place = place.then(&child.key);
            match child.name.as_str() {
                "nodes" => vec![(child, place)],
                "edges" => {
                    let nodes = child.children.iter().filter(|node| node.name == "node");
                    nodes.map(|node| (node, place.then(&node.key))).collect()
                }
                _ => Vec::new(),
            }
        })
    }
}

/// Not known before it runs: whoever chooses the keys of an answer cannot make two places one.
static PLACES: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// A place in the answer, list indices left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place(u64);

impl Place {
    #[must_use]
    pub fn root() -> Self {
        Self(0)
    }

    #[must_use]
    pub fn then(self, key: &str) -> Self {
        Self(PLACES.hash_one((self.0, key)))
    }
}

/// Loads a selected field for all parents together.
pub type Load<P> = for<'a> fn(&'a Desk, &'a Selection, Place, &'a [Arc<P>]) -> BoxFuture<'a, Result<()>>;

/// One relation of a parent type.
pub struct Relation<P> {
    pub field: &'static str,
    pub load: Load<P>,
}

impl<P> std::fmt::Debug for Relation<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relation({})", self.field)
    }
}

/// A row type and its relations.
pub trait Related: ModelTrait + Sized + Send + Sync + 'static {
    /// What fields need that have no column of their own name.
    const FIELDS: &'static [Field] = &[];
    /// Columns that some field always needs beside its own.
    const ALWAYS: &'static [&'static str] = &[];
    const RELATIONS: &'static [Relation<Self>];
    /// The one of them that a page brings along.
    const BESIDE: Option<Beside<Self::Entity>> = None;
}

/// Loads everything selected below these rows.
pub async fn load<P: Related>(desk: &Desk, selection: &Selection, place: Place, rows: &[Arc<P>]) {
    if rows.is_empty() {
        return;
    }
    let jobs = selection.children.iter().filter_map(|child| {
        let relation = P::RELATIONS.iter().find(|relation| relation.field == child.name)?;
        let place = place.then(&child.key);
        Some(async move { (place, (relation.load)(desk, child, place, rows).await) })
    });
    for (place, done) in join_all(jobs).await {
        if let Err(error) = done {
            desk.fail(place, error);
        }
    }
}

/// Loads below the rows of a connection.
pub async fn load_page<P: Related>(desk: &Desk, connection: &Selection, place: Place, rows: &[Arc<P>]) {
    for (row, place) in connection.rows(place) {
        load(desk, row, place, rows).await;
    }
}

fn id_of<E: Fenced>(model: &E::Model) -> Result<Uuid> {
    match E::column("id").map(|column| model.get(column)) {
        Some(Value::Uuid(Some(id))) => Ok(id),
        _ => Err(Error::internal("a row without an id")),
    }
}

/// Each parent belongs to an account.
pub async fn to_account<P>(
    desk: &Desk,
    selection: &Selection,
    place: Place,
    parents: &[Arc<P>],
    key: fn(&P) -> Uuid,
) -> Result<()> {
    let ids: Vec<Uuid> = parents.iter().map(|parent| key(parent)).collect::<HashSet<_>>().into_iter().collect();
    let rows = desk.accounts(&ids).await?;
    for row in &rows {
        desk.keep::<accounts::Entity>(place, row.id, Arc::clone(row));
    }
    load(desk, selection, place, &rows).await;
    Ok(())
}

/// Each parent names at most one child by its id.
pub async fn to_one<P, E>(
    desk: &Desk,
    selection: &Selection,
    place: Place,
    parents: &[Arc<P>],
    key: fn(&P) -> Option<Uuid>,
) -> Result<()>
where
    E: Fenced,
    E::Model: Related,
{
    let ids: HashSet<Uuid> = parents.iter().filter_map(|parent| key(parent)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    for row in desk.by_ids::<E>(&ids, selection, place).await? {
        desk.keep::<E>(place, id_of::<E>(&row)?, row);
    }
    Ok(())
}

/// Each parent names one of its own children.
pub async fn to_child<P, E>(
    desk: &Desk,
    selection: &Selection,
    place: Place,
    parents: &[Arc<P>],
    key: fn(&P) -> (Uuid, Option<Uuid>),
    parent: E::Column,
) -> Result<()>
where
    E: Fenced,
    E::Model: Related,
{
    let named: HashMap<Uuid, Uuid> = parents.iter().filter_map(|row| Some((key(row).1?, key(row).0))).collect();
    if named.is_empty() {
        return Ok(());
    }
    let mut rows = match desk.beside::<E>(place) {
        Some(rows) => rows,
        None => {
            let ids: Vec<Uuid> = named.keys().copied().collect();
            desk.rows::<E>(desk.select_below::<E>(parent), &ids, selection.children.iter(), &[parent]).await?
        }
    };
    // Whose child it is was decided when the parent was read; a row that has moved since is not theirs.
    rows.retain(|row| {
        id_of::<E>(row).ok().and_then(|id| named.get(&id)).is_some_and(|of| row.get(parent) == Value::from(*of))
    });
    for row in &rows {
        desk.keep::<E>(place, id_of::<E>(row)?, Arc::clone(row));
    }
    load(desk, selection, place, &rows).await;
    Ok(())
}

/// Each parent has a list of children, windowed for itself.
pub async fn to_many<P, E>(
    desk: &Desk,
    selection: &Selection,
    place: Place,
    parents: &[Arc<P>],
    key: fn(&P) -> Uuid,
    parent: E::Column,
    order: Order<E::Column>,
) -> Result<()>
where
    E: Fenced,
    E::Model: Related,
{
    let args: PageArgs = serde_json::from_value(selection.arguments.clone().into())
        .map_err(|_| Error::invalid("first and last are numbers, after and before are cursors."))?;
    let window = Window::new(&args, &order)?;
    let ids: Vec<Uuid> = parents.iter().map(|row| key(row)).collect::<HashSet<_>>().into_iter().collect();
    let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
    let base = desk.select_below::<E>(parent).filter(desk.store().among(parent, &ids));
    let columns = desk.columns::<E>(selection.row_fields(), &[order.column, parent]);
    let totals = if selection.has("totalCount") { totals(desk, &base, parent).await? } else { HashMap::default() };
    let mut select = base;
    if let Some(beyond) = window.beyond::<E>(&order, id) {
        select = select.filter(beyond);
    }
    let found = if ids.len() == 1 {
        let direction = window.direction(&order);
        let select = select.order_by(order.column, direction.clone()).order_by(id, direction).limit(window.limit + 1);
        columns.rows(select, desk.store()).await?
    } else {
        numbered::<E>(desk, columns.select(select), &columns, parent, &order, id, &window).await?
    };
    let mut groups: HashMap<Uuid, Vec<Arc<E::Model>>> = HashMap::default();
    for model in found {
        if let Value::Uuid(Some(parent)) = model.get(parent) {
            groups.entry(parent).or_default().push(model);
        }
    }
    let mut all = Vec::new();
    for parent in ids {
        let rows = groups.remove(&parent).unwrap_or_default();
        let total = selection.has("totalCount").then(|| totals.get(&parent).copied().unwrap_or_default());
        let cursors = selection.cursors();
        let page = Page::cut(rows, &window, total, cursors, |row| {
            cursor::<E>(row, &order, id_of::<E>(row).unwrap_or_default())
        });
        all.extend(page.rows.iter().cloned());
        desk.keep_page::<E>(place, parent, page);
    }
    load_page(desk, selection, place, &all).await;
    Ok(())
}

async fn totals<E: Fenced>(desk: &Desk, base: &Select<E>, parent: E::Column) -> Result<HashMap<Uuid, u64>> {
    let rows: Vec<(Uuid, i64)> = base
        .clone()
        .select_only()
        .column(parent)
        .column_as(Expr::val(1).count(), "total")
        .group_by(parent)
        .into_tuple()
        .all(desk.read())
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(|(parent, total)| (parent, u64::try_from(total).unwrap_or_default())).collect())
}

/// The window of every parent in one statement.
async fn numbered<E>(
    desk: &Desk,
    select: Select<E>,
    columns: &Columns<E>,
    parent: E::Column,
    order: &Order<E::Column>,
    id: E::Column,
    window: &Window,
) -> Result<Vec<Arc<E::Model>>>
where
    E: Fenced,
    E::Model: Related,
{
    let direction: Direction = window.direction(order);
    let rank = Alias::new("rank_in_parent");
    let mut over = WindowStatement::partition_by(parent.as_column_ref());
    over.order_by(order.column.as_column_ref(), direction.clone()).order_by(id.as_column_ref(), direction.clone());
    let mut inner: SelectStatement = select.into_query();
    inner.expr_window_as(Func::cust(Alias::new("ROW_NUMBER")), over, rank.clone());
    let outer = Query::select()
        .column(Asterisk)
        .from_subquery(inner, Alias::new("numbered"))
        .and_where(Expr::col(rank.clone()).lte(i64::try_from(window.limit + 1).unwrap_or(i64::MAX)))
        .order_by(rank.into_iden(), Direction::Asc)
        .to_owned();
    columns.read(outer, desk.store()).await
}
