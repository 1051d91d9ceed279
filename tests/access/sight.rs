//! What somebody may see, from the world alone: the vendor's rules for its contact types, without
//! the holes of its portal, and the reach of staff.

mod estate;
pub mod tenant;

use super::cast::Viewer;
use super::sdl::Sdl;
use anyhow::{Result, ensure};
use portico::authz::policy::type_name;
use portico_contract::Kind;
use portico_sandbox::world::model::{Attachment, InvoiceStatus, Reply, ReplyType};
use portico_sandbox::{Canary, Membership, World};
use portico_tests::House;
use std::collections::{BTreeMap, BTreeSet};

/// The raw mail of a ticket: never for customers.
const RAW_MAIL: &str = "Original-parsed-email.eml";

/// Native ids of the rows of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight(pub BTreeMap<Kind, BTreeSet<i32>>);

/// The kinds whose rows this page has rules for.
const KINDS: [Kind; 16] = [
    Kind::Account,
    Kind::Contact,
    Kind::Ticket,
    Kind::Comment,
    Kind::Attachment,
    Kind::TimeEntry,
    Kind::Approval,
    Kind::Invoice,
    Kind::Payment,
    Kind::Quote,
    Kind::RecurringInvoice,
    Kind::Site,
    Kind::Asset,
    Kind::Domain,
    Kind::Certificate,
    Kind::Document,
];

/// Kinds without rows of an account: pick lists belong to a PSA.
const NOBODYS: [Kind; 1] = [Kind::Choice];

/// The kinds that the schema shows as rows, of those that ITFlow has; the others have their rules in [`tenant`].
pub fn kinds(sdl: &Sdl) -> Result<Vec<Kind>> {
    let shown = sdl.interfaces.get("Node").into_iter().flatten();
    let contracts = sdl.interfaces.get("Contract").into_iter().flatten().collect::<Vec<_>>();
    let mut kinds = Vec::new();
    for name in shown {
        let of_tenant =
            |name: &String| contracts.contains(&name) || tenant::ALONE.iter().any(|kind| type_name(*kind) == *name);
        match KINDS.into_iter().find(|kind| type_name(*kind) == *name) {
            Some(kind) => kinds.push(kind),
            None if of_tenant(name) => {}
            None => ensure!(NOBODYS.iter().any(|kind| type_name(*kind) == *name), "who may see a {name}? Say it here"),
        }
    }
    Ok(kinds)
}

impl Sight {
    /// What this viewer may see.
    pub fn of(world: &World, viewer: &Viewer) -> Self {
        let mut sight = Self::default();
        sight.parties(world, viewer);
        sight.desk(world, viewer);
        sight.books(world, viewer);
        sight.estate(world, viewer);
        sight
    }

    /// Every row there is, whoever may see it.
    pub fn everything(world: &World) -> Self {
        let mut all = Self::default();
        all.put(Kind::Account, world.clients.iter().map(|it| it.id));
        all.put(Kind::Contact, world.contacts.iter().map(|it| it.id));
        all.put(Kind::Ticket, world.tickets.iter().map(|it| it.id));
        all.put(Kind::Comment, world.replies.iter().map(|it| it.id));
        all.put(Kind::Attachment, world.attachments.iter().map(|it| it.id));
        all.put(Kind::TimeEntry, world.replies.iter().map(|it| it.id));
        all.put(Kind::Invoice, world.invoices.iter().map(|it| it.id));
        all.put(Kind::Payment, world.payments.iter().map(|it| it.id));
        all.put(Kind::Approval, world.approvals.iter().map(|it| it.id));
        all.put(Kind::Quote, world.quotes.iter().map(|it| it.id));
        all.put(Kind::RecurringInvoice, world.recurring.iter().map(|it| it.id));
        all.put(Kind::Site, world.locations.iter().map(|it| it.id));
        all.put(Kind::Asset, world.assets.iter().map(|it| it.id));
        all.put(Kind::Domain, world.domains.iter().map(|it| it.id));
        all.put(Kind::Certificate, world.certificates.iter().map(|it| it.id));
        all.put(Kind::Document, world.documents.iter().map(|it| it.id));
        all
    }

    fn put(&mut self, kind: Kind, ids: impl IntoIterator<Item = i32>) {
        self.0.insert(kind, ids.into_iter().collect());
    }

    pub fn rows(&self, kind: Kind) -> impl Iterator<Item = i32> + '_ {
        self.0.get(&kind).into_iter().flatten().copied()
    }

    pub fn has(&self, kind: Kind, id: i32) -> bool {
        self.0.get(&kind).is_some_and(|ids| ids.contains(&id))
    }

    /// The global ids of the rows of a kind.
    pub fn ids(&self, house: &House, kind: Kind) -> Result<BTreeSet<String>> {
        self.rows(kind).map(|id| global(house, kind, id)).collect()
    }

    fn parties(&mut self, world: &World, viewer: &Viewer) {
        let staff = viewer.is_staff();
        let accounts = world.clients.iter().filter(|it| staff || viewer.members.iter().any(|m| m.client == it.id));
        self.put(Kind::Account, accounts.map(|it| it.id));
        let hidden_too = viewer.holds("CONTACTS_INTERNAL_READ");
        let contacts = world.contacts.iter().filter(|it| {
            let live = !it.archived.is_set() || hidden_too;
            let mine = |m: &Membership| m.client == it.client && (m.contact == it.id || m.works_the_desk(viewer));
            it.client != 0 && live && (staff || viewer.members.iter().any(mine))
        });
        self.put(Kind::Contact, contacts.map(|it| it.id));
    }

    fn desk(&mut self, world: &World, viewer: &Viewer) {
        let staff = viewer.is_staff() && viewer.holds("TICKETS_READ");
        let tickets = world.tickets.iter().filter(|it| {
            let mine = |m: &Membership| m.client == it.client && (m.contact == it.contact || m.works_the_desk(viewer));
            it.client != 0 && !it.archived.is_set() && (staff || viewer.members.iter().any(mine))
        });
        self.put(Kind::Ticket, tickets.map(|it| it.id));
        let inside = viewer.holds("TICKETS_INTERNAL_READ");
        let shown = |it: &&Reply| {
            let public = inside || matches!(it.reply_type, ReplyType::Public | ReplyType::Client);
            public && !it.archived.is_set()
        };
        let comments = world.replies.iter().filter(shown).filter(|it| self.has(Kind::Ticket, it.ticket));
        let comments: BTreeMap<i32, &Reply> = comments.map(|it| (it.id, it)).collect();
        let files = world.attachments.iter().filter(|it: &&Attachment| {
            let raw = it.name.trim().eq_ignore_ascii_case(RAW_MAIL);
            let beside = it.reply.is_none_or(|reply| comments.contains_key(&reply));
            self.has(Kind::Ticket, it.ticket) && beside && (inside || !raw)
        });
        let files: Vec<i32> = files.map(|it| it.id).collect();
        self.put(Kind::Attachment, files);
        let worked = |it: &&&Reply| it.time_worked.as_deref().is_some_and(|time| time != "00:00:00");
        let time = comments.values().filter(worked).filter(|_| viewer.holds("TIME_ENTRIES_READ"));
        self.put(Kind::TimeEntry, time.map(|it| it.id));
        self.put(Kind::Comment, comments.keys().copied());
    }

    fn books(&mut self, world: &World, viewer: &Viewer) {
        let staff = viewer.is_staff() && viewer.holds("INVOICES_READ");
        let drafts = viewer.holds("INVOICES_INTERNAL_READ");
        let invoices = world.invoices.iter().filter(|it| {
            let mine = |m: &Membership| m.client == it.client && m.keeps_the_books(viewer);
            let issued = it.status != InvoiceStatus::Draft || drafts;
            it.client != 0 && !it.archived.is_set() && issued && (staff || viewer.members.iter().any(mine))
        });
        self.put(Kind::Invoice, invoices.map(|it| it.id));
        let payments = world.payments.iter().filter(|it| self.has(Kind::Invoice, it.invoice));
        let payments: Vec<i32> = payments.map(|it| it.id).collect();
        self.put(Kind::Payment, payments);
    }

    /// Whether what carries a canary is a row that may be seen.
    pub fn carries(&self, canary: &Canary) -> bool {
        let kind = match canary.kind {
            "client" => Kind::Account,
            "contact" => Kind::Contact,
            "ticket" => Kind::Ticket,
            "reply" => Kind::Comment,
            "attachment" => Kind::Attachment,
            "invoice" => Kind::Invoice,
            "payment" => Kind::Payment,
            "quote" => Kind::Quote,
            "recurring" => Kind::RecurringInvoice,
            "location" => Kind::Site,
            "asset" => Kind::Asset,
            "domain" => Kind::Domain,
            "certificate" => Kind::Certificate,
            "document" => Kind::Document,
            "invoice_line" => return self.has(Kind::Invoice, canary.parent),
            "quote_line" => return self.has(Kind::Quote, canary.parent),
            "recurring_line" => return self.has(Kind::RecurringInvoice, canary.parent),
            // What is to be approved is named after its task.
            "task" => return self.has(Kind::Ticket, canary.parent),
            _ => return false,
        };
        self.has(kind, canary.id)
    }
}

/// What the types of a contact open at its account.
trait Rights {
    fn works_the_desk(&self, viewer: &Viewer) -> bool;
    fn keeps_the_books(&self, viewer: &Viewer) -> bool;
    fn keeps_the_estate(&self, viewer: &Viewer) -> bool;
}

/// Roles with the whole desk of an account, those with its invoices, and those with all that the
/// provider looks after for it.
const DESK: [&str; 5] = ["PRIMARY", "TECHNICAL", "EXTERNAL_MANAGER", "PRIMARY_SERVICE_CONTACT", "ACCOUNT_REQUESTER"];
const BOOKS: [&str; 4] = ["PRIMARY", "BILLING", "EXTERNAL_MANAGER", "PRIMARY_SERVICE_CONTACT"];
const ESTATE: [&str; 4] = ["PRIMARY", "TECHNICAL", "EXTERNAL_MANAGER", "PRIMARY_SERVICE_CONTACT"];

/// Types count at their own account, roles given in Portico at every one.
fn at(member: &Membership, viewer: &Viewer, keys: &[&str]) -> bool {
    use portico_sandbox::ContactType::{Billing, Primary, Standard, Technical};
    let types = [(Primary, "PRIMARY"), (Billing, "BILLING"), (Technical, "TECHNICAL"), (Standard, "STANDARD")];
    let fact = |key: &str| types.iter().any(|(it, word)| *word == key && member.types.contains(it));
    let given = |key: &str| viewer.given == Some(key);
    keys.iter().any(|key| fact(key) || given(key))
}

impl Rights for Membership {
    fn works_the_desk(&self, viewer: &Viewer) -> bool {
        at(self, viewer, &DESK)
    }

    fn keeps_the_books(&self, viewer: &Viewer) -> bool {
        at(self, viewer, &BOOKS)
    }

    fn keeps_the_estate(&self, viewer: &Viewer) -> bool {
        at(self, viewer, &ESTATE)
    }
}

/// The global id of a row of the world.
pub fn global(house: &House, kind: Kind, id: i32) -> Result<String> {
    match kind {
        // Time worked is written on a reply.
        Kind::TimeEntry => house.id(kind, format_args!("reply:{id}")),
        _ => house.id(kind, id),
    }
}
