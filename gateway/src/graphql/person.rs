//! People and teams in passing: a name beside a ticket or a comment.

use super::context::id;
use super::directive::{inherits, signedIn};
use crate::readmodel::Desk;
use async_graphql::{ID, Object};
use portico_contract::Kind;
use std::sync::Arc;
use uuid::Uuid;

/// Somebody in passing: an author, requester or assignee.
#[derive(Debug, Clone)]
pub struct Person {
    known: Option<(Kind, Uuid)>,
    name: Arc<str>,
    side: Side,
}

/// Somebody in passing: an author, requester or assignee.
#[Object(directive = inherits::apply())]
impl Person {
    /// Id of the contact or agent, where the vendor knows it.
    async fn id(&self) -> Option<ID> {
        self.known.map(|(kind, uuid)| id(kind, uuid))
    }

    /// The name as the vendor shows it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// Which side this person is on.
    async fn side(&self) -> Side {
        self.side
    }
}

/// A queue or group of the provider's agents.
#[derive(Debug, Clone)]
pub struct Team {
    pub id: Uuid,
    pub name: Arc<str>,
}

/// A queue or group of the provider's agents.
#[Object(directive = inherits::apply())]
impl Team {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    async fn id(&self) -> ID {
        id(Kind::Team, self.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.name
    }
}

/// Which side somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum Side {
    /// Of the account.
    Customer,
    /// Of the provider.
    Provider,
    /// The vendor does not say, or a machine did it.
    Unknown,
}

impl Person {
    #[must_use]
    pub fn contact(uuid: Uuid, name: Arc<str>) -> Self {
        Self { known: Some((Kind::Contact, uuid)), name, side: Side::Customer }
    }

    #[must_use]
    pub fn agent(uuid: Uuid, name: Arc<str>) -> Self {
        Self { known: Some((Kind::Agent, uuid)), name, side: Side::Provider }
    }

    /// Whom a row names: an agent or a contact whose name was loaded, else the name the vendor shows.
    #[must_use]
    pub fn passing(desk: &Desk, agent: Option<Uuid>, contact: Option<Uuid>, name: Option<&str>) -> Option<Self> {
        let agent = agent.and_then(|id| Some(Self::agent(id, desk.person(id)?)));
        let contact = || contact.and_then(|id| Some(Self::contact(id, desk.person(id)?)));
        agent.or_else(contact).or_else(|| name.map(Self::named))
    }

    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { known: None, name: name.into(), side: Side::Unknown }
    }
}
