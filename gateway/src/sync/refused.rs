//! What was asked in vain a moment ago: others need not wait for it again at once.

use super::budget::Purpose;
use super::{Sync, millis};
use portico_contract::{Error, ErrorKind, Stream};
use std::collections::HashMap;
use std::sync::PoisonError;
use uuid::Uuid;

/// When it was last asked in vain: a whole backend, or one stream of it.
pub(super) type Refused = HashMap<(Uuid, Option<Stream>), i64>;

/// Whether a failure says that nothing else of the backend would be answered either.
pub(super) fn is_of_the_whole(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Unavailable | ErrorKind::RateLimited | ErrorKind::Credentials)
}

/// What those are told who come a moment later.
pub(super) fn refused() -> Error {
    Error::unavailable("refused a moment ago")
}

impl Sync {
    pub(super) fn was_refused(&self, backend: Uuid, stream: Option<Stream>) -> bool {
        let refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let lately =
            |of: Option<Stream>| refused.get(&(backend, of)).is_some_and(|at| now - at < millis(self.0.settings.every));
        lately(None) || (stream.is_some() && lately(stream))
    }

    /// Remembers how a call went. `stream`: what was asked for, unless it was a single object.
    pub(super) fn note(&self, backend: Uuid, stream: Option<Stream>, purpose: Purpose, failed: Option<&Error>) {
        if let Some(error) =
            failed.filter(|error| error.kind == ErrorKind::RateLimited && purpose != Purpose::Interactive)
        {
            // The share of background work may be used up: that says nothing to those who wait.
            let wait = error.retry_after.unwrap_or(self.0.settings.every);
            return self.pause(backend, purpose, self.now().saturating_add(millis(wait)));
        }
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match failed {
            Some(error) if is_of_the_whole(error) => {
                refused.insert((backend, None), self.now());
            }
            // An object that cannot be read says nothing of the others.
            Some(_) if stream.is_none() => {}
            Some(_) => {
                refused.insert((backend, stream), self.now());
            }
            None => refused.retain(|(of, which), _| *of != backend || (which.is_some() && *which != stream)),
        }
    }
}
