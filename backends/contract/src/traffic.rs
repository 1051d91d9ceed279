//! What goes between Portico and a PSA: the calls of one verb, and the figures of a whole backend.
//!
//! An adapter may need several calls for one verb. Whoever sends them says so by [`made`], and whoever asked for the
//! verb reads the sum from [`counted`], so that a limit that many processes share is held by calls and not by verbs.

use crate::id::words;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

words! {
    /// Where a breaker stands: calls go through, are refused, or one at a time finds out.
    BreakerState { Closed = "CLOSED", Open = "OPEN", Probation = "PROBATION" }
}

/// The figures of one backend in one process, since it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Calls that adapters made.
    pub calls: u64,
    /// Tries that went to the PSA.
    pub tries: u64,
    /// Tries after the first one.
    pub retries: u64,
    /// Calls that were not let out: the breaker is open, or the limit has no place in time.
    pub refused: u64,
    /// Tokens that were replaced because the PSA refused them.
    pub renewals: u64,
    /// Calls that wait for a place or a seat now.
    pub waiting: u64,
    /// Calls that ended, by `OK` or the word of their error.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Where the breaker stands.
    pub breaker: BreakerState,
}

tokio::task_local! {
    static MADE: Arc<AtomicU64>;
}

/// A call goes out. Outside of a verb that is counted it is nobody's.
pub fn made() {
    let _ = MADE.try_with(|made| made.fetch_add(1, Relaxed));
}

/// Runs a verb; gives how many calls it made beside what it gave. A task that the verb starts is not in it.
pub async fn counted<T>(verb: impl Future<Output = T>) -> (T, u64) {
    let calls = Arc::new(AtomicU64::new(0));
    let given = MADE.scope(Arc::clone(&calls), verb).await;
    (given, calls.load(Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn calls_are_counted_where_the_verb_was_asked_for() {
        made();
        let verb = async {
            made();
            let (inner, calls) = counted(async { made() }).await;
            made();
            (inner, calls)
        };
        let (((), inner), outer) = counted(verb).now_or_never().unwrap();
        assert_eq!((inner, outer), (1, 2));
    }
}
