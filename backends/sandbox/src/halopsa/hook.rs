//! Webhooks: what happened, for every address that is set up, in three sizes.

use super::resource::{Resource, resource};
use super::single::single;
use super::tenant::{Event, Tenant};
use super::write;
use crate::rest::hook::{Delivery, good};
use crate::rest::mapping::members;
use crate::rest::row::Row;
use crate::rest::table::guid;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// After this many failures in a row a webhook is disabled.
const PATIENCE: usize = 5;

/// What has happened since the last time.
pub(super) fn due(tenant: &mut Tenant) -> Vec<Delivery> {
    let events = std::mem::take(&mut tenant.events);
    let mut due = Vec::new();
    for event in events {
        let number = tenant.door.seen.len() + due.len();
        for ((id, _), hook) in tenant.table("Webhook") {
            if !hook.is("disabled") && hook.is("active") && wants(hook, event.name) {
                let body = body(tenant, hook, &event, number).to_string();
                let (url, authorization) = (hook.text("url").to_owned(), authorization(hook));
                due.push(Delivery { hook: *id, url, authorization, body, about: event.ticket });
            }
        }
    }
    if tenant.manners.hooks_disordered {
        due.reverse();
    }
    let times = if tenant.manners.hooks_twice { 2 } else { 1 };
    due.into_iter().flat_map(|delivery| std::iter::repeat_n(delivery, times)).collect()
}

/// A webhook without a list of events takes every one.
fn wants(hook: &Row, event: &str) -> bool {
    let events = hook.list("events");
    events.is_empty() || events.iter().any(|wanted| wanted["name"] == event)
}

fn authorization(hook: &Row) -> Option<String> {
    let basic = || format!("{}:{}", hook.text("basic_username"), hook.text("basic_password"));
    match hook.int("authentication_type") {
        1 => Some(format!("Basic {}", STANDARD.encode(basic()))),
        2 => Some(hook.text("authentication_header").to_owned()),
        _ => None,
    }
}

/// `payload_type` 0 is everything, 1 the small object, 2 the event alone.
fn body(tenant: &Tenant, hook: &Row, event: &Event, number: usize) -> Json {
    let unique = guid(event.name, (event.ticket, i64::try_from(number).unwrap_or(0)));
    let mut body = members(json!({ "id": unique, "notification_id": 1, "event": event.name,
        "webhook_id": hook.text("id"), "object_id": event.ticket,
        "timestamp": format!("{}.1234567Z", tenant.now().format("%FT%T")) }));
    let (size, key) = (hook.int("payload_type"), (event.ticket, 0));
    let whole = |path: &str, key| {
        let (resource, row): (&Resource, &Row) = (resource(path)?, tenant.row(path, key)?);
        Some(single(tenant, resource, key, row, true))
    };
    let ticket = match size {
        0 => whole("Tickets", key),
        1 => tenant.row("Tickets", key).map(|row| json!({ "id": event.ticket, "summary": row.text("summary") })),
        _ => None,
    };
    body.extend(ticket.map(|ticket| ("ticket".to_owned(), ticket)));
    let action = event.action.filter(|_| size == 0);
    body.extend(action.map(|id| ("action".to_owned(), json!(whole("Actions", (event.ticket, id))))));
    Json::Object(body)
}

/// What became of a webhook, in the list of its kind.
pub(super) fn delivered(tenant: &mut Tenant, delivery: &Delivery, status: u16, failed: usize) {
    let (Some(resource), hook) = (resource("WebhookEvent"), (delivery.hook, 0)) else { return };
    if tenant.row("Webhook", hook).is_none() {
        return;
    }
    tenant.set("Webhook", hook, "disabled", failed >= PATIENCE);
    let event = json!({ "webhook_id": guid("Webhook", hook), "timestamp": tenant.now(), "responsestatus": status,
        "status": i64::from(!good(status)), "error": !good(status), "entity_id": delivery.about,
        "requestbody": delivery.body });
    let written = write::post(tenant, resource, &json!([event]));
    debug_assert!(written.is_ok());
}
