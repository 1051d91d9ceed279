//! What is below the layers: something that carries one request and brings one answer.

pub mod http;
pub mod record;
mod redact;
pub mod replay;

use crate::request::Body;
use crate::response::Response;
use ::http::{HeaderMap, Method};
use async_trait::async_trait;
use portico_contract::{Result, Sent};
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use url::Url;

/// Carries requests. [`HttpWire`](crate::HttpWire) in production; a recorder or a replayer in tests.
#[async_trait]
pub trait Wire: Send + Sync + fmt::Debug {
    /// Sends once and waits for the whole answer. An error says in `sent` whether the request may have arrived. A future
    /// that is dropped sends nothing more.
    async fn send(&self, outgoing: Outgoing) -> Result<Response>;
}

/// One request, ready to go.
pub struct Outgoing {
    /// As in [`Request`](crate::Request).
    pub operation: &'static str,
    /// The path without its values.
    pub template: &'static str,
    /// The method.
    pub method: Method,
    /// The full URL.
    pub url: Url,
    /// The headers, with the token where it goes into one.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// A larger answer is refused.
    pub max_answer: usize,
    /// Values that must not be written down anywhere.
    pub secrets: Vec<SecretString>,
    /// Whether it has left.
    pub departure: Departure,
}

/// Names the call without its values.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({} {} {})", self.operation, self.method, self.template)
    }
}

/// Whether a request has left. Shared by the one who writes it and the one who gives up waiting, who may be on
/// different threads: it leaves or it is stopped, never both.
#[derive(Debug, Clone, Default)]
pub struct Departure(Arc<AtomicU8>);

const HERE: u8 = 0;
const LEFT: u8 = 1;
const STOPPED: u8 = 2;

impl Departure {
    /// It leaves now. `false`: it was stopped, and must not leave.
    #[must_use]
    pub fn leave(&self) -> bool {
        self.0.compare_exchange(HERE, LEFT, Ordering::SeqCst, Ordering::SeqCst) != Err(STOPPED)
    }

    /// It came back refused, and may leave again.
    pub(crate) fn came_back(&self) {
        self.0.store(HERE, Ordering::SeqCst);
    }

    /// Whether it may have left. If not, it is stopped.
    #[must_use]
    pub fn stop(&self) -> Sent {
        match self.0.compare_exchange(HERE, STOPPED, Ordering::SeqCst, Ordering::SeqCst) {
            Err(LEFT) => Sent::Maybe,
            _ => Sent::No,
        }
    }
}
