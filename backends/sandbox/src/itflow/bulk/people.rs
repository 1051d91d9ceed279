//! Who writes the tickets: the people of the seeded world, and as many more as are wanted.

use super::Bulk;
use crate::world::World;
use crate::world::model::{Contact, Stamp, User, UserType};
use std::ops::Range;

/// A role of the seeded world that is no administrator's.
const TECHNICIAN: i32 = 2;
/// Agents of the seeded world who still work there.
const SEEDED_AGENTS: Range<i32> = 1..5;

/// People by number: only ids are kept.
#[derive(Debug)]
pub(super) struct People {
    created: Stamp,
    /// By client, from the first on; the put-away ones are left out.
    clients: Vec<(i32, Vec<i32>)>,
    new_contacts: Vec<(i32, i32)>,
    new_agents: Range<i32>,
}

impl People {
    pub(super) fn new(world: &World, bulk: &Bulk) -> Self {
        let mut clients: Vec<(i32, Vec<i32>)> = Vec::new();
        for client in world.clients.iter().filter(|client| !client.archived.is_set()) {
            clients.push((client.id, Vec::new()));
        }
        for contact in world.contacts.iter().filter(|contact| !contact.archived.is_set()) {
            // Both lists are in the order of the clients' ids.
            if let Ok(at) = clients.binary_search_by_key(&contact.client, |(id, _)| *id) {
                clients.get_mut(at).into_iter().for_each(|(_, contacts)| contacts.push(contact.id));
            }
        }
        let mut next = world.contacts.iter().map(|contact| contact.id).max().unwrap_or(0);
        let mut new_contacts = Vec::new();
        for (client, contacts) in &mut clients {
            for _ in 0..bulk.contacts_per_client {
                next += 1;
                contacts.push(next);
                new_contacts.push((next, *client));
            }
        }
        let user = world.users.iter().map(|user| user.id).max().unwrap_or(0) + 1;
        let new_agents = user..user.saturating_add(i32::try_from(bulk.agents).unwrap_or(0));
        let created = world.clients.first().map(|client| client.created).unwrap_or_default();
        Self { created, clients, new_contacts, new_agents }
    }

    pub(super) fn new_agents(&self) -> impl Iterator<Item = User> {
        self.new_agents.clone().map(|id| User {
            id,
            name: format!("Agent {id}"),
            email: format!("agent{id}@northlight.example.com"),
            password: "$2y$10$".to_owned(),
            auth_method: "local".to_owned(),
            user_type: UserType::Agent,
            enabled: true,
            role: TECHNICIAN,
            created: self.created,
            ..User::default()
        })
    }

    pub(super) fn new_contacts(&self) -> impl Iterator<Item = Contact> {
        self.new_contacts.iter().map(|(id, client)| Contact {
            id: *id,
            client: *client,
            name: format!("Contact {id}"),
            email: Some(format!("contact{id}@acct{client}.example.com")),
            billing: Some(false),
            technical: Some(false),
            created: self.created,
            ..Contact::default()
        })
    }

    /// The clients beside the first.
    pub(super) fn others(&self) -> usize {
        self.clients.len().saturating_sub(1)
    }

    /// A client by place, and one of its contacts.
    pub(super) fn contact(&self, client: usize, turn: usize) -> (i32, i32) {
        let Some((id, contacts)) = self.clients.get(client) else { return (0, 0) };
        (*id, contacts.get(turn % contacts.len().max(1)).copied().unwrap_or(0))
    }

    pub(super) fn agent(&self, turn: usize) -> i32 {
        let agents = SEEDED_AGENTS.len() + self.new_agents.len();
        SEEDED_AGENTS.chain(self.new_agents.clone()).nth(turn % agents.max(1)).unwrap_or(1)
    }
}
