//! Whether a call is tried again, and when.

use crate::locked;
use crate::request::Safety;
use crate::settings::Settings;
use portico_contract::{Error, Sent};
use rand::Rng;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Retries that may be made at once when nothing was called for a while.
const PURSE: f64 = 10.0;

#[derive(Debug)]
pub(crate) struct Retry {
    tries: u32,
    backoff: Duration,
    longest: Duration,
    ratio: f64,
    /// Every call pays a part of a retry in; every retry takes one out. A PSA that fails is not called twice as often.
    purse: Mutex<f64>,
}

/// The tries of one call.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    retry: &'a Retry,
    safety: Safety,
    made: u32,
}

impl Retry {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            tries: settings.tries,
            backoff: settings.backoff,
            longest: settings.longest_backoff,
            ratio: settings.retry_ratio,
            purse: Mutex::new(PURSE),
        }
    }

    pub(crate) fn begin(&self, safety: Safety) -> Tries<'_> {
        let mut purse = locked(&self.purse);
        *purse = (*purse + self.ratio).min(PURSE);
        Tries { retry: self, safety, made: 1 }
    }

    fn pay(&self) -> bool {
        let mut purse = locked(&self.purse);
        let enough = *purse >= 1.0;
        if enough {
            *purse -= 1.0;
        }
        enough
    }
}

impl Tries<'_> {
    /// When to try again after this error; `None`: not at all. What the PSA asked for is waited out, and jitter comes
    /// on top, so that those who were refused together do not come back together.
    pub(crate) fn again(&mut self, error: &Error, deadline: Instant) -> Option<Instant> {
        let repeatable = self.safety != Safety::Write || error.sent == Sent::No;
        if !error.is_temporary() || !repeatable || self.made >= self.retry.tries {
            return None;
        }
        let most = self.retry.backoff.saturating_mul(1 << (self.made - 1).min(16)).min(self.retry.longest);
        let jitter = rand::rng().random_range(Duration::ZERO..=most);
        let at = Instant::now() + error.retry_after.unwrap_or_default() + jitter;
        if at >= deadline || !self.retry.pay() {
            return None;
        }
        self.made += 1;
        Some(at)
    }
}
