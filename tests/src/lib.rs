//! What the tests share: a whole Portico in one process, on a sandbox with the seeded world, with
//! a clock that stands still.

pub mod house;
pub mod log;

pub use house::{House, Options, Who};
