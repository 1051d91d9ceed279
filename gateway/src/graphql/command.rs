//! What was written to the backends, for staff.

use super::account::Account;
use super::audit::Actor;
use super::context::{desk, id, related, soft};
use super::directive::{inherits, requiresPermission};
use super::scalar::DateTime;
use crate::authz::permission::Permission;
use crate::journal::Delivery;
use crate::readmodel::entity::accounts;
use crate::readmodel::entity::journal_commands::{self as commands, State};
use async_graphql::{Context, Enum, ID, InputObject, Object};
use portico_contract::Kind;
use portico_contract::command as words;
use sea_orm::{ColumnTrait, Condition};
use std::sync::Arc;
use uuid::Uuid;

/// What a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::CommandKind", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum CommandKind {
    /// A new ticket.
    OpenTicket,
    /// An answer or a note.
    AddComment,
    /// Changes of a ticket.
    UpdateTicket,
    /// A ticket is solved.
    ResolveTicket,
    /// A ticket is done with.
    CloseTicket,
    /// A ticket is not solved after all.
    ReopenTicket,
    /// Who follows a ticket.
    SetFollowers,
    /// Something of the catalogue.
    RequestItem,
    /// A decision that a ticket waits for.
    DecideApproval,
    /// An answer to a quote.
    DecideQuote,
    /// A new contact, or changes of one.
    UpsertContact,
    /// A payment.
    RecordPayment,
    /// Whether an invoice is paid by itself.
    SetAutopay,
    /// How a ticket was dealt with.
    RateTicket,
}

/// A write that was asked for, and how far it has come.
#[derive(Debug, Clone)]
pub struct Command(pub Arc<commands::Model>);

const PREFIX: &str = "command_";

impl Command {
    #[must_use]
    pub fn uuid(id: &str) -> Option<Uuid> {
        let key = id.strip_prefix(PREFIX)?;
        Uuid::try_parse(key).ok().filter(|uuid| uuid.simple().to_string() == key)
    }
}

/// A write that was asked for, and how far it has come.
#[Object(directive = requiresPermission::apply(Permission::CommandsRead))]
impl Command {
    /// Opaque and stable.
    async fn id(&self) -> ID {
        format!("{PREFIX}{}", self.0.id.simple()).into()
    }

    /// What it asks for; absent where a newer Portico wrote it.
    async fn kind(&self) -> Option<CommandKind> {
        self.0.kind.parse::<words::CommandKind>().ok().map(Into::into)
    }

    /// How far it has come.
    async fn state(&self) -> State {
        self.0.state
    }

    /// The same as whoever asked for it is told.
    async fn delivery(&self) -> Delivery {
        self.0.state.into()
    }

    /// Id of the object that it is about, or that it makes.
    async fn object(&self) -> Option<ID> {
        let kind: Kind = self.0.object_kind.parse().ok()?;
        Some(id(kind, self.0.object_id))
    }

    /// Whose it is. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Account> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account)
    }

    /// Who asked for it.
    #[graphql(directive = inherits::apply())]
    async fn actor(&self, ctx: &Context<'_>) -> Option<Actor> {
        Some(Actor::of(soft(ctx, desk(ctx))?, self.0.user_id))
    }

    /// How often it was worked on.
    async fn attempts(&self) -> i64 {
        self.0.attempts
    }

    /// When it was asked for.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it may have reached the PSA; absent if it cannot have.
    async fn sent_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.sent_at)
    }

    /// When it is looked at next; absent where there is nothing left to do.
    async fn next_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.next_at)
    }

    /// When it was applied, refused, given up, or found to be uncertain.
    async fn settled_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.settled_at)
    }

    /// Why it was not applied the last time.
    async fn message(&self) -> Option<&str> {
        self.0.error_text.as_deref()
    }
}

/// Narrows the list of commands.
#[derive(Debug, Clone, Default, InputObject)]
pub struct CommandFilter {
    /// By how far they have come: one of these.
    #[graphql(directive = super::directive::reveals::apply("Command.state".to_owned()))]
    state: Option<Vec<State>>,
}

impl CommandFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition::all().add_option(self.state.as_ref().map(|states| commands::Column::State.is_in(states.clone())))
    }
}
