//! Who there is: persons rather than rows.

use super::World;
use super::model::{Contact, User, UserType};
use std::collections::BTreeMap;

/// What a contact is to its client. A contact can be several; without a flag it is standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactType {
    Standard,
    Billing,
    Technical,
    Primary,
}

impl ContactType {
    /// The types of a contact, sorted; never empty.
    #[must_use]
    pub fn of(contact: &Contact) -> Vec<Self> {
        let flags = [
            (contact.billing == Some(true), Self::Billing),
            (contact.technical == Some(true), Self::Technical),
            (contact.primary, Self::Primary),
        ];
        let types: Vec<Self> = flags.into_iter().filter(|(set, _)| *set).map(|(_, is)| is).collect();
        if types.is_empty() { vec![Self::Standard] } else { types }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonKind {
    Contact,
    Agent,
    /// An agent whose role may do everything.
    Administrator,
}

/// A contact row of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub client: i32,
    pub client_name: String,
    pub contact: i32,
    pub types: Vec<ContactType>,
    /// Whether contact and client are in use.
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: Option<String>,
    pub kind: PersonKind,
    /// The native user id; none for a contact without portal sign-in.
    pub user: Option<i32>,
    /// Whether the PSA would let this person sign in.
    pub enabled: bool,
    /// Empty for staff.
    pub memberships: Vec<Membership>,
}

pub(super) fn people(world: &World) -> Vec<Person> {
    let users: BTreeMap<i32, &User> = world.users.iter().map(|user| (user.id, user)).collect();
    let mut people: Vec<Person> =
        world.users.iter().filter(|user| user.user_type == UserType::Agent).map(|user| staff(world, user)).collect();
    let mut by_user: BTreeMap<i32, usize> = BTreeMap::new();
    for contact in &world.contacts {
        let membership = membership(world, contact);
        if let Some(person) = by_user.get(&contact.user).and_then(|at| people.get_mut(*at)) {
            person.memberships.push(membership);
            continue;
        }
        if contact.user != 0 {
            by_user.insert(contact.user, people.len());
        }
        let user = users.get(&contact.user);
        people.push(Person {
            name: contact.name.clone(),
            email: contact.email.clone(),
            kind: PersonKind::Contact,
            user: user.map(|user| user.id),
            enabled: user.is_some_and(|user| user.enabled && !user.archived.is_set()) && membership.active,
            memberships: vec![membership],
        });
    }
    people
}

fn staff(world: &World, user: &User) -> Person {
    let admin = world.roles.iter().any(|role| role.id == user.role && role.admin);
    Person {
        name: user.name.clone(),
        email: Some(user.email.clone()),
        kind: if admin { PersonKind::Administrator } else { PersonKind::Agent },
        user: Some(user.id),
        enabled: user.enabled && !user.archived.is_set(),
        memberships: Vec::new(),
    }
}

fn membership(world: &World, contact: &Contact) -> Membership {
    let client = world.clients.iter().find(|client| client.id == contact.client);
    Membership {
        client: contact.client,
        client_name: client.map(|client| client.name.clone()).unwrap_or_default(),
        contact: contact.id,
        types: ContactType::of(contact),
        active: !contact.archived.is_set() && client.is_some_and(|client| !client.archived.is_set()),
    }
}
