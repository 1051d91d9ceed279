//! Webhooks: what to read again. A delivery says that something has happened, and is believed in nothing else.
//!
//! Bodies come in several sizes, once or in arrays, out of order and more than once: only the ids in them count.

use crate::backend::Halo;
use crate::signed::is_signed;
use crate::wire::{Int, Text};
use chrono::TimeDelta;
use portico_contract::{Delivery, Error, ErrorKind, Hint, Kind, NativeId, Result, Stream};
use serde::Deserialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Deliveries of which it is remembered that they came.
const REMEMBERED: usize = 1_000;
/// Events of one delivery that are looked at; more of them mean that the whole stream has moved.
const EVENTS: usize = 100;

/// Letters of an id that count.
const LONGEST: usize = 100;
/// What happened longer ago polling has found. Who sends an old delivery again makes no work with it.
const STALE: TimeDelta = TimeDelta::days(1);

/// The ids of deliveries that came.
#[derive(Debug, Default)]
pub(crate) struct Deliveries(Mutex<VecDeque<String>>);

impl Deliveries {
    /// Whether this one is new.
    fn note(&self, id: &str) -> bool {
        let id: String = id.chars().take(LONGEST).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&id) {
            return false;
        }
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        known.push_back(id);
        true
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    id: Text,
    event: Text,
    object_id: Int,
    timestamp: Text,
    ticket: Value,
    action: Value,
    client: Value,
    user: Value,
    invoice: Value,
    asset: Value,
}

/// Words in the name of an event, and what `object_id` is then. Names are free text: the first that fits. Those of
/// tickets come before people and places, who are named in events of tickets as well.
const EVENTS_OF: &[(&str, Kind)] = &[
    ("invoice", Kind::Invoice),
    ("asset", Kind::Asset),
    ("contract", Kind::Contract),
    ("quot", Kind::Quote),
    ("article", Kind::Article),
    ("ticket", Kind::Ticket),
    ("action", Kind::Ticket),
    ("email", Kind::Ticket),
    ("status", Kind::Ticket),
    ("sla", Kind::Ticket),
    ("approval", Kind::Ticket),
    ("reassign", Kind::Ticket),
    ("user", Kind::Contact),
    ("client", Kind::Account),
    ("customer", Kind::Account),
    ("site", Kind::Site),
];

impl Halo {
    pub(crate) fn told(&self, delivery: &Delivery) -> Result<Vec<Hint>> {
        let secret = self.config.webhook_secret.as_ref().ok_or_else(|| Error::unsupported("webhooks"))?;
        if !is_signed(delivery, &self.config, secret) {
            let public = "This webhook does not carry the secret that this backend expects.";
            return Err(Error::new(ErrorKind::Forbidden, public));
        }
        let unreadable = || Error::invalid("This webhook cannot be read.");
        let events: Vec<Event> = match serde_json::from_slice(&delivery.body).map_err(|_| unreadable())? {
            Value::Array(events) => events.into_iter().filter_map(|event| serde_json::from_value(event).ok()).collect(),
            event => vec![serde_json::from_value(event).map_err(|_| unreadable())?],
        };
        if events.len() > EVENTS {
            return Ok(vec![Hint::Pull(Stream::Tickets)]);
        }
        let oldest = delivery.received_at - STALE;
        let mut hints = Vec::new();
        for event in events {
            if self.zone.moment(&event.timestamp).is_some_and(|at| at < oldest) {
                continue;
            }
            // One without an id is looked at each time: to read twice does no harm.
            let new = event.id.as_str().is_none_or(|id| self.deliveries.note(id));
            let hint = hint(&event);
            if new && !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        Ok(hints)
    }
}

fn hint(event: &Event) -> Hint {
    let of = |object: &Value, key: &str| {
        object.get(key).and_then(|id| serde_json::from_value::<Int>(id.clone()).ok()?.key())
    };
    let ticket = of(&event.action, "ticket_id").or_else(|| of(&event.ticket, "id"));
    if let Some(id) = ticket {
        return Hint::Read(NativeId::new(Kind::Ticket, id));
    }
    let objects = [
        (&event.invoice, Kind::Invoice),
        (&event.asset, Kind::Asset),
        (&event.user, Kind::Contact),
        (&event.client, Kind::Account),
    ];
    if let Some((id, kind)) = objects.iter().find_map(|(object, kind)| Some((of(object, "id")?, *kind))) {
        return Hint::Read(NativeId::new(kind, id));
    }
    let name = event.event.as_str().unwrap_or_default().to_lowercase();
    let kind = EVENTS_OF.iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| *kind);
    match (kind, event.object_id.key()) {
        (Some(kind), Some(id)) => Hint::Read(NativeId::new(kind, id)),
        (Some(kind), None) => Hint::Pull(kind.stream()),
        (None, _) => Hint::Pull(Stream::Tickets),
    }
}
