//! The row predicates of what is on the shelf. Much of it belongs to no account: the provider keeps it for all of a PSA's.

use super::{Fenced, Owner, live, never, rows};
use crate::authz::permission::Permission;
use crate::authz::scope::{Rows, Scope};
use crate::readmodel::entity::{
    accounts, announcements, articles, catalogue_categories, catalogue_items, contracts, forms,
};
use portico_contract::Visibility;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};
use uuid::Uuid;

const CONTRACT: Owner<contracts::Column> =
    Owner { account: contracts::Column::AccountId, contact: None, site: Some(contracts::Column::SiteId) };

impl Fenced for contracts::Entity {
    const READ: Permission = Permission::ContractsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let ended = scope.rows(Permission::ContractsInternalRead);
        let select = select.filter(rows(scope.rows(Self::READ), &CONTRACT));
        select.filter(live(contracts::Column::Active, ended, &CONTRACT))
    }
}

/// The accounts at which somebody holds a right at all.
fn accounts_of(rows: &Rows) -> Vec<Uuid> {
    let named = rows.own.iter().chain(&rows.sites).map(|(_, account)| *account);
    rows.accounts.iter().copied().chain(named).collect()
}

fn backends_of(accounts: &[Uuid]) -> SelectStatement {
    Query::select()
        .column(accounts::Column::BackendId)
        .from(accounts::Entity)
        .and_where(accounts::Column::Id.is_in(accounts.iter().copied()))
        .to_owned()
}

/// What one's own PSA keeps for all of its accounts, and with a column for it also what it keeps for one's own.
fn shared<C: ColumnTrait>(rows: &Rows, backend: C, account: Option<C>) -> Condition {
    if rows.all {
        return Condition::all();
    }
    if rows.is_empty() {
        return never();
    }
    let mine = accounts_of(rows);
    let all = Condition::all().add(backend.in_subquery(backends_of(&mine)));
    match account {
        None => all,
        Some(account) => Condition::any().add(all.add(account.is_null())).add(account.is_in(mine)),
    }
}

/// What is for customers; everything for whom the other permission opens it on every row.
fn published<C: ColumnTrait>(visibility: C, scope: &Scope) -> Condition {
    if scope.holds_all(Permission::KnowledgeInternalRead) {
        return Condition::all();
    }
    Condition::all().add(visibility.eq(Visibility::Public.as_str()))
}

fn offered<C: ColumnTrait>(active: C, scope: &Scope) -> Condition {
    if scope.holds_all(Permission::CatalogueInternalRead) {
        return Condition::all();
    }
    Condition::all().add(active.eq(true))
}

impl Fenced for articles::Entity {
    const READ: Permission = Permission::ArticlesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        use articles::Column as C;
        let select = select.filter(shared(scope.rows(Self::READ), C::BackendId, Some(C::AccountId)));
        select.filter(published(C::Visibility, scope))
    }
}

impl Fenced for announcements::Entity {
    const READ: Permission = Permission::AnnouncementsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        use announcements::Column as C;
        let select = select.filter(shared(scope.rows(Self::READ), C::BackendId, Some(C::AccountId)));
        select.filter(published(C::Visibility, scope))
    }
}

impl Fenced for catalogue_items::Entity {
    const READ: Permission = Permission::CatalogueRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        use catalogue_items::Column as C;
        let select = select.filter(shared(scope.rows(Self::READ), C::BackendId, Some(C::AccountId)));
        select.filter(offered(C::Active, scope))
    }
}

impl Fenced for catalogue_categories::Entity {
    const READ: Permission = Permission::CatalogueRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        use catalogue_categories::Column as C;
        let select = select.filter(shared(scope.rows(Self::READ), C::BackendId, None));
        select.filter(offered(C::Active, scope))
    }
}

impl Fenced for forms::Entity {
    const READ: Permission = Permission::CatalogueRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        use forms::Column as C;
        let select = select.filter(shared(scope.rows(Self::READ), C::BackendId, None));
        select.filter(offered(C::Active, scope))
    }
}
