//! `[journal]`: how writes reach the PSAs.

use super::problem::Problems;
use super::range::{self, Range};
use serde::{Deserialize, Serialize};

/// `[journal]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalSettings {
    /// How long a mutation waits for its PSA before it answers that the write is queued.
    pub wait_ms: u64,
    /// Deadline of one call that writes.
    pub call_seconds: u64,
    /// After a failure the next try waits this long, then twice as long, up to the most.
    pub retry_seconds: u64,
    pub retry_most_seconds: u64,
    /// What a process that died was sending is taken over after this.
    pub lease_seconds: u64,
    /// The longest wait before a PSA is asked whether it has what may have been sent.
    pub settle_most_seconds: u64,
    /// What was refused, given up or could not be told is kept for so many days, with its text.
    pub keep_days: u64,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            wait_ms: 4_000,
            call_seconds: 15,
            retry_seconds: 5,
            retry_most_seconds: 300,
            lease_seconds: 60,
            settle_most_seconds: 600,
            keep_days: 30,
        }
    }
}

pub(super) const RANGES: &[Range] = &[
    ("wait_ms", 0, 60_000),
    ("call_seconds", 1, 600),
    ("retry_seconds", 1, 3_600),
    ("retry_most_seconds", 1, 86_400),
    ("lease_seconds", 2, 3_600),
    ("settle_most_seconds", 0, 86_400),
    ("keep_days", 1, 3_650),
];

impl JournalSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        range::check(path, self, RANGES, problems);
        if self.lease_seconds <= self.call_seconds {
            problems.add(
                format!("{path}.lease_seconds"),
                "Is not more than `call_seconds`: another process would take over what is still being sent. Raise it.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_bounded() {
        range::testing::assert_ranged(&JournalSettings::default(), RANGES);
    }

    #[test]
    fn a_lease_outlasts_a_call() {
        let mut problems = Problems::default();
        JournalSettings { lease_seconds: 15, ..Default::default() }.validate("journal", &mut problems);
        assert!(!problems.is_empty());
    }
}
