//! What went through.

use super::fault::Fault;
use bytes::Bytes;
use http::Method;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// One request.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// The path with the query.
    pub path: String,
    /// The body.
    pub body: Bytes,
    /// What went wrong with it.
    pub fault: Option<Fault>,
    /// How often the PSA has answered it.
    pub forwarded: u32,
    /// The status that the backend was told.
    pub answered: Option<u16>,
}

/// How many requests, so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Came in whole.
    pub seen: u64,
    /// Were answered by the PSA; one that it got twice counts twice.
    pub forwarded: u64,
    /// Were answered to the backend, or half of it.
    pub answered: u64,
}

#[derive(Debug)]
pub(super) struct Log {
    seen: Mutex<Vec<Seen>>,
    counts: watch::Sender<Counts>,
}

impl Log {
    pub fn new() -> Self {
        Self { seen: Mutex::default(), counts: watch::Sender::new(Counts::default()) }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a request; gives its number.
    pub fn enter(&self, seen: Seen) -> usize {
        let mut entries = self.entries();
        entries.push(seen);
        self.counts.send_modify(|counts| counts.seen += 1);
        entries.len() - 1
    }

    pub fn forwarded(&self, number: usize) {
        if let Some(entry) = self.entries().get_mut(number) {
            entry.forwarded += 1;
        }
        self.counts.send_modify(|counts| counts.forwarded += 1);
    }

    pub fn answered(&self, number: usize, status: u16) {
        if let Some(entry) = self.entries().get_mut(number) {
            entry.answered = Some(status);
        }
        self.counts.send_modify(|counts| counts.answered += 1);
    }

    pub fn all(&self) -> Vec<Seen> {
        self.entries().clone()
    }

    pub fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }
}
