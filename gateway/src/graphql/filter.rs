//! Filters and orders: typed comparators. Every search key names the output field it reveals.

mod books;
mod estate;
mod party;
mod shelf;
mod ticket;

pub use books::{InvoiceFilter, InvoiceOrder, PaymentFilter, QuoteFilter, QuoteOrder, RecurringInvoiceFilter};
pub use estate::{
    AssetFilter, AssetOrder, CertificateFilter, CertificateOrder, DocumentFilter, DomainFilter, DomainOrder, SiteFilter,
};
pub use party::{AccountFilter, ContactFilter};
pub use shelf::{AnnouncementFilter, ArticleFilter, ArticleOrder, CatalogueItemFilter, ContractFilter, ContractOrder};
pub use ticket::{ApprovalFilter, TicketFilter, TicketOrder};

use super::scalar::{Date, DateTime};
use crate::readmodel::GlobalId;
use async_graphql::{Enum, ID, InputObject};
use chrono::{Days, NaiveDate};
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Compares text.
#[derive(Debug, Clone, Default, InputObject)]
pub struct StringFilter {
    /// Equal, letter by letter.
    eq: Option<String>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<String>>,
    /// Contains this, whatever the case of its letters.
    contains: Option<String>,
}

/// Compares ids. Ids that the viewer may not see match nothing, as unknown ones do.
#[derive(Debug, Clone, Default, InputObject)]
pub struct IdFilter {
    /// This one.
    eq: Option<ID>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<ID>>,
}

/// Compares moments; both ends belong to the range.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateTimeFilter {
    /// At or after.
    gte: Option<DateTime>,
    /// At or before.
    lte: Option<DateTime>,
}

/// Compares dates; both ends belong to the range.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateFilter {
    /// On or after.
    gte: Option<Date>,
    /// On or before.
    lte: Option<Date>,
}

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest or oldest first.
    Asc,
    /// Largest or newest first.
    Desc,
}

fn folded<C: ColumnTrait>(column: C, text: &str) -> Expr {
    let escaped: String = text
        .to_lowercase()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    Expr::expr(Func::lower(column.into_expr())).like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}

impl StringFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        Condition::all()
            .add_option(self.eq.as_ref().map(|text| column.eq(text.as_str())))
            .add_option(self.any.as_ref().map(|any| column.is_in(any.iter().map(String::as_str))))
            .add_option(self.contains.as_ref().map(|text| folded(column, text)))
    }
}

impl IdFilter {
    fn on<C: ColumnTrait>(&self, kind: Kind, column: C) -> Condition {
        // Another kind's id, or none at all, matches nothing: no different from an unknown id.
        let uuid = |id: &ID| id.parse::<GlobalId>().ok().filter(|id| id.kind == kind).map_or(Uuid::nil(), |id| id.uuid);
        Condition::all()
            .add_option(self.eq.as_ref().map(|id| column.eq(uuid(id))))
            .add_option(self.any.as_ref().map(|any| column.is_in(any.iter().map(uuid))))
    }
}

impl DateTimeFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        Condition::all()
            .add_option(self.gte.map(|at| column.gte(at.0.timestamp_millis())))
            .add_option(self.lte.map(|at| column.lte(at.0.timestamp_millis())))
    }
}

impl DateFilter {
    fn on<C: ColumnTrait>(&self, column: C) -> Condition {
        // No date is stored as the empty text: it lies in no range.
        Condition::all()
            .add(column.ne(""))
            .add_option(self.gte.map(|on| column.gte(on.0.to_string())))
            .add_option(self.lte.map(|on| column.lte(on.0.to_string())))
    }
}

fn group<C: ColumnTrait>(column: C, eq: Option<&'static str>, any: Option<Vec<&'static str>>) -> Condition {
    Condition::all().add_option(eq.map(|word| column.eq(word))).add_option(any.map(|any| column.is_in(any)))
}

/// The stored words of the groups asked for.
fn list<G: Copy>(any: Option<&Vec<G>>, word: fn(G) -> &'static str) -> Option<Vec<&'static str>> {
    any.map(|any| any.iter().map(|group| word(*group)).collect())
}

/// Contains a text in any of these columns, whatever the case of its letters.
fn in_any<C: ColumnTrait>(columns: &[C], text: &str) -> Condition {
    columns.iter().fold(Condition::any(), |any, column| any.add(folded(*column, text)))
}

/// Days ahead that can be asked for.
const MAX_DAYS: i32 = 3650;

/// Dates after today and before the day so many days ahead: what ends today has ended.
pub fn within<C: ColumnTrait>(column: C, today: NaiveDate, days: i32) -> Result<Condition> {
    let refused = || Error::invalid(format!("withinDays must be from 1 to {MAX_DAYS}."));
    let ahead = u64::try_from(days).ok().filter(|_| (1..=MAX_DAYS).contains(&days)).ok_or_else(refused)?;
    let end = today.checked_add_days(Days::new(ahead)).ok_or_else(refused)?;
    Ok(Condition::all().add(column.gt(today.to_string())).add(column.lt(end.to_string())))
}

fn within_option<C: ColumnTrait>(column: C, today: NaiveDate, days: Option<i32>) -> Result<Option<Condition>> {
    days.map(|days| within(column, today, days)).transpose()
}
