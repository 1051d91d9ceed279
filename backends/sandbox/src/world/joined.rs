//! The world as lists of JSON objects, each with what a product would show beside it: for boxes that make their own rows
//! of it by a table.
//!
//! Members are those of [`model`](super::model), a moment that is not set being null, and those that are added here.

use super::model::{Line, LineOwner, ReplyType};
use super::{ContactType, World};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashMap};

type Object = Map<String, Json>;
pub(crate) type Lists = BTreeMap<&'static str, Vec<Object>>;

/// The rows, each with these members besides.
fn rows<T: Serialize>(rows: &[T], more: impl Fn(&T) -> Json) -> Vec<Object> {
    let object = |value: Json| if let Json::Object(object) = value { object } else { Object::new() };
    let row = |row| {
        let mut members = object(json!(row));
        members.extend(object(more(row)));
        members
    };
    rows.iter().map(row).collect()
}

fn alone<T: Serialize>(all: &[T]) -> Vec<Object> {
    rows(all, |_| Json::Null)
}

/// `HH:MM:SS` as hours.
fn hours(text: &str) -> f64 {
    text.split(':').zip([1.0, 60.0, 3600.0]).filter_map(|(part, unit)| Some(part.parse::<f64>().ok()? / unit)).sum()
}

impl World {
    pub(crate) fn joined(&self) -> Lists {
        let mut lists = Lists::from([
            ("firm", alone(std::slice::from_ref(&self.firm))),
            ("users", alone(&self.users)),
            ("categories", alone(&self.categories)),
            ("slas", alone(&self.slas)),
            ("taxes", alone(&self.taxes)),
            ("locations", alone(&self.locations)),
            ("documents", alone(&self.documents)),
            ("history", alone(&self.history)),
        ]);
        self.parties(&mut lists);
        self.desk(&mut lists);
        self.books(&mut lists);
        lists
    }

    /// The id of a client's main contact; 0 without one.
    fn main_contact(&self, client: i32) -> i32 {
        self.contacts.iter().find(|contact| contact.client == client && contact.primary).map_or(0, |contact| contact.id)
    }

    fn contact_name(&self, contact: i32) -> Option<&String> {
        self.contacts.iter().find(|known| known.id == contact).map(|contact| &contact.name)
    }

    fn parties(&self, lists: &mut Lists) {
        let clients = rows(&self.clients, |client| {
            let home = self.locations.iter().find(|place| place.client == client.id).map_or(0, |place| place.id);
            let main = self.main_contact(client.id);
            json!({ "main_location": home, "main_contact": main, "main_contact_name": self.contact_name(main) })
        });
        let contacts = rows(&self.contacts, |contact| {
            let types = ContactType::of(contact);
            let known = [
                (ContactType::Primary, "primary"),
                (ContactType::Billing, "billing"),
                (ContactType::Technical, "technical"),
            ];
            let types: Vec<&str> = known.iter().filter(|(is, _)| types.contains(is)).map(|(_, word)| *word).collect();
            let signs_in = self.users.iter().any(|user| user.id == contact.user && user.enabled);
            json!({ "types": types, "signs_in": signs_in })
        });
        let assets = rows(&self.assets, |asset| json!({ "contact_name": self.contact_name(asset.contact) }));
        lists.extend([("clients", clients), ("contacts", contacts), ("assets", assets)]);
    }

    fn desk(&self, lists: &mut Lists) {
        let mut copies: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
        for watcher in &self.watchers {
            copies.entry(watcher.ticket).or_default().push(&watcher.email);
        }
        let categories: BTreeMap<String, (i32, &str)> =
            self.categories.iter().map(|it| (it.id.to_string(), (it.id, it.name.as_str()))).collect();
        let tickets = rows(&self.tickets, |ticket| {
            let category = ticket.category.as_ref().and_then(|category| categories.get(category));
            let moved = ticket.updated.max(ticket.resolved).max(ticket.closed);
            json!({ "copies": copies.get(&ticket.id).map_or(&[][..], Vec::as_slice),
                "category": category.map_or(0, |it| it.0), "category_name": category.map(|it| it.1),
                "moved": if moved.is_set() { moved } else { ticket.created } })
        });
        let agents: BTreeMap<i32, &String> = self.users.iter().map(|user| (user.id, &user.name)).collect();
        let replies = rows(&self.replies, |reply| {
            let by_contact = reply.reply_type == ReplyType::Client;
            let author = if by_contact { self.contact_name(reply.by) } else { agents.get(&reply.by).copied() };
            json!({ "by_contact": by_contact, "author": author,
                "internal": reply.archived.is_set() || reply.reply_type == ReplyType::Internal,
                "hours": reply.time_worked.as_deref().map_or(0.0, hours) })
        });
        let hidden: BTreeMap<i32, bool> = self
            .replies
            .iter()
            .map(|it| (it.id, it.archived.is_set() || it.reply_type == ReplyType::Internal))
            .collect();
        let files = rows(
            &self.attachments,
            |file| json!({ "internal": file.reply.and_then(|reply| hidden.get(&reply)).copied().unwrap_or(false) }),
        );
        let approvals = rows(&self.approvals, |approval| {
            let task = self.tasks.iter().find(|task| task.id == approval.task);
            let ticket = task.and_then(|task| self.tickets.iter().find(|ticket| ticket.id == task.ticket));
            json!({ "ticket": task.map(|task| task.ticket), "name": task.map(|task| &task.name),
                "created": task.map(|task| task.created),
                "main_contact": ticket.map(|ticket| self.main_contact(ticket.client)) })
        });
        lists.extend([("tickets", tickets), ("replies", replies), ("attachments", files), ("approvals", approvals)]);
    }

    fn books(&self, lists: &mut Lists) {
        let mut lines: HashMap<LineOwner, Vec<&Line>> = HashMap::new();
        self.lines.iter().for_each(|line| lines.entry(line.owner).or_default().push(line));
        let of = |owner| lines.get(&owner).map_or(&[][..], Vec::as_slice);
        let invoices = rows(&self.invoices, |invoice| {
            let lines = of(LineOwner::Invoice(invoice.id));
            let tax: Decimal = lines.iter().map(|line| line.tax).sum();
            json!({ "lines": lines, "tax": tax, "credit": invoice.credit.max(Decimal::ZERO) })
        });
        let payments = rows(&self.payments, |payment| {
            let invoice = self.invoices.iter().find(|invoice| invoice.id == payment.invoice);
            json!({ "client": invoice.map_or(0, |invoice| invoice.client) })
        });
        let quotes = rows(&self.quotes, |quote| json!({ "lines": of(LineOwner::Quote(quote.id)) }));
        let recurring = rows(&self.recurring, |plan| {
            let client = self.clients.iter().find(|client| client.id == plan.client);
            json!({ "lines": of(LineOwner::Recurring(plan.id)), "client_notes": client.map(|client| &client.notes) })
        });
        lists.extend([("invoices", invoices), ("payments", payments), ("quotes", quotes), ("recurring", recurring)]);
    }
}
