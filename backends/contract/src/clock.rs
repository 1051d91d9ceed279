//! Time as a parameter: one type for moments, one for where they come from.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A moment in UTC, exact to the millisecond.
pub type Timestamp = DateTime<Utc>;

/// Where the present comes from: the system, or a test's hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is told to move.
    #[must_use]
    pub fn fake(start: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.timestamp_millis()))))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
            None => DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap_or_default(),
            Some(millis) => DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a fake clock forward; the system's clock cannot be moved.
    pub fn advance(&self, by: Duration) {
        if let Some(millis) = &self.0 {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    #[must_use]
    pub fn is_fake(&self) -> bool {
        self.0.is_some()
    }

    /// The moment that lies this long before now.
    #[must_use]
    pub fn ago(&self, span: Duration) -> Timestamp {
        TimeDelta::from_std(span).ok().and_then(|span| self.now().checked_sub_signed(span)).unwrap_or_default()
    }
}
