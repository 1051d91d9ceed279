//! What somebody may see, from the world alone: the vendor's rules for its contact types.

use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_sandbox::world::model::InvoiceStatus;
use portico_sandbox::{ContactType, Membership, Person, PersonKind, World};
use portico_tests::{House, Who};
use std::collections::BTreeSet;

/// Each kind with its list.
pub const LISTS: [(Kind, &str); 9] = [
    (Kind::Site, "sites"),
    (Kind::Asset, "assets"),
    (Kind::Document, "documents"),
    (Kind::Domain, "domains"),
    (Kind::Certificate, "certificates"),
    (Kind::Quote, "quotes"),
    (Kind::RecurringInvoice, "recurringInvoices"),
    (Kind::Payment, "payments"),
    (Kind::Approval, "approvals"),
];

/// One person, and what they are to a client.
pub struct Eye<'a> {
    world: &'a World,
    person: Person,
}

impl<'a> Eye<'a> {
    pub fn of(house: &'a House, who: Who<'_>) -> Result<Self> {
        let Who::Person(email) = who else { anyhow::bail!("not a person of the world") };
        let mut people = house.world.people().into_iter().filter(|person| person.enabled);
        let person = people.find(|person| person.email.as_deref().is_some_and(|it| it.starts_with(email)));
        Ok(Self { world: &house.world, person: person.with_context(|| format!("nobody is {email}"))? })
    }

    fn administers(&self) -> bool {
        self.person.kind == PersonKind::Administrator
    }

    fn is_staff(&self) -> bool {
        self.person.kind != PersonKind::Contact
    }

    pub fn members(&self) -> impl Iterator<Item = &Membership> {
        self.person.memberships.iter().filter(|it| it.active)
    }

    fn at(&self, client: i32, types: &[ContactType]) -> bool {
        self.members().any(|it| it.client == client && it.types.iter().any(|is| types.contains(is)))
    }

    fn looks_after(&self, client: i32) -> bool {
        self.is_staff() || self.at(client, &[ContactType::Primary, ContactType::Technical])
    }

    pub fn keeps_books(&self, client: i32) -> bool {
        self.administers() || self.at(client, &[ContactType::Primary, ContactType::Billing])
    }

    fn is(&self, client: i32, contact: i32) -> bool {
        self.members().any(|it| it.client == client && it.contact == contact)
    }

    pub fn invoices(&self) -> BTreeSet<i32> {
        let issued = |status| status != InvoiceStatus::Draft || self.administers();
        let live = self.world.invoices.iter().filter(|it| it.client != 0 && !it.archived.is_set());
        live.filter(|it| issued(it.status) && self.keeps_books(it.client)).map(|it| it.id).collect()
    }

    pub fn tickets(&self) -> BTreeSet<i32> {
        let live = self.world.tickets.iter().filter(|it| it.client != 0 && !it.archived.is_set());
        live.filter(|it| self.looks_after(it.client) || self.is(it.client, it.contact)).map(|it| it.id).collect()
    }

    /// Native ids of the rows of a kind that this person may see.
    pub fn rows(&self, kind: Kind) -> BTreeSet<i32> {
        let world = self.world;
        let staff = self.is_staff();
        match kind {
            Kind::Site => {
                let shown = world.locations.iter().filter(|it| staff || !it.archived.is_set());
                shown.filter(|it| it.client != 0 && self.looks_after(it.client)).map(|it| it.id).collect()
            }
            Kind::Asset => {
                let live = world.assets.iter().filter(|it| it.client != 0 && !it.archived.is_set());
                live.filter(|it| self.looks_after(it.client) || self.is(it.client, it.contact))
                    .map(|it| it.id)
                    .collect()
            }
            Kind::Document => {
                let live = world.documents.iter().filter(|it| it.client != 0 && !it.archived.is_set());
                let shown = live.filter(|it| staff || it.client_visible);
                shown.filter(|it| self.looks_after(it.client)).map(|it| it.id).collect()
            }
            Kind::Domain => {
                let live = world.domains.iter().filter(|it| it.client != 0 && !it.archived.is_set());
                live.filter(|it| self.looks_after(it.client)).map(|it| it.id).collect()
            }
            Kind::Certificate => {
                let live = world.certificates.iter().filter(|it| it.client != 0 && !it.archived.is_set());
                live.filter(|it| self.looks_after(it.client)).map(|it| it.id).collect()
            }
            Kind::Quote => {
                let sent = world.quotes.iter().filter(|it| self.administers() || it.status != "Draft");
                sent.filter(|it| it.client != 0 && self.keeps_books(it.client)).map(|it| it.id).collect()
            }
            Kind::RecurringInvoice => {
                let active = world.recurring.iter().filter(|it| self.administers() || it.active);
                active.filter(|it| it.client != 0 && self.keeps_books(it.client)).map(|it| it.id).collect()
            }
            Kind::Payment => {
                let invoices = self.invoices();
                world.payments.iter().filter(|it| invoices.contains(&it.invoice)).map(|it| it.id).collect()
            }
            Kind::Approval => {
                let tickets = self.tickets();
                let tasks = world.tasks.iter().filter(|it| tickets.contains(&it.ticket));
                let tasks: BTreeSet<i32> = tasks.map(|it| it.id).collect();
                let asked = world.approvals.iter().filter(|it| staff || it.scope == "client");
                asked.filter(|it| tasks.contains(&it.task)).map(|it| it.id).collect()
            }
            _ => BTreeSet::new(),
        }
    }
}

/// Every row of a kind, whoever may see it.
pub fn everything(world: &World, kind: Kind) -> BTreeSet<i32> {
    match kind {
        Kind::Site => world.locations.iter().map(|it| it.id).collect(),
        Kind::Asset => world.assets.iter().map(|it| it.id).collect(),
        Kind::Document => world.documents.iter().map(|it| it.id).collect(),
        Kind::Domain => world.domains.iter().map(|it| it.id).collect(),
        Kind::Certificate => world.certificates.iter().map(|it| it.id).collect(),
        Kind::Quote => world.quotes.iter().map(|it| it.id).collect(),
        Kind::RecurringInvoice => world.recurring.iter().map(|it| it.id).collect(),
        Kind::Payment => world.payments.iter().map(|it| it.id).collect(),
        Kind::Approval => world.approvals.iter().map(|it| it.id).collect(),
        _ => BTreeSet::new(),
    }
}

/// The global ids of rows.
pub fn global(house: &House, kind: Kind, rows: &BTreeSet<i32>) -> Result<BTreeSet<String>> {
    rows.iter().map(|id| house.id(kind, id)).collect()
}
