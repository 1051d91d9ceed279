//! Webhooks: what happened, sent to every address that is set up, in three sizes.

use super::list::single;
use super::resource::resource;
use super::row::{Cell, Row};
use super::state::{Event, State, with};
use super::{Inside, Shared, guid};
use chrono::NaiveDateTime;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use std::sync::Weak;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// After this many failures in a row a webhook is disabled.
const PATIENCE: usize = 5;

/// A body on its way.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    hook: i64,
    url: String,
    header: Option<String>,
    body: String,
    entity: i64,
}

/// Hands on what has happened since the last time.
pub(super) fn due(inside: &mut Inside, deliveries: &UnboundedSender<Delivery>) {
    let events = std::mem::take(&mut inside.state.events);
    let now = inside.state.now();
    let mut due = Vec::new();
    for event in events {
        let number = inside.door.seen.len() + due.len();
        for ((id, _), hook) in inside.state.table("Webhook") {
            if !hook.is("disabled") && hook.is("active") && wants(hook, event.name) {
                let body = body(&inside.state, hook, &event, now, number).to_string();
                let (url, header) = (hook.text("url").to_owned(), header(hook));
                due.push(Delivery { hook: *id, url, header, body, entity: event.ticket });
            }
        }
    }
    if inside.manners.hooks_disordered {
        due.reverse();
    }
    let times = if inside.manners.hooks_twice { 2 } else { 1 };
    for delivery in due.into_iter().flat_map(|delivery| std::iter::repeat_n(delivery, times)) {
        let _ = deliveries.send(delivery);
    }
}

/// A webhook without a list of events takes every one.
fn wants(hook: &Row, event: &str) -> bool {
    let events = hook.list("events");
    events.is_empty() || events.iter().any(|wanted| wanted["name"] == event)
}

fn header(hook: &Row) -> Option<String> {
    use base64::Engine;
    let basic = || format!("{}:{}", hook.text("basic_username"), hook.text("basic_password"));
    match hook.int("authentication_type") {
        1 => Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(basic()))),
        2 => Some(hook.text("authentication_header").to_owned()),
        _ => None,
    }
}

/// `payload_type` 0 is everything, 1 the small object, 2 the event alone.
fn body(state: &State, hook: &Row, event: &Event, now: NaiveDateTime, number: usize) -> Json {
    let unique = guid(event.name, (event.ticket, i64::try_from(number).unwrap_or(0)));
    let mut body = json!({ "id": unique, "notification_id": 1, "event": event.name, "webhook_id": hook.text("id"),
        "object_id": event.ticket, "timestamp": format!("{}.1234567Z", now.format("%FT%T")) });
    let size = hook.int("payload_type");
    if let (Some(resource), Some(row)) = (resource("Tickets"), state.row("Tickets", (event.ticket, 0))) {
        match size {
            0 => body = with(body, "ticket", single(state, resource, (event.ticket, 0), row, true)),
            1 => body = with(body, "ticket", json!({ "id": event.ticket, "summary": row.text("summary") })),
            _ => {}
        }
    }
    if let (0, Some(id), Some(resource)) = (size, event.action, resource("Actions")) {
        let action = state.row("Actions", (event.ticket, id));
        body = with(body, "action", json!(action.map(|row| single(state, resource, (event.ticket, id), row, true))));
    }
    body
}

/// Sends one after the other, and keeps what became of each.
pub(super) async fn send(mut due: UnboundedReceiver<Delivery>, shared: Weak<Shared>) {
    let mut failures = std::collections::BTreeMap::<i64, usize>::new();
    while let Some(delivery) = due.recv().await {
        let status = deliver(&delivery).await.unwrap_or(0);
        let Some(shared) = shared.upgrade() else { return };
        let failed = failures.entry(delivery.hook).or_default();
        *failed = if (200..300).contains(&status) { 0 } else { *failed + 1 };
        shared.lock().delivered(&delivery, status, *failed >= PATIENCE);
    }
}

impl Inside {
    fn delivered(&mut self, delivery: &Delivery, status: u16, disable: bool) {
        let (Some(resource), now) = (resource("WebhookEvent"), self.state.now()) else { return };
        let Some(hook) = self.state.row_mut("Webhook", (delivery.hook, 0)) else { return };
        hook.set("disabled", Cell::Flag(disable));
        let key = (self.state.next("WebhookEvent"), 0);
        let mut row = Row::new(now);
        let values = json!({ "id": guid("WebhookEvent", key), "webhook_id": guid("Webhook", (delivery.hook, 0)), "timestamp": now,
            "responsestatus": status, "status": i64::from(!(200..300).contains(&status)), "error": !(200..300).contains(&status),
            "entity_id": delivery.entity, "requestbody": delivery.body });
        let taken = values.as_object().is_some_and(|values| row.take(resource, values).is_ok());
        debug_assert!(taken);
        self.state.put("WebhookEvent", key, row);
    }
}

/// The status that the receiver answers with; nothing where it cannot be reached.
async fn deliver(delivery: &Delivery) -> Option<u16> {
    let url = url::Url::parse(&delivery.url).ok()?;
    let place = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let stream = tokio::net::TcpStream::connect(&place).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let carried = tokio::spawn(connection);
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = hyper::Request::post(path).header(HOST, place).header(CONTENT_TYPE, "application/json");
    if let Some(header) = &delivery.header {
        request = request.header(AUTHORIZATION, header);
    }
    let answer = sender.send_request(request.body(Full::new(Bytes::from(delivery.body.clone()))).ok()?).await;
    let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
    if let Ok(answer) = answer {
        let _ = answer.into_body().collect().await;
    }
    carried.abort();
    status
}
