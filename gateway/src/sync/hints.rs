//! What PSAs say has changed: looked at again soon, and believed in nothing else.
//!
//! Hints wait in memory. One that is lost, or comes while the budget is spent, costs nothing but time: the pulls find
//! every change.

use super::budget::Purpose;
use super::{Gate, Source, Sync};
use bytes::Bytes;
use indexmap::IndexSet;
use portico_contract::{Delivery, Error, ErrorKind, Hint, Lane, NativeId, Result};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Things that may wait to be read one by one: when there are more, their streams are pulled.
const MOST: usize = 200;

/// What waits of each backend, each thing once.
pub(super) type Waiting = Mutex<HashMap<Uuid, IndexSet<Hint>>>;

/// Whoever listens to PSAs.
pub trait Hear: Send + std::marker::Sync + Debug {
    /// Takes in what a PSA sent to the backend of this name. Nothing is read before this returns.
    fn hear(&self, backend: &str, headers: Vec<(String, String)>, body: Bytes) -> Result<()>;
}

impl Hear for Sync {
    fn hear(&self, backend: &str, headers: Vec<(String, String)>, body: Bytes) -> Result<()> {
        let nobody = || Error::new(ErrorKind::NotFound, "There is no backend of this name that takes webhooks.");
        let source = self.sources().iter().find(|source| source.name() == backend).ok_or_else(nobody)?;
        let delivery = Delivery { headers, body, received_at: self.0.store.now() };
        let hints = source.backend.hints(&delivery).map_err(|error| match error.kind {
            ErrorKind::Unsupported => nobody(),
            _ => error,
        })?;
        let mut waiting = self.waiting();
        let queue = waiting.entry(source.id).or_default();
        for hint in hints {
            let hint = match hint {
                Hint::Read(native) if queue.len() >= MOST => Hint::Pull(native.kind.stream()),
                hint => hint,
            };
            queue.insert(hint);
        }
        Ok(())
    }
}

impl Sync {
    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, IndexSet<Hint>>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at what this backend was said to have changed, as far as the budget goes.
    pub async fn attend(&self, source: &Source) {
        while !self.is_paused(source, Purpose::Beat) {
            let next = self.waiting().get_mut(&source.id).and_then(|queue| queue.shift_remove_index(0));
            let Some(hint) = next else { return };
            let stream = match &hint {
                Hint::Read(native) => native.kind.stream(),
                Hint::Pull(stream) => *stream,
            };
            if !source.streams().any(|served| served == stream) {
                continue;
            }
            let done = match &hint {
                Hint::Read(native) => self.read_hinted(source, native).await,
                Hint::Pull(stream) => self.pull(source, *stream, Lane::Background).await.map(drop),
            };
            if let Err(error) = done {
                tracing::debug!(backend = source.name(), ?hint, error = %error.log(), "a hint led to nothing");
            }
        }
    }

    async fn read_hinted(&self, source: &Source, native: &NativeId) -> Result<()> {
        let id = self.0.store.known_as(source.id, native).await?;
        let gate = self.gate(Gate::Object(id));
        let _one_at_a_time = gate.lock().await;
        self.read(source, id, native, Purpose::Beat).await
    }
}
