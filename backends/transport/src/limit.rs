//! Calls in a window, for the whole credential and for each endpoint.
//!
//! The window slides: at no moment were there more calls in the time that it spans, because that is how PSAs count.
//! Background work has at most half of it, and the last free places belong to interactive calls that wait.

use crate::locked;
use portico_contract::{CallCx, Error, ErrorKind, Lane, Result};
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// So many calls in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub calls: u32,
    /// In what time.
    pub window: Duration,
}

impl Rate {
    pub(crate) fn is_sound(self) -> bool {
        self.calls > 0 && !self.window.is_zero()
    }

    fn places(self) -> usize {
        usize::try_from(self.calls).unwrap_or(usize::MAX)
    }

    /// What background work may take.
    fn background(self) -> usize {
        (self.places() / 2).max(1)
    }
}

/// The calls of one window. Without a rate it only knows pauses.
#[derive(Debug, Default)]
struct Window {
    rate: Option<Rate>,
    taken: VecDeque<(Instant, Lane)>,
    /// Interactive calls that wait.
    waiting: usize,
    paused_until: Option<Instant>,
}

impl Window {
    fn forget(&mut self, now: Instant) {
        let Some(rate) = self.rate else { return };
        while self.taken.front().is_some_and(|(at, _)| *at + rate.window <= now) {
            self.taken.pop_front();
        }
    }

    /// When there may be a place; now, if there is one.
    fn free_at(&self, now: Instant, lane: Lane) -> Instant {
        let paused = self.paused_until.filter(|until| *until > now).unwrap_or(now);
        let Some(rate) = self.rate else { return paused };
        let ends = |at: Option<&(Instant, Lane)>| at.map_or(now + rate.window, |(at, _)| *at + rate.window);
        let over = |count: usize, most: usize| (count + 1).checked_sub(most).filter(|over| *over > 0);
        // The place of the oldest call is free when it leaves the window, and so on.
        let wait = |count: usize| over(count, rate.places()).map(|over| ends(self.taken.get(over - 1)));
        let free = match lane {
            Lane::Interactive => wait(self.taken.len()),
            Lane::Background => {
                let mut own = self.taken.iter().filter(|(_, lane)| *lane == Lane::Background);
                let share = over(own.clone().count(), rate.background()).map(|over| ends(own.nth(over - 1)));
                share.max(wait(self.taken.len() + self.waiting))
            }
        };
        free.map_or(paused, |free| free.max(paused))
    }
}

/// All windows of one backend.
#[derive(Debug)]
pub(crate) struct Limits {
    credential: Option<Rate>,
    endpoint: Option<Rate>,
    windows: Mutex<HashMap<Option<&'static str>, Window>>,
}

/// An interactive call that waits; background work leaves the next places to it.
struct Waiting<'a>(&'a Limits, &'static str);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.each(self.1, |window| window.waiting = window.waiting.saturating_sub(1));
    }
}

impl Limits {
    pub(crate) fn new(credential: Option<Rate>, endpoint: Option<Rate>) -> Self {
        Self { credential, endpoint, windows: Mutex::default() }
    }

    /// Takes a place in both windows as soon as both have one; says no at once when that is after the deadline.
    pub(crate) async fn admit(&self, cx: &CallCx, endpoint: &'static str) -> Result<()> {
        let deadline = Instant::from_std(cx.deadline);
        let mut waiting = None;
        loop {
            let now = Instant::now();
            let Some(at) = self.take(now, endpoint, cx.lane) else { return Ok(()) };
            if at > deadline {
                return Err(limited("its own limit", at - now));
            }
            if waiting.is_none() && cx.lane == Lane::Interactive {
                self.each(endpoint, |window| window.waiting += 1);
                waiting = Some(Waiting(self, endpoint));
            }
            sleep_until(at.max(now + Duration::from_millis(1))).await;
        }
    }

    /// Takes a place, or says when there may be one.
    fn take(&self, now: Instant, endpoint: &'static str, lane: Lane) -> Option<Instant> {
        let mut free = now;
        self.each(endpoint, |window| {
            window.forget(now);
            free = free.max(window.free_at(now, lane));
        });
        if free > now {
            return Some(free);
        }
        self.note(now, endpoint, lane);
        None
    }

    /// Counts a call that goes out whether there is a place or not.
    pub(crate) fn note(&self, now: Instant, endpoint: &'static str, lane: Lane) {
        self.each(endpoint, |window| {
            if window.rate.is_some() {
                window.taken.push_back((now, lane));
            }
        });
    }

    /// The PSA said "too many": nothing more goes there for a while. Where endpoints are counted apart, only they wait.
    pub(crate) fn pause(&self, endpoint: &'static str, until: Instant) {
        let whose = self.endpoint.map(|_| endpoint);
        if let Some(window) = self.windows(endpoint, &mut locked(&self.windows)).get_mut(&whose) {
            window.paused_until = window.paused_until.max(Some(until));
        }
    }

    fn each(&self, endpoint: &'static str, mut act: impl FnMut(&mut Window)) {
        let mut windows = locked(&self.windows);
        let windows = self.windows(endpoint, &mut windows);
        for key in [None, Some(endpoint)] {
            if let Some(window) = windows.get_mut(&key) {
                act(window);
            }
        }
    }

    /// The windows, with those of this endpoint among them.
    fn windows<'a>(
        &self,
        endpoint: &'static str,
        windows: &'a mut HashMap<Option<&'static str>, Window>,
    ) -> &'a mut HashMap<Option<&'static str>, Window> {
        windows.entry(None).or_insert_with(|| Window { rate: self.credential, ..Window::default() });
        if self.endpoint.is_some() {
            windows.entry(Some(endpoint)).or_insert_with(|| Window { rate: self.endpoint, ..Window::default() });
        }
        windows
    }
}

/// The error of calls that are too many.
pub(crate) fn limited(whose: &str, wait: Duration) -> Error {
    let public = "The PSA takes no more calls at the moment. Try again later.";
    let detail = format!("{whose}: free in {} s", wait.as_secs_f64().ceil());
    let mut error = Error::new(ErrorKind::RateLimited, public).with_detail(detail);
    error.retry_after = Some(wait);
    error
}
