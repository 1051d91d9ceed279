//! Figures of one backend's calls, for the gateway to show.

use portico_contract::{BreakerState, ErrorKind, Figures, Result};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters that only grow, but for `waiting`. Cheap enough to be always on.
#[derive(Debug, Default)]
pub struct Metrics {
    calls: AtomicU64,
    tries: AtomicU64,
    retries: AtomicU64,
    refused: AtomicU64,
    renewals: AtomicU64,
    waiting: AtomicU64,
    answered: AtomicU64,
    failed: [AtomicU64; ErrorKind::ALL.len()],
}

/// A call that waits; it counts until this is dropped.
pub(crate) struct Waits<'a>(&'a AtomicU64);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Metrics {
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    pub(crate) fn tried(&self) {
        self.tries.fetch_add(1, Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(crate) fn renewed(&self) {
        self.renewals.fetch_add(1, Relaxed);
    }

    pub(crate) fn waits(&self) -> Waits<'_> {
        self.waiting.fetch_add(1, Relaxed);
        Waits(&self.waiting)
    }

    pub(crate) fn ended<T>(&self, result: &Result<T>) {
        let counter = match result {
            Ok(_) => Some(&self.answered),
            Err(error) => ErrorKind::ALL
                .iter()
                .zip(&self.failed)
                .find(|(kind, _)| **kind == error.kind)
                .map(|(_, counter)| counter),
        };
        if let Some(counter) = counter {
            counter.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn figures(&self, breaker: BreakerState) -> Figures {
        let failed = ErrorKind::ALL.iter().zip(&self.failed).map(|(kind, counter)| (kind.as_str(), counter));
        let outcomes = failed.chain([("OK", &self.answered)]).map(|(word, counter)| (word, counter.load(Relaxed)));
        Figures {
            calls: self.calls.load(Relaxed),
            tries: self.tries.load(Relaxed),
            retries: self.retries.load(Relaxed),
            refused: self.refused.load(Relaxed),
            renewals: self.renewals.load(Relaxed),
            waiting: self.waiting.load(Relaxed),
            outcomes: outcomes.filter(|(_, count)| *count > 0).collect(),
            breaker,
        }
    }
}
