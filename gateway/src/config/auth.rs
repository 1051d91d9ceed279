//! How people sign in: sessions, passwords, back-off.

use super::problem::Problems;
use super::range::{self, Range};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// `[auth]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// Days a session lasts.
    pub session_days: u32,
    /// Days a session lasts for those who asked to be remembered.
    pub remember_days: u32,
    pub password_min_length: usize,
    pub password_max_length: usize,
    /// Memory of one argon2id hash.
    pub argon2_memory_kib: u32,
    pub argon2_iterations: u32,
    /// Hashes computed at the same time.
    pub argon2_parallel: usize,
    /// Failures before a login or a peer has to wait.
    pub back_off_after: u32,
    /// The first wait; each further failure doubles it.
    pub back_off_first_seconds: u64,
    pub back_off_longest_seconds: u64,
    /// Failures are forgotten after this long without another.
    pub back_off_forget_seconds: u64,
    /// Age of a backend's contacts past which wider reach falls to one's own things.
    pub rights_max_age_seconds: u64,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            session_days: 7,
            remember_days: 30,
            password_min_length: 12,
            password_max_length: 256,
            argon2_memory_kib: 19_456,
            argon2_iterations: 2,
            argon2_parallel: 2,
            back_off_after: 5,
            back_off_first_seconds: 1,
            back_off_longest_seconds: 15 * 60,
            back_off_forget_seconds: 60 * 60,
            rights_max_age_seconds: 15 * 60,
        }
    }
}

pub(super) const RANGES: &[Range] = &[
    ("session_days", 1, 90),
    ("remember_days", 1, 365),
    ("password_min_length", 8, 64),
    ("password_max_length", 64, 1_024),
    ("argon2_memory_kib", 4_096, 1_048_576),
    ("argon2_iterations", 1, 20),
    ("argon2_parallel", 1, 64),
    ("back_off_after", 1, 100),
    ("back_off_first_seconds", 1, 60),
    ("back_off_longest_seconds", 1, 86_400),
    ("back_off_forget_seconds", 60, 604_800),
    ("rights_max_age_seconds", 60, 604_800),
];

impl AuthSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        range::check(path, self, RANGES, problems);
        if self.remember_days < self.session_days {
            problems.add(format!("{path}.remember_days"), "Is less than `session_days`. Raise it.");
        }
        if self.back_off_longest_seconds < self.back_off_first_seconds {
            problems
                .add(format!("{path}.back_off_longest_seconds"), "Is less than `back_off_first_seconds`. Raise it.");
        }
        if self.back_off_forget_seconds < self.back_off_longest_seconds {
            problems.add(
                format!("{path}.back_off_forget_seconds"),
                "Is less than `back_off_longest_seconds`: waiting would reset the count. Raise it.",
            );
        }
    }

    /// How long a login or peer waits after so many failures in a row.
    #[must_use]
    pub fn wait_after(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.back_off_after) else { return Duration::ZERO };
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        let seconds = self.back_off_first_seconds.saturating_mul(factor).min(self.back_off_longest_seconds);
        Duration::from_secs(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_bounded() {
        range::testing::assert_ranged(&AuthSettings::default(), RANGES);
    }

    #[test]
    fn the_wait_doubles_from_the_fifth_failure_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (1..=17).map(|n| AuthSettings::default().wait_after(n).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(AuthSettings::default().wait_after(u32::MAX).as_secs(), 900);
    }

    #[test]
    fn numbers_that_contradict_each_other_are_problems() {
        let settings = AuthSettings { remember_days: 1, back_off_longest_seconds: 7_200, ..Default::default() };
        let mut problems = Problems::default();
        settings.validate("auth", &mut problems);
        let keys: Vec<_> = problems.0.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["auth.remember_days", "auth.back_off_forget_seconds"]);
    }
}
