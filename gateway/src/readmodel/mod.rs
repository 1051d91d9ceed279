//! What Portico knows of the PSAs, in its own database.
//!
//! * [`entity`]: the tables. * [`map`]: contract records → rows, the only mapping.
//! * [`upsert`]: which read wins. * `parts`: what a row says, and what it does not know. * [`streams`]: where each stream stands. * [`lease`]: who pulls it.
//! * [`sweep`]: what a pass did not list. * [`thin`]: rows without their children. * [`calls`]: calls that were made.
//! * [`fence`]: the row predicate of every kind. * [`desk`]: the only handle a resolver gets.
//! * [`figures`]: sums and counts over many rows.
//! * [`search`]: words → rows, by an index that is written with the rows.
//! * [`columns`]: the columns that an operation wants. * [`known`]: what every list asks for again.
//! * [`linked`]: accounts and contacts that are linked. * [`kept`]: Portico's own rows that staff read.
//! * [`protection`]: what is forgotten, and what is never stored.
//! * [`pending`]: what was asked for and no PSA has yet. * `twin`: the same once it is pulled.
//! * [`relation`]: how children are loaded, once per level. * `beside`: a child in its page's own statement.
//! * [`page`]: windows and cursors. * `direct`: lists that are read past the pools.
//! * [`html`]: rich text, made safe when it is stored.

#![expect(clippy::disallowed_methods, reason = "this is the room that scopes selects")]

mod absent;
mod aliases;
mod beside;
pub mod calls;
pub mod columns;
pub mod desk;
mod direct;
pub mod entity;
pub mod fence;
pub mod figures;
pub mod followers;
pub mod html;
pub mod ids;
pub mod kept;
mod known;
pub mod lease;
pub mod linked;
pub mod map;
pub mod page;
mod parts;
pub mod pending;
pub mod protection;
pub mod relation;
mod relations;
pub mod rights;
pub mod search;
pub mod store;
pub mod streams;
pub mod sweep;
pub mod table;
pub mod thin;
pub(crate) mod twin;
pub mod uploads;
pub mod upsert;

/// One text for what is unknown and for what the viewer may not see.
pub const NOT_FOUND: &str = "There is no such object, or you may not see it.";

pub use desk::Desk;
pub use ids::GlobalId;
pub use relations::approvers;
pub use store::{Statements, Store};
