//! Halo's lists as data, with the names of its published field lists.

mod books;
mod desk;
mod lists;
mod parties;

use super::resource::Resource;

pub(super) const ALL: [&[Resource]; 4] = [desk::DESK, parties::PARTIES, books::BOOKS, lists::LISTS];

/// Whether a switch is on.
fn on(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// Whether a list of ids with commas between holds this one.
fn holds(ids: &str, id: i64) -> bool {
    ids.split(',').any(|part| part.trim().parse() == Ok(id))
}
