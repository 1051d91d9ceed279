//! PSAs in a box: one deterministic world of customers, tickets and invoices, and per PSA the view
//! of it that an adapter meets on the wire. For the demo, the tests and the benchmarks.
//!
//! Nothing here knows Portico: this crate is the vendor's side.

pub mod canary;
mod error;
pub mod halopsa;
pub mod itflow;
mod rest;
mod sandbox;
mod seed;
mod uploads;
pub mod world;

pub use canary::{Canary, Visibility};
pub use error::{Error, Result};
pub use halopsa::Halo;
pub use itflow::api::{Api, Keys, Now};
pub use itflow::edit::Editor;
pub use sandbox::ItflowSandbox;
pub use seed::Seed;
pub use uploads::{bytes_of, write_uploads};
pub use world::{ContactType, Membership, Person, PersonKind, World};
