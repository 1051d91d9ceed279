//! A PSA that is down is left alone.
//!
//! *Closed*: calls go through, failures in a row are counted. *Open*: every call is refused at once, until the rest is
//! over. *Probation*: one call at a time goes through; if it works the breaker closes, else the next rest is twice as
//! long. Only failures of the PSA count, not answers that say no.

use crate::locked;
use crate::settings::Settings;
use portico_contract::{BreakerState, Error, Result};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, rest: Duration },
    Probation { rest: Duration, trying: bool },
}

#[derive(Debug)]
pub(crate) struct Breaker {
    failures: u32,
    rest: Duration,
    longest: Duration,
    /// The state, and how often it changed: what a call began under an earlier one says nothing about this one.
    state: Mutex<(State, u64)>,
}

/// How a call ended, as far as the breaker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The PSA answered.
    Works,
    /// The PSA failed.
    Fails,
    /// Nothing was learnt.
    Unknown,
}

/// A call that was let through. Dropped without a word, it has learnt nothing.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    breaker: &'a Breaker,
    epoch: u64,
}

impl Breaker {
    pub(crate) fn new(settings: &Settings) -> Self {
        let closed = State::Closed { failures: 0 };
        let (failures, rest, longest) = (settings.failures, settings.rest, settings.longest_rest);
        Self { failures, rest, longest, state: Mutex::new((closed, 0)) }
    }

    /// Lets a call through, or says how long the rest still is.
    pub(crate) fn enter(&self) -> Result<Pass<'_>> {
        let mut guard = locked(&self.state);
        let (state, epoch) = &mut *guard;
        let now = Instant::now();
        if let State::Open { until, rest } = *state
            && until <= now
        {
            *state = State::Probation { rest, trying: false };
            *epoch += 1;
        }
        let wait = match state {
            State::Closed { .. } => return Ok(Pass { breaker: self, epoch: *epoch }),
            State::Probation { trying, .. } if !*trying => {
                *trying = true;
                return Ok(Pass { breaker: self, epoch: *epoch });
            }
            State::Probation { .. } => Duration::from_secs(1),
            State::Open { until, .. } => *until - now,
        };
        let mut error = Error::unavailable("the PSA failed too often and is left alone for a while");
        error.retry_after = Some(wait);
        Err(error)
    }

    pub(crate) fn state(&self) -> BreakerState {
        match locked(&self.state).0 {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::Probation { .. } => BreakerState::Probation,
        }
    }

    fn learn(&self, began: u64, outcome: Outcome) {
        let mut guard = locked(&self.state);
        let (state, epoch) = &mut *guard;
        if *epoch != began {
            return;
        }
        let open = |rest: Duration| State::Open { until: Instant::now() + rest, rest };
        let next = match (&mut *state, outcome) {
            (State::Closed { failures }, Outcome::Fails) => {
                *failures += 1;
                (*failures >= self.failures).then(|| open(self.rest))
            }
            (State::Closed { failures }, Outcome::Works) => {
                *failures = 0;
                None
            }
            (State::Probation { .. }, Outcome::Works) => Some(State::Closed { failures: 0 }),
            (State::Probation { rest, .. }, Outcome::Fails) => Some(open((*rest * 2).min(self.longest))),
            (State::Probation { trying, .. }, Outcome::Unknown) => {
                *trying = false;
                None
            }
            (State::Closed { .. }, Outcome::Unknown) | (State::Open { .. }, _) => None,
        };
        if let Some(next) = next {
            *state = next;
            *epoch += 1;
        }
    }
}

impl Pass<'_> {
    /// Says how the call ended.
    pub(crate) fn report(self, outcome: Outcome) {
        self.breaker.learn(self.epoch, outcome);
        // Said once; the drop after this finds nothing to give back.
        std::mem::forget(self);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.breaker.learn(self.epoch, Outcome::Unknown);
    }
}
