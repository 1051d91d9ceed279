//! How the backends say they are: each is asked at the start and every few hours what its account may do.
//!
//! What is wrong stands in the log when it is new and when it is over, and in `backends { health }` as long as it lasts.

use super::budget::Purpose;
use super::{Source, Sync, call, millis};
use futures_util::future::join_all;
use portico_contract::{Error, Health, HealthState, Lane, PROBE_CALLS};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Between two examinations of a backend that was well, and of one that was not.
const EVERY: Duration = Duration::from_secs(6 * 3_600);
const AGAIN: Duration = Duration::from_secs(600);
/// For all of its calls together.
const WITHIN: Duration = Duration::from_secs(60);

/// What each backend said, and when.
pub(super) type Healths = Mutex<HashMap<Uuid, (i64, Health)>>;

impl Sync {
    /// What a backend said of itself the last time it was asked.
    #[must_use]
    pub fn health(&self, backend: Uuid) -> Option<Health> {
        let healths = self.0.healths.lock().unwrap_or_else(PoisonError::into_inner);
        healths.get(&backend).map(|(_, health)| health.clone())
    }

    /// Asks every backend that was not asked for a while.
    pub async fn examine(&self) {
        join_all(self.sources().iter().map(|source| self.examine_one(source))).await;
    }

    pub(super) async fn examine_one(&self, source: &Source) {
        self.recall(source).await;
        let due = {
            let healths = self.0.healths.lock().unwrap_or_else(PoisonError::into_inner);
            healths.get(&source.id).is_none_or(|(at, health)| {
                let every = if health.state == HealthState::Ok { EVERY } else { AGAIN };
                self.now() - at >= millis(every)
            })
        };
        if !due || self.spend(source, Purpose::Bulk, u64::from(PROBE_CALLS)).await.is_err() {
            return;
        }
        let cx = call(Lane::Background, WITHIN);
        let probed = tokio::time::timeout(WITHIN, source.backend.probe(&cx)).await;
        let health = probed.unwrap_or_else(|_| Err(Error::unavailable("the probe did not end by its deadline")));
        let health = health.unwrap_or_else(|error| {
            tracing::warn!(backend = source.name(), error = %error.log(), "probe failed");
            let absent = source.absent().as_ref().clone();
            Health { problems: vec![error.public], absent, ..Health::of(HealthState::Down) }
        });
        self.found_absent(source, health.absent.clone()).await;
        let now = self.now();
        let before = {
            let mut healths = self.0.healths.lock().unwrap_or_else(PoisonError::into_inner);
            healths.insert(source.id, (now, health.clone()))
        };
        tell(source, before.map(|(_, health)| health).as_ref(), &health);
    }
}

/// What is new of it.
fn tell(source: &Source, before: Option<&Health>, now: &Health) {
    let known = before.map(|health| health.problems.as_slice()).unwrap_or_default();
    for problem in now.problems.iter().filter(|problem| !known.contains(problem)) {
        tracing::warn!(backend = source.name(), problem, "the backend needs attention");
    }
    for problem in known.iter().filter(|problem| !now.problems.contains(problem)) {
        tracing::info!(backend = source.name(), problem, "the backend no longer needs attention");
    }
}
