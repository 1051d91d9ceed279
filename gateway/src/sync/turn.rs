//! Which page of a stream comes next: of changes, of everything, or of ids alone.
//!
//! Following changes is cheap and comes first. Walking over everything finds what changes do not tell:
//! over ids alone where the backend can, which writes nothing, and more seldom over the content, which
//! writes the read time of each row. A long walk is interrupted for changes before they are too old.

use super::budget::Purpose;
use super::seen::Seen;
use super::{Source, Sync, millis};
use crate::readmodel::streams::{RunningPass, StreamState};
use portico_contract::{Lane, Pass, Stream};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// What this replica knows of passes beside their state in the table.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Passes over changes within a longer pass. Lost with the process, and then made again.
    asides: Mutex<HashMap<(Uuid, Stream), RunningPass>>,
    /// What passes over ids have listed. Lost with the process, and then the pass begins again.
    seen: Mutex<HashMap<(Uuid, Stream), Seen>>,
}

/// The pass that a page belongs to.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub pass: RunningPass,
    /// It lies within a longer one, which goes on after it.
    pub aside: bool,
}

impl Turn {
    pub fn purpose(&self, lane: Lane) -> Purpose {
        match (self.pass.pass, lane) {
            (Pass::Changes, Lane::Interactive) => Purpose::Interactive,
            (Pass::Changes, Lane::Background) => Purpose::Beat,
            (Pass::Full | Pass::Ids, _) => Purpose::Bulk,
        }
    }
}

impl Sync {
    /// The pass that the next page belongs to. Who waits for it wants changes and nothing longer.
    pub(super) fn turn(&self, source: &Source, state: &StreamState, now: i64, lane: Lane) -> Turn {
        let pass = state.pass.clone().unwrap_or_else(|| self.next_pass(source, state, now));
        if pass.pass == Pass::Changes {
            return Turn { pass, aside: false };
        }
        if let Some(pass) = self.aside(source, state, now, lane) {
            return Turn { pass, aside: true };
        }
        if pass.pass == Pass::Ids && !self.has_seen(state, &pass) {
            return Turn { pass: RunningPass::new(Pass::Ids, now), aside: false };
        }
        Turn { pass, aside: false }
    }

    fn next_pass(&self, source: &Source, state: &StreamState, now: i64) -> RunningPass {
        let due = |at: Option<i64>, every: i64| at.is_none_or(|at| now - at >= every);
        let sweep_every = self.sweep_every(source, state);
        let by_ids = source.backend.capabilities().stream(state.stream).is_some_and(|stream| stream.id_sweep);
        let content_every = if by_ids { sweep_every.max(self.content_every(state)) } else { sweep_every };
        let pass = if state.checkpoint.is_none() || due(state.full_at, content_every) {
            Pass::Full
        } else if by_ids && due(state.full_at.max(state.ids_at), sweep_every) {
            Pass::Ids
        } else {
            Pass::Changes
        };
        RunningPass::new(pass, now)
    }

    /// Between two passes over content: longer the more rows they touch.
    fn content_every(&self, state: &StreamState) -> i64 {
        let rounds = state.full_rows.unwrap_or_default() / self.0.settings.touch.max(1);
        millis(self.0.settings.full_every).saturating_mul(i64::try_from(rounds.max(1)).unwrap_or(i64::MAX))
    }

    /// A pass over changes that must not wait for the end of a longer one.
    fn aside(&self, source: &Source, state: &StreamState, now: i64, lane: Lane) -> Option<RunningPass> {
        state.checkpoint.as_ref()?;
        let asides = self.0.turns.asides.lock().unwrap_or_else(PoisonError::into_inner);
        let old = lane == Lane::Interactive || now - state.confirmed_at? > self.max_staleness(source) / 2;
        asides.get(&(source.id, state.stream)).cloned().or(old.then(|| RunningPass::new(Pass::Changes, now)))
    }

    /// Remembers where a pass within a longer one goes on, or that it is over.
    pub(super) fn keep_aside(&self, state: &StreamState, pass: Option<RunningPass>) {
        let mut asides = self.0.turns.asides.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (state.backend, state.stream);
        match pass {
            Some(pass) => drop(asides.insert(key, pass)),
            None => drop(asides.remove(&key)),
        }
    }

    fn has_seen(&self, state: &StreamState, pass: &RunningPass) -> bool {
        let seen = self.0.turns.seen.lock().unwrap_or_else(PoisonError::into_inner);
        pass.next.is_none() || seen.get(&(state.backend, state.stream)).is_some_and(|seen| seen.salt() == pass.began)
    }

    /// Takes what a pass over ids has listed so far.
    pub(super) fn take_seen(&self, state: &StreamState, pass: &RunningPass) -> Seen {
        let mut seen = self.0.turns.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = seen.remove(&(state.backend, state.stream)).filter(|seen| seen.salt() == pass.began);
        kept.unwrap_or_else(|| Seen::new(pass.began, state.full_rows.max(state.total).unwrap_or_default()))
    }

    pub(super) fn keep_seen(&self, state: &StreamState, listed: Seen) {
        let mut seen = self.0.turns.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((state.backend, state.stream), listed);
    }
}
