//! Who may see what: the product asked from every side.
//!
//! What is expected comes from the schema's annotations, the table of roles and the sandbox's world
//! alone ([`sdl`], [`cast`], [`sight`]); what is observed comes from running operations.

mod both;
mod cast;
mod crawl;
mod paths;
mod samples;
mod sdl;
mod search;
mod sight;

mod alone;
mod annotations;
mod beside;
mod canaries;
mod concurrency;
mod denied;
mod guests;
mod ids;
mod introspection;
mod links;
mod matrix;
mod mutations;
mod narrowing;
mod nullable;
mod oracle;
mod pages;
mod reveals;
mod rows;
mod sessions;
mod smoke;
