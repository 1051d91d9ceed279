//! The portal users behind a login, with their hashes: read only where the installation allows it, and never
//! written to a record, a log or a message.

use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};

/// The column that is a secret unless `read_password_hashes` is set.
pub(crate) const HASH: (&str, &str) = ("users", "user_password");

pub(crate) const TABLES: &str = "users, contacts, clients";

pub(crate) const NEEDED: crate::probe::Needed = ("passwords", TABLES, anybody);

/// A contact who may come in, and the hash of the portal user it is bound to. Nothing prints it.
#[derive(FromQueryResult)]
pub(crate) struct LoginRow {
    pub contact_id: i64,
    pub user_id: i64,
    pub user_email: String,
    pub user_password: String,
}

/// How strong the strongest hash is, as text.
#[derive(Debug, FromQueryResult)]
pub(crate) struct CostRow {
    pub value: Option<String>,
}

/// How many portal users share one address at most.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SharedRow {
    pub count: i64,
}

/// The contacts that ITFlow's own portal would ask this login's password of: local portal users that are live, of
/// live contacts of live clients.
pub(crate) fn logins(login: &str) -> SelectStatement {
    let mut select = live();
    select.and_where(Expr::expr(Func::lower(Expr::col("user_email"))).eq(login));
    select.order_by("contact_id", Order::Asc);
    select
}

fn live() -> SelectStatement {
    let mut select = Query::select();
    select.columns(["contact_id", "user_id", "user_email", "user_password"]).from("users");
    let contact = Cond::all().add(Expr::col("contact_user_id").equals("user_id")).add(Expr::col("user_id").gt(0));
    select.inner_join("contacts", contact);
    select.inner_join("clients", Expr::col("client_id").equals("contact_client_id"));
    select.and_where(Expr::col("user_type").eq(2)).and_where(Expr::col("user_status").eq(1));
    select.and_where(Expr::col("user_auth_method").eq("local"));
    for archived in ["user_archived_at", "contact_archived_at", "client_archived_at"] {
        select.and_where(Expr::col(archived).is_null());
    }
    select.and_where(Expr::col("client_lead").eq(0));
    select
}

fn anybody() -> SelectStatement {
    live()
}

/// The two digits of a hash that say its cost, the greatest of all portal users'.
pub(crate) fn cost() -> SelectStatement {
    let digits = Expr::expr(Func::cust("SUBSTR").args([Expr::col("user_password"), Expr::val(5), Expr::val(2)]));
    let mut select = Query::select();
    select.expr_as(digits.max().cast_as("CHAR"), "value").from("users");
    select.and_where(Expr::col("user_type").eq(2)).and_where(Expr::col("user_password").like("$2_$__$%"));
    select
}

pub(crate) fn shared() -> SelectStatement {
    let mut select = Query::select();
    select.expr_as(Expr::col("user_id").count(), "count").from("users");
    select.and_where(Expr::col("user_type").eq(2)).add_group_by([Func::lower(Expr::col("user_email")).into()]);
    select.order_by("count", Order::Desc).limit(1);
    select
}
