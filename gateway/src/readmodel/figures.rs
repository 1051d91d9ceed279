//! Figures over many rows, each in one statement that begins fenced.

use super::desk::Desk;
use super::entity::{invoices, payments, recurring_invoices, tickets};
use super::store::db;
use portico_contract::value::{InvoiceGroup, StatusGroup};
use portico_contract::{Result, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::BTreeMap;

/// An amount of one currency, in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub currency: String,
    pub amount: i64,
}

/// How many tickets there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub total: i64,
    pub open: i64,
    pub waiting: i64,
    /// Resolved within the last [`RECENT`] days.
    pub resolved: i64,
}

const RECENT: chrono::Days = chrono::Days::new(30);

/// Invoices on which nothing is owed.
const NOTHING_OWED: [&str; 3] =
    [InvoiceGroup::Draft.as_str(), InvoiceGroup::Cancelled.as_str(), InvoiceGroup::NonBillable.as_str()];

const ENDED: [&str; 2] = [StatusGroup::Resolved.as_str(), StatusGroup::Closed.as_str()];

/// How PSAs say "every month".
const MONTHLY: [&str; 2] = ["month", "monthly"];

/// The sum of a column as a whole number: PostgreSQL would widen it.
fn sum<C: ColumnTrait>(column: C) -> Expr {
    column.into_expr().sum().cast_as(Alias::new("BIGINT"))
}

fn count(condition: Condition) -> Expr {
    Func::count(Expr::case(condition, 1)).into()
}

impl Desk {
    /// What was billed, without what nothing is owed on, less what was paid.
    pub async fn balance(&self) -> Result<Vec<Sum>> {
        let mut billed = self
            .select::<invoices::Entity>()
            .filter(invoices::Column::StatusGroup.is_not_in(NOTHING_OWED))
            .select_only()
            .column(invoices::Column::Currency)
            .column_as(sum(invoices::Column::Total), "amount")
            .group_by(invoices::Column::Currency)
            .into_query();
        let paid = self
            .select::<payments::Entity>()
            .select_only()
            .column(payments::Column::Currency)
            .column_as(sum(payments::Column::Amount).mul(-1_i64), "amount")
            .group_by(payments::Column::Currency)
            .into_query();
        billed.union(UnionType::All, paid);
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for row in self.read().query_all(&billed).await.map_err(db)? {
            let amount: i64 = row.try_get("", "amount").map_err(db)?;
            *sums.entry(row.try_get("", "currency").map_err(db)?).or_default() += amount;
        }
        Ok(sums.into_iter().map(|(currency, amount)| Sum { currency, amount }).collect())
    }

    /// What is billed every month by itself.
    pub async fn recurring_monthly(&self) -> Result<Vec<Sum>> {
        use recurring_invoices::Column as C;
        let rows: Vec<(String, i64)> = self
            .select::<recurring_invoices::Entity>()
            .filter(C::Active.eq(true))
            .filter(Expr::expr(Func::lower(C::Frequency.into_expr())).is_in(MONTHLY))
            .select_only()
            .column(C::Currency)
            .column_as(sum(C::Amount), "amount")
            .group_by(C::Currency)
            .into_tuple()
            .all(self.read())
            .await
            .map_err(db)?;
        let mut sums: Vec<Sum> = rows.into_iter().map(|(currency, amount)| Sum { currency, amount }).collect();
        sums.sort_by(|a, b| a.currency.cmp(&b.currency));
        Ok(sums)
    }

    /// Tickets that the viewer may see, or only those they are the contact of.
    pub async fn ticket_counts(&self, mine: bool) -> Result<Counts> {
        use tickets::Column as C;
        let since = self.now().checked_sub_days(RECENT).unwrap_or(Timestamp::UNIX_EPOCH).timestamp_millis();
        let open = Condition::all().add(C::StatusGroup.is_not_in(ENDED));
        let waiting = Condition::all().add(C::StatusGroup.eq(StatusGroup::WaitingOnCustomer.as_str()));
        let resolved = Condition::all().add(C::StatusGroup.is_in(ENDED)).add(C::ResolvedAt.gte(since));
        let mut select = self.select::<tickets::Entity>();
        if mine {
            select = select.filter(C::ContactId.is_in(self.scope.contacts.iter().copied()));
        }
        let row: Option<(i64, i64, i64, i64)> = select
            .select_only()
            .column_as(Expr::val(1).count(), "total")
            .column_as(count(open), "open")
            .column_as(count(waiting), "waiting")
            .column_as(count(resolved), "resolved")
            .into_tuple()
            .one(self.read())
            .await
            .map_err(db)?;
        let (total, open, waiting, resolved) = row.unwrap_or_default();
        Ok(Counts { total, open, waiting, resolved })
    }
}
