//! What people do in Halo itself, at the box's own time: for tests that let the world move on.
//!
//! Each of these is a write like one of the API's, so what hangs on it moves along: times, statuses, webhooks.

use super::resource::resource;
use super::tenant::Tenant;
use super::{CLOSED, Halo, write};
use crate::error::{Error, Result};
use crate::rest::mapping::members;
use crate::rest::table::Key;
use serde_json::{Value as Json, json};

/// A message on a ticket.
#[derive(Debug, Clone, Default)]
pub struct NewAction {
    pub ticket: i64,
    /// HTML.
    pub note: String,
    pub hidden: bool,
    /// The user who writes; with 0 it is an agent.
    pub user: i64,
    pub hours: f64,
}

impl Halo {
    /// Makes or changes a row as the API would, whatever the list; gives its id.
    pub fn write(&self, path: &'static str, object: Json) -> Result<i64> {
        let id = object.get("id").and_then(Json::as_i64).and_then(|id| i32::try_from(id).ok()).unwrap_or(0);
        let missing = || Error::Missing { table: path, id };
        let resource = resource(path).ok_or_else(missing)?;
        let keys = self.change(|tenant| write::post(tenant, resource, &json!([object]))).map_err(|_| missing())?;
        keys.last().map(|key| if key.1 == 0 { key.0 } else { key.1 }).ok_or_else(missing)
    }

    pub fn open_ticket(&self, client: i64, user: i64, summary: &str) -> Result<i64> {
        let site = match user {
            0 => self.lock().int("Client", client, "main_site_id"),
            _ => self.lock().int("Users", user, "site_id"),
        };
        let fields = json!({ "summary": summary, "details_html": format!("<p>{summary}</p>"), "client_id": client,
            "site_id": Some(site).filter(|site| *site != 0) });
        let asker = (user != 0).then(|| ("user_id".to_owned(), json!(user)));
        self.write("Tickets", members(fields).into_iter().chain(asker).collect())
    }

    /// Changes these fields of a ticket.
    pub fn update_ticket(&self, id: i64, fields: Json) -> Result<()> {
        self.update("Tickets", id, fields)
    }

    pub fn set_status(&self, ticket: i64, status: i64) -> Result<()> {
        self.update_ticket(ticket, json!({ "status_id": status }))
    }

    pub fn close_ticket(&self, id: i64) -> Result<()> {
        self.set_status(id, CLOSED)
    }

    /// Puts the ticket away, as the API's DELETE does; it stays readable by its id.
    pub fn delete_ticket(&self, id: i64) -> Result<()> {
        self.remove("Tickets", (id, 0))
    }

    pub fn recover_ticket(&self, id: i64) -> Result<()> {
        self.update_ticket(id, json!({ "_recover": true, "_validate_updates": true }))
    }

    /// Removes the ticket and everything on it, without a trace.
    pub fn purge_ticket(&self, id: i64) {
        let mut tenant = self.lock();
        for path in ["Actions", "TicketApproval"] {
            tenant.clear(path, |key, _| key.0 == id);
        }
        tenant.clear("Attachment", |_, row| row.int("ticket_id") == id);
        tenant.clear("Tickets", |key, _| key.0 == id);
    }

    /// The ticket goes to another customer's main site, and to nobody there.
    pub fn move_ticket(&self, id: i64, client: i64) -> Result<()> {
        let site = self.value("Client", client, "main_site_id");
        self.update_ticket(id, json!({ "client_id": client, "site_id": site, "user_id": 0 }))
    }

    /// Gives the number of the action on its ticket.
    pub fn add_action(&self, new: &NewAction) -> Result<i64> {
        let outcome = if new.user == 0 { 2 } else { 20 };
        let by = if new.user == 0 { json!(null) } else { json!(new.user) };
        self.write(
            "Actions",
            json!({ "ticket_id": new.ticket, "outcome_id": outcome, "note_html": new.note,
            "hiddenfromuser": new.hidden, "actionby_user_id": by, "timetaken": new.hours, "who_agentid": 3 }),
        )
    }

    /// Turns a message into an internal note, or the other way.
    pub fn set_hidden(&self, ticket: i64, action: i64, hidden: bool) -> Result<()> {
        self.write("Actions", json!({ "ticket_id": ticket, "id": action, "hiddenfromuser": hidden })).map(drop)
    }

    pub fn edit_action(&self, ticket: i64, action: i64, note: &str) -> Result<()> {
        self.write("Actions", json!({ "ticket_id": ticket, "id": action, "note_html": note })).map(drop)
    }

    pub fn delete_action(&self, ticket: i64, action: i64) -> Result<()> {
        self.remove("Actions", (ticket, action))
    }

    /// Changes these fields of a user: rights, address, `inactive`.
    pub fn update_user(&self, id: i64, fields: Json) -> Result<()> {
        self.update("Users", id, fields)
    }

    /// An invoice of one line that is posted, or not yet; gives its id.
    pub fn add_invoice(&self, client: i64, total: f64, posted: bool) -> Result<i64> {
        let number = format!("INV-{}", 5000 + self.lock().next("Invoice"));
        let line = json!({ "id": 1, "item_shortdescription": "Support", "qty_order": 1.0, "unit_price": total,
            "unit_cost": 13.37, "net_amount": total, "tax_amount": 0.0 });
        self.write(
            "Invoice",
            json!({ "client_id": client, "invoicenumber": number, "total": total, "posted": posted,
            "currency": "USD", "currency_code": 1, "lines": [line] }),
        )
    }

    pub fn update_invoice(&self, id: i64, fields: Json) -> Result<()> {
        self.update("Invoice", id, fields)
    }

    pub fn add_payment(&self, invoice: i64, amount: f64) -> Result<i64> {
        self.write("InvoicePayment", json!({ "invoice_id": invoice, "amount": amount }))
    }

    /// Changes these fields of any row that is known by one number.
    pub fn update(&self, path: &'static str, id: i64, fields: Json) -> Result<()> {
        let id = ("id".to_owned(), json!(id));
        self.write(path, members(fields).into_iter().chain([id]).collect()).map(drop)
    }

    pub fn remove(&self, path: &'static str, key: (i64, i64)) -> Result<()> {
        let id = i32::try_from(key.0).unwrap_or(0);
        self.change(|tenant| tenant.delete(path, key)).then_some(()).ok_or(Error::Missing { table: path, id })
    }

    /// A webhook that tells everything to this address with this `Authorization`; 0 is the largest payload, 2 the smallest.
    pub fn add_webhook(&self, url: &str, authorization: &str, payload_type: i64) -> Result<i64> {
        self.write(
            "Webhook",
            json!({ "name": "gateway", "url": url, "type": 0, "method": 0, "authentication_type": 2,
            "authentication_header": authorization, "payload_type": payload_type, "events": [] }),
        )
    }

    /// What a field of an action holds now: it is known by its ticket and its number there.
    #[must_use]
    pub fn action(&self, ticket: i64, action: i64, field: &str) -> Json {
        self.cell("Actions", (ticket, action), field)
    }
}

impl Tenant {
    /// Deletes a row as the API does: tickets are only marked.
    pub(super) fn delete(&mut self, path: &str, key: Key) -> bool {
        if path == "Tickets" {
            let Some(row) = self.row_mut(path, key) else { return false };
            row.set("deleted", true);
            write::touch(self, key.0, false);
            self.tell("Ticket Deleted", key.0, None);
            return true;
        }
        let invoice = self.row(path, key).map_or(0, |row| row.int("invoice_id"));
        let removed = self.remove(path, key);
        match path {
            "InvoicePayment" => write::settle(self, invoice),
            "Actions" => write::touch(self, key.0, self.manners.quiet_edits),
            _ => {}
        }
        removed
    }
}
