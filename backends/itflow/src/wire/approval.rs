//! `task_approvals` over `tasks` to their ticket, and the people they name. The key that lets anybody
//! decide by a link is never read.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, SelectStatement};

/// The tables, for those who must grant them.
pub(crate) const TABLES: &str = "task_approvals, tasks";

/// How many approvals are watched for changes: those that wait first, then the newest.
pub(crate) const WATCHED: u64 = 500;

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct ApprovalRow {
    pub approval_id: i64,
    pub approval_scope: String,
    pub approval_type: String,
    pub approval_required_user_id: Option<i64>,
    pub approval_status: String,
    pub approval_created_by: i64,
    /// The id of a user as text; through a link without sign-in it may be other words.
    pub approval_approved_by: Option<String>,
    pub task_name: String,
    pub task_ticket_id: i64,
}

pub(crate) const APPROVALS: &[Column] = &[
    Plain("approval_id"),
    Text("approval_scope"),
    Text("approval_type"),
    Plain("approval_required_user_id"),
    Text("approval_status"),
    Plain("approval_created_by"),
    Plain("approval_approved_by"),
    Plain("task_name"),
    Plain("task_ticket_id"),
];

pub(crate) fn approvals() -> SelectStatement {
    let mut select = super::select("task_approvals", APPROVALS);
    join_tasks(&mut select);
    select
}

/// Tasks of templates belong to no ticket.
fn join_tasks(select: &mut SelectStatement) {
    let task = Cond::all().add(Expr::col("task_id").equals("approval_task_id")).add(Expr::col("task_ticket_id").gt(0));
    select.inner_join("tasks", task);
}

/// What of an approval may change. It has no stamps, and deciding it touches no other row.
#[derive(Debug, FromQueryResult)]
pub(crate) struct WatchRow {
    pub approval_id: i64,
    pub task_ticket_id: i64,
    pub approval_scope: String,
    pub approval_type: String,
    pub approval_required_user_id: Option<i64>,
    pub approval_status: String,
    pub task_updated_at: Option<String>,
}

pub(crate) const WATCH: &[Column] = &[
    Plain("approval_id"),
    Plain("task_ticket_id"),
    Text("approval_scope"),
    Text("approval_type"),
    Plain("approval_required_user_id"),
    Text("approval_status"),
    Text("task_updated_at"),
];

pub(crate) fn watch() -> SelectStatement {
    let decided = Expr::case(Expr::col("approval_status").eq("pending"), 0).finally(1);
    let mut select = super::select("task_approvals", WATCH);
    join_tasks(&mut select);
    select.order_by_expr(decided.into(), Order::Asc).order_by("approval_id", Order::Desc).limit(WATCHED);
    select
}

/// A user, and the contact that signs in as him: one row for each such contact.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct PersonRow {
    pub user_id: i64,
    pub user_name: String,
    pub user_type: i64,
    pub contact_id: Option<i64>,
    pub contact_client_id: Option<i64>,
}

pub(crate) const PEOPLE: &[Column] =
    &[Plain("user_id"), Plain("user_name"), Plain("user_type"), Plain("contact_id"), Plain("contact_client_id")];

pub(crate) fn people() -> SelectStatement {
    let contact = Cond::all().add(Expr::col("contact_user_id").equals("user_id")).add(Expr::col("user_type").eq(2));
    let mut select = super::select("users", PEOPLE);
    select.left_join("contacts", contact);
    select
}
