//! Writes to the PSAs: durable before they are sent, sent once, and found again after an unclear answer.
//!
//! * [`store`]: rows of commands and who works on them. * `keys`: a wish that is sent again is known.
//! * `deliver`: one attempt. * `resolve`: placeholders become the PSA's keys. * [`outcome`]: what an error means.
//! * `settle`: how a command ends. * `recover`: what a process left behind, and what may have been sent.
//! * `worker`: the background loop. * `staff`: trying again and giving up.
//!
//! What is acknowledged is committed. Before a PSA is called it is committed that it may have been; whoever dies
//! between leaves that behind, and the next one asks the PSA before anything is sent again.

#![expect(
    clippy::disallowed_methods,
    reason = "the journal lies behind no fence: what is shown of it is read at the desk"
)]

mod accept;
mod deliver;
mod keys;
pub mod outcome;
mod recover;
mod resolve;
mod settle;
mod staff;
pub mod store;
mod worker;

pub use crate::readmodel::entity::journal_commands::{Model as CommandRow, State};
pub use accept::{Author, Draft};
pub use keys::Key;
pub use outcome::Delivery;

use crate::config::JournalSettings;
use crate::readmodel::Store;
use crate::sync::Sync;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, RwLock};
use uuid::Uuid;

/// The journal of one process; all of them share the table.
#[derive(Debug, Clone)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    sync: Sync,
    settings: JournalSettings,
    /// Something is due.
    wake: Notify,
    /// Backends that could not be reached: how often in a row, and until when nobody tries.
    pauses: Mutex<HashMap<Uuid, Pause>>,
    /// Held by every attempt: whoever stops waits for them.
    busy: RwLock<()>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Pause {
    failures: u32,
    until: i64,
}

impl Journal {
    #[must_use]
    pub fn new(store: Store, sync: Sync, settings: JournalSettings) -> Self {
        let (pauses, busy) = (Mutex::default(), RwLock::default());
        Self(Arc::new(Inner { store, sync, settings, wake: Notify::new(), pauses, busy }))
    }

    /// How long after an unclear answer of this backend it is asked what it has.
    fn settle_time(&self, backend: Uuid) -> Duration {
        let most = Duration::from_secs(self.0.settings.settle_most_seconds);
        let source = self.0.sync.source(backend);
        source.map_or(most, |source| source.backend.capabilities().settle.min(most))
    }

    /// How long to wait after so many failures in a row: twice as long each time, and not all at once.
    fn back_off(&self, failures: u32) -> i64 {
        let most = self.0.settings.retry_most_seconds.saturating_mul(1_000);
        let factor = 1_u64.checked_shl(failures.saturating_sub(1).min(20)).unwrap_or(u64::MAX);
        let wait = self.0.settings.retry_seconds.saturating_mul(1_000).saturating_mul(factor).min(most);
        // Between four and six fifths.
        let spread = rand::random_range(0..=wait / 5 * 2);
        i64::try_from(wait - wait / 5 + spread).unwrap_or(i64::MAX)
    }

    fn is_paused(&self, backend: Uuid, now: i64) -> bool {
        let pauses = self.0.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(&backend).is_some_and(|pause| now < pause.until)
    }

    /// A backend could not be reached: nobody tries it before this returns. `wait`: as it asked for itself.
    fn pause(&self, backend: Uuid, now: i64, wait: Option<Duration>) -> i64 {
        let failures = {
            let mut pauses = self.0.pauses.lock().unwrap_or_else(PoisonError::into_inner);
            let pause = pauses.entry(backend).or_default();
            // Those that were sent together failed once.
            pause.failures += u32::from(pause.until <= now);
            pause.failures
        };
        let wait = wait.map_or_else(|| self.back_off(failures), crate::sync::millis);
        let until = now.saturating_add(wait.max(1));
        let mut pauses = self.0.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.entry(backend).or_default();
        pause.until = pause.until.max(until);
        pause.until
    }

    fn resume(&self, backend: Uuid) {
        self.0.pauses.lock().unwrap_or_else(PoisonError::into_inner).remove(&backend);
    }
}
