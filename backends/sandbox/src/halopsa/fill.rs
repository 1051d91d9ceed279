//! The shared world as a Halo tenant holds it. Its times are UTC, whatever zone the world is in.
//!
//! Ids are the world's and a bit more, so that they meet those of another PSA with the same world and mean other things.

use super::resource::resource;
use super::row::{Key, Row};
use super::state::{State, with};
use super::write::{identity, plain, settle};
use super::{API_AGENT, CLOSED, GENERAL_USER, Now, PENDING, SHIFT, UNKNOWN_CLIENT, guid};
use crate::canary::{Visibility, canary};
use crate::world::model::{Invoice, InvoiceStatus, Line, LineOwner, ReplyType, Stamp, Ticket};
use crate::world::{ContactType, World};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use std::mem::Discriminant;

/// The pick lists that every tenant has.
const LISTS: &str = include_str!("../../files/halopsa.json");
/// The world's statuses here.
const STATUSES: [(i32, i64); 7] = [(1, 1), (2, 2), (3, 28), (4, PENDING), (5, CLOSED), (6, 4), (7, 5)];
const PRIORITIES: [(&str, i64); 4] = [("Urgent", 1), ("High", 2), ("Medium", 3), ("Low", 4)];
const CURRENCIES: [(&str, i64); 3] = [("USD", 1), ("EUR", 2), ("GBP", 3)];

pub(super) fn tenant(world: &World, now: Now) -> State {
    let mut lines: HashMap<_, Vec<&Line>> = HashMap::new();
    world.lines.iter().for_each(|line| lines.entry(on(line.owner)).or_default().push(line));
    let mut fill = Fill { state: State::new(now), world, start: world.firm.created, lines };
    fill.lists();
    fill.parties();
    fill.people();
    fill.assets();
    fill.tickets();
    fill.replies();
    fill.papers();
    fill.invoices();
    fill.knowledge();
    fill.state.events.clear();
    fill.state
}

struct Fill<'a> {
    state: State,
    world: &'a World,
    start: Stamp,
    lines: HashMap<(Discriminant<LineOwner>, i32), Vec<&'a Line>>,
}

fn on(owner: LineOwner) -> (Discriminant<LineOwner>, i32) {
    (std::mem::discriminant(&owner), owner.id())
}

fn at(stamp: Stamp) -> Option<NaiveDateTime> {
    if let Stamp::At(at) = stamp { Some(at) } else { None }
}

fn day(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

fn of<T: Copy, K: PartialEq>(pairs: &[(K, T)], key: &K) -> Option<T> {
    pairs.iter().find(|(known, _)| known == key).map(|(_, value)| *value)
}

/// The id here of a row of the world; 0 stays "none".
fn id(id: i32, shift: i64) -> i64 {
    if id == 0 { 0 } else { i64::from(id) + shift }
}

impl Fill<'_> {
    fn put(&mut self, path: &'static str, key: Key, updated: Stamp, values: Json) {
        let Some(resource) = resource(path) else { return };
        let mut row = Row::new(at(updated).or(at(self.start)).unwrap_or_default());
        for part in [identity(resource, key), values] {
            let part = part.as_object().cloned().unwrap_or_default();
            let taken = row.take(resource, &part);
            debug_assert_eq!(taken, Ok(()), "{path}");
        }
        self.state.put(path, key, row);
    }

    fn lists(&mut self) {
        let lists: Map<String, Json> = serde_json::from_str(LISTS).unwrap_or_default();
        for (path, rows) in &lists {
            let Some(resource) = resource(path).filter(|resource| resource.path != "Priority") else { continue };
            for (count, row) in (1..).zip(rows.as_array().into_iter().flatten()) {
                let key = if path == "Lookup" { count } else { row["id"].as_i64().unwrap_or(count) };
                self.put(resource.path, (key, 0), Stamp::Never, row.clone());
            }
        }
        let priorities = lists.get("Priority").and_then(Json::as_array).cloned().unwrap_or_default();
        for sla in &self.world.slas {
            let mut rows = Vec::new();
            for priority in &priorities {
                let key = (i64::from(sla.id) * 100 + priority["priorityid"].as_i64().unwrap_or(0), 0);
                let row = with(priority.clone(), "slaid", json!(sla.id));
                let row = with(row, "id", json!(guid("Priority", key)));
                self.put("Priority", key, Stamp::Never, row.clone());
                rows.push(row);
            }
            let values = json!({ "name": sla.name, "workday_id": 1, "priorities": rows });
            self.put("SLA", (i64::from(sla.id), 0), Stamp::Never, values);
        }
        for category in self.world.categories.iter().filter(|category| category.category_type == "Ticket") {
            let values = json!({ "value": category.name, "category_name": category.name, "type_id": 1,
                "user_note": "", "sla_id": 0, "priority_id": 0 });
            self.put("Category", (id(category.id, SHIFT.category), 0), Stamp::Never, values);
        }
        for tax in &self.world.taxes {
            self.put("Tax", (i64::from(tax.id), 0), Stamp::Never, json!({ "name": tax.name, "value": tax.percent }));
        }
        for item in [1, 2] {
            let note = canary("", 0, &format!("item{item}"), "note", Visibility::Internal);
            let Some(row) = self.state.row_mut("Item", (item, 0)) else { continue };
            row.set("supplier_part_code", super::row::Cell::Text(note.into()));
        }
        let title = &self.world.firm.name;
        self.put("Organisation", (1, 0), Stamp::Never, json!({ "name": title, "portal_title": title }));
        let note = "<p>Maintenance on Sunday.</p>";
        self.put(
            "PopupNote",
            (1, 0),
            Stamp::Never,
            json!({ "note": note, "client_id": 0, "startdate": at(self.start) }),
        );
    }

    fn parties(&mut self) {
        let unknown = json!({ "name": "Unknown", "inactive": false, "main_site_id": 1, "toplevel_id": 1 });
        self.put("Client", (UNKNOWN_CLIENT, 0), Stamp::Never, unknown);
        self.put(
            "Site",
            (1, 0),
            Stamp::Never,
            json!({ "name": "Main", "client_id": UNKNOWN_CLIENT, "inactive": false }),
        );
        for client in &self.world.clients {
            let site = self.world.locations.iter().find(|place| place.client == client.id).map_or(0, |place| place.id);
            let contact = self.world.contacts.iter().find(|contact| contact.client == client.id && contact.primary);
            let values = json!({ "name": client.name, "inactive": client.archived.is_set(), "website": client.website,
                "notes": client.notes, "accountsid": client.tax_number, "ref": client.abbreviation, "toplevel_id": 1,
                "toplevel_name": "Customers", "main_site_id": id(site, SHIFT.site), "taxable": true, "stopped": 0,
                "main_contact_id": contact.map_or(0, |contact| id(contact.id, SHIFT.user)),
                "main_contact_name": contact.map(|contact| &contact.name), "datecreated": at(client.created),
                "default_currency_code": of(&CURRENCIES, &client.currency.as_str()) });
            self.put("Client", (id(client.id, SHIFT.client), 0), client.updated, values);
        }
        for place in &self.world.locations {
            let address = json!({ "line1": place.address, "line3": place.city, "postcode": place.zip,
                "country": place.country });
            let key = id(place.id, SHIFT.site);
            let client = id(place.client, SHIFT.client);
            let values = json!({ "name": place.name, "client_id": client, "inactive": place.archived.is_set(),
                "phonenumber": place.phone, "notes": place.notes, "delivery_address": address, "isinvoicesite": true,
                "datecreated": at(place.created) });
            self.put("Site", (key, 0), Stamp::Never, values);
            let values = json!({ "name": GENERAL_USER, "site_id": key, "site_id_int": key, "client_id": client,
                "inactive": false, "web_access_level": 0, "emailaddress": "" });
            self.put("Users", (SHIFT.general_user + key, 0), Stamp::Never, values);
        }
    }

    fn people(&mut self) {
        let agent = |name: &str| json!({ "name": name, "isdisabled": false, "is_agent": true, "isapiagent": false });
        self.put("Agent", (1, 0), Stamp::Never, agent("Unassigned"));
        let robot = with(agent("Portal gateway"), "isapiagent", json!(true));
        self.put("Agent", (API_AGENT, 0), Stamp::Never, robot);
        let agents = self.world.users.iter().filter(|user| user.role != 0);
        for user in agents {
            let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, ""));
            let values = json!({ "name": user.name, "firstname": first, "surname": last, "email": user.email,
                "is_agent": true, "isapiagent": false, "isdisabled": !user.enabled, "jobtitle": user.token,
                "team": "Service Desk", "teams": [{ "team_id": 1, "name": "Service Desk" }], "costprice": 55.5 });
            self.put("Agent", (id(user.id, SHIFT.agent), 0), Stamp::Never, values);
        }
        let enabled: BTreeMap<i32, bool> = self.world.users.iter().map(|user| (user.id, user.enabled)).collect();
        for contact in &self.world.contacts {
            let may = enabled.get(&contact.user).copied().unwrap_or(false);
            self.contact(contact, may);
        }
    }

    /// The primary contact has its rights itself, the others by role.
    fn contact(&mut self, contact: &crate::world::model::Contact, may: bool) {
        let types = ContactType::of(contact);
        let primary = types.contains(&ContactType::Primary);
        let roles = [ContactType::Primary, ContactType::Billing, ContactType::Technical];
        let roles = (1..).zip(roles).filter(|(_, kind)| types.contains(kind)).map(|(role, _): (i64, _)| role);
        let roles: Vec<i64> = roles.collect();
        let names: Vec<Json> = roles.iter().map(|role| {
            json!({ "id": role, "name": self.state.row("UserRoles", (*role, 0)).map(|row| row.text("name")) })
        }).collect();
        let (first, last) = contact.name.split_once(' ').unwrap_or((&contact.name, ""));
        let level = if primary { super::ACCESS_CLIENT } else { super::ACCESS_OWN };
        let site = id(contact.location, SHIFT.site);
        let list: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let values = json!({ "name": contact.name, "firstname": first, "surname": last, "title": contact.title,
            "emailaddress": contact.email, "phonenumber": contact.phone, "mobilenumber": contact.mobile,
            "site_id": site, "site_id_int": site, "client_id": id(contact.client, SHIFT.client),
            "department": contact.department, "login": contact.email, "inactive": contact.archived.is_set(),
            "web_access_level": if may { level } else { super::ACCESS_NONE }, "device_access_level": level,
            "canadd": true, "canaccesscatalog": true, "canviewcontracts": primary, "canaccessinvoices": primary,
            "canviewopps": primary, "isimportantcontact": contact.important, "ismaincontact": primary,
            "ispoapprover": primary, "roles": names, "role_list": list.join(","), "notes": contact.notes,
            "other1": contact.pin, "datecreated": at(contact.created), "lastlogindate": null });
        self.put("Users", (id(contact.id, SHIFT.user), 0), contact.updated, values);
    }

    fn assets(&mut self) {
        for asset in &self.world.assets {
            let kind = self.state.named("AssetType", &asset.asset_type);
            let user = id(asset.contact, SHIFT.user);
            let name = self.state.row("Users", (user, 0)).map(|row| row.text("name").to_owned());
            let users = name.iter().map(|name| json!({ "id": user, "name": name })).collect::<Vec<_>>();
            let key = id(asset.id, SHIFT.asset);
            let values = json!({ "inventory_number": format!("A{key:05}"), "assettype_id": kind, "notes": asset.notes,
                "site_id": id(asset.location, SHIFT.site), "client_id": id(asset.client, SHIFT.client), "username": name,
                "key_field": asset.name, "key_field2": asset.serial, "key_field3": asset.os, "users": users,
                "inactive": asset.archived.is_set(), "status_id": 1, "status_name": asset.status, "warranty_end": asset.warranty.map(day),
                "fields": [{ "id": 1, "name": "Make", "value": asset.make, "display": asset.make },
                    { "id": 2, "name": "Administration", "value": asset.uri, "display": asset.uri }] });
            self.put("Asset", (key, 0), asset.updated, values);
        }
    }

    fn tickets(&mut self) {
        let mut copies: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
        for watcher in &self.world.watchers {
            copies.entry(watcher.ticket).or_default().push(&watcher.email);
        }
        let categories: BTreeMap<String, String> =
            self.world.categories.iter().map(|category| (category.id.to_string(), category.name.clone())).collect();
        for ticket in &self.world.tickets {
            let copies = copies.get(&ticket.id).cloned().unwrap_or_default();
            let category = ticket.category.as_ref().and_then(|category| categories.get(category));
            self.ticket(ticket, &copies, category);
        }
        for (kind, usage) in [(30, "opps"), (31, "prjs")] {
            let key = self.state.next("Tickets");
            let text = canary("", 1, &format!("ticket{key}"), "summary", Visibility::Internal);
            let values = json!({ "summary": text, "details": "", "tickettype_id": kind, "use": usage, "client_id": 1 + SHIFT.client,
                "site_id": 1 + SHIFT.site, "user_id": 0, "status_id": 2, "priority_id": 4, "sla_id": 1, "agent_id": 2,
                "dateoccurred": at(self.start), "dateclosed": null, "deleted": false });
            self.put("Tickets", (key, 0), Stamp::Never, values);
        }
    }

    fn ticket(&mut self, ticket: &Ticket, copies: &[&str], category: Option<&String>) {
        let key = id(ticket.id, SHIFT.ticket);
        let client = id(ticket.client, SHIFT.client);
        let status = of(&STATUSES, &ticket.status).unwrap_or(i64::from(ticket.status));
        let closed = at(ticket.closed).or_else(|| at(ticket.updated)).or_else(|| at(ticket.created));
        let updated = [ticket.updated, ticket.resolved, ticket.closed].into_iter().filter_map(at).max();
        let updated = updated.or(at(ticket.created)).unwrap_or_default();
        let known = ticket.category.as_ref().filter(|_| category.is_some()).and_then(|text| text.parse().ok());
        let category_id = id(known.unwrap_or(0), SHIFT.category);
        let priority = ticket.priority.as_deref().and_then(|name| of(&PRIORITIES, &name));
        let values = json!({ "summary": ticket.subject, "details": plain(&ticket.details), "details_html": ticket.details,
            "tickettype_id": if ticket.id % 5 == 0 { 3 } else { 1 }, "use": "",
            "client_id": if client == 0 { UNKNOWN_CLIENT } else { client },
            "site_id": if client == 0 { 1 } else { id(ticket.location, SHIFT.site) }, "user_id": id(ticket.contact, SHIFT.user),
            "usertype": 1, "status_id": status, "priority_id": priority.unwrap_or(0), "sla_id": 1, "impact": 3, "urgency": 3,
            "agent_id": if ticket.assigned_to == 0 { 1 } else { id(ticket.assigned_to, SHIFT.agent) }, "team": "Service Desk",
            "category_1": category, "categoryid_1": category_id, "supplier_reference": ticket.vendor_number, "reportedby": ticket.source,
            "dateoccurred": at(ticket.created), "datecreated": at(ticket.created), "responsedate": at(ticket.first_response),
            "dateclosed": if status == CLOSED { closed } else { None }, "last_update": updated, "lastactiondate": updated,
            "fixbydate": at(ticket.resolution_due), "respondbydate": at(ticket.response_due), "deadlinedate": at(ticket.due),
            "deleted": ticket.archived.is_set(), "hasbeenclosed": status == CLOSED, "timetaken": 0.0, "cost": 17.25,
            "emailcclist": copies.join(";"), "follower_count": copies.len(), "inactive": false });
        self.put("Tickets", (key, 0), Stamp::At(updated), values);
        if let Some(score) = ticket.feedback.as_ref().map(|word| if word == "Good" { 5 } else { 1 }) {
            let values =
                json!({ "ticket_id": key, "score": score, "score_band": score, "comment": "", "date": closed });
            self.put("Feedback", (self.state.next("Feedback"), 0), Stamp::Never, values);
        }
    }

    /// What was written, after the entry that Halo makes itself; and the files.
    fn replies(&mut self) {
        let mut seqs: BTreeMap<i32, (i64, i64)> = BTreeMap::new();
        for entry in &self.world.history {
            let ticket = id(entry.ticket, SHIFT.ticket);
            let values = json!({ "ticket_id": ticket, "outcome": entry.status, "outcome_id": -1, "who": "System", "who_type": 2,
                "datetime": at(entry.created), "note": entry.description, "hiddenfromuser": true, "action_systemid": 1 });
            let key = (ticket, self.state.next_on("Actions", ticket));
            self.put("Actions", key, entry.created, values);
        }
        for reply in &self.world.replies {
            let ticket = id(reply.ticket, SHIFT.ticket);
            let key = (ticket, self.state.next_on("Actions", ticket));
            seqs.insert(reply.id, key);
            let by_user = reply.reply_type == ReplyType::Client;
            let by = if by_user { id(reply.by, SHIFT.user) } else { id(reply.by, SHIFT.agent) };
            let who = self.state.row(if by_user { "Users" } else { "Agent" }, (by, 0)).map(|row| row.text("name"));
            let (outcome, name) = match reply.reply_type {
                ReplyType::Client => (20, "User Update"),
                ReplyType::Public => (1, "Email User"),
                ReplyType::Internal => (7, "Private Note"),
            };
            let hours = reply.time_worked.as_deref().map_or(0.0, hours);
            let hidden = reply.archived.is_set() || reply.reply_type == ReplyType::Internal;
            let values = json!({ "ticket_id": ticket, "outcome_id": outcome, "outcome": name, "who": who,
                "who_type": i64::from(!by_user), "who_agentid": if by_user { 0 } else { by },
                "actionby_agent_id": if by_user { 0 } else { by }, "actionby_user_id": if by_user { by } else { 0 },
                "datetime": at(reply.created), "actiondatecreated": at(reply.created), "note": plain(&reply.body),
                "note_html": reply.body, "hiddenfromuser": hidden, "timetaken": hours, "chargerate": 85, "action_systemid": 0,
                "actionchargeamount": hours * 85.0, "last_updated": at(reply.updated).or(at(reply.created)),
                "emaildirection": if by_user { "I" } else { "O" } });
            self.put("Actions", key, reply.updated, values);
        }
        for file in &self.world.attachments {
            let action = file.reply.and_then(|reply| seqs.get(&reply)).map_or(0, |key| key.1);
            let key = id(file.id, SHIFT.attachment);
            let link = format!("/api/Attachment/{key}?token={}", file.reference);
            let hidden = self
                .state
                .row("Actions", (id(file.ticket, SHIFT.ticket), action))
                .is_some_and(|row| row.is("hiddenfromuser"));
            let values = json!({ "ticket_id": id(file.ticket, SHIFT.ticket), "action_id": action, "filename": file.name,
                "filesize": crate::uploads::bytes_of(&file.name).len(), "type": 0, "showforusers": !hidden, "isimage": false,
                "unique_id": 0, "link": link, "datecreated": at(file.created) });
            self.put("Attachment", (key, 0), Stamp::Never, values);
        }
        self.approvals();
    }

    fn approvals(&mut self) {
        let tasks: BTreeMap<i32, _> = self.world.tasks.iter().map(|task| (task.id, task)).collect();
        for approval in &self.world.approvals {
            let Some(task) = tasks.get(&approval.task) else { continue };
            let ticket = id(task.ticket, SHIFT.ticket);
            let client = self.state.row("Tickets", (ticket, 0)).map_or(0, |row| row.int("client_id"));
            let main = self.state.row("Client", (client, 0)).map_or(0, |row| row.int("main_contact_id"));
            let key = (ticket, self.state.next_on("TicketApproval", ticket));
            let values = json!({ "ticket_id": ticket, "seq": key.1, "actionnumber": 1, "type": 4, "result": 0, "user_id": main,
                "requestor_agent_id": id(approval.created_by, SHIFT.agent), "datetime": at(task.created), "dateapproved": null,
                "approval_process_id": 1, "approval_process_name": "Price", "step_id": 1, "step_name": task.name,
                "summary": task.name, "token": approval.url_key, "is_mandatory": true });
            self.put("TicketApproval", key, task.created, values);
        }
    }

    /// Quotes, and what recurs: as a contract and as the invoice that repeats.
    fn papers(&mut self) {
        for quote in &self.world.quotes {
            let status = of(&[("Draft", 0), ("Sent", 1), ("Accepted", 2)], &quote.status.as_str()).unwrap_or(0_i64);
            let values = json!({ "title": quote.scope, "client_id": id(quote.client, SHIFT.client), "status": status,
                "status_name": quote.status,
                "approvalstate": i64::from(status == 2), "can_approve": status == 1, "date": day(quote.date),
                "expiry_date": quote.expires.map(day), "total": quote.amount, "revenue": quote.amount,
                "note": quote.note, "internal_approvalnote": quote.url_key, "currency_code": of(&CURRENCIES, &quote.currency.as_str()),
                "lines": self.lines(LineOwner::Quote(quote.id)) });
            self.put("Quotation", (id(quote.id, SHIFT.quote), 0), Stamp::Never, values);
        }
        for plan in &self.world.recurring {
            let (client, key) = (id(plan.client, SHIFT.client), id(plan.id, SHIFT.contract));
            let until =
                if plan.active { day(plan.next) + TimeDelta::days(300) } else { day(plan.next) - TimeDelta::days(30) };
            let notes = self
                .world
                .clients
                .iter()
                .find(|client| client.id == plan.client)
                .and_then(|client| client.notes.clone());
            let values = json!({ "client_id": client, "ref": plan.scope, "start_date": at(plan.created), "end_date": until,
                "started": true, "expired": !plan.active, "active": plan.active, "status": i64::from(plan.active),
                "contract_status": if plan.active { "Active" } else { "Expired" }, "billing_period_string": plan.frequency.word(),
                "periodchargeamount": plan.amount, "costperperiod": 61.5, "next_invoice_date": day(plan.next), "sla_id": 1,
                "note": notes, "contracttype": 1, "contracttype_name": "Managed services" });
            self.put("ClientContract", (key, 0), Stamp::Never, values);
            let values = json!({ "client_id": client, "total": plan.amount, "reference": plan.scope, "contract_id": key,
                "currency": plan.currency, "currency_code": of(&CURRENCIES, &plan.currency.as_str()), "notes_1": plan.note,
                "periodname": plan.frequency.word(), "nextcreationdate": day(plan.next), "lastcreated": plan.last_sent.map(day),
                "startdate": at(plan.created), "disabled": !plan.active, "lines": self.lines(LineOwner::Recurring(plan.id)) });
            self.put("RecurringInvoice", (key, 0), Stamp::Never, values);
        }
    }

    fn lines(&self, owner: LineOwner) -> Json {
        let lines = self.lines.get(&on(owner)).into_iter().flatten();
        lines.map(|line| json!({ "id": line.id, "ihid": 0, "item_shortdescription": line.name,
            "item_longdescription": line.description, "qty_order": real(line.quantity), "unit_price": real(line.price),
            "unit_cost": 13.37, "net_amount": real(line.subtotal), "tax_amount": real(line.tax), "sequenceid": line.order,
            "isinactive": false, "hide_on_pdf": false })).collect()
    }

    fn invoices(&mut self) {
        for invoice in &self.world.invoices {
            let key = id(invoice.id, SHIFT.invoice);
            let values = self.invoice(invoice);
            self.put("Invoice", (key, 0), invoice.created, values);
        }
        for payment in self.world.payments.iter().filter(|payment| !payment.archived.is_set()) {
            let invoice = id(payment.invoice, SHIFT.invoice);
            let client = self.state.row("Invoice", (invoice, 0)).map_or(0, |row| row.int("client_id"));
            let values = json!({ "invoice_id": invoice, "client_id": client, "amount": payment.amount, "method": 1, "status": 1,
                "date": day(payment.date), "thirdpartyid": null,
                "intent_response": payment.reference, "webhook_payload": payment.reference });
            self.put("InvoicePayment", (id(payment.id, SHIFT.payment), 0), payment.created, values);
        }
        let all: Vec<i64> = self.state.table("Invoice").keys().map(|key| key.0).collect();
        all.into_iter().for_each(|invoice| settle(&mut self.state, invoice));
    }

    fn invoice(&self, invoice: &Invoice) -> Json {
        let posted = invoice.status != InvoiceStatus::Draft;
        let lines = self.lines.get(&on(LineOwner::Invoice(invoice.id))).into_iter().flatten();
        let tax: Decimal = lines.map(|line| line.tax).sum();
        let credit = Decimal::max(invoice.credit, Decimal::ZERO);
        json!({ "client_id": id(invoice.client, SHIFT.client), "invoicenumber": format!("{}{}", invoice.prefix, invoice.number),
            "posted": posted, "dateposted": if posted { Some(day(invoice.date)) } else { None },
            "hideinvoice": invoice.status == InvoiceStatus::NonBillable, "voided": invoice.status == InvoiceStatus::Cancelled,
            "invoice_date": day(invoice.date), "duedate": day(invoice.due), "date_created": at(invoice.created),
            "last_modified": at(invoice.created), "total": invoice.amount, "credit_total": credit,
            "tax_total": tax,
            "currency": invoice.currency, "currency_code": of(&CURRENCIES, &invoice.currency.as_str()), "reference": invoice.scope,
            "notes_1": invoice.note, "internal_note": invoice.url_key, "lines": self.lines(LineOwner::Invoice(invoice.id)) })
    }

    /// A client's documents are articles: those for agents stand in a list that the portal does not show. One is for all.
    fn knowledge(&mut self) {
        let list = json!({ "id": 1, "name": "Guides", "group_name": "Service Desk", "showforall": true,
            "dontshowonportal": false });
        let text = "<p>On weekdays from eight to six.</p>";
        let values = json!({ "name": "Opening hours", "description": plain(text), "description_html": text,
            "inactive": false, "showforall": true, "kbentryclientaccess": [], "faqlists": [list],
            "date_created": at(self.start), "date_edited": at(self.start), "view_count": 42, "type": 0 });
        self.put("KBArticle", (1, 0), self.start, values);
        for paper in &self.world.documents {
            let client = id(paper.client, SHIFT.client);
            let (list, name) = if paper.client_visible { (1, "Guides") } else { (2, "For agents") };
            let list = json!({ "id": list, "name": name, "group_name": "Service Desk",
                "showforall": paper.client_visible, "dontshowonportal": !paper.client_visible });
            let values = json!({ "name": paper.name, "description": plain(&paper.content), "description_html": paper.content,
                "inactive": paper.archived.is_set(), "showforall": false, "kbentryclientaccess": [{ "id": paper.id, "client_id": client }],
                "faqlists": [list], "date_created": at(paper.created), "date_edited": at(paper.updated),
                "view_count": 0, "type": 0 });
            self.put("KBArticle", (id(paper.id, SHIFT.article), 0), paper.updated, values);
        }
    }
}

fn real(amount: Decimal) -> Option<f64> {
    amount.to_f64()
}

/// `HH:MM:SS` as hours.
fn hours(text: &str) -> f64 {
    text.split(':').zip([1.0, 60.0, 3600.0]).filter_map(|(part, unit)| Some(part.parse::<f64>().ok()? / unit)).sum()
}
