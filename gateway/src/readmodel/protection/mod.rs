//! Data protection: what is forgotten, and what is never stored.
//!
//! * [`places`]: every table of the database, and what erasure does there.
//! * [`erase`]: a contact or an account is forgotten. * [`traces`]: how somebody is known again by hashes.
//! * [`veil`]: what the next pull may not bring back. * [`rows`]: the same for rows that are stored already.
//! * [`retention`]: how long things are kept. * [`bodies`]: bodies of a backend that is only indexed.
//! * `commands`: what is written and not yet there. * [`scrub`]: the bytes of what was deleted.

pub mod bodies;
mod commands;
pub mod erase;
pub mod places;
pub mod retention;
pub mod rows;
mod scrub;
pub mod traces;
pub mod veil;

use crate::config::RetentionSettings;
use bodies::Bodies;
use std::sync::Arc;

/// What a store forgets and leaves out.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub retention: RetentionSettings,
    /// Names of the backends of which no bodies are stored.
    pub index: Arc<Vec<String>>,
    pub(crate) bodies: Bodies,
}

impl Rules {
    #[must_use]
    pub fn new(retention: RetentionSettings, index: Vec<String>) -> Self {
        Self { retention, index: Arc::new(index), bodies: Bodies::default() }
    }
}
