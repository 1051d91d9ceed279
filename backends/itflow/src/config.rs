//! The settings of one ITFlow backend.

use chrono_tz::Tz;
use portico_contract::{Error, Result};
use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// One ITFlow installation. Every key but `database_url` has a default.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItflowConfig {
    /// `mysql://user:password@host:3306/database`, or `sqlite://file` for a sandbox.
    pub database_url: SecretString,
    /// An account that may write to the same database, for what ITFlow's HTTP API cannot do: `mysql://…`.
    pub write_url: Option<SecretString>,
    /// Where ITFlow's pages and its HTTP API are: `https://itflow.example.com`.
    pub api_url: Option<String>,
    /// A key of that API. It acts as its user, an agent.
    pub api_key: Option<SecretString>,
    /// Certificates in PEM that are trusted beside the system's.
    pub api_ca_file: Option<PathBuf>,
    /// How long one call of the API may take.
    pub api_timeout_seconds: u64,
    /// Allows an `api_url` without TLS to another machine: the key can be read on the way.
    pub api_allow_http: bool,
    /// How long after an unclear answer a write may still show.
    pub settle_seconds: u64,
    /// The zone that ITFlow's times are in; by default what its own settings say.
    pub timezone: Option<String>,
    /// Database versions that are known to fit, as prefixes with commas between: `2.6, 2.7`.
    pub tested_versions: String,
    pub max_connections: u32,
    pub call_timeout_seconds: u64,
    /// Parents per page; their children come along.
    pub batch: u64,
    /// How far a watermark is taken back: at least the distance between the zones of the web pages and of
    /// the database server, and longer than any transaction.
    pub overlap_hours: u32,
    /// Where ITFlow's folder `uploads` can be read on this machine; without it files are named and not served.
    pub uploads_dir: Option<PathBuf>,
    /// Whether the password hashes of portal users may be read, to let contacts in with the password they have.
    pub read_password_hashes: bool,
}

impl Default for ItflowConfig {
    fn default() -> Self {
        Self {
            database_url: SecretString::from(""),
            write_url: None,
            api_url: None,
            api_key: None,
            api_ca_file: None,
            api_timeout_seconds: 15,
            api_allow_http: false,
            settle_seconds: 30,
            timezone: None,
            tested_versions: "2.6".to_owned(),
            max_connections: 4,
            call_timeout_seconds: 5,
            batch: 500,
            overlap_hours: 26,
            uploads_dir: None,
            read_password_hashes: false,
        }
    }
}

/// Where the database is, ready to be connected to.
#[derive(Clone)]
pub(crate) enum Source {
    MySql(Box<MySqlConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// Numbers and the range in which they make sense.
type Bound = (&'static str, u64, u64, fn(&ItflowConfig) -> u64);
const BOUNDS: &[Bound] = &[
    ("max_connections", 1, 100, |config| u64::from(config.max_connections)),
    ("call_timeout_seconds", 1, 300, |config| config.call_timeout_seconds),
    ("batch", 1, 5_000, |config| config.batch),
    ("api_timeout_seconds", 1, 300, |config| config.api_timeout_seconds),
    ("settle_seconds", 1, 3_600, |config| config.settle_seconds),
    ("overlap_hours", 1, 744, |config| u64::from(config.overlap_hours)),
];

impl ItflowConfig {
    /// Every key whose value cannot work, with what to do about it. Touches no network.
    #[must_use]
    pub fn validate(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if let Err(problem) = self.source() {
            problems.push(("database_url", problem.to_owned()));
        }
        if let Some(Err(problem)) = self.write_source() {
            problems.push(("write_url", problem.to_owned()));
        }
        problems.extend(self.api_problems());
        if self.timezone.is_some() && self.zone().is_none() {
            problems.push(("timezone", "not a known time zone: write a name such as Europe/Berlin".to_owned()));
        }
        if self.versions().next().is_none() {
            problems.push(("tested_versions", "empty: name at least one version, such as 2.6".to_owned()));
        }
        if self.uploads_dir.as_ref().is_some_and(|folder| !folder.is_absolute()) {
            problems.push(("uploads_dir", "must be an absolute path".to_owned()));
        }
        for (key, low, high, value) in BOUNDS {
            if !(*low..=*high).contains(&value(self)) {
                problems.push((key, format!("must be between {low} and {high}")));
            }
        }
        problems
    }

    /// Fails with the first problem, if there is one.
    pub(crate) fn check(&self) -> Result<()> {
        match self.validate().into_iter().next() {
            None => Ok(()),
            Some((key, problem)) => Err(Error::credentials(format!("The setting `{key}` of this backend: {problem}."))),
        }
    }

    pub(crate) fn source(&self) -> Result<Source, &'static str> {
        source_of(&self.database_url)
    }

    pub(crate) fn write_source(&self) -> Option<Result<Source, &'static str>> {
        self.write_url.as_ref().map(source_of)
    }

    /// Address and key of the API, where both are set.
    pub(crate) fn api(&self) -> Option<(&str, &SecretString)> {
        self.api_url.as_deref().zip(self.api_key.as_ref())
    }

    pub(crate) fn api_timeout(&self) -> Duration {
        Duration::from_secs(self.api_timeout_seconds)
    }

    fn api_problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        match (&self.api_url, &self.api_key) {
            (Some(_), None) => problems.push(("api_key", "is needed as well: make a key in ITFlow".to_owned())),
            (None, Some(_)) => problems.push(("api_url", "is needed as well: where is ITFlow?".to_owned())),
            (Some(url), Some(_)) => {
                let found =
                    crate::api::settings(self, url).validate().into_iter().filter(|(key, _)| *key == "base_url");
                problems.extend(found.map(|(_, problem)| ("api_url", problem)));
            }
            (None, None) => {}
        }
        if self.api_key.as_ref().is_some_and(|key| key.expose_secret().trim().is_empty()) {
            problems.push(("api_key", "is empty: set it, or leave it out with `api_url`".to_owned()));
        }
        if self.api_ca_file.as_ref().is_some_and(|file| !file.is_absolute()) {
            problems.push(("api_ca_file", "must be an absolute path".to_owned()));
        }
        problems
    }

    pub(crate) fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds)
    }

    pub(crate) fn zone(&self) -> Option<Tz> {
        self.timezone.as_deref().and_then(|name| name.trim().parse().ok())
    }

    pub(crate) fn call_timeout(&self) -> Duration {
        Duration::from_secs(self.call_timeout_seconds)
    }

    /// Whether a database version such as `2.6.7` lies in the tested range.
    pub(crate) fn tested(&self, version: &str) -> bool {
        self.versions().any(|known| version == known || version.strip_prefix(known).is_some_and(|r| r.starts_with('.')))
    }

    fn versions(&self) -> impl Iterator<Item = &str> {
        self.tested_versions.split(',').map(str::trim).filter(|word| !word.is_empty())
    }
}

/// The problem's text never repeats the URL: it holds a password.
fn source_of(url: &SecretString) -> Result<Source, &'static str> {
    const SHAPE: &str = "expected mysql://user:password@host:3306/database or sqlite://file";
    let url = url.expose_secret();
    if url.starts_with("mysql://") {
        let options: MySqlConnectOptions = url.parse().map_err(|_| SHAPE)?;
        let named = options.get_database().is_some_and(|name| !name.is_empty());
        return if named { Ok(Source::MySql(Box::new(options))) } else { Err("names no database") };
    }
    if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url.parse().map_err(|_| SHAPE)?;
        return Ok(Source::Sqlite(Box::new(options)));
    }
    Err(SHAPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_url(url: &str) -> ItflowConfig {
        ItflowConfig { database_url: SecretString::from(url), ..ItflowConfig::default() }
    }

    #[test]
    fn defaults_need_only_a_url_and_unknown_keys_are_refused() {
        let config: ItflowConfig = serde_json::from_str(r#"{"database_url":"mysql://a:b@h/itflow"}"#).unwrap();
        assert!(config.validate().is_empty());
        assert_eq!((config.batch, config.overlap_hours, config.max_connections), (500, 26, 4));
        assert!(serde_json::from_str::<ItflowConfig>(r#"{"databse_url":"x"}"#).is_err());
    }

    #[test]
    fn each_bad_value_is_named_and_the_password_never_shows() {
        let mut config = with_url("postgres://user:hunter2@host/db");
        config.timezone = Some("Mars/Olympus".into());
        config.batch = 0;
        config.tested_versions = " , ".into();
        config.uploads_dir = Some("uploads".into());
        let keys: Vec<_> = config.validate().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["database_url", "timezone", "tested_versions", "uploads_dir", "batch"]);
        let said = format!("{:?} {:?} {}", config, config.validate(), config.check().unwrap_err().log());
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn a_url_must_name_its_database() {
        assert!(with_url("mysql://a:b@h:3306/").source().is_err());
        assert!(with_url("mysql://a:b@h:notaport/db").source().is_err());
        assert!(with_url("mysql://a:b@h:3306/itflow").source().is_ok());
        assert!(with_url("sqlite://world.db").source().is_ok());
    }

    #[test]
    fn versions_compare_by_whole_parts() {
        let mut config = ItflowConfig::default();
        assert!(config.tested("2.6") && config.tested("2.6.7"));
        assert!(!config.tested("2.60.1") && !config.tested("2.5.9"));
        config.tested_versions = "2.5, 2.6".into();
        assert!(config.tested("2.5.9"));
    }
}
