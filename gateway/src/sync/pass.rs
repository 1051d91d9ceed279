//! One pass over a stream, a page at a time.
//!
//! A pass goes on where it was after a restart: its pages are stored as they come, and at its end
//! everything that no page has confirmed since it began is gone.

use super::{Gate, Source, Sync, millis};
use crate::readmodel::streams::{RunningPass, StreamState};
use crate::readmodel::upsert::Sweep;
use portico_contract::{Batch, CallCx, Error, Kind, Lane, Pass, Result, Stream};
use std::collections::HashSet;
use uuid::Uuid;

/// What one page brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub more: bool,
    pub changes: usize,
}

impl Sync {
    /// Reads and stores one page of a stream.
    pub async fn step(&self, source: &Source, stream: Stream, lane: Lane) -> Result<Step> {
        let gate = self.gate(Gate::Page(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        let mut state = self.state(source.id, stream);
        let began = self.0.store.begin_time().await?;
        let pass = state.pass.clone().unwrap_or_else(|| self.next_pass(&state, began));
        state.pass = Some(pass.clone());
        match self.call(source, stream, &state, &pass, lane).await {
            Ok(batch) if batch.restored => {
                tracing::warn!(backend = source.backend.info().instance, %stream, "the source went backwards: reading it whole");
                state.checkpoint = None;
                state.pass = Some(RunningPass { pass: Pass::Full, began, next: None });
                self.save(state).await?;
                Ok(Step { more: true, changes: 0 })
            }
            Ok(batch) => self.store(source, state, &pass, began, batch).await,
            Err(error) => {
                tracing::warn!(backend = source.backend.info().instance, %stream, error = %error.log(), "pull failed");
                state.failed_since.get_or_insert(began);
                state.failure = Some(error.public.clone());
                // Nothing was read yet: the next try begins anew, and confirms its own time.
                state.pass = state.pass.filter(|pass| pass.next.is_some());
                self.save(state).await?;
                Err(error)
            }
        }
    }

    /// Reads a stream until its pass is done; returns how many objects changed.
    pub async fn pull(&self, source: &Source, stream: Stream, lane: Lane) -> Result<usize> {
        let gate = self.gate(Gate::Pull(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        self.pass(source, stream, lane).await
    }

    /// The same for who holds the gate.
    pub(super) async fn pass(&self, source: &Source, stream: Stream, lane: Lane) -> Result<usize> {
        let mut changes = 0;
        loop {
            let step = self.step(source, stream, lane).await?;
            changes += step.changes;
            if !step.more {
                return Ok(changes);
            }
        }
    }

    /// Makes the next pass one over everything.
    pub async fn ask_for_full(&self, source: &Source, stream: Stream) -> Result<()> {
        let gate = self.gate(Gate::Page(source.id, stream));
        let _not_within_a_page = gate.lock().await;
        let mut state = self.state(source.id, stream);
        state.full_at = None;
        state.pass = None;
        self.save(state).await
    }

    fn next_pass(&self, state: &StreamState, began: i64) -> RunningPass {
        let full_due = state.full_at.is_none_or(|at| began - at >= millis(self.0.settings.full_every));
        let pass = if state.checkpoint.is_none() || full_due { Pass::Full } else { Pass::Changes };
        RunningPass { pass, began, next: None }
    }

    async fn call(
        &self,
        source: &Source,
        stream: Stream,
        state: &StreamState,
        pass: &RunningPass,
        lane: Lane,
    ) -> Result<Batch> {
        let cx = CallCx::new(lane, self.0.settings.call);
        let from = match pass.pass {
            Pass::Changes => pass.next.as_ref().or(state.checkpoint.as_ref()),
            Pass::Full | Pass::Ids => pass.next.as_ref(),
        };
        let pull = source.backend.pull(&cx, stream, pass.pass, from);
        tokio::time::timeout(self.0.settings.call, pull)
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("the pull did not end by its deadline")))
    }

    async fn store(
        &self,
        source: &Source,
        mut state: StreamState,
        pass: &RunningPass,
        began: i64,
        batch: Batch,
    ) -> Result<Step> {
        let store = &self.0.store;
        let mut changes = store.apply(source.id, began, &batch.snapshots).await?.len();
        if !batch.gone.is_empty() {
            changes += store.remove(source.id, began, &batch.gone).await?.len();
        }
        let stored = u64::try_from(batch.snapshots.len()).unwrap_or(u64::MAX);
        state.done = if pass.next.is_none() { stored } else { state.done.saturating_add(stored) };
        state.total = batch.total.or(state.total);
        state.failed_since = None;
        state.failure = None;
        if batch.more {
            state.pass = Some(RunningPass { next: Some(batch.next), ..pass.clone() });
        } else {
            changes += self.finish(source.id, &mut state, pass).await?;
            state.checkpoint = Some(batch.next);
            state.pass = None;
        }
        self.save(state).await?;
        Ok(Step { more: batch.more, changes })
    }

    async fn finish(&self, backend: Uuid, state: &mut StreamState, pass: &RunningPass) -> Result<usize> {
        state.confirmed_at = Some(pass.began);
        if pass.pass != Pass::Full {
            return Ok(0);
        }
        state.full_at = Some(pass.began);
        let kinds: Vec<Kind> = state.stream.kinds().filter(|kind| kind.parent().is_none()).collect();
        // Every page confirmed what it listed at or after the pass began.
        let sweep = Sweep { backend, began: pass.began - 1, present: &HashSet::new() };
        Ok(self.0.store.sweep(&sweep, &kinds).await?.len())
    }
}
