//! Tickets.

mod standing;

pub use standing::{PriorityGroup, ServiceLevel, StatusGroup, TicketPriority, TicketSource, TicketStatus};

use super::account::Account;
use super::actions;
use super::approval::Approval;
use super::asset::Asset;
use super::comment::{Attachment, Comment, TimeEntry};
use super::connection::Connection;
use super::contact::Contact;
use super::context::{children, desk, id, place, related, report, soft};
use super::contract::Contract;
use super::custom::CustomValue;
use super::directive::{inherits, requiresPermission, signedIn};
use super::mutation::acts::Act;
use super::person::{Person, Team};
use super::row::Row;
use super::scalar::{DateTime, Html};
use super::site::Site;
use crate::authz::permission::Permission;
use crate::journal::Delivery;
use crate::readmodel::entity::{
    accounts, approvals, assets, attachments, comments, contacts, contracts, sites, tickets, time_entries,
};
use crate::readmodel::followers::Follower;
use crate::sync::Sync;
use async_graphql::{Context, ID, Object};
use portico_contract::value as words;
use portico_contract::{Kind, Visibility};
use std::sync::Arc;

/// A request of a customer.
#[derive(Debug, Clone)]
pub struct Ticket(pub Arc<tickets::Model>);

/// A request of a customer.
#[Object(directive = requiresPermission::apply(Permission::TicketsRead))]
impl Ticket {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Ticket, self.0.id)
    }

    /// The number people use, such as `TCK-42`.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// One line that says what it is about.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// What was asked for, safe to show.
    async fn description(&self) -> Html {
        Html::stored(&self.0.description)
    }

    /// Where it stands.
    async fn status(&self) -> Row<TicketStatus> {
        let group = self.0.status_group.parse().unwrap_or(words::StatusGroup::Other);
        Row(TicketStatus { group: group.into(), label: self.0.status_label.clone() })
    }

    /// How urgent it is.
    async fn priority(&self) -> Option<Row<TicketPriority>> {
        let group = self.0.priority_group.as_deref()?.parse().unwrap_or(words::PriorityGroup::Other);
        Some(Row(TicketPriority { group: group.into(), label: self.0.priority_label.clone().unwrap_or_default() }))
    }

    /// The PSA's category.
    async fn category(&self) -> Option<&str> {
        self.0.category_label.as_deref()
    }

    /// What kind of ticket it is, in the PSA's words.
    #[graphql(name = "type")]
    async fn kind(&self) -> Option<&str> {
        self.0.type_label.as_deref()
    }

    /// How soon it has to be dealt with, in the PSA's words.
    async fn urgency(&self) -> Option<&str> {
        self.0.urgency_label.as_deref()
    }

    /// How severe it is: how much of the business it holds up, in the PSA's words.
    async fn impact(&self) -> Option<&str> {
        self.0.impact_label.as_deref()
    }

    /// How it came in.
    async fn source(&self) -> TicketSource {
        self.0.source.parse().unwrap_or(words::TicketSource::Other).into()
    }

    /// Service-level targets; absent where the PSA keeps none for this ticket.
    async fn service_level(&self) -> Option<ServiceLevel> {
        let row = &self.0;
        let any = row.sla_name.is_some() || row.response_due_at.or(row.resolution_due_at).is_some();
        any.then(|| ServiceLevel {
            name: row.sla_name.clone(),
            response_due_at: DateTime::opt(row.response_due_at),
            resolution_due_at: DateTime::opt(row.resolution_due_at),
            first_response_at: DateTime::opt(row.first_response_at),
            response_met: row.response_met,
            resolution_met: row.resolution_met,
            paused: row.sla_paused,
        })
    }

    /// What the requester said of the service.
    async fn feedback(&self) -> Option<&str> {
        self.0.feedback.as_deref()
    }

    /// When it was opened.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.updated_at)
    }

    /// When it is due.
    async fn due_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.due_at)
    }

    /// When it was solved.
    async fn resolved_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.resolved_at)
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.closed_at)
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// The contact it is for, where the viewer may see them. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    async fn contact(&self, ctx: &Context<'_>) -> Option<Row<Contact>> {
        related::<contacts::Entity>(ctx, self.0.contact_id).map(Contact).map(Row)
    }

    /// The name of whom it is for.
    #[graphql(directive = inherits::apply())]
    async fn requester(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let id = self.0.contact_id?;
        Some(Row(Person::contact(id, desk(ctx).ok()?.person(id)?)))
    }

    /// Who works on it.
    #[graphql(directive = inherits::apply())]
    async fn assignee(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let id = self.0.assignee_id?;
        Some(Row(Person::agent(id, desk(ctx).ok()?.person(id)?)))
    }

    /// Whose queue it is in; absent where the vendor has no teams.
    #[graphql(directive = inherits::apply())]
    async fn team(&self, ctx: &Context<'_>) -> Option<Row<Team>> {
        let id = self.0.team_id?;
        Some(Row(Team { id, name: desk(ctx).ok()?.person(id)? }))
    }

    /// Who is told of what happens to it beside the requester: contacts of its account, by name. Empty until it was
    /// opened where the vendor's lists do not say it, and where the vendor has no followers.
    #[graphql(directive = inherits::apply())]
    async fn followers(&self, ctx: &Context<'_>) -> Option<Vec<Person>> {
        let found = soft(ctx, desk(ctx))?.aside::<Vec<Follower>>(place(ctx), self.0.id);
        let found = found.map_err(|error| report(ctx, &error)).ok()??;
        Some(found.iter().map(|(id, name)| Person::contact(*id, Arc::clone(name))).collect())
    }

    /// The public comment that came last.
    #[graphql(directive = inherits::apply())]
    async fn last_comment(&self, ctx: &Context<'_>) -> Option<Row<Comment>> {
        related::<comments::Entity>(ctx, self.0.last_comment_id).map(Comment).map(Row)
    }

    /// The conversation, oldest first.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Comment>>> {
        children::<comments::Entity, _>(ctx, self.0.id, Comment).map(Row)
    }

    /// Files on the ticket and on its comments, oldest first.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Attachment>>> {
        children::<attachments::Entity, _>(ctx, self.0.id, Attachment).map(Row)
    }

    /// Time worked, oldest first. Requires TIME_ENTRIES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TimeEntriesRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn time_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<TimeEntry>>> {
        children::<time_entries::Entity, _>(ctx, self.0.id, TimeEntry).map(Row)
    }

    /// Where it is about. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn site(&self, ctx: &Context<'_>) -> Option<Row<Site>> {
        related::<sites::Entity>(ctx, self.0.site_id).map(Site).map(Row)
    }

    /// What it is about, where the viewer may see it. Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    async fn asset(&self, ctx: &Context<'_>) -> Option<Row<Asset>> {
        related::<assets::Entity>(ctx, self.0.asset_id).map(Asset).map(Row)
    }

    /// The contract it is worked on under, where the viewer may see it. Requires CONTRACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
    async fn contract(&self, ctx: &Context<'_>) -> Option<Contract> {
        related::<contracts::Entity>(ctx, self.0.contract_id).map(Contract::new)
    }

    /// Decisions it waits for, oldest first. Requires APPROVALS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ApprovalsRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Approval>>> {
        children::<approvals::Entity, _>(ctx, self.0.id, Approval).map(Row)
    }

    /// Values that the provider added to the form.
    async fn custom_values(&self) -> Vec<CustomValue> {
        CustomValue::stored(&self.0.custom, Visibility::Public)
    }

    /// Added values that are not for customers. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn internal_custom_values(&self) -> Option<Vec<CustomValue>> {
        Some(CustomValue::stored(&self.0.custom, Visibility::Hidden))
    }

    /// The provider's own remarks. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn internal_note(&self) -> Option<&str> {
        self.0.internal_note.as_deref()
    }

    /// How its delivery to the PSA stands; absent once the PSA has it.
    async fn delivery(&self) -> Option<Delivery> {
        Delivery::stored(self.0.delivery.as_deref()?)
    }

    /// What the viewer can do to it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<Act> {
        let (Ok(desk), Ok(sync)) = (desk(ctx), ctx.data::<Sync>()) else { return Vec::new() };
        actions::of_ticket(sync, &desk.scope, &self.0)
    }

    /// Whether the work is billed. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn billable(&self) -> Option<bool> {
        self.0.billable
    }
}
