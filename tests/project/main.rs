//! Rules about the project itself, and the pages that are generated from it.
//!
//! Generated files are compared with what is on disk; `PORTICO_REGEN=1` writes them instead.

mod capabilities;
mod configuration;
mod coverage;
mod decisions;
mod dependencies;
mod examples;
mod generated;
mod pages;
mod schema;
mod served;
mod sizes;
mod sources;
mod tree;
