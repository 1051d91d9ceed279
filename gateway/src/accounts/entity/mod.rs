//! The tables of people and their sessions as sea-orm entities. Times are epoch milliseconds.

pub mod sessions;
pub mod sign_in_failures;
pub mod user_contacts;
pub mod user_roles;
pub mod users;

use sea_orm::{EntityTrait, Select};

/// A select over a whole table of this room.
#[expect(clippy::disallowed_methods, reason = "people and sessions lie behind no fence: only this room reads them")]
pub fn all<E: EntityTrait>() -> Select<E> {
    E::find()
}
