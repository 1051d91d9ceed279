//! What every call passes: it is noted, it is counted in a window, and it may be its turn to fail.

use super::answer::Answer;
use super::call::Call;
use crate::itflow::api::Now;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::Value as Json;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// What may go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status without a body, and nothing done.
    Status(u16),
    /// Over the limit of somebody else's making, with or without `Retry-After`.
    Limited(Option<u32>),
    /// A page for people, with status 200, and nothing done.
    Html,
    /// Done, and half of the answer's text.
    Truncated,
    /// The connection ends before anything is done.
    Reset,
    /// Done, and then the connection ends.
    ResetAfter,
    /// Done, and then an empty 500.
    FailedAfter,
    /// No answer, ever, and nothing done.
    Hang,
    /// The list's first page, whatever page was asked for.
    FirstPage,
}

/// One request as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub at: NaiveDateTime,
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// JSON, where it was JSON.
    pub body: Option<Json>,
}

/// What differs between products.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Where calls begin that may fail on order; the name of a list follows.
    pub(crate) api: &'static str,
    /// The parameter that numbers pages.
    pub(crate) page: &'static str,
    pub(crate) window: TimeDelta,
    /// The refusal of a call over this limit.
    pub(crate) limited: fn(usize) -> Answer,
}

pub struct Door {
    pub(crate) manner: Manner,
    pub(crate) now: Now,
    pub(crate) limit: usize,
    /// Seconds that a refusal of the rate limit names.
    pub(crate) retry_after: Option<u32>,
    calls: VecDeque<(NaiveDateTime, bool)>,
    pub(crate) busiest: usize,
    pub(crate) limited: usize,
    pub(crate) faults: VecDeque<(Fault, Option<String>)>,
    pub(crate) seen: Vec<Seen>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Door {
    pub(crate) fn new(manner: Manner, limit: usize, now: Now) -> Self {
        let (calls, busiest, limited, faults, seen) = Default::default();
        Self { manner, now, limit, retry_after: None, calls, busiest, limited, faults, seen }
    }

    pub(crate) fn note(&mut self, call: &Call) {
        self.seen.push(Seen {
            at: (self.now)(),
            method: call.method.to_string(),
            path: call.path.clone(),
            query: call.query.clone(),
            body: serde_json::from_slice(&call.body).ok(),
        });
    }

    fn list<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(self.manner.api)?.split('/').next()
    }

    /// The fault that is due for this path, taken.
    pub(crate) fn fault(&mut self, path: &str) -> Option<Fault> {
        let list = self.list(path)?;
        let at = self.faults.iter().position(|(_, place)| place.as_ref().is_none_or(|place| place == list))?;
        self.faults.remove(at).map(|(fault, _)| fault)
    }

    /// Counts a call; refuses it where the window had enough.
    pub(crate) fn count(&mut self) -> Result<(), Answer> {
        let now = (self.now)();
        while self.calls.front().is_some_and(|(at, _)| *at + self.manner.window <= now) {
            self.calls.pop_front();
        }
        let admitted = self.calls.iter().filter(|(_, admitted)| *admitted).count() < self.limit;
        self.calls.push_back((now, admitted));
        self.busiest = self.busiest.max(self.calls.len());
        if admitted {
            return Ok(());
        }
        self.limited += 1;
        Err(self.refusal(self.retry_after))
    }

    pub(crate) fn refusal(&self, retry_after: Option<u32>) -> Answer {
        (self.manner.limited)(self.limit).retry_after(retry_after)
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for seen in &self.seen {
            let list = self.list(&seen.path).or_else(|| seen.path.split('/').nth(1)).unwrap_or_default();
            *counts.entry(format!("{} {list}", seen.method)).or_default() += 1;
        }
        counts
    }
}
