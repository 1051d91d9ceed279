//! Portico's own rows that staff read: proposals of links, and who did what. No PSA has them, and they are
//! fenced all the same.

use super::desk::Desk;
use super::entity::{account_link_proposals as proposals, accounts, audit, journal_commands as commands};
use super::fence::{Fenced, never};
use super::page::{Order, Page, Window, cursor};
use super::relation::{self, Place, Related, Relation, Selection, to_account, to_one};
use super::store::db;
use crate::authz::permission::Permission;
use crate::authz::scope::Scope;
use portico_contract::Result;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Value,
};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// A table of Portico's own whose rows are fenced.
pub trait Kept: EntityTrait<Model: Related + FromQueryResult> {
    const ID: Self::Column;
    /// The newest come first.
    const ORDER: Order<Self::Column>;

    /// Narrows a select to the rows that this scope may see.
    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self>;
}

impl Kept for proposals::Entity {
    const ID: proposals::Column = proposals::Column::Id;
    const ORDER: Order<proposals::Column> =
        Order { word: "PROPOSED_AT", column: proposals::Column::ProposedAt, descending: true };

    /// Whoever sees both accounts.
    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        if scope.rows(Permission::AccountLinksRead).is_empty() {
            return select.filter(never());
        }
        let seen = accounts::Entity::fence(accounts::Entity::find(), scope);
        let seen = seen.select_only().column(accounts::Column::Id).into_query();
        select
            .filter(proposals::Column::AccountId.in_subquery(seen.clone()))
            .filter(proposals::Column::OtherId.in_subquery(seen))
    }
}

impl Kept for audit::Entity {
    const ID: audit::Column = audit::Column::Id;
    const ORDER: Order<audit::Column> = Order { word: "AT", column: audit::Column::At, descending: true };

    /// Acts belong to no account: only a reach over everything opens them.
    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select.filter(if scope.holds_all(Permission::AuditRead) { Condition::all() } else { never() })
    }
}

impl Kept for commands::Entity {
    const ID: commands::Column = commands::Column::Id;
    const ORDER: Order<commands::Column> =
        Order { word: "CREATED_AT", column: commands::Column::Seq, descending: true };

    /// Whoever sees the account.
    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let rows = scope.rows(Permission::CommandsRead);
        if rows.all {
            return select;
        }
        select.filter(commands::Column::AccountId.is_in(rows.accounts.iter().copied()))
    }
}

impl Related for commands::Model {
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |it| it.account_id)) },
        Relation {
            field: "actor",
            load: |d, _, _, rows| Box::pin(d.users(rows.iter().map(|it| it.user_id).collect())),
        },
    ];
}

impl Related for proposals::Model {
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "account",
            load: |d, s, p, rows| Box::pin(to_one::<_, accounts::Entity>(d, s, p, rows, |it| Some(it.account_id))),
        },
        Relation {
            field: "otherAccount",
            load: |d, s, p, rows| Box::pin(to_one::<_, accounts::Entity>(d, s, p, rows, |it| Some(it.other_id))),
        },
        Relation {
            field: "decidedBy",
            load: |d, _, _, rows| Box::pin(d.users(rows.iter().filter_map(|it| it.decided_by).collect())),
        },
    ];
}

impl Related for audit::Model {
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "actor",
        load: |d, _, _, rows| Box::pin(d.users(rows.iter().filter_map(|it| it.actor).collect())),
    }];
}

impl Desk {
    /// One page of Portico's own rows, with what is selected below them.
    pub async fn kept<E: Kept>(
        &self,
        condition: Condition,
        window: &Window,
        selection: &Selection,
        place: Place,
    ) -> Result<Page<Arc<E::Model>>> {
        let order = E::ORDER;
        let select = E::fence(E::find(), &self.scope).filter(condition);
        let total = if selection.has("totalCount") { self.total(select.clone()).await? } else { None };
        let select = match window.beyond::<E>(&order, E::ID) {
            Some(beyond) => select.filter(beyond),
            None => select,
        };
        let direction = window.direction(&order);
        let select = select.order_by(order.column, direction.clone()).order_by(E::ID, direction);
        let found = select.limit(window.limit + 1).all(self.read()).await.map_err(db)?;
        let rows = found.into_iter().map(Arc::new).collect();
        let page = Page::cut(rows, window, total, selection.cursors(), |row: &Arc<E::Model>| match row.get(E::ID) {
            Value::Uuid(Some(id)) => cursor::<E>(row, &order, id),
            _ => String::new(),
        });
        relation::load_page(self, selection, place, &page.rows).await;
        Ok(page)
    }

    /// One of Portico's own rows, with what is selected below it.
    pub async fn kept_one<E: Kept>(&self, id: Uuid, below: &Selection, place: Place) -> Result<Option<Arc<E::Model>>> {
        let select = E::fence(E::find(), &self.scope).filter(E::ID.eq(id));
        let row = select.one(self.read()).await.map_err(db)?.map(Arc::new);
        if let Some(row) = &row {
            relation::load(self, below, place, std::slice::from_ref(row)).await;
        }
        Ok(row)
    }

    /// Names of users who did something, in one statement.
    async fn users(&self, ids: HashSet<Uuid>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let column = |name: &'static str| Expr::col(Alias::new(name));
        let select = Query::select()
            .columns([Alias::new("id"), Alias::new("name")])
            .from(Alias::new("users"))
            .and_where(column("id").is_in(ids))
            .to_owned();
        for row in self.read().query_all(&select).await.map_err(db)? {
            self.keep_person(row.try_get("", "id").map_err(db)?, row.try_get("", "name").map_err(db)?);
        }
        Ok(())
    }
}
