//! The pick lists that ITFlow keeps in tables: ticket statuses, ticket categories, states of assets.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SelectStatement};

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct StatusRow {
    pub ticket_status_id: i64,
    pub ticket_status_name: String,
    pub ticket_status_color: Option<String>,
    pub ticket_status_active: Option<bool>,
    pub ticket_status_order: i32,
}

pub(crate) const STATUSES: &[Column] = &[
    Plain("ticket_status_id"),
    Plain("ticket_status_name"),
    Plain("ticket_status_color"),
    Plain("ticket_status_active"),
    Plain("ticket_status_order"),
];

pub(crate) fn statuses() -> SelectStatement {
    let mut select = super::select("ticket_statuses", STATUSES);
    select.order_by("ticket_status_id", Order::Asc);
    select
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct CategoryRow {
    pub category_id: i64,
    pub category_name: String,
    pub category_color: Option<String>,
    pub category_order: i32,
    pub category_parent: Option<i64>,
    pub category_archived_at: Option<String>,
}

pub(crate) const CATEGORIES: &[Column] = &[
    Plain("category_id"),
    Plain("category_name"),
    Plain("category_color"),
    Plain("category_order"),
    Plain("category_parent"),
    Text("category_archived_at"),
];

/// The categories of tickets. The same table holds those of expenses and income.
pub(crate) fn categories() -> SelectStatement {
    categories_of("Ticket")
}

/// The states that an asset can be in, by newer versions kept as categories.
pub(crate) fn asset_statuses() -> SelectStatement {
    categories_of("asset_status")
}

fn categories_of(kind: &'static str) -> SelectStatement {
    let mut select = super::select("categories", CATEGORIES);
    select.and_where(Expr::col("category_type").eq(kind)).order_by("category_id", Order::Asc);
    select
}
