//! Roots of what staff read of Portico itself: proposals of links, and who did what.

use crate::authz::permission::Permission;
use crate::graphql::audit::{AuditEntry, AuditFilter};
use crate::graphql::connection::{Connection, Edge};
use crate::graphql::context::{args, desk, place, selection, soft};
use crate::graphql::directive::requiresPermission;
use crate::graphql::links::{AccountLinkProposal, AccountLinkProposalFilter};
use crate::readmodel::entity::{account_link_proposals, audit};
use crate::readmodel::kept::Kept;
use crate::readmodel::page::{PageArgs, Window};
use async_graphql::{ContainerType, Context, Object};
use portico_contract::Result;
use sea_orm::Condition;
use std::sync::Arc;

/// Proposals and acts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Links;

/// One page of Portico's own rows.
pub(super) async fn kept<E, T>(
    ctx: &Context<'_>,
    condition: Condition,
    args: &PageArgs,
    wrap: impl Fn(Arc<E::Model>) -> T,
) -> Result<Connection<T>>
where
    E: Kept,
    T: ContainerType + Clone,
    Edge<T>: ContainerType,
{
    let window = Window::new(args, &E::ORDER)?;
    let page = desk(ctx)?.kept::<E>(condition, &window, &selection(ctx), place(ctx)).await?;
    Ok(Connection::new(&page, wrap))
}

#[Object]
impl Links {
    /// Pairs of accounts that may be one customer, newest first. Requires ACCOUNT_LINKS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksRead))]
    async fn account_link_proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which proposals.")] filter: Option<AccountLinkProposalFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<AccountLinkProposal>> {
        let (condition, args) = (filter.unwrap_or_default().condition(), args(first, after, last, before));
        soft(ctx, kept::<account_link_proposals::Entity, _>(ctx, condition, &args, AccountLinkProposal).await)
    }

    /// Who did what, newest first. Requires AUDIT_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AuditRead))]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which acts.")] filter: Option<AuditFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<AuditEntry>> {
        let (condition, args) = (filter.unwrap_or_default().condition(), args(first, after, last, before));
        soft(ctx, kept::<audit::Entity, _>(ctx, condition, &args, AuditEntry).await)
    }
}
