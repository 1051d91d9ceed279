//! `[retention]`: how many days things are kept. 0 keeps them for as long as the PSA has them.

use super::problem::Problems;
use super::range::{self, Range};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Since a ticket was closed.
    pub closed_tickets_days: u32,
    pub comments_days: u32,
    pub attachments_days: u32,
    pub time_entries_days: u32,
    /// Since they were issued.
    pub invoices_days: u32,
    pub quotes_days: u32,
    /// Since they were changed.
    pub documents_days: u32,
    /// What subscribers may still ask for.
    pub events_days: u32,
}

const CENTURY: i64 = 36_500;

pub(super) const RANGES: &[Range] = &[
    ("closed_tickets_days", 0, CENTURY),
    ("comments_days", 0, CENTURY),
    ("attachments_days", 0, CENTURY),
    ("time_entries_days", 0, CENTURY),
    ("invoices_days", 0, CENTURY),
    ("quotes_days", 0, CENTURY),
    ("documents_days", 0, CENTURY),
    ("events_days", 0, CENTURY),
];

impl RetentionSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        range::check(path, self, RANGES, problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_bounded() {
        range::testing::assert_ranged(&RetentionSettings::default(), RANGES);
    }
}
