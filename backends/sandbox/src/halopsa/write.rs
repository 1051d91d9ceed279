//! Writing: arrays of objects, where an id changes a row and no id makes one.

use super::answer::Answer;
use super::resource::{Kind, Resource, resource};
use super::row::{Cell, Key, Row};
use super::state::{State, number};
use super::{API_AGENT, CLOSED, UNKNOWN_CLIENT, guid};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

type Object = Map<String, Json>;

/// The role whose holders' requests need no approval.
const AUTO_APPROVED: i64 = 1;

/// Writes every object of the array; gives the keys of the rows.
pub(super) fn post(state: &mut State, resource: &Resource, body: &Json) -> Result<Vec<Key>, Answer> {
    let unread = || Answer::model_state("", "Cannot deserialize the current JSON object: a JSON array is required.");
    let objects = body.as_array().ok_or_else(unread)?;
    let mut keys = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let object = object.as_object().ok_or_else(|| Answer::model_state(&format!("[{at}]"), "Not an object."))?;
        keys.push(write(state, resource, at, object)?);
    }
    Ok(keys)
}

fn write(state: &mut State, resource: &Resource, at: usize, object: &Object) -> Result<Key, Answer> {
    let now = state.now();
    let ticket = number(object, "ticket_id").unwrap_or(0);
    let key = match resource.path {
        "Actions" => (ticket, number(object, "id").unwrap_or(0)),
        "TicketApproval" => (ticket, number(object, "seq").unwrap_or(0)),
        _ => (number(object, "id").unwrap_or(0), 0),
    };
    let within = matches!(resource.path, "Actions" | "TicketApproval");
    if within && state.row("Tickets", (ticket, 0)).is_none() {
        return Err(Answer::exception("You do not have access to this ticket, or it does not exist."));
    }
    let made = if within { key.1 <= 0 } else { key.0 <= 0 };
    let key = match (made, within) {
        (true, true) => (ticket, state.next_on(resource.path, ticket)),
        (true, false) => (state.next(resource.path), 0),
        (false, _) => key,
    };
    let mut row = match state.row(resource.path, key) {
        Some(row) => row.clone(),
        None if made => beginning(state, resource, key, object)?,
        None => return Err(Answer::exception("Object reference not set to an instance of an object.")),
    };
    let mut taken = object.clone();
    for name in ["id", "seq", "attachments", "customfields", "last_update", "last_updated"] {
        taken.remove(name);
    }
    let before = row.clone();
    let unfit = |name| Answer::model_state(&format!("[{at}].{name}"), "Error converting value.");
    row.take(resource, &taken).map_err(unfit)?;
    custom_fields(&mut row, object);
    row.updated = now;
    state.put(resource.path, key, row);
    after(state, resource, key, object, made.then_some(()).map_or(Some(before), |()| None));
    let files = object.get("attachments").filter(|_| matches!(resource.path, "Tickets" | "Actions"));
    for file in files.and_then(Json::as_array).into_iter().flatten() {
        let action = if within { key.1 } else { 0 };
        attach(state, key.0, action, file);
    }
    Ok(key)
}

/// How a row is known: by a number, or by a GUID.
pub(super) fn identity(resource: &Resource, key: Key) -> Json {
    let guid = json!(guid(resource.path, key));
    let number = json!(if key.1 == 0 { key.0 } else { key.1 });
    let by_guid = resource.field("id").is_some_and(|(_, kind)| kind == Kind::Text);
    json!({ "id": if by_guid { &guid } else { &number }, "seq": key.1, "guid": guid })
}

/// A new row before the caller's values: what Halo sets by itself.
fn beginning(state: &State, resource: &Resource, key: Key, object: &Object) -> Result<Row, Answer> {
    let now = json!(state.now());
    let more = match resource.path {
        "Tickets" => ticket_beginning(state, object)?,
        "Actions" => action_beginning(state, key, object)?,
        "TicketApproval" => json!({ "result": 0, "datetime": now, "requestor_agent_id": API_AGENT }),
        "Attachment" => json!({ "datecreated": now, "type": 0, "action_id": 0, "showforusers": true }),
        "Users" => person(state, object)?,
        "InvoicePayment" => json!({ "date": now, "method": 0, "status": 1 }),
        "Invoice" => {
            json!({ "date_created": now, "invoice_date": now, "posted": false, "amountpaid": 0.0, "lines": [] })
        }
        "Feedback" => json!({ "date": now }),
        "Webhook" => json!({ "active": true, "disabled": false, "payload_type": 0 }),
        _ => json!({ "inactive": false }),
    };
    let mut row = Row::new(state.now());
    for part in [identity(resource, key), more] {
        let part = part.as_object().cloned().unwrap_or_default();
        row.take(resource, &part).map_err(|name| Answer::exception(&name))?;
    }
    Ok(row)
}

fn ticket_beginning(state: &State, object: &Object) -> Result<Json, Answer> {
    if object.get("summary").and_then(Json::as_str).is_none_or(str::is_empty) {
        return Err(Answer::exception("Please enter a summary."));
    }
    let of = |name| number(object, name).filter(|id| *id > 0);
    if of("user_id").is_some() && of("site_id").is_none() {
        return Err(Answer::exception("Please select a site for this user."));
    }
    let site = of("site_id").and_then(|id| state.row("Site", (id, 0)));
    let client = of("client_id").or_else(|| site.map(|site| site.int("client_id"))).unwrap_or(UNKNOWN_CLIENT);
    let Some(home) = state.row("Client", (client, 0)) else { return Err(Answer::sentence("The client is not known.")) };
    let kind = of("tickettype_id").unwrap_or(1);
    let Some(kind_row) = state.row("TicketType", (kind, 0)) else {
        return Err(Answer::exception("Invalid ticket type."));
    };
    let (now, text) = (json!(state.now()), object.get("details_html").and_then(Json::as_str).unwrap_or_default());
    Ok(json!({ "client_id": client, "site_id": home.int("main_site_id"), "user_id": 0, "usertype": 1,
        "tickettype_id": kind, "status_id": kind_row.int("initial_status"), "sla_id": 1, "priority_id": 4, "impact": 3,
        "urgency": 3, "agent_id": 1, "team": "Service Desk", "details": plain(text), "dateoccurred": now,
        "datecreated": now, "dateclosed": null, "last_update": now, "lastactiondate": now, "deleted": false,
        "hasbeenclosed": false, "inactive": false, "timetaken": 0.0, "source": 0, "follower_count": 0 }))
}

fn action_beginning(state: &State, key: Key, object: &Object) -> Result<Json, Answer> {
    let named = object.get("outcome").and_then(Json::as_str).filter(|name| !name.is_empty());
    let by_name = |name: &str| state.table("Outcome").values().find(|row| row.text("outcome") == name);
    let outcome = number(object, "outcome_id").map(|id| state.row("Outcome", (id, 0)));
    if named.is_none() && outcome.flatten().is_none() {
        return Err(Answer::exception("An outcome must be entered for this action."));
    }
    let outcome = outcome.flatten().or_else(|| named.and_then(by_name));
    let now = json!(state.now());
    let user = number(object, "actionby_user_id").and_then(|id| state.row("Users", (id, 0)));
    let agent = ["who_agentid", "actionby_agent_id"].iter().find_map(|name| number(object, name)).unwrap_or(API_AGENT);
    let who = user.or_else(|| state.row("Agent", (agent, 0))).map(|row| row.text("name")).unwrap_or_default();
    let note = object.get("note_html").and_then(Json::as_str).unwrap_or_default();
    let status = state.row("Tickets", (key.0, 0)).map_or(0, |row| row.int("status_id"));
    Ok(json!({ "ticket_id": key.0, "outcome_id": outcome.map_or(0, |row| row.int("id")),
        "outcome": outcome.map_or(named.unwrap_or_default(), |row| row.text("outcome")), "who": who,
        "who_type": i64::from(user.is_none()), "who_agentid": if user.is_none() { agent } else { 0 },
        "actionby_agent_id": agent, "datetime": now, "actiondatecreated": now, "last_updated": now,
        "note": plain(note), "note_html": object.get("note"), "hiddenfromuser": outcome.is_some_and(|row| row.is("hidefromuser")),
        "old_status": status, "timetaken": 0.0, "action_systemid": 0, "attachment_count": 0 }))
}

fn person(state: &State, object: &Object) -> Result<Json, Answer> {
    let Some(site) = number(object, "site_id").and_then(|id| state.row("Site", (id, 0))) else {
        return Err(Answer::exception("Please select a site for this user."));
    };
    let part = |name: &str| object.get(name).and_then(Json::as_str).unwrap_or_default();
    let name = format!("{} {}", part("firstname"), part("surname"));
    Ok(json!({ "name": name.trim(), "site_id": site.int("id"), "site_id_int": site.int("id"),
        "client_id": site.int("client_id"), "inactive": false, "web_access_level": super::ACCESS_OWN,
        "datecreated": state.now(), "roles": [] }))
}

/// What a written row moves elsewhere. Without `before` the row is new.
fn after(state: &mut State, resource: &Resource, key: Key, object: &Object, before: Option<Row>) {
    match resource.path {
        "Tickets" => after_ticket(state, key, object, before.as_ref()),
        "Actions" => after_action(state, key, object, before.is_none()),
        "TicketApproval" => after_approval(state, key),
        "InvoicePayment" => {
            let invoice = state.row("InvoicePayment", key).map_or(0, |row| row.int("invoice_id"));
            let client = state.row("Invoice", (invoice, 0)).map_or(0, |row| row.int("client_id"));
            state.row_mut("InvoicePayment", key).into_iter().for_each(|row| row.set("client_id", Cell::Int(client)));
            settle(state, invoice);
        }
        "Invoice" => settle(state, key.0),
        "Users" => {
            let site = state.row("Users", key).map_or(0, |row| row.int("site_id"));
            let client = state.row("Site", (site, 0)).map_or(0, |row| row.int("client_id"));
            if let Some(row) = state.row_mut("Users", key) {
                row.set("site_id_int", Cell::Int(site));
                row.set("client_id", Cell::Int(client));
            }
        }
        "Attachment" => measure(state, key),
        _ => {}
    }
}

fn after_ticket(state: &mut State, key: Key, object: &Object, before: Option<&Row>) {
    let now = state.now();
    let status = state.row("Tickets", key).map_or(0, |row| row.int("status_id"));
    let category = object.get("category_1").and_then(Json::as_str).map(|path| {
        let known = state.table("Category").iter().find(|(_, row)| row.text("value") == path);
        known.map_or(0, |(key, _)| key.0)
    });
    let Some(row) = state.row_mut("Tickets", key) else { return };
    row.set("last_update", Cell::Time(now));
    category.into_iter().for_each(|id| row.set("categoryid_1", Cell::Int(id)));
    if object.get("_recover") == Some(&json!(true)) {
        row.set("deleted", Cell::Flag(false));
    }
    if object.contains_key("details_html") && !object.contains_key("details") {
        let text = plain(row.text("details_html"));
        row.set("details", Cell::Text(text.into()));
    }
    if before.is_none() {
        ask_for_approval(state, key);
        state.tell("New Ticket Logged", key.0, None);
    }
    let old = before.map_or(status, |before| before.int("status_id"));
    set_status(state, key, old, status);
    if before.is_some() {
        state.tell("Ticket Updated", key.0, None);
    }
}

/// A request of the catalogue waits for the customer's main contact, unless who asks is auto-approved.
fn ask_for_approval(state: &mut State, ticket: Key) {
    let Some(row) = state.row("Tickets", ticket).filter(|row| row.int("service_id") > 0) else { return };
    let (user, client, summary) = (row.int("user_id"), row.int("client_id"), row.text("summary").to_owned());
    let free = |row: &Row| row.list("roles").iter().any(|role| role["id"] == json!(AUTO_APPROVED));
    let main = state.row("Client", (client, 0)).map_or(0, |row| row.int("main_contact_id"));
    let (false, Some(approvals)) = (state.row("Users", (user, 0)).is_some_and(free), resource("TicketApproval")) else {
        return;
    };
    let asked = json!({ "ticket_id": ticket.0, "actionnumber": 1, "type": 4, "user_id": main, "summary": summary,
        "approval_process_id": 1, "approval_process_name": "Request", "step_id": 1, "step_name": "Request",
        "requestor_user_id": user, "is_mandatory": true });
    let _ = write(state, approvals, 0, asked.as_object().unwrap_or(&Map::new()));
}

fn after_action(state: &mut State, key: Key, object: &Object, made: bool) {
    let (now, ticket) = (state.now(), (key.0, 0));
    let Some(action) = state.row_mut("Actions", key) else { return };
    action.set("last_updated", Cell::Time(now));
    for (html, text) in [("note_html", "note")] {
        if object.contains_key(html) {
            let words = plain(action.text(html));
            action.set(text, Cell::Text(words.into()));
        }
    }
    let (outcome, hours) = (action.int("outcome_id"), action.real("timetaken"));
    if !made {
        touch(state, key.0, state.quiet_edits);
        return state.tell("Action Updated", key.0, Some(key.1));
    }
    let by_outcome = state.row("Outcome", (outcome, 0)).map(|row| row.int("newstatus")).filter(|status| *status > 0);
    let old = state.row("Tickets", ticket).map_or(0, |row| row.int("status_id"));
    let status = number(object, "new_status").filter(|status| *status > 0).or(by_outcome).unwrap_or(old);
    if let Some(row) = state.row_mut("Tickets", ticket) {
        let (hours, followers) = (row.real("timetaken") + hours, row.int("follower_count"));
        let more = object.get("followers_user").and_then(Json::as_array).map_or(0, Vec::len);
        row.set("timetaken", Cell::Real(hours));
        row.set("follower_count", Cell::Int(followers.saturating_add(i64::try_from(more).unwrap_or(0))));
        row.set("status_id", Cell::Int(status));
        row.set("lastactiondate", Cell::Time(now));
    }
    state.row_mut("Actions", key).into_iter().for_each(|row| row.set("new_status", Cell::Int(status)));
    touch(state, key.0, false);
    set_status(state, ticket, old, status);
    state.tell("New Action", key.0, Some(key.1));
}

fn after_approval(state: &mut State, key: Key) {
    let now = state.now();
    let Some(row) = state.row_mut("TicketApproval", key) else { return };
    if row.int("result") != 0 && row.time("dateapproved").is_none() {
        row.set("dateapproved", Cell::Time(now));
        touch(state, key.0, false);
    }
    state.tell("Approval Updated", key.0, None);
}

pub(super) fn touch(state: &mut State, ticket: i64, quiet: bool) {
    let now = state.now();
    if let Some(row) = state.row_mut("Tickets", (ticket, 0)).filter(|_| !quiet) {
        row.updated = now;
        row.set("last_update", Cell::Time(now));
    }
}

/// The times that go with a status, and what is told of it.
fn set_status(state: &mut State, key: Key, old: i64, status: i64) {
    let now = state.now();
    if old == status {
        return;
    }
    let Some(row) = state.row_mut("Tickets", key) else { return };
    row.set("dateclosed", if status == CLOSED { Cell::Time(now) } else { Cell::Null });
    if status == CLOSED {
        row.set("hasbeenclosed", Cell::Flag(true));
    }
    state.tell("Status Changed", key.0, None);
}

/// What the payments of an invoice leave open.
pub(super) fn settle(state: &mut State, invoice: i64) {
    let now = state.now();
    let payments = state.table("InvoicePayment").values().filter(|row| row.int("invoice_id") == invoice);
    let paid = (payments.map(|row| row.real("amount")).sum::<f64>() * 100.0).round() / 100.0;
    let Some(row) = state.row_mut("Invoice", (invoice, 0)) else { return };
    let open = ((row.real("total") - paid) * 100.0).round() / 100.0;
    row.set("amountpaid", Cell::Real(paid));
    row.set("amountdue", Cell::Real(open));
    row.set("amount_remaining", Cell::Real(open));
    row.set("paymentstatus", Cell::Int(if paid <= 0.0 { 0 } else { 1 + i64::from(open <= 0.0) }));
    row.set("datepaid", if paid > 0.0 && open <= 0.0 { Cell::Time(now) } else { Cell::Null });
    row.set("last_modified", Cell::Time(now));
    row.updated = now;
}

/// Custom fields go one by one: those that are not named stay.
fn custom_fields(row: &mut Row, object: &Object) {
    let Some(sent) = object.get("customfields").and_then(Json::as_array) else { return };
    let mut kept = row.list("customfields").to_vec();
    for field in sent {
        let same = |old: &Json| old["id"] == field["id"] || (field["id"].is_null() && old["name"] == field["name"]);
        kept.retain(|old| !same(old));
        let value = &field["value"];
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        kept.push(json!({ "id": field["id"], "name": field["name"], "type": 0, "usage": 1, "value": value, "display": shown }));
    }
    row.set("customfields", Cell::Json(Box::new(Json::Array(kept))));
}

fn attach(state: &mut State, ticket: i64, action: i64, file: &Json) {
    let Some(files) = resource("Attachment") else { return };
    let mut object = file.as_object().cloned().unwrap_or_default();
    object.insert("ticket_id".to_owned(), json!(ticket));
    object.insert("action_id".to_owned(), json!(action));
    let _ = write(state, files, 0, &object);
    let count = state.table("Attachment").values().filter(|row| row.int("ticket_id") == ticket).count();
    let count = Cell::Int(i64::try_from(count).unwrap_or(0));
    state.row_mut("Tickets", (ticket, 0)).into_iter().for_each(|row| row.set("attachment_count", count.clone()));
}

/// The bytes of an attachment.
pub(super) fn bytes(row: &Row) -> Vec<u8> {
    match row.get("data_base64") {
        Cell::Text(text) => STANDARD.decode(text.rsplit(',').next().unwrap_or_default()).unwrap_or_default(),
        _ => crate::uploads::bytes_of(row.text("filename")).to_vec(),
    }
}

fn measure(state: &mut State, key: Key) {
    let Some(row) = state.row_mut("Attachment", key) else { return };
    let size = i64::try_from(bytes(row).len()).unwrap_or(0);
    row.set("filesize", Cell::Int(size));
}

/// The text of HTML.
pub(super) fn plain(html: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.trim().to_owned()
}
