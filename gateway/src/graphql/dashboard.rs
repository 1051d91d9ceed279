//! What a home page shows. Its sections are roots of their own: each is one statement that starts at
//! the desk, and runs only when it is selected.

use super::asset::Asset;
use super::connection::{Connection, Edge};
use super::context::{args, desk, soft};
use super::directive::{inherits, requiresPermission, signedIn};
use super::domain::{Certificate, Domain};
use super::filter::within;
use super::invoice::Money;
use super::query::{TicketScope, list};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{assets, certificates, domains};
use crate::readmodel::fence::Fenced;
use crate::readmodel::figures::{Counts, Sum};
use crate::readmodel::page::{Order, PageArgs};
use crate::readmodel::relation::Related;
use async_graphql::{ContainerType, Context, Object, SimpleObject};
use sea_orm::{ColumnTrait, Condition};
use std::sync::Arc;

/// What a home page shows, each section by its own permission.
#[derive(Debug, Clone, Copy)]
pub struct Dashboard;

/// How many tickets there are.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct TicketCounts {
    /// All of them.
    total: i64,
    /// Neither resolved nor closed.
    open: i64,
    /// Open and waiting for the customer.
    waiting_on_customer: i64,
    /// Resolved within the last 30 days.
    resolved_last_30_days: i64,
}

impl From<Counts> for TicketCounts {
    fn from(counts: Counts) -> Self {
        Self {
            total: counts.total,
            open: counts.open,
            waiting_on_customer: counts.waiting,
            resolved_last_30_days: counts.resolved,
        }
    }
}

fn money(sums: Vec<Sum>) -> Vec<Money> {
    sums.into_iter().map(|sum| Money::stored(sum.amount, &sum.currency)).collect()
}

/// What a home page shows, each section by its own permission.
#[Object(directive = signedIn::apply())]
impl Dashboard {
    /// How many tickets the viewer has, or may see. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    async fn ticket_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose tickets.", default_with = "TicketScope::All")] scope: TicketScope,
    ) -> Option<TicketCounts> {
        let desk = soft(ctx, desk(ctx))?;
        soft(ctx, desk.ticket_counts(scope == TicketScope::Mine).await).map(TicketCounts::from)
    }

    /// What is still to be paid on issued invoices, for each currency. Requires INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
    async fn balance(&self, ctx: &Context<'_>) -> Option<Vec<Money>> {
        soft(ctx, soft(ctx, desk(ctx))?.balance().await).map(money)
    }

    /// What is billed every month by itself, for each currency; what recurs less often is left out.
    /// Requires RECURRING_INVOICES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::RecurringInvoicesRead))]
    async fn recurring_monthly(&self, ctx: &Context<'_>) -> Option<Vec<Money>> {
        soft(ctx, soft(ctx, desk(ctx))?.recurring_monthly().await).map(money)
    }

    /// Domain names that expire soon: after today and before the day so many days ahead. Requires DOMAINS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DomainsRead))]
    async fn expiring_domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Days ahead: 1 to 3650.", default = 45)] within_days: i32,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Domain>> {
        let ends = Order { word: "EXPIRES_ON", column: domains::Column::ExpiresOn, descending: false };
        let args = args(first, after, last, before);
        expiring::<domains::Entity, _>(ctx, ends, within_days, &args, Domain).await
    }

    /// Certificates that expire soon: after today and before the day so many days ahead.
    /// Requires CERTIFICATES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CertificatesRead))]
    async fn expiring_certificates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Days ahead: 1 to 3650.", default = 45)] within_days: i32,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Certificate>> {
        let ends = Order { word: "EXPIRES_ON", column: certificates::Column::ExpiresOn, descending: false };
        let args = args(first, after, last, before);
        expiring::<certificates::Entity, _>(ctx, ends, within_days, &args, Certificate).await
    }

    /// Assets whose warranty ends soon: after today and before the day so many days ahead.
    /// Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    async fn expiring_warranties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Days ahead: 1 to 3650.", default = 45)] within_days: i32,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Asset>> {
        let ends = Order { word: "WARRANTY_EXPIRES_ON", column: assets::Column::WarrantyExpiresOn, descending: false };
        let args = args(first, after, last, before);
        expiring::<assets::Entity, _>(ctx, ends, within_days, &args, Asset).await
    }

    /// Assets that are assigned to the viewer, by name. Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    async fn my_assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Asset>> {
        let mine = soft(ctx, desk(ctx))?.scope.contacts.iter().copied();
        let mine = Condition::all().add(assets::Column::ContactId.is_in(mine));
        let order = Order { word: "NAME", column: assets::Column::Name, descending: false };
        soft(ctx, list::<assets::Entity, _>(ctx, mine, order, &args(first, after, last, before), Asset).await)
    }
}

/// Rows that end soon, the next one first.
async fn expiring<E, T>(
    ctx: &Context<'_>,
    ends: Order<E::Column>,
    within_days: i32,
    args: &PageArgs,
    wrap: impl Fn(Arc<E::Model>) -> T,
) -> Option<Connection<T>>
where
    E: Fenced<Model: Related>,
    T: ContainerType + Clone,
    Edge<T>: ContainerType,
{
    let today = soft(ctx, desk(ctx))?.today();
    let soon = soft(ctx, within(ends.column, today, within_days))?;
    soft(ctx, list::<E, T>(ctx, soon, ends, args, wrap).await)
}
