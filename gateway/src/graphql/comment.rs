//! What hangs on a ticket: comments, files, time.

use super::connection::Connection;
use super::context::{children, desk, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::person::Person;
use super::row::Row;
use super::scalar::{DateTime, Html, Url};
use super::ticket::Ticket;
use crate::authz::permission::Permission;
use crate::files::Addresses;
use crate::journal::Delivery;
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{attachments, comments, tickets, time_entries};
use async_graphql::{Context, Enum, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// Who may see a comment, a file or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Visibility {
    /// Customers see it.
    Public,
    /// Only the provider sees it.
    Hidden,
}

impl Visibility {
    #[must_use]
    pub fn stored(word: &str) -> Self {
        if word == portico_contract::Visibility::Public.as_str() { Self::Public } else { Self::Hidden }
    }
}

/// A public reply or an internal note on a ticket.
#[derive(Debug, Clone)]
pub struct Comment(pub Arc<comments::Model>);

/// A public reply or an internal note on a ticket.
#[Object(directive = requiresPermission::apply(Permission::TicketsRead))]
impl Comment {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Comment, self.0.id)
    }

    /// What was written, safe to show.
    async fn body(&self) -> Html {
        Html::stored(&self.0.body)
    }

    /// Who wrote it; absent where the vendor does not say.
    #[graphql(directive = inherits::apply())]
    async fn author(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let row = &self.0;
        Person::passing(desk(ctx).ok()?, row.author_agent_id, row.author_contact_id, row.author_name.as_deref())
            .map(Row)
    }

    /// Whether the requester is asked to read and act.
    async fn requires_action(&self) -> bool {
        self.0.requires_action
    }

    /// When it was written.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.updated_at)
    }

    /// How its delivery to the PSA stands; absent once the PSA has it.
    async fn delivery(&self) -> Option<Delivery> {
        Delivery::stored(self.0.delivery.as_deref()?)
    }

    /// Who may see it. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }

    /// The ticket it is on.
    #[graphql(directive = inherits::apply())]
    async fn ticket(&self, ctx: &Context<'_>) -> Option<Row<Ticket>> {
        related::<tickets::Entity>(ctx, Some(self.0.ticket_id)).map(Ticket).map(Row)
    }

    /// Files that came with it.
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
}

/// A file on a ticket or a comment.
#[derive(Debug, Clone)]
pub struct Attachment(pub Arc<attachments::Model>);

/// A file on a ticket or a comment.
#[Object(directive = requiresPermission::apply(Permission::TicketsRead))]
impl Attachment {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Attachment, self.0.id)
    }

    /// File name as it was uploaded.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Media type, where the vendor keeps one.
    async fn media_type(&self) -> Option<&str> {
        self.0.media_type.as_deref()
    }

    /// Where its bytes are, for GET with the credentials of this API; null where its PSA hands out none.
    async fn url(&self, ctx: &Context<'_>) -> Option<Url> {
        let file = GlobalId::new(Kind::Attachment, self.0.id);
        ctx.data_opt::<Addresses>()?.of(file, self.0.backend_id).map(Url)
    }

    /// Size in bytes, where the vendor keeps it.
    async fn size(&self) -> Option<i64> {
        self.0.size
    }

    /// When it was uploaded.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// Who may see it. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }
}

/// Time worked on a ticket.
#[derive(Debug, Clone)]
pub struct TimeEntry(pub Arc<time_entries::Model>);

/// Time worked on a ticket.
#[Object(directive = requiresPermission::apply(Permission::TimeEntriesRead))]
impl TimeEntry {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::TimeEntry, self.0.id)
    }

    /// Seconds worked.
    async fn seconds(&self) -> i64 {
        self.0.seconds
    }

    /// What was done, safe to show.
    async fn note(&self) -> Html {
        Html::stored(&self.0.note)
    }

    /// Who worked.
    #[graphql(directive = inherits::apply())]
    async fn agent(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let id = self.0.agent_id?;
        Some(Row(Person::agent(id, desk(ctx).ok()?.person(id)?)))
    }

    /// When the work began.
    async fn started_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.started_at)
    }

    /// Whether it is billed. Requires TICKETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsInternalRead))]
    async fn billable(&self) -> Option<bool> {
        self.0.billable
    }
}
