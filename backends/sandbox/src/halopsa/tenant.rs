//! What the tenant holds: its tables, its tokens, and what happened in it that webhooks tell.

use super::answer::limited;
use super::{Manners, hook};
use crate::itflow::api::Now;
use crate::rest::Vendor;
use crate::rest::answer::Answer;
use crate::rest::call::Call;
use crate::rest::door::{Door, Manner};
use crate::rest::hook::Delivery;
use crate::rest::row::Row;
use crate::rest::table::Tables;
use crate::rest::token::Tokens;
use chrono::{NaiveDateTime, TimeDelta};
use std::ops::{Deref, DerefMut};

pub(super) const TENANT: &str = "northlight";
const CLIENT_ID: &str = "7c1f3a0e-5b1e-4c53-9f7e-1d2f6a8e0b44";
const SECRET: &str = "halo-client-secret";
const LIFETIME: TimeDelta = TimeDelta::hours(1);
const LIMIT: usize = 700;
const MANNER: Manner = Manner { api: "/api/", page: "page_no", window: TimeDelta::minutes(5), limited };

/// Something that a notification knows by name.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) ticket: i64,
    pub(super) action: Option<i64>,
}

#[derive(Debug)]
pub struct Tenant {
    pub(super) url: String,
    tables: Tables,
    pub(super) door: Door,
    pub(super) tokens: Tokens,
    pub(super) manners: Manners,
    pub(super) events: Vec<Event>,
}

impl Deref for Tenant {
    type Target = Tables;

    fn deref(&self) -> &Tables {
        &self.tables
    }
}

impl DerefMut for Tenant {
    fn deref_mut(&mut self) -> &mut Tables {
        &mut self.tables
    }
}

impl Vendor for Tenant {
    fn door(&mut self) -> &mut Door {
        &mut self.door
    }

    fn tokens(&mut self) -> &mut Tokens {
        &mut self.tokens
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }

    fn answer(&mut self, call: &Call) -> Answer {
        self.answered(call).unwrap_or_else(|refusal| refusal)
    }

    fn due(&mut self) -> Vec<Delivery> {
        hook::due(self)
    }

    fn delivered(&mut self, delivery: &Delivery, status: u16, failed: usize) {
        hook::delivered(self, delivery, status, failed);
    }
}

impl Tenant {
    pub(super) fn new(url: &str, now: Now) -> Self {
        Self {
            url: url.to_owned(),
            tables: Tables::default(),
            door: Door::new(MANNER, LIMIT, now),
            tokens: Tokens::new(CLIENT_ID, SECRET, LIFETIME, "all admin offline_access"),
            manners: Manners::default(),
            events: Vec::new(),
        }
    }

    pub(super) fn now(&self) -> NaiveDateTime {
        (self.door.now)()
    }

    pub(super) fn tell(&mut self, name: &'static str, ticket: i64, action: Option<i64>) {
        self.events.push(Event { name, ticket, action });
    }

    /// The customer that a row belongs to; 0 for everybody's.
    pub(super) fn client_of(&self, path: &str, row: &Row) -> i64 {
        match path {
            "Client" => row.int("id"),
            "Actions" | "Attachment" | "TicketApproval" | "Feedback" => {
                self.int("Tickets", row.int("ticket_id"), "client_id")
            }
            _ => row.int("client_id"),
        }
    }
}
