//! `contacts` with the portal user behind each, and the agents among `users`.
//!
//! Of `users` only what names a person and says whether he may come in.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Query, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct ContactRow {
    pub contact_id: i64,
    pub contact_name: String,
    pub contact_title: Option<String>,
    pub contact_department: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone_country_code: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_extension: Option<String>,
    pub contact_mobile_country_code: Option<String>,
    pub contact_mobile: Option<String>,
    pub contact_notes: Option<String>,
    pub contact_primary: Option<bool>,
    pub contact_billing: Option<bool>,
    pub contact_technical: Option<bool>,
    pub contact_created_at: Option<String>,
    pub contact_archived_at: Option<String>,
    pub contact_location_id: i64,
    pub contact_client_id: i64,
    pub user_email: Option<String>,
    pub user_status: Option<i64>,
    pub user_archived_at: Option<String>,
    pub client_lead: Option<bool>,
    pub client_archived_at: Option<String>,
}

pub(crate) const CONTACTS: &[Column] = &[
    Plain("contact_id"),
    Plain("contact_name"),
    Plain("contact_title"),
    Plain("contact_department"),
    Plain("contact_email"),
    Plain("contact_phone_country_code"),
    Plain("contact_phone"),
    Plain("contact_extension"),
    Plain("contact_mobile_country_code"),
    Plain("contact_mobile"),
    Plain("contact_notes"),
    Plain("contact_primary"),
    Plain("contact_billing"),
    Plain("contact_technical"),
    Text("contact_created_at"),
    Text("contact_archived_at"),
    Plain("contact_location_id"),
    Plain("contact_client_id"),
    Plain("user_email"),
    Plain("user_status"),
    Text("user_archived_at"),
    Plain("client_lead"),
    Text("client_archived_at"),
];

pub(crate) fn contacts() -> SelectStatement {
    let mut select = super::select("contacts", CONTACTS);
    join_portal(&mut select);
    select
}

/// Joins the portal user (never an agent, never id 0) and the client that decide who may come in.
fn join_portal(select: &mut SelectStatement) {
    let user = Cond::all()
        .add(Expr::col("user_id").equals("contact_user_id"))
        .add(Expr::col("contact_user_id").gt(0))
        .add(Expr::col("user_type").eq(2));
    select.left_join("users", user);
    select.left_join("clients", Expr::col("client_id").equals("contact_client_id"));
}

/// Two sums that move when a portal user or a client is opened, closed or renamed: none of it touches
/// the stamps of the contact. Squares tell a swap of two people from no change.
pub(crate) fn portal() -> SelectStatement {
    let live = |archived| Expr::col(archived).is_null();
    let open = Expr::case(
        Expr::col("user_status").eq(1).and(live("user_archived_at")).and(live("client_archived_at")),
        Expr::col("contact_id").mul(Expr::col("contact_id")),
    )
    .finally(0);
    let names = Func::char_length(Expr::col("user_email"));
    let mut select = Query::select();
    select
        .expr_as(Expr::expr(open).sum().cast_as("CHAR"), "one")
        .expr_as(Expr::expr(names).sum().cast_as("CHAR"), "other")
        .from("contacts");
    join_portal(&mut select);
    select
}

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct AgentRow {
    pub user_id: i64,
    pub user_name: String,
    pub user_email: Option<String>,
    pub user_status: i64,
    pub user_archived_at: Option<String>,
}

pub(crate) const AGENTS: &[Column] =
    &[Plain("user_id"), Plain("user_name"), Plain("user_email"), Plain("user_status"), Text("user_archived_at")];

pub(crate) fn agents() -> SelectStatement {
    let mut select = super::select("users", AGENTS);
    select.and_where(Expr::col("user_type").eq(1));
    select
}
