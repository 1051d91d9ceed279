//! What a backend was found not to have, because its PSA is an older build.
//!
//! A probe finds it, or a pull. It is taken from what the backend serves, at once and over restarts, and nothing is asked
//! of it but the regular question how the backend is: so a PSA that was updated gets it back by itself. Rows that were
//! read before stay as they are.

use super::{Source, Sync};
use portico_contract::{Absent, CommandKind, Health, HealthState, Stream};
use std::sync::{Arc, PoisonError, RwLock};

/// What is absent now, for all who have the source.
pub(super) type Seen = Arc<RwLock<Arc<Absent>>>;

impl Source {
    pub(super) fn absent(&self) -> Arc<Absent> {
        Arc::clone(&self.absent.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_absent(&self, absent: Absent) {
        *self.absent.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(absent);
    }

    /// The streams that the backend serves and the read model mirrors.
    pub fn streams(&self) -> impl Iterator<Item = Stream> {
        let (capabilities, absent) = (self.backend.capabilities(), self.absent());
        let declared = capabilities.streams.keys().copied();
        declared.filter(move |stream| stream.kinds().any(super::is_mirrored) && !absent.streams.contains(stream))
    }

    /// Whether it should have a stream and has not.
    pub(super) fn lacks(&self, stream: Stream) -> bool {
        self.absent().streams.contains(&stream)
    }

    /// Whether it can be told to do this.
    #[must_use]
    pub fn can(&self, command: CommandKind) -> bool {
        self.backend.capabilities().commands.contains(&command) && !self.absent().commands.contains(&command)
    }

    /// Everything that it can be told to do.
    pub fn commands(&self) -> impl Iterator<Item = CommandKind> {
        let absent = self.absent();
        let declared = self.backend.capabilities().commands.iter().copied();
        declared.filter(move |command| !absent.commands.contains(command))
    }
}

/// Where something is asked for that is no longer there.
pub(super) const LEFT: &str =
    "The PSA no longer has this. What is shown is what was last read. Ask its administrator to update the PSA.";

impl Sync {
    /// What another replica has found meanwhile counts here as well.
    pub(super) async fn recall(&self, source: &Source) {
        match self.0.store.absent(source.id).await {
            Ok(absent) => source.set_absent(absent),
            Err(error) => tracing::warn!(backend = source.name(), error = %error.log(), "its state cannot be read"),
        }
    }

    /// From now on this and nothing else is absent.
    pub(super) async fn found_absent(&self, source: &Source, absent: Absent) {
        if *source.absent() == absent {
            return;
        }
        if let Err(error) = self.0.store.keep_absent(source.id, &absent).await {
            tracing::warn!(backend = source.name(), error = %error.log(), "what is absent could not be kept");
        }
        let words = |streams: &Absent| streams.streams.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ");
        tracing::info!(backend = source.name(), absent = words(&absent), before = words(&source.absent()), "found");
        source.set_absent(absent);
    }

    /// A pull found that a stream is not there. The next probe has the last word.
    pub(super) async fn not_there(&self, source: &Source, stream: Stream) {
        let mut absent = Absent::clone(&source.absent());
        if !absent.streams.insert(stream) {
            return;
        }
        let words = stream.as_str().replace('_', " ");
        let problem =
            format!("This backend has no {words}: they are not served. Update the PSA; it is looked at again.");
        tracing::warn!(backend = source.name(), problem, "the backend needs attention");
        {
            let mut healths = self.0.healths.lock().unwrap_or_else(PoisonError::into_inner);
            let (_, health) = healths.entry(source.id).or_insert_with(|| (0, Health::of(HealthState::Degraded)));
            health.state = health.state.max(HealthState::Degraded);
            health.problems.push(problem);
        }
        self.found_absent(source, absent).await;
    }
}
