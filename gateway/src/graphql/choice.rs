//! Pick lists: the values that a PSA offers.

use super::context::{id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::row::Row;
use crate::authz::permission::Permission;
use crate::readmodel::entity::choices;
use async_graphql::{Context, Enum, ID, Object};
use portico_contract::Kind;
use portico_contract::value as words;
use std::sync::Arc;

/// A pick list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::ChoiceList", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum ChoiceList {
    /// What a ticket can stand at.
    TicketStatus,
    /// How urgent a ticket can be.
    TicketPriority,
    /// What a ticket can be about.
    TicketCategory,
    /// What kind of ticket it can be.
    TicketType,
    /// How fast a ticket is needed.
    TicketUrgency,
    /// How many a ticket concerns.
    TicketImpact,
    /// What an asset can be.
    AssetType,
    /// How an asset can stand.
    AssetStatus,
    /// Another list of the PSA.
    Other,
}

/// A value of a pick list.
#[derive(Debug, Clone)]
pub struct Choice(pub Arc<choices::Model>);

/// A value of a pick list.
#[Object(directive = requiresPermission::apply(Permission::TicketsRead))]
impl Choice {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Choice, self.0.id)
    }

    /// The list it belongs to.
    async fn list(&self) -> ChoiceList {
        self.0.list.parse().unwrap_or(words::ChoiceList::Other).into()
    }

    /// The PSA's own word or key.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// What people read.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// The common meaning, such as `IN_PROGRESS`, where the list has one.
    async fn meaning(&self) -> Option<&str> {
        self.0.meaning.as_deref()
    }

    /// Colour, as the PSA writes it.
    async fn colour(&self) -> Option<&str> {
        self.0.colour.as_deref()
    }

    /// Whether it can still be chosen.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The value it stands below.
    #[graphql(directive = inherits::apply())]
    async fn parent(&self, ctx: &Context<'_>) -> Option<Row<Choice>> {
        related::<choices::Entity>(ctx, self.0.parent_id).map(Choice).map(Row)
    }
}
