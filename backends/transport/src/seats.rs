//! Calls under way at the same time. Some seats are left to interactive calls.

use portico_contract::{CallCx, Error, Lane, Result};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

#[derive(Debug)]
pub(crate) struct Seats {
    all: Semaphore,
    background: Semaphore,
}

/// A seat that was taken; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    _all: SemaphorePermit<'a>,
    _background: Option<SemaphorePermit<'a>>,
}

impl Seats {
    pub(crate) fn new(all: usize, reserve: usize) -> Self {
        let all = all.clamp(1, Semaphore::MAX_PERMITS);
        Self { all: Semaphore::new(all), background: Semaphore::new(all.saturating_sub(reserve).max(1)) }
    }

    /// Waits for a seat until the deadline.
    pub(crate) async fn take(&self, cx: &CallCx) -> Result<Seat<'_>> {
        let seat = async {
            // The smaller room first: who waits in it stands in nobody's way.
            let background = match cx.lane {
                Lane::Background => Some(self.background.acquire().await),
                Lane::Interactive => None,
            };
            let all = self.all.acquire().await.ok()?;
            Some(Seat { _all: all, _background: background.transpose().ok()? })
        };
        match timeout_at(Instant::from_std(cx.deadline), seat).await {
            Ok(Some(seat)) => Ok(seat),
            Ok(None) => Err(Error::internal("the seats of a backend were closed")),
            Err(_) => Err(Error::unavailable("all calls that may be under way at the same time are")),
        }
    }
}
