//! What is linked: the accounts of one customer, and the contacts of one person.

use super::desk::Desk;
use super::entity::{account_links, accounts, contact_links, contacts};
use super::fence::Fenced;
use super::page::{Cursors, Page, Window};
use super::relation::{Place, Related, Selection, load};
use super::store::{Store, db};
use portico_contract::Result;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityName, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    QueryTrait,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Accounts of one customer at most: the cost of an operation counts on it.
pub const MOST: u64 = 10;

impl Store {
    /// The accounts that are one customer with this one, itself included.
    pub async fn customer(&self, account: Uuid) -> Result<BTreeSet<Uuid>> {
        let customer = account_links::Entity::find()
            .select_only()
            .column(account_links::Column::CustomerId)
            .filter(account_links::Column::AccountId.eq(account))
            .into_query();
        let members: Vec<Uuid> = account_links::Entity::find()
            .select_only()
            .column(account_links::Column::AccountId)
            .filter(account_links::Column::CustomerId.in_subquery(customer))
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(db)?;
        Ok(members.into_iter().chain([account]).collect())
    }
}

/// The column that says to which parent a row is linked.
const PARENT: &str = "linked_to";

/// A row, and the parents that it is linked to.
struct Linked<M> {
    row: Arc<M>,
    to: Vec<Uuid>,
}

/// Loads what is linked to each parent, as far as the viewer may see it: one statement for all parents.
async fn to_linked<E>(
    desk: &Desk,
    selection: &Selection,
    place: Place,
    parents: Vec<Uuid>,
    join: fn(&mut SelectStatement, Alias, Vec<Uuid>),
) -> Result<()>
where
    E: Fenced,
    E::Model: Related + FromQueryResult + Named,
{
    let here = Alias::new("here");
    let mut select = desk.select::<E>().into_query();
    join(&mut select, here, parents.clone());
    let mut all: BTreeMap<(String, Uuid), Linked<E::Model>> = BTreeMap::new();
    for row in desk.read().query_all(&select).await.map_err(db)? {
        let parent = row.try_get("", PARENT).map_err(db)?;
        let model = E::Model::from_query_result(&row, "").map_err(db)?;
        let key = (model.name().to_owned(), model.id());
        all.entry(key).or_insert_with(|| Linked { row: Arc::new(model), to: Vec::new() }).to.push(parent);
    }
    let mut pages: HashMap<Uuid, Vec<Arc<E::Model>>> = HashMap::new();
    for Linked { row, to } in all.values() {
        for parent in to {
            pages.entry(*parent).or_default().push(Arc::clone(row));
        }
    }
    for parent in parents {
        let rows = pages.remove(&parent).unwrap_or_default();
        desk.keep_page::<E>(place, parent, Page::cut(rows, &Window::whole(), None, Cursors::None, |_| String::new()));
    }
    let rows: Vec<Arc<E::Model>> = all.into_values().map(|linked| linked.row).collect();
    load(desk, selection, place, &rows).await;
    Ok(())
}

/// The other accounts of each account's customer.
fn of_customer(select: &mut SelectStatement, here: Alias, parents: Vec<Uuid>) {
    use account_links::Column::{AccountId, CustomerId};
    let there = Alias::new("there");
    let col = |table: &Alias, column: account_links::Column| Expr::col((table.clone(), column));
    let row = col(&there, AccountId).equals((accounts::Entity, accounts::Column::Id));
    let same = col(&here, CustomerId)
        .equals((there.clone(), CustomerId))
        .and(col(&here, AccountId).ne(col(&there, AccountId)));
    select
        .join_as(JoinType::InnerJoin, account_links::Entity.table_ref(), there, row)
        .join_as(JoinType::InnerJoin, account_links::Entity.table_ref(), here.clone(), same)
        .expr_as(col(&here, AccountId), Alias::new(PARENT))
        .and_where(col(&here, AccountId).is_in(parents));
}

/// The contacts that each contact is linked to.
fn of_person(select: &mut SelectStatement, here: Alias, parents: Vec<Uuid>) {
    use contact_links::Column::{ContactId, LinkedId};
    let col = |column: contact_links::Column| Expr::col((here.clone(), column));
    let row = col(LinkedId).equals((contacts::Entity, contacts::Column::Id));
    select.expr_as(col(ContactId), Alias::new(PARENT)).and_where(col(ContactId).is_in(parents)).join_as(
        JoinType::InnerJoin,
        contact_links::Entity.table_ref(),
        here.clone(),
        row,
    );
}

/// What linked rows are ordered by.
pub trait Named {
    fn id(&self) -> Uuid;
    fn name(&self) -> &str;
}

impl Named for accounts::Model {
    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for contacts::Model {
    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

pub(super) async fn accounts(desk: &Desk, below: &Selection, at: Place, rows: &[Arc<accounts::Model>]) -> Result<()> {
    let ids = rows.iter().map(|row| row.id).collect();
    to_linked::<accounts::Entity>(desk, below, at, ids, of_customer).await
}

pub(super) async fn contacts(desk: &Desk, below: &Selection, at: Place, rows: &[Arc<contacts::Model>]) -> Result<()> {
    let ids = rows.iter().map(|row| row.id).collect();
    to_linked::<contacts::Entity>(desk, below, at, ids, of_person).await
}
