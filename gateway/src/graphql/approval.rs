//! Approvals: decisions that a ticket waits for.

use super::actions::{self, ApprovalAction};
use super::comment::Visibility;
use super::context::{desk, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::person::Person;
use super::row::Row;
use super::scalar::DateTime;
use super::ticket::Ticket;
use crate::authz::permission::Permission;
use crate::authz::viewer::Viewer;
use crate::readmodel::approvers;
use crate::readmodel::entity::{approvals, tickets};
use crate::sync::Sync;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use portico_contract::Kind;
use portico_contract::value as words;
use std::sync::Arc;

/// Where an approval stands, whichever PSA it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::ApprovalGroup", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum ApprovalGroup {
    /// Nobody has decided yet.
    Pending,
    /// Approved.
    Approved,
    /// Declined.
    Declined,
    /// The PSA's own status has no common meaning.
    Other,
}

/// An approval's status: the common meaning beside the PSA's own label.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ApprovalStatus {
    /// The common meaning.
    group: ApprovalGroup,
    /// The PSA's own label.
    label: String,
}

/// A decision that a ticket waits for.
#[derive(Debug, Clone)]
pub struct Approval(pub Arc<approvals::Model>);

/// A decision that a ticket waits for.
#[Object(directive = requiresPermission::apply(Permission::ApprovalsRead))]
impl Approval {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Approval, self.0.id)
    }

    /// What is to be decided.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Where it stands.
    async fn status(&self) -> ApprovalStatus {
        let group = self.0.status_group.parse().unwrap_or(words::ApprovalGroup::Other);
        ApprovalStatus { group: group.into(), label: self.0.status_label.clone() }
    }

    /// Who may decide; empty where `anyWith` says it.
    #[graphql(directive = inherits::apply())]
    async fn approvers(&self, ctx: &Context<'_>) -> Vec<Person> {
        let Ok(desk) = desk(ctx) else { return Vec::new() };
        approvers(&self.0).into_iter().filter_map(|id| Some(Person::contact(id, desk.person(id)?))).collect()
    }

    /// Everybody of this kind may decide: an access fact of the PSA, such as `billing`.
    async fn any_with(&self) -> Option<&str> {
        self.0.any_with.as_deref()
    }

    /// Who asked for it; absent where the vendor does not say.
    #[graphql(directive = inherits::apply())]
    async fn requested_by(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let row = &self.0;
        let desk = desk(ctx).ok()?;
        Person::passing(desk, row.requester_agent_id, row.requester_contact_id, row.requester_name.as_deref()).map(Row)
    }

    /// Who decided; absent while nobody has.
    #[graphql(directive = inherits::apply())]
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let row = &self.0;
        let desk = desk(ctx).ok()?;
        Person::passing(desk, row.decider_agent_id, row.decider_contact_id, row.decider_name.as_deref()).map(Row)
    }

    /// When it was asked for.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it was decided.
    async fn decided_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.decided_at)
    }

    /// What the viewer can do about it now.
    #[graphql(directive = inherits::apply())]
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<ApprovalAction> {
        let ticket = related::<tickets::Entity>(ctx, Some(self.0.ticket_id));
        let (Ok(desk), Ok(sync), Ok(who)) = (desk(ctx), ctx.data::<Sync>(), ctx.data::<Arc<Viewer>>()) else {
            return Vec::new();
        };
        let of = |ticket: Arc<tickets::Model>| actions::of_approval(sync, &desk.scope, who, &self.0, ticket.account_id);
        ticket.map(of).unwrap_or_default()
    }

    /// Who may see it. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }

    /// The ticket it is on. Requires TICKETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRead))]
    async fn ticket(&self, ctx: &Context<'_>) -> Option<Row<Ticket>> {
        related::<tickets::Entity>(ctx, Some(self.0.ticket_id)).map(Ticket).map(Row)
    }
}
