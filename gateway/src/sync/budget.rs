//! What a PSA lets Portico call: so many calls in a window, for everybody who shares the credential.
//!
//! Interactive calls may take all of it; background work takes at most half, and of that the beats of
//! changes go before whatever walks over everything. How often streams are read follows from it. A
//! backend that declares no limit has none, and nothing is counted.

use super::{Source, Sync, millis};
use crate::readmodel::calls::{Granted, Limit};
use crate::readmodel::streams::StreamState;
use portico_contract::{Error, ErrorKind, Lane, Result, Stream, traffic};
use std::sync::PoisonError;
use std::time::Duration;
use uuid::Uuid;

/// What a call is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody waits.
    Interactive,
    /// Following what changes.
    Beat,
    /// Walking over everything: passes over everything, and completing thin rows.
    Bulk,
}

impl Purpose {
    pub const fn lane(self) -> Lane {
        match self {
            Purpose::Interactive => Lane::Interactive,
            Purpose::Beat | Purpose::Bulk => Lane::Background,
        }
    }
}

/// Background work takes one part in this many.
const BACKGROUND: u64 = 2;
/// Beats take at most one part in this many of everything.
const BEATS: u64 = 8;
/// Passes over everything come so seldom that they take at most one part in this many.
const SWEEPS: u64 = 8;

/// The calls of a backend's window.
#[derive(Debug, Clone, Copy)]
struct Window {
    calls: u64,
    millis: i64,
}

impl Window {
    fn of(source: &Source) -> Option<Self> {
        let (calls, window) = source.backend.capabilities().limits.calls?;
        Some(Self { calls: u64::from(calls), millis: millis(window).max(1) })
    }

    /// How long so many calls last at one part in `part`.
    fn lasts(self, calls: u64, part: u64) -> i64 {
        let spread = u128::from(calls) * u128::from(part) * u128::try_from(self.millis).unwrap_or_default();
        i64::try_from(spread / u128::from(self.calls.max(1))).unwrap_or(i64::MAX)
    }
}

/// Calls that reading one thing of a stream takes.
pub(super) fn reading(source: &Source, stream: Stream) -> u64 {
    let capability = source.backend.capabilities().stream(stream);
    u64::from(capability.map_or(1, |stream| stream.calls_per_read.max(1)))
}

/// Calls of one round of beats with nothing new.
fn round(source: &Source) -> u64 {
    let streams = &source.backend.capabilities().streams;
    source.streams().filter_map(|stream| streams.get(&stream)).map(|stream| u64::from(stream.calls_per_beat)).sum()
}

impl Sync {
    /// Counts calls before they are made; refused where they would go beyond the budget.
    pub(super) async fn spend(&self, source: &Source, purpose: Purpose, calls: u64) -> Result<()> {
        let Some(window) = Window::of(source) else { return Ok(()) };
        let background = window.calls / BACKGROUND;
        let lane = match purpose {
            Purpose::Interactive => window.calls,
            Purpose::Beat => background,
            Purpose::Bulk => self.bulk(source, window),
        };
        let limit = Limit { window: window.millis, all: window.calls, lane };
        let now = self.0.store.begin_time().await?;
        match self.0.store.spend(source.id, purpose.lane(), calls, limit, now).await? {
            Granted::Yes => Ok(()),
            Granted::NotBefore(at) => {
                if purpose != Purpose::Interactive {
                    self.pause(source.id, purpose, at);
                }
                Err(exhausted(at - now))
            }
        }
    }

    /// Background work waits until then; who waits for an answer does not.
    pub(super) fn pause(&self, backend: Uuid, purpose: Purpose, until: i64) {
        let mut paused = self.0.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.insert((backend, purpose.is_bulk()), until);
    }

    /// Runs a verb that so many calls were counted for. What it needed beyond them is counted when it has ended: the
    /// next ones wait for it, in whatever process they are.
    pub(crate) async fn metered<T>(
        &self,
        source: &Source,
        lane: Lane,
        counted: u64,
        verb: impl Future<Output = T>,
    ) -> T {
        let Some(window) = Window::of(source) else { return verb.await };
        let (given, made) = traffic::counted(verb).await;
        if made > counted {
            let owed = async {
                let now = self.0.store.begin_time().await?;
                self.0.store.owe(source.id, lane, made - counted, window.millis, now).await
            };
            if let Err(error) = owed.await {
                tracing::warn!(backend = source.name(), error = %error.log(), "calls could not be counted");
            }
        }
        given
    }

    /// Whether background work was told to wait; beats go on where bulk work waits.
    pub(super) fn is_paused(&self, source: &Source, purpose: Purpose) -> bool {
        let paused = self.0.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.get(&(source.id, purpose.is_bulk())).is_some_and(|until| self.now() < *until)
    }

    /// Calls of a window that bulk work may take: what the beats leave of the background's.
    fn bulk(&self, source: &Source, window: Window) -> u64 {
        let rounds = u64::try_from(window.millis / self.every(source).max(1)).unwrap_or_default() + 1;
        let beats = round(source).saturating_mul(rounds).min(window.calls / BEATS);
        (window.calls / BACKGROUND).saturating_sub(beats).max(1)
    }

    /// Calls of a window that the sweeps of a stream take, on average.
    fn sweep_calls(&self, source: &Source, stream: Stream, window: Window) -> u64 {
        let state = self.state(source.id, stream);
        let every = u64::try_from(self.sweep_every(source, &state)).unwrap_or(u64::MAX).max(1);
        let within = u64::try_from(window.millis).unwrap_or_default();
        state.full_calls.unwrap_or_default().saturating_mul(within) / every
    }

    /// How long so many bulk calls take; nothing where the backend declares no limit.
    pub(super) fn bulk_lasts(&self, source: &Source, calls: u64) -> Option<i64> {
        let window = Window::of(source)?;
        let sweeps: u64 = source.streams().map(|stream| self.sweep_calls(source, stream, window)).sum();
        let per_window = self.bulk(source, window).saturating_sub(sweeps).max(1);
        Some(Window { calls: per_window, ..window }.lasts(calls, 1))
    }

    /// Between two beats of a stream.
    pub(super) fn every(&self, source: &Source) -> i64 {
        let asked = millis(self.0.settings.every);
        Window::of(source).map_or(asked, |window| asked.max(window.lasts(round(source), BEATS)))
    }

    /// How old a stream may be: what was promised, where the budget allows it.
    pub(super) fn max_staleness(&self, source: &Source) -> i64 {
        let asked = millis(self.0.settings.max_staleness);
        Window::of(source).map_or(asked, |_| asked.max(self.every(source).saturating_mul(2)))
    }

    /// Between two sweeps of a stream.
    pub(super) fn sweep_every(&self, source: &Source, state: &StreamState) -> i64 {
        let asked = millis(self.0.settings.full_every);
        let calls = state.full_calls.unwrap_or_default();
        Window::of(source).map_or(asked, |window| asked.max(window.lasts(calls, SWEEPS)))
    }
}

impl Purpose {
    fn is_bulk(self) -> bool {
        self == Purpose::Bulk
    }
}

fn exhausted(wait: i64) -> Error {
    let wait = Duration::from_millis(u64::try_from(wait).unwrap_or_default());
    let text = format!("The PSA allows no more calls for now. Try again in {} seconds.", wait.as_secs().max(1));
    let mut error = Error::new(ErrorKind::RateLimited, text);
    error.retry_after = Some(wait);
    error
}
