//! What the tests of every backend share.
//!
//! [`FaultProxy`] stands between a backend and its PSA and goes wrong as it is told: the ways in which a network, a
//! server or a vendor goes wrong, each at a chosen request. It knows HTTP/1.1 and nothing of any vendor.
//!
//! [`conformance`] is the list of rules that every backend keeps, and what asks them.

#![deny(missing_docs)]

pub mod conformance;
mod proxy;

#[cfg(test)]
mod tests;

pub use proxy::fault::{Fault, Rule};
pub use proxy::log::{Counts, Seen};
pub use proxy::{FaultProxy, Script};
