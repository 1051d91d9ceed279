//! People in passing: a name beside a ticket or a comment.

use super::context::id;
use super::directive::inherits;
use crate::readmodel::Desk;
use async_graphql::{ID, SimpleObject};
use portico_contract::Kind;
use uuid::Uuid;

/// Somebody in passing: an author, requester or assignee.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Person {
    /// Id of the contact or agent, where the vendor knows it.
    id: Option<ID>,
    /// The name as the vendor shows it.
    name: String,
    /// Which side this person is on.
    side: Side,
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
    pub fn contact(uuid: Uuid, name: String) -> Self {
        Self { id: Some(id(Kind::Contact, uuid)), name, side: Side::Customer }
    }

    #[must_use]
    pub fn agent(uuid: Uuid, name: String) -> Self {
        Self { id: Some(id(Kind::Agent, uuid)), name, side: Side::Provider }
    }

    /// Whom a row names: an agent or a contact whose name was loaded, else the name the vendor shows.
    #[must_use]
    pub fn passing(desk: &Desk, agent: Option<Uuid>, contact: Option<Uuid>, name: Option<&str>) -> Option<Self> {
        let agent = agent.and_then(|id| Some(Self::agent(id, desk.person(id)?)));
        let contact = || contact.and_then(|id| Some(Self::contact(id, desk.person(id)?)));
        agent.or_else(contact).or_else(|| name.map(|name| Self::named(name.to_owned())))
    }

    #[must_use]
    pub fn named(name: String) -> Self {
        Self { id: None, name, side: Side::Unknown }
    }
}
