//! What went to the backends, told in the log now and then.

use super::{Source, Sync};
use std::time::Duration;
use tokio::time::sleep;

const TELL: Duration = Duration::from_secs(300);

impl Sync {
    /// One line for each backend that is called over HTTP: the figures since this process began.
    pub fn tell_traffic(&self) {
        self.sources().iter().for_each(tell);
    }

    pub(super) async fn follow_traffic(&self) {
        loop {
            sleep(TELL).await;
            self.tell_traffic();
        }
    }
}

fn tell(source: &Source) {
    let Some(figures) = source.backend.figures() else { return };
    let failed: u64 = figures.outcomes.iter().filter(|(word, _)| **word != "OK").map(|(_, count)| count).sum();
    let (calls, tries, retries, refused) = (figures.calls, figures.tries, figures.retries, figures.refused);
    let (waiting, breaker) = (figures.waiting, figures.breaker.as_str());
    tracing::info!(backend = source.name(), calls, tries, retries, refused, failed, waiting, breaker, "calls so far");
}
