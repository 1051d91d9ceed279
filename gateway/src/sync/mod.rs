//! Keeps the read model in step with the PSAs.
//!
//! * [`pass`]: one page of one stream at a time, which read wins left to the read model.
//! * [`fresh`]: what an operation needs to be fresh, once, before it runs.
//! * [`beat`]: the background loop. * [`standing`]: where streams stand, as all replicas see it.
//! * [`refused`]: who is not asked again at once. * [`budget`]: how many calls there may be.
//! * [`turn`]: what is walked over next. * [`fill`]: thin rows get their children.
//! * `health`: what backends say of themselves. * `absent`: what they were found not to have.
//! * [`vouch`]: whose password a PSA says it is. * [`write`]: what the journal needs of it.
//! * [`traffic`]: the log of what went to the backends.

mod absent;
pub mod beat;
mod budget;
pub mod fill;
pub mod fresh;
mod health;
mod hints;
pub mod pass;
pub mod progress;
mod refused;
mod seen;
mod standing;
mod traffic;
mod turn;
mod vouch;
mod write;

use crate::readmodel::Store;
use moka::sync::Cache;
use portico_contract::{Backend, CallCx, Kind, Lane, Result, Stream};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use uuid::Uuid;

pub use fresh::{Opened, Stale};
pub use hints::Hear;

/// Objects whose last read is remembered.
const READS: u64 = 10_000;

/// How often streams are read, and how old an answer may be.
#[derive(Debug, Clone)]
pub struct SyncSettings {
    pub every: Duration,
    pub full_every: Duration,
    pub max_staleness: Duration,
    /// An opened object that was confirmed within this time is not read again.
    pub max_age: Duration,
    /// How long an operation waits for a fresher answer.
    pub wait: Duration,
    /// Deadline of one call to a PSA.
    pub call: Duration,
    /// How long a replica that has died keeps others from its streams.
    pub lease: Duration,
    /// How often the background loop looks what is due.
    pub look: Duration,
    /// Rows whose read time may be written for nothing, on average, in each `full_every`.
    pub touch: u64,
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(15),
            full_every: Duration::from_secs(900),
            max_staleness: Duration::from_secs(120),
            max_age: Duration::from_secs(20),
            wait: Duration::from_millis(1500),
            call: Duration::from_secs(5),
            lease: Duration::from_secs(30),
            look: Duration::from_secs(1),
            touch: 10_000,
        }
    }
}

/// A backend and the id its records are derived from.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: Uuid,
    pub backend: Arc<dyn Backend>,
    absent: absent::Seen,
}

impl Source {
    pub(crate) fn name(&self) -> &str {
        &self.backend.info().instance
    }
}

fn is_mirrored(kind: Kind) -> bool {
    crate::readmodel::table::of(kind).is_some()
}

/// The synchroniser: one per process, shared.
#[derive(Debug, Clone)]
pub struct Sync(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub store: Store,
    pub sources: Vec<Source>,
    pub settings: SyncSettings,
    /// This replica's name in leases.
    pub owner: Uuid,
    states: Mutex<standing::States>,
    gates: Mutex<HashMap<Gate, Arc<tokio::sync::Mutex<()>>>>,
    refused: Mutex<refused::Refused>,
    /// Until when background work of a backend waits, and its bulk.
    paused: Mutex<HashMap<(Uuid, bool), i64>>,
    turns: turn::Turns,
    filling: fill::Filling,
    waiting: hints::Waiting,
    healths: health::Healths,
    /// When objects were last read: those who waited for a read need not make another.
    read_at: Cache<Uuid, i64>,
}

/// What only one task does at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Gate {
    /// A pass over a stream.
    Pull(Uuid, Stream),
    /// A page of it.
    Page(Uuid, Stream),
    Object(Uuid),
}

impl Sync {
    /// Registers the backends and looks where their streams stand.
    pub async fn new(store: Store, backends: Vec<Arc<dyn Backend>>, settings: SyncSettings) -> Result<Self> {
        let mut sources = Vec::new();
        for backend in backends {
            let id = store.register_backend(&backend.info().instance, backend.info().kind).await?;
            let absent = Arc::new(RwLock::new(Arc::new(store.absent(id).await?)));
            sources.push(Source { id, backend, absent });
        }
        let sync = Self(Arc::new(Inner {
            store,
            sources,
            settings,
            owner: Uuid::new_v4(),
            states: Mutex::default(),
            gates: Mutex::default(),
            refused: Mutex::default(),
            paused: Mutex::default(),
            turns: turn::Turns::default(),
            filling: fill::Filling::default(),
            waiting: hints::Waiting::default(),
            healths: health::Healths::default(),
            read_at: Cache::new(READS),
        }));
        sync.look().await?;
        Ok(sync)
    }

    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    #[must_use]
    pub fn source(&self, backend: Uuid) -> Option<&Source> {
        self.0.sources.iter().find(|source| source.id == backend)
    }

    fn gate(&self, gate: Gate) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.0.gates.lock().unwrap_or_else(PoisonError::into_inner);
        // Objects come and go: a gate that nobody holds is not kept.
        gates.retain(|kept, lock| !matches!(kept, Gate::Object(_)) || Arc::strong_count(lock) > 1);
        Arc::clone(gates.entry(gate).or_default())
    }

    fn now(&self) -> i64 {
        self.0.store.now().timestamp_millis()
    }
}

/// A call that must end within this time, by the clock that its waits are measured by.
fn call(lane: Lane, within: Duration) -> CallCx {
    CallCx { lane, deadline: tokio::time::Instant::now().into_std() + within }
}

pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
