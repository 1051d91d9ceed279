//! Keeps the read model in step with the PSAs.
//!
//! * [`pass`]: one page of one stream at a time, which read wins left to the read model.
//! * [`fresh`]: what an operation needs to be fresh, once, before it runs.
//! * [`beat`]: the background loop. * [`vouch`]: whose password a PSA says it is.

pub mod beat;
pub mod fresh;
pub mod pass;
pub mod progress;
mod vouch;

use crate::readmodel::Store;
use crate::readmodel::streams::StreamState;
use moka::sync::Cache;
use portico_contract::{Backend, Kind, Result, Stream};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

pub use fresh::{Opened, Stale};

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
        }
    }
}

/// A backend and the id its records are derived from.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: Uuid,
    pub backend: Arc<dyn Backend>,
}

impl Source {
    /// The streams that the backend serves and the read model mirrors.
    pub fn streams(&self) -> impl Iterator<Item = Stream> {
        let capabilities = self.backend.capabilities();
        capabilities.streams.keys().copied().filter(|stream| stream.kinds().any(is_mirrored))
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
    states: Mutex<HashMap<(Uuid, Stream), StreamState>>,
    gates: Mutex<HashMap<Gate, Arc<tokio::sync::Mutex<()>>>>,
    /// When a backend was last tried in vain: others need not wait for it again at once.
    refused: Mutex<HashMap<Uuid, i64>>,
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
    /// Registers the backends and loads where their streams stand.
    pub async fn new(store: Store, backends: Vec<Arc<dyn Backend>>, settings: SyncSettings) -> Result<Self> {
        let mut sources = Vec::new();
        let mut states = HashMap::new();
        for backend in backends {
            let id = store.register_backend(&backend.info().instance, backend.info().kind).await?;
            for state in store.streams(id).await? {
                states.insert((id, state.stream), state);
            }
            sources.push(Source { id, backend });
        }
        let (states, gates, refused) = (Mutex::new(states), Mutex::default(), Mutex::default());
        let read_at = Cache::new(READS);
        Ok(Self(Arc::new(Inner { store, sources, settings, states, gates, refused, read_at })))
    }

    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    #[must_use]
    pub fn source(&self, backend: Uuid) -> Option<&Source> {
        self.0.sources.iter().find(|source| source.id == backend)
    }

    /// Where a stream stands.
    #[must_use]
    pub fn state(&self, backend: Uuid, stream: Stream) -> StreamState {
        let states = self.0.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(&(backend, stream)).cloned().unwrap_or_else(|| StreamState::new(backend, stream))
    }

    /// When everything older was last known to be in the read model.
    #[must_use]
    pub fn confirmed_at(&self, backend: Uuid, stream: Stream) -> Option<i64> {
        let states = self.0.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(&(backend, stream)).and_then(|state| state.confirmed_at)
    }

    async fn save(&self, state: StreamState) -> Result<()> {
        let saved = self.0.store.save_stream(&state).await;
        let mut states = self.0.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.insert((state.backend, state.stream), state);
        saved
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

pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
