//! One pass over a stream, a page at a time.
//!
//! A pass goes on where it was after a restart or on another replica: its pages are stored as they
//! come, and at its end everything that no page has confirmed since it began is gone.

use super::turn::Turn;
use super::{Gate, Source, Sync, call, millis};
use crate::readmodel::lease::Work;
use crate::readmodel::streams::{RunningPass, StreamState};
use crate::readmodel::sweep::Sweep;
use portico_contract::{Batch, Error, ErrorKind, Kind, Lane, Pass, Result, Stream};
use std::time::Duration;

/// Between two tries to take what another replica holds, where nobody waits for it.
const RETRY: Duration = Duration::from_millis(100);

/// What was asked for longer ago than this is not stored.
const LATE: Duration = Duration::from_secs(3_600);

/// What one page brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    pub more: bool,
    pub changes: usize,
    /// Records that came, children among them.
    pub records: usize,
    /// There is more of the pass that this page was of.
    pub unfinished: bool,
    /// Nothing was read: another replica holds the stream.
    pub elsewhere: bool,
}

impl Step {
    const ELSEWHERE: Self = Self { more: false, changes: 0, records: 0, unfinished: false, elsewhere: true };
}

/// Whether a stream should be read, by where it stands once it is held.
pub(super) type Wanted<'a> = &'a (dyn Fn(&StreamState, i64) -> bool + Send + std::marker::Sync);

/// How a page is read.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    pub lane: Lane,
    /// The stream stays with this replica until its pass is done.
    pub hold: bool,
    pub wanted: Option<Wanted<'a>>,
}

/// The state after a page that failed, which is the caller's to save.
type Failed = (Box<StreamState>, Error);

impl Sync {
    /// Reads and stores one page of a stream.
    pub async fn step(&self, source: &Source, stream: Stream, lane: Lane) -> Result<Step> {
        self.page(source, stream, Manner { lane, hold: false, wanted: None }).await
    }

    pub(super) async fn page(&self, source: &Source, stream: Stream, manner: Manner<'_>) -> Result<Step> {
        let gate = self.gate(Gate::Page(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        let began = self.0.store.begin_time().await?;
        let Some(state) = self.take(source.id, stream, Work::Pull, began).await? else { return Ok(Step::ELSEWHERE) };
        if manner.wanted.is_some_and(|wanted| !wanted(&state, began)) {
            self.save(state, None).await?;
            return Ok(Step::default());
        }
        match self.read_page(source, state, manner.lane, began).await {
            Ok((state, step)) => {
                let hold = (manner.hold && step.more).then(|| self.holds_until(began));
                Ok(if self.save(state, hold).await? { step } else { Step::ELSEWHERE })
            }
            Err((state, error)) => {
                self.save(*state, None).await?;
                Err(error)
            }
        }
    }

    /// One page and what it makes of the state, which is the caller's to save.
    async fn read_page(
        &self,
        source: &Source,
        mut state: StreamState,
        lane: Lane,
        began: i64,
    ) -> Result<(StreamState, Step), Failed> {
        let mut turn = self.turn(source, &state, began, lane);
        let purpose = turn.purpose(lane);
        let calls = cost(source, &state, &turn.pass);
        if let Err(error) = self.spend(source, purpose, calls).await {
            // The PSA was not asked: nothing is tried, and nothing has failed.
            return Err((Box::new(state), error));
        }
        turn.pass.calls += calls;
        state.tried_at = Some(began);
        let call = self.call(source, &state, &turn.pass, purpose.lane());
        let called = self.metered(source, purpose.lane(), calls, call).await;
        self.note(source.id, Some(state.stream), purpose, called.as_ref().err());
        let called = called.and_then(|batch| self.in_time(began).map(|()| batch));
        let batch = match called {
            Ok(batch) => batch,
            Err(error) if error.kind == ErrorKind::Unsupported => {
                self.not_there(source, state.stream).await;
                (state.pass, state.failed_since, state.failure) = (None, None, None);
                return Err((Box::new(state), error));
            }
            Err(error) => return Err((Box::new(self.failed(source, state, began, &error)), error)),
        };
        if batch.restored {
            tracing::warn!(backend = source.name(), stream = %state.stream, "the source went backwards: reading it whole");
            self.keep_aside(&state, None);
            state.checkpoint = None;
            state.pass = Some(RunningPass::new(Pass::Full, began));
            return Ok((state, Step { more: true, unfinished: true, ..Step::default() }));
        }
        // If it cannot be stored, nothing of this page counts, and it is read again.
        let before = state.clone();
        let stored = self.store(source, state, turn, began, batch).await;
        let (state, step) = stored.map_err(|error| (Box::new(before), error))?;
        // Who waited has what they waited for: the longer pass is for the background.
        let more = step.more && (lane == Lane::Background || step.unfinished);
        Ok((state, Step { more, ..step }))
    }

    /// Reads a stream until its pass is done; returns how many objects changed, or nothing if another
    /// replica is at it.
    pub async fn pull(&self, source: &Source, stream: Stream, lane: Lane) -> Result<Option<usize>> {
        let gate = self.gate(Gate::Pull(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        self.pass(source, stream, lane, &|_, _| true).await
    }

    /// The same for who holds the gate, if the stream is still wanted once it is held.
    pub(super) async fn pass(
        &self,
        source: &Source,
        stream: Stream,
        lane: Lane,
        wanted: Wanted<'_>,
    ) -> Result<Option<usize>> {
        let mut changes = 0;
        let mut manner = Manner { lane, hold: true, wanted: Some(wanted) };
        loop {
            let step = self.page(source, stream, manner).await?;
            changes += step.changes;
            match step {
                Step { elsewhere: true, .. } => return Ok(None),
                Step { more: false, .. } => return Ok(Some(changes)),
                Step { .. } => manner.wanted = None,
            }
        }
    }

    /// Makes the next pass one over everything, as soon as no other replica is at the stream.
    pub async fn ask_for_full(&self, source: &Source, stream: Stream) -> Result<()> {
        let gate = self.gate(Gate::Page(source.id, stream));
        let _not_within_a_page = gate.lock().await;
        loop {
            let now = self.0.store.begin_time().await?;
            if let Some(mut state) = self.take(source.id, stream, Work::Pull, now).await? {
                state.full_at = None;
                state.pass = None;
                self.save(state, None).await?;
                return Ok(());
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn call(&self, source: &Source, state: &StreamState, pass: &RunningPass, lane: Lane) -> Result<Batch> {
        let cx = call(lane, self.0.settings.call);
        let from = match pass.pass {
            Pass::Changes => pass.next.as_ref().or(state.checkpoint.as_ref()),
            Pass::Full | Pass::Ids => pass.next.as_ref(),
        };
        let pull = source.backend.pull(&cx, state.stream, pass.pass, from);
        tokio::time::timeout(self.0.settings.call, pull)
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("the pull did not end by its deadline")))
    }

    async fn store(
        &self,
        source: &Source,
        mut state: StreamState,
        turn: Turn,
        began: i64,
        batch: Batch,
    ) -> Result<(StreamState, Step)> {
        let (store, unfinished, first) = (&self.0.store, batch.more, turn.pass.next.is_none());
        let records = batch.snapshots.iter().map(|snapshot| snapshot.records.len()).sum();
        let mut changes = store.apply(source.id, began, &batch.snapshots).await?.len();
        if !batch.gone.is_empty() {
            changes += store.remove(source.id, began, &batch.gone).await?.len();
        }
        if !turn.aside {
            let listed = u64::try_from(batch.snapshots.len() + batch.present.len()).unwrap_or(u64::MAX);
            state.done = if first { listed } else { state.done.saturating_add(listed) };
            state.total = batch.total.or(state.total);
        }
        state.failed_since = None;
        state.failure = None;
        if turn.pass.pass == Pass::Ids {
            let mut seen = self.take_seen(&state, &turn.pass);
            batch.present.iter().for_each(|id| seen.insert(id.kind, &id.key));
            self.keep_seen(&state, seen);
        }
        let on = unfinished.then(|| RunningPass { next: Some(batch.next.clone()), ..turn.pass.clone() });
        if !unfinished {
            changes += self.finish(&mut state, &turn.pass).await?;
            if turn.pass.pass != Pass::Ids {
                state.checkpoint = Some(batch.next);
            }
        }
        // Changes follow a pass over ids, which has read no content, and the longer pass an aside.
        let more = unfinished || turn.aside || turn.pass.pass == Pass::Ids;
        if turn.aside {
            self.keep_aside(&state, on);
        } else {
            self.keep_aside(&state, None);
            state.pass = on;
        }
        Ok((state, Step { more, changes, records, unfinished, elsewhere: false }))
    }

    async fn finish(&self, state: &mut StreamState, pass: &RunningPass) -> Result<usize> {
        let kinds: Vec<Kind> = state.stream.kinds().filter(|kind| kind.parent().is_none()).collect();
        // Every page confirmed what it listed at or after the pass began.
        let sweep = Sweep { backend: state.backend, began: pass.began - 1 };
        match pass.pass {
            Pass::Changes => {
                state.confirmed_at = state.confirmed_at.max(Some(pass.began));
                Ok(0)
            }
            Pass::Full => {
                self.0.store.forget_gone(pass.began - millis(LATE) * 2).await?;
                let gone = self.0.store.sweep(sweep, &kinds).await?;
                state.confirmed_at = state.confirmed_at.max(Some(pass.began));
                state.full_at = Some(pass.began);
                state.full_rows = Some(state.done);
                state.full_calls = Some(pass.calls);
                Ok(gone)
            }
            Pass::Ids => {
                let seen = self.take_seen(state, pass);
                let gone = self.0.store.sweep_ids(sweep, &kinds, &|kind, key| seen.has(kind, key)).await?;
                state.ids_at = Some(pass.began);
                state.full_rows = Some(state.done);
                Ok(gone)
            }
        }
    }

    /// An answer that comes so late may bring back what was forgotten to be gone.
    pub(super) fn in_time(&self, began: i64) -> Result<()> {
        if self.now() - began > millis(LATE) {
            return Err(Error::unavailable("the answer came an hour after it was asked for"));
        }
        Ok(())
    }

    fn failed(&self, source: &Source, mut state: StreamState, began: i64, error: &Error) -> StreamState {
        tracing::warn!(backend = source.name(), stream = %state.stream, error = %error.log(), "pull failed");
        self.keep_aside(&state, None);
        state.failed_since.get_or_insert(began);
        state.failure = Some(error.public.clone());
        // Nothing was read yet: the next try begins anew, and confirms its own time.
        state.pass = state.pass.filter(|pass| pass.next.is_some());
        state
    }
}

/// Calls that a page takes: the first of a pass looks around as well.
fn cost(source: &Source, state: &StreamState, pass: &RunningPass) -> u64 {
    let first = source.backend.capabilities().stream(state.stream).map_or(1, |stream| stream.calls_per_beat.max(1));
    if pass.next.is_none() { u64::from(first) } else { 1 }
}
