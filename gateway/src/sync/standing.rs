//! Where the streams stand. The table is the truth, for another replica may have moved them; what
//! was last seen of it is remembered, so that an operation on fresh streams asks no database.

use super::{Source, Sync, millis};
use crate::readmodel::lease::{Lease, Work};
use crate::readmodel::streams::StreamState;
use portico_contract::{Result, Stream};
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use uuid::Uuid;

/// What was last seen.
#[derive(Debug, Default)]
pub(super) struct States {
    seen: HashMap<(Uuid, Stream), StreamState>,
    /// Raised with each write of one's own: what was looked up before it is too old to remember.
    writes: u64,
}

impl Sync {
    fn states(&self) -> MutexGuard<'_, States> {
        self.0.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a stream stood when this replica last looked.
    #[must_use]
    pub fn state(&self, backend: Uuid, stream: Stream) -> StreamState {
        let seen = self.states().seen.get(&(backend, stream)).cloned();
        seen.unwrap_or_else(|| StreamState::new(backend, stream))
    }

    /// When everything older was last known to be in the read model.
    #[must_use]
    pub fn confirmed_at(&self, backend: Uuid, stream: Stream) -> Option<i64> {
        self.states().seen.get(&(backend, stream)).and_then(|state| state.confirmed_at)
    }

    /// Whether a stream is older than promised.
    #[must_use]
    pub fn is_stale(&self, backend: Uuid, stream: Stream) -> bool {
        let source = self.source(backend);
        source.is_none_or(|source| self.is_old(source, self.confirmed_at(backend, stream), self.now()))
    }

    pub(super) fn is_old(&self, source: &Source, confirmed: Option<i64>, now: i64) -> bool {
        confirmed.is_none_or(|at| now - at > self.max_staleness(source))
    }

    /// Looks where all streams stand, in one statement.
    pub async fn look(&self) -> Result<()> {
        let backends: Vec<Uuid> = self.sources().iter().map(|source| source.id).collect();
        self.look_among(&backends).await
    }

    pub(super) async fn look_at_all_of(&self, source: &Source) -> Result<()> {
        self.look_among(&[source.id]).await
    }

    async fn look_among(&self, backends: &[Uuid]) -> Result<()> {
        let before = self.states().writes;
        let found = self.0.store.streams(backends).await?;
        let mut states = self.states();
        if states.writes == before {
            states.seen.retain(|(backend, _), _| !backends.contains(backend));
            states.seen.extend(found.into_iter().map(|state| ((state.backend, state.stream), state)));
        }
        Ok(())
    }

    /// Looks where one stream stands now.
    pub(super) async fn look_at(&self, backend: Uuid, stream: Stream) -> Result<StreamState> {
        let before = self.states().writes;
        let found = self.0.store.stream(backend, stream).await?;
        let state = found.unwrap_or_else(|| StreamState::new(backend, stream));
        let mut states = self.states();
        if states.writes == before {
            states.seen.insert((backend, stream), state.clone());
        }
        Ok(state)
    }

    /// Writes where a stream stands and goes on holding it, or lets it go. `false`: it was no longer
    /// this replica's to write.
    pub(super) async fn save(&self, state: StreamState, hold_until: Option<i64>) -> Result<bool> {
        let saved = self.0.store.save_stream(&state, self.0.owner, hold_until).await?;
        let mut states = self.states();
        states.writes += 1;
        if saved {
            states.seen.insert((state.backend, state.stream), StreamState { held_until: hold_until, ..state });
        }
        Ok(saved)
    }

    /// Takes the work on a stream, or renews that it is one's own.
    pub(super) async fn take(
        &self,
        backend: Uuid,
        stream: Stream,
        work: Work,
        now: i64,
    ) -> Result<Option<StreamState>> {
        let lease = Lease { owner: self.0.owner, now, until: self.holds_until(now) };
        self.0.store.lease(backend, stream, work, lease).await
    }

    pub(super) fn holds_until(&self, now: i64) -> i64 {
        now.saturating_add(millis(self.0.settings.lease))
    }
}
