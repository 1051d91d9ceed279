//! The one way to a PSA's HTTP: [`Transport::send`].
//!
//! An adapter describes a call as a [`Request`] and gets a [`Response`] or a typed error. Everything between is here
//! and nowhere else: tokens, limits, retries, timeouts, the breaker, metrics, redaction, recording. The layers stand
//! in one function, in [`Transport::send`], with the reason for each one's place.
//!
//! # What an adapter gets
//!
//! | What happened | `send` gives | `sent` |
//! | --- | --- | --- |
//! | 2xx, and any 4xx but those below | the [`Response`]; the adapter reads it | |
//! | 401, also with a new token | `Credentials` | `No` |
//! | 429 | `RateLimited` with `retry_after` | `No` |
//! | a redirect | `Credentials`: the base URL is wrong; it is never followed | `No` |
//! | 5xx | `Unavailable`: a PSA may fail after it has acted | `Maybe` |
//! | no connection, no name, no TLS | `Unavailable` | `No` |
//! | a refused address or scheme | `Credentials` | `No` |
//! | an open breaker, no room before the deadline | `Unavailable`, `RateLimited` | `No` |
//! | time ran out before the first byte left | `Unavailable` | `No` |
//! | time ran out, a reset or half an answer after that | `Unavailable` | `Maybe` |
//! | an answer that is too large | `Contract` | `Maybe` |
//! | an answer that cannot be read ([`Response::json`]) | `Contract` | `Maybe` |
//! | an answer that says no ([`Response::rejected`]) | what the adapter says | `Yes` |
//!
//! A vendor that says these things in other ways has a judge of its own: [`Settings::judge`].
//!
//! # Parts
//!
//! * [`Settings`]: everything an adapter's configuration decides.
//! * [`Request`], [`Response`], [`Safety`]: one call.
//! * [`TokenSource`]: a fixed key ([`Fixed`]), or a [`Grant`] kept fresh by [`Renewing`]: OAuth 2.0
//!   [`ClientCredentials`] and [`RefreshToken`], or a vendor's own.
//! * [`paged`]: a list over pages, with the rules that make it end.
//! * [`Wire`]: what is below the layers: [`HttpWire`], a [`Recorder`] that writes fixtures, a [`Replayer`] that answers
//!   from them.
//! * [`Metrics`]: figures for the gateway. The log of the wire is `tracing` with the target `portico::wire`, level debug:
//!   method, template of the path, status, time and bytes; never values, bodies or tokens.

#![deny(missing_docs)]

mod address;
mod breaker;
mod limit;
mod metrics;
mod paged;
mod request;
mod response;
mod retry;
mod seats;
mod send;
mod settings;
mod token;
mod wire;

#[cfg(test)]
mod tests;

pub use address::Addresses;
pub use limit::Rate;
pub use metrics::Metrics;
pub use paged::{Ask, Page, Paging, paged};
pub use portico_contract::{BreakerState, Figures};
pub use request::{Body, Part, Request, Safety};
pub use response::{Response, Verdict, by_status};
pub use send::Transport;
pub use settings::Settings;
pub use token::oauth::{ClientCredentials, OauthClient, RefreshToken, TokenStore};
pub use token::renewing::{Fetched, Grant, Renewing};
pub use token::{Fixed, Place, Token, TokenSource};
pub use wire::http::HttpWire;
pub use wire::record::{Fixture, Recorder};
pub use wire::replay::Replayer;
pub use wire::{Departure, Outgoing, Wire};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The state behind a lock. A panic elsewhere leaves counters behind, nothing that could be half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
