//! The world: everything a PSA holds, as plain structs. Made from a [`Seed`] alone, without clock
//! and without chance, so equal seeds are equal worlds.

mod build;
mod joined;
mod marks;
pub mod model;
mod people;
#[cfg(test)]
mod tests;

pub use people::{ContactType, Membership, Person, PersonKind};

use crate::canary::Canary;
use crate::seed::Seed;
use model::{
    Approval, Asset, Attachment, Card, CardRule, Category, Certificate, Client, Contact, Document, Domain, File, Firm,
    Folder, History, Interface, Invoice, Line, Link, Location, Payment, Provider, Quote, Recurring, Reply, Role, Sla,
    SlaRule, Status, Task, Tax, Ticket, User, Vendor, Watcher,
};

/// Everything, in the order of its ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    pub firm: Firm,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    pub statuses: Vec<Status>,
    pub categories: Vec<Category>,
    pub slas: Vec<Sla>,
    pub sla_rules: Vec<SlaRule>,
    pub clients: Vec<Client>,
    pub locations: Vec<Location>,
    pub contacts: Vec<Contact>,
    pub tickets: Vec<Ticket>,
    pub replies: Vec<Reply>,
    pub attachments: Vec<Attachment>,
    pub watchers: Vec<Watcher>,
    pub history: Vec<History>,
    pub tasks: Vec<Task>,
    pub approvals: Vec<Approval>,
    pub taxes: Vec<Tax>,
    pub invoices: Vec<Invoice>,
    /// Of invoices, quotes and recurring invoices.
    pub lines: Vec<Line>,
    pub payments: Vec<Payment>,
    pub recurring: Vec<Recurring>,
    pub quotes: Vec<Quote>,
    pub providers: Vec<Provider>,
    pub cards: Vec<Card>,
    pub card_rules: Vec<CardRule>,
    pub vendors: Vec<Vendor>,
    pub assets: Vec<Asset>,
    pub interfaces: Vec<Interface>,
    pub domains: Vec<Domain>,
    pub certificates: Vec<Certificate>,
    pub folders: Vec<Folder>,
    pub documents: Vec<Document>,
    pub files: Vec<File>,
    pub links: Vec<Link>,
}

impl World {
    /// The world of this seed.
    #[must_use]
    pub fn seeded(seed: &Seed) -> Self {
        build::world(seed)
    }

    /// The provider's name.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.firm.name
    }

    /// Every canary in the world, with the place it sits in.
    #[must_use]
    pub fn canaries(&self) -> Vec<Canary> {
        marks::canaries(self)
    }

    /// Everybody who could sign in or be met: the contacts of the customers (one person per
    /// sign-in, so that somebody with two accounts is one person) and the provider's staff.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        people::people(self)
    }
}
