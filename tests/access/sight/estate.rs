//! Approvals, quotes, recurring invoices, and what the provider looks after for a client.

use super::{Rights, Sight};
use crate::cast::Viewer;
use portico_contract::Kind;
use portico_sandbox::{Membership, World};
use std::collections::BTreeMap;

impl Sight {
    pub(super) fn estate(&mut self, world: &World, viewer: &Viewer) {
        self.approvals(world, viewer);
        self.promised(world, viewer);
        self.kept(world, viewer);
        self.places(world, viewer);
    }

    fn approvals(&mut self, world: &World, viewer: &Viewer) {
        let inside = viewer.holds("TICKETS_INTERNAL_READ");
        let tickets: BTreeMap<i32, i32> = world.tasks.iter().map(|it| (it.id, it.ticket)).collect();
        let shown = world.approvals.iter().filter(|it| {
            let ticket = tickets.get(&it.task).is_some_and(|ticket| self.has(Kind::Ticket, *ticket));
            ticket && viewer.holds("APPROVALS_READ") && (inside || it.scope == "client")
        });
        let shown: Vec<i32> = shown.map(|it| it.id).collect();
        self.put(Kind::Approval, shown);
    }

    fn promised(&mut self, world: &World, viewer: &Viewer) {
        let inside = viewer.holds("INVOICES_INTERNAL_READ");
        let mine = |client: i32| {
            let member = |it: &Membership| it.client == client && it.keeps_the_books(viewer);
            client != 0 && viewer.members.iter().any(member)
        };
        let staff = |word: &str| viewer.is_staff() && viewer.holds(word);
        let quotes = world.quotes.iter().filter(|it| staff("QUOTES_READ") || mine(it.client));
        self.put(Kind::Quote, quotes.filter(|it| inside || it.status != "Draft").map(|it| it.id));
        let recurring = world.recurring.iter().filter(|it| staff("RECURRING_INVOICES_READ") || mine(it.client));
        self.put(Kind::RecurringInvoice, recurring.filter(|it| inside || it.active).map(|it| it.id));
    }

    fn kept(&mut self, world: &World, viewer: &Viewer) {
        let mine = |client: i32| {
            let member = |it: &Membership| it.client == client && it.keeps_the_estate(viewer);
            client != 0 && viewer.members.iter().any(member)
        };
        let staff = |word: &str| viewer.is_staff() && viewer.holds(word);
        let assets = world.assets.iter().filter(|it| {
            let used = |m: &Membership| m.client == it.client && m.contact == it.contact;
            let shown = staff("ASSETS_READ") || mine(it.client) || viewer.members.iter().any(used);
            !it.archived.is_set() && shown
        });
        self.put(Kind::Asset, assets.map(|it| it.id));
        let domains = world.domains.iter().filter(|it| staff("DOMAINS_READ") || mine(it.client));
        self.put(Kind::Domain, domains.filter(|it| !it.archived.is_set()).map(|it| it.id));
        let certificates = world.certificates.iter().filter(|it| staff("CERTIFICATES_READ") || mine(it.client));
        self.put(Kind::Certificate, certificates.filter(|it| !it.archived.is_set()).map(|it| it.id));
        let inside = viewer.holds("DOCUMENTS_INTERNAL_READ");
        let documents = world.documents.iter().filter(|it| {
            let shown = it.client != 0 && (inside || it.client_visible);
            shown && !it.archived.is_set() && (staff("DOCUMENTS_READ") || mine(it.client))
        });
        self.put(Kind::Document, documents.map(|it| it.id));
    }

    fn places(&mut self, world: &World, viewer: &Viewer) {
        let staff = viewer.is_staff() && viewer.holds("SITES_READ");
        let inside = viewer.holds("ACCOUNTS_INTERNAL_READ");
        let sites = world.locations.iter().filter(|it| {
            let mine = |m: &Membership| m.client == it.client && m.keeps_the_estate(viewer);
            it.client != 0 && (inside || !it.archived.is_set()) && (staff || viewer.members.iter().any(mine))
        });
        self.put(Kind::Site, sites.map(|it| it.id));
    }
}
