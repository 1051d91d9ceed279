//! What a written row moves elsewhere: times, statuses, sums, and what webhooks tell.

use super::super::CLOSED;
use super::super::resource::{Resource, resource};
use super::super::tenant::Tenant;
use super::{bytes, post};
use crate::rest::mapping::{Object, number, plain};
use crate::rest::row::Row;
use crate::rest::table::Key;
use serde_json::{Value as Json, json};

/// The role whose holders' requests need no approval.
const AUTO_APPROVED: i64 = 1;

/// Without `before` the row is new.
pub(super) fn written(tenant: &mut Tenant, resource: &Resource, key: Key, object: &Object, before: Option<Row>) {
    match resource.path {
        "Tickets" => ticket(tenant, key, object, before.as_ref()),
        "Actions" => action(tenant, key, object, before.is_none()),
        "TicketApproval" => approval(tenant, key),
        "InvoicePayment" => {
            let invoice = tenant.int(resource.path, key.0, "invoice_id");
            let client = tenant.int("Invoice", invoice, "client_id");
            tenant.set(resource.path, key, "client_id", client);
            settle(tenant, invoice);
        }
        "Invoice" => settle(tenant, key.0),
        "Users" => {
            let site = tenant.int(resource.path, key.0, "site_id");
            let client = tenant.int("Site", site, "client_id");
            tenant.set(resource.path, key, "site_id_int", site);
            tenant.set(resource.path, key, "client_id", client);
        }
        "Attachment" => {
            let size = tenant.row(resource.path, key).map_or(0, |row| bytes(row).len());
            tenant.set(resource.path, key, "filesize", i64::try_from(size).unwrap_or(0));
        }
        _ => {}
    }
}

fn ticket(tenant: &mut Tenant, key: Key, object: &Object, before: Option<&Row>) {
    let (now, status) = (tenant.now(), tenant.int("Tickets", key.0, "status_id"));
    let category = object.get("category_1").and_then(Json::as_str);
    let category = category.map(|path| tenant.named("Category", "value", path));
    let Some(row) = tenant.row_mut("Tickets", key) else { return };
    row.set("last_update", Some(now));
    category.into_iter().for_each(|id| row.set("categoryid_1", id));
    if object.get("_recover") == Some(&json!(true)) {
        row.set("deleted", false);
    }
    if object.contains_key("details_html") && !object.contains_key("details") {
        row.set("details", plain(row.text("details_html")));
    }
    if before.is_none() {
        ask_for_approval(tenant, key);
        tenant.tell("New Ticket Logged", key.0, None);
    }
    set_status(tenant, key, before.map_or(status, |before| before.int("status_id")), status);
    if before.is_some() {
        tenant.tell("Ticket Updated", key.0, None);
    }
}

/// A request of the catalogue waits for the customer's main contact, unless who asks is auto-approved.
fn ask_for_approval(tenant: &mut Tenant, ticket: Key) {
    let Some(row) = tenant.row("Tickets", ticket).filter(|row| row.int("service_id") > 0) else { return };
    let free = |row: &Row| row.list("roles").iter().any(|role| role["id"] == json!(AUTO_APPROVED));
    if tenant.row("Users", (row.int("user_id"), 0)).is_some_and(free) {
        return;
    }
    let main = tenant.int("Client", row.int("client_id"), "main_contact_id");
    let asked = json!([{ "ticket_id": ticket.0, "actionnumber": 1, "type": 4, "summary": row.text("summary"),
        "user_id": main, "approval_process_id": 1, "approval_process_name": "Request", "step_id": 1,
        "step_name": "Request", "requestor_user_id": row.int("user_id"), "is_mandatory": true }]);
    _ = resource("TicketApproval").map(|approvals| post(tenant, approvals, &asked));
}

fn action(tenant: &mut Tenant, key: Key, object: &Object, made: bool) {
    let (now, ticket) = (tenant.now(), (key.0, 0));
    let Some(action) = tenant.row_mut("Actions", key) else { return };
    action.set("last_updated", Some(now));
    if object.contains_key("note_html") {
        action.set("note", plain(action.text("note_html")));
    }
    let (outcome, hours) = (action.int("outcome_id"), action.real("timetaken"));
    if !made {
        touch(tenant, key.0, tenant.manners.quiet_edits);
        return tenant.tell("Action Updated", key.0, Some(key.1));
    }
    let old = tenant.int("Tickets", key.0, "status_id");
    let asked = [number(object, "new_status").unwrap_or(0), tenant.int("Outcome", outcome, "newstatus")];
    let status = asked.into_iter().find(|status| *status > 0).unwrap_or(old);
    let more = object.get("followers_user").and_then(Json::as_array).map_or(0, Vec::len);
    if let Some(row) = tenant.row_mut("Tickets", ticket) {
        row.set("timetaken", row.real("timetaken") + hours);
        row.set("follower_count", row.int("follower_count").saturating_add(i64::try_from(more).unwrap_or(0)));
        row.set("status_id", status);
        row.set("lastactiondate", Some(now));
    }
    tenant.set("Actions", key, "new_status", status);
    touch(tenant, key.0, false);
    set_status(tenant, ticket, old, status);
    tenant.tell("New Action", key.0, Some(key.1));
}

fn approval(tenant: &mut Tenant, key: Key) {
    let now = tenant.now();
    let Some(row) = tenant.row_mut("TicketApproval", key) else { return };
    if row.int("result") != 0 && row.time("dateapproved").is_none() {
        row.set("dateapproved", Some(now));
        touch(tenant, key.0, false);
    }
    tenant.tell("Approval Updated", key.0, None);
}

pub(in super::super) fn touch(tenant: &mut Tenant, ticket: i64, quiet: bool) {
    let now = tenant.now();
    if let Some(row) = tenant.row_mut("Tickets", (ticket, 0)).filter(|_| !quiet) {
        row.updated = now;
        row.set("last_update", Some(now));
    }
}

/// The times that go with a status, and what is told of it.
fn set_status(tenant: &mut Tenant, key: Key, old: i64, status: i64) {
    let now = tenant.now();
    let Some(row) = tenant.row_mut("Tickets", key).filter(|_| old != status) else { return };
    row.set("dateclosed", Some(now).filter(|_| status == CLOSED));
    if status == CLOSED {
        row.set("hasbeenclosed", true);
    }
    tenant.tell("Status Changed", key.0, None);
}

/// What the payments of an invoice leave open.
pub(in super::super) fn settle(tenant: &mut Tenant, invoice: i64) {
    let now = tenant.now();
    let cents = |amount: f64| (amount * 100.0).round() / 100.0;
    let payments = tenant.table("InvoicePayment").values().filter(|row| row.int("invoice_id") == invoice);
    let paid = cents(payments.map(|row| row.real("amount")).sum::<f64>());
    let Some(row) = tenant.row_mut("Invoice", (invoice, 0)) else { return };
    let open = cents(row.real("total") - paid);
    row.set("amountpaid", paid);
    row.set("amountdue", open);
    row.set("amount_remaining", open);
    row.set("paymentstatus", if paid <= 0.0 { 0 } else { 1 + i64::from(open <= 0.0) });
    row.set("datepaid", Some(now).filter(|_| paid > 0.0 && open <= 0.0));
    row.set("last_modified", Some(now));
    row.updated = now;
}
