//! What the tests share: a whole Portico in one process, on a sandbox with the seeded world, with
//! a clock that stands still.

pub mod apart;
pub mod binary;
pub mod house;
pub mod log;
pub mod psa;
pub mod running;
pub mod servers;
pub mod tenant;
pub mod thin;
pub mod wire;
pub mod writable;

pub use house::{House, Options, Who, Writing};
pub use psa::Psa;
pub use thin::ThinPsa;
pub use writable::Writable;
