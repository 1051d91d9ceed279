//! What a customer may see of a Halo tenant, from its own tables and the vendor's rules for what a user is to their
//! client: the whole desk, the books, or what is their own.

use super::Rights;
use crate::cast::Viewer;
use anyhow::Result;
use portico_contract::Kind;
use portico_sandbox::halopsa::{SHIFT, UNKNOWN_CLIENT};
use portico_sandbox::{Halo, Membership, World};
use portico_tests::House;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that ITFlow has no rows of.
pub const ALONE: [Kind; 5] =
    [Kind::Contract, Kind::CatalogueCategory, Kind::CatalogueItem, Kind::Article, Kind::Announcement];

/// The category of what is sold.
const PRODUCTS: &str = "products";
/// The article that is for everybody.
const FOR_ALL: i64 = 1;

/// The tenant's own keys of the rows of each kind.
#[derive(Debug, Default)]
pub struct There(pub BTreeMap<Kind, BTreeSet<String>>);

/// Reads the tables; without a viewer, everything.
struct Look<'a> {
    halo: &'a Halo,
    world: &'a World,
    viewer: Option<&'a Viewer>,
}

impl There {
    pub fn of(halo: &Halo, world: &World, viewer: &Viewer) -> Self {
        Look { halo, world, viewer: Some(viewer) }.rows()
    }

    pub fn everything(halo: &Halo, world: &World) -> Self {
        Look { halo, world, viewer: None }.rows()
    }

    /// The global ids of the rows of a kind.
    pub fn ids(&self, house: &House, kind: Kind) -> Result<BTreeSet<String>> {
        self.0.get(&kind).into_iter().flatten().map(|key| house.other_id(kind, key)).collect()
    }
}

impl Look<'_> {
    fn rows(&self) -> There {
        let tickets = self.keys("Tickets", |id| self.ticket(id));
        let of_ticket = |(ticket, _): &(i64, i64)| tickets.contains(&ticket.to_string());
        let on_tickets = |path: &str, shown: &dyn Fn(i64, i64) -> bool| -> BTreeSet<String> {
            let rows = self.halo.ids(path).into_iter().filter(of_ticket).filter(|(ticket, row)| shown(*ticket, *row));
            rows.map(|(ticket, row)| format!("{ticket}/{row}")).collect()
        };
        let comments = on_tickets("Actions", &|ticket, action| self.action(ticket, action));
        let worked = on_tickets("Actions", &|ticket, action| {
            self.action(ticket, action) && self.halo.action(ticket, action, "timetaken").as_f64() > Some(0.0)
        });
        There(BTreeMap::from([
            (Kind::Account, self.keys("Client", |id| id != UNKNOWN_CLIENT && self.at(id, |_, _| true))),
            (Kind::Contact, self.keys("Users", |id| self.contact(id))),
            (Kind::Ticket, tickets.clone()),
            (Kind::Comment, comments),
            (Kind::TimeEntry, worked),
            (Kind::Invoice, self.keys("Invoice", |id| self.invoice(id))),
            (Kind::Quote, self.keys("Quotation", |id| self.quote(id))),
            (Kind::RecurringInvoice, self.keys("RecurringInvoice", |id| self.recurring(id))),
            (Kind::Contract, self.keys("ClientContract", |id| self.contract(id))),
            (Kind::Article, self.articles()),
            (Kind::Announcement, self.keys("PopupNote", |_| true)),
            (Kind::CatalogueItem, self.offered()),
            (Kind::CatalogueCategory, self.categories()),
        ]))
    }

    fn keys(&self, path: &str, shown: impl Fn(i64) -> bool) -> BTreeSet<String> {
        let rows = self.halo.ids(path).into_iter().map(|(id, _)| id).filter(|id| shown(*id));
        rows.map(|id| id.to_string()).collect()
    }

    /// Whether this holds of one of the viewer's contacts at a client.
    fn at(&self, client: i64, holds: impl Fn(&Membership, &Viewer) -> bool) -> bool {
        let Some(viewer) = self.viewer else { return true };
        viewer.members.iter().any(|it| i64::from(it.client) == client && holds(it, viewer))
    }

    fn whole(&self) -> bool {
        self.viewer.is_none()
    }

    fn int(&self, path: &str, id: i64, field: &str) -> i64 {
        self.halo.value(path, id, field).as_i64().unwrap_or_default()
    }

    fn is(&self, path: &str, id: i64, field: &str) -> bool {
        self.halo.value(path, id, field) == json!(true)
    }

    fn ticket(&self, id: i64) -> bool {
        let usage = self.halo.value("Tickets", id, "use");
        let live = !self.is("Tickets", id, "deleted") && usage.as_str().is_none_or(str::is_empty);
        let (client, user) = (self.int("Tickets", id, "client_id"), self.int("Tickets", id, "user_id"));
        live && self.at(client, |it, viewer| i64::from(it.contact) == user || it.works_the_desk(viewer))
    }

    fn action(&self, ticket: i64, action: i64) -> bool {
        let value = |field| self.halo.action(ticket, action, field);
        let system = value("action_systemid").as_i64() > Some(0);
        !system && (self.whole() || value("hiddenfromuser") == json!(false))
    }

    fn contact(&self, id: i64) -> bool {
        let live = self.whole() || !self.is("Users", id, "inactive");
        let client = self.int("Users", id, "client_id");
        live && self.at(client, |it, viewer| i64::from(it.contact) == id || it.works_the_desk(viewer))
    }

    fn books(&self, path: &str, id: i64) -> bool {
        self.at(self.int(path, id, "client_id"), |it, viewer| it.keeps_the_books(viewer))
    }

    fn invoice(&self, id: i64) -> bool {
        let hidden = ["hideinvoice", "voided"].into_iter().any(|field| self.is("Invoice", id, field));
        let shown = self.is("Invoice", id, "posted") && !hidden;
        (self.whole() || shown) && self.books("Invoice", id)
    }

    fn quote(&self, id: i64) -> bool {
        let draft = self.halo.value("Quotation", id, "status_name") == json!("Draft");
        (self.whole() || !draft) && self.books("Quotation", id)
    }

    fn recurring(&self, id: i64) -> bool {
        (self.whole() || !self.is("RecurringInvoice", id, "disabled")) && self.books("RecurringInvoice", id)
    }

    fn contract(&self, id: i64) -> bool {
        let runs = self.is("ClientContract", id, "active") && !self.is("ClientContract", id, "expired");
        (self.whole() || runs) && self.books("ClientContract", id)
    }

    fn articles(&self) -> BTreeSet<String> {
        let papers = self.world.documents.iter().filter(|it| {
            let shown = it.client_visible && !it.archived.is_set();
            (self.whole() || shown) && self.at(i64::from(it.client) + SHIFT.client, |_, _| true)
        });
        let own = papers.map(|it| i64::from(it.id) + SHIFT.article);
        own.chain([FOR_ALL]).map(|id| id.to_string()).collect()
    }

    /// Whether the catalogue is open to the viewer at all.
    fn shops(&self) -> bool {
        self.viewer.is_none_or(|viewer| viewer.holds("CATALOGUE_READ"))
    }

    fn offered(&self) -> BTreeSet<String> {
        let shown = |id: i64| self.shops() && (self.whole() || self.is("Service", id, "showinusercatalog"));
        let services = self.keys("Service", shown).into_iter().map(|id| format!("service:{id}"));
        let items = self.keys("Item", |_| self.shops()).into_iter().map(|id| format!("item:{id}"));
        services.chain(items).collect()
    }

    fn categories(&self) -> BTreeSet<String> {
        let mut keys = self.keys("ServiceCategory", |_| self.shops());
        keys.extend(self.shops().then(|| PRODUCTS.to_owned()));
        keys
    }
}
