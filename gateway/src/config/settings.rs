//! The smaller sections of the file.

use super::problem::Problems;
use super::range::{self, Range};
use crate::executor::limits::Limits;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `[data]`: where Portico keeps files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSettings {
    pub dir: PathBuf,
}

impl Default for DataSettings {
    fn default() -> Self {
        Self { dir: PathBuf::from("portico-data") }
    }
}

impl DataSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        if self.dir.as_os_str().is_empty() {
            problems.add(format!("{path}.dir"), "Is empty. Name a folder.");
        }
    }
}

/// `[database]`: the read model and everything durable.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`. Once the configuration is loaded it is never empty.
    pub url: SecretString,
    pub max_connections: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: SecretString::from(""), max_connections: 10 }
    }
}

/// Schemes that the gateway is built for.
const SCHEMES: &[&str] = &["sqlite:", "postgres://", "postgresql://"];

impl DatabaseSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        let url = self.url.expose_secret();
        if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
            problems.add(
                format!("{path}.url"),
                "Is neither a SQLite nor a PostgreSQL URL. Begin with `sqlite://` or `postgres://`.",
            );
        }
        if !(1..=1_000).contains(&self.max_connections) {
            problems.add(format!("{path}.max_connections"), "Must be from 1 to 1000. Correct it.");
        }
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite:")
    }

    /// Without a URL the database is a file in the data folder, made at first start.
    pub(super) fn settle(&mut self, data: &Path) {
        if self.url.expose_secret().is_empty() {
            let file = data.join("portico.sqlite").to_string_lossy().into_owned();
            let file = file.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
            self.url = SecretString::from(format!("sqlite://{file}?mode=rwc"));
        }
    }
}

/// `[sync]`: how the read model follows the backends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSettings {
    pub enabled: bool,
    /// Between two pulls of what changed.
    pub every_seconds: u64,
    /// Between two passes over everything.
    pub full_every_seconds: u64,
    /// An opened object is read again when it was confirmed longer ago than this.
    pub max_age_seconds: u64,
    /// How long an opening waits for that read.
    pub wait_ms: u64,
    /// A stream that was confirmed longer ago than this is reported as stale.
    pub max_staleness_seconds: u64,
    /// A replica that died keeps others from its streams for this long.
    pub lease_seconds: u64,
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            every_seconds: 15,
            full_every_seconds: 900,
            max_age_seconds: 20,
            wait_ms: 1_500,
            max_staleness_seconds: 120,
            lease_seconds: 30,
        }
    }
}

pub(super) const SYNC_RANGES: &[Range] = &[
    ("every_seconds", 1, 86_400),
    ("full_every_seconds", 10, 604_800),
    ("max_age_seconds", 0, 86_400),
    ("wait_ms", 0, 60_000),
    ("max_staleness_seconds", 1, 604_800),
    ("lease_seconds", 10, 3_600),
];

impl SyncSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        range::check(path, self, SYNC_RANGES, problems);
        if self.max_staleness_seconds < self.every_seconds {
            problems.add(
                format!("{path}.max_staleness_seconds"),
                "Is less than `every_seconds`: everything would always be stale. Raise it.",
            );
        }
    }

    #[must_use]
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.every_seconds)
    }

    #[must_use]
    pub fn full_every(&self) -> Duration {
        Duration::from_secs(self.full_every_seconds)
    }

    #[must_use]
    pub fn max_age(&self) -> Duration {
        Duration::from_secs(self.max_age_seconds)
    }

    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    #[must_use]
    pub fn max_staleness(&self) -> Duration {
        Duration::from_secs(self.max_staleness_seconds)
    }

    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    pub format: LogFormat,
    /// A level, or levels by target: `info,portico::sync=debug`.
    pub level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

impl LogSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        // A bare word that is no level would silently be taken for a target.
        let right = self.level.split(',').map(str::trim).all(|part| {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            LEVELS.contains(&level.to_ascii_lowercase().as_str())
        });
        if !right {
            let message = format!("Expected one of {}, or `target=level` with commas. Correct it.", LEVELS.join(", "));
            problems.add(format!("{path}.level"), message);
        }
    }
}

/// `[provider]`: who runs this deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderSettings {
    /// The provider's name, as people see it.
    pub name: String,
    /// Whether customers see time worked on tickets: public notes only.
    pub show_time_entries: bool,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self { name: "Portico".to_owned(), show_time_entries: false }
    }
}

impl ProviderSettings {
    pub fn validate(&self, path: &str, problems: &mut Problems) {
        if self.name.trim().is_empty() || self.name.chars().count() > 200 {
            problems.add(format!("{path}.name"), "Must have 1 to 200 letters. Correct it.");
        }
    }
}

const MOST: i64 = 1 << 40;
pub(super) const LIMIT_RANGES: &[Range] = &[
    ("body_bytes", 1_024, MOST),
    ("tokens", 10, MOST),
    // The parser recurses: deeper text than this could exhaust its stack.
    ("nesting", 4, 200),
    ("depth", 1, 200),
    ("introspection_depth", 1, 200),
    ("nodes", 1, MOST),
    ("aliases", 0, MOST),
    ("root_fields", 1, MOST),
    ("directives", 0, MOST),
    ("directives_per_field", 0, MOST),
    ("cost", 1, MOST),
    ("response_bytes", 1_024, MOST),
    ("file_bytes", 1, MOST),
    ("upload_bytes", 1, MOST),
    ("seconds", 1, 600),
];

/// Checks `[limits]`, whose struct belongs to the executor.
pub fn validate_limits(limits: &Limits, path: &str, problems: &mut Problems) {
    range::check(path, limits, LIMIT_RANGES, problems);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_bounded() {
        range::testing::assert_ranged(&SyncSettings::default(), SYNC_RANGES);
        range::testing::assert_ranged(&Limits::default(), LIMIT_RANGES);
    }

    #[test]
    fn log_levels_are_checked_word_by_word() {
        for (level, right) in
            [("info", true), ("info,portico::sync=debug", true), ("verbose", false), ("a=loud", false)]
        {
            let mut problems = Problems::default();
            LogSettings { level: level.to_owned(), ..Default::default() }.validate("log", &mut problems);
            assert_eq!(problems.is_empty(), right, "{level}");
        }
    }

    #[test]
    fn the_default_database_lies_in_the_data_folder_whatever_its_name() {
        let mut database = DatabaseSettings::default();
        database.settle(Path::new("/srv/50% off?"));
        assert_eq!(database.url.expose_secret(), "sqlite:///srv/50%25 off%3F/portico.sqlite?mode=rwc");
        assert!(database.is_sqlite());
    }

    #[test]
    fn debug_hides_the_database_url() {
        let settings = DatabaseSettings { url: "postgres://u:canary@h/d".into(), ..Default::default() };
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
