//! Settings: one TOML file, overridden by the environment, checked as a whole before anything starts.
//!
//! * Each section is one struct with its defaults; `sample.toml` shows every key with its default.
//! * An unknown key, a wrong type and a value out of range are problems; all are reported at once.
//! * A secret can also be kept in a file: `<key>_file` names it. `Debug` never prints a secret.
//!
//! # How to add a setting
//!
//! One field with its default on the section's struct, its range in the table beside it, one line in
//! `sample.toml`. Tests hold the three together.

mod auth;
mod backend;
mod environment;
mod fields;
mod journal;
mod problem;
pub mod range;
mod retention;
mod secret;
mod section;
mod server;
mod settings;

pub use auth::AuthSettings;
pub use backend::{BackendSettings, Mirror};
pub use environment::environment;
pub use journal::JournalSettings;
pub use problem::{Problem, Problems};
pub use retention::RetentionSettings;
pub use settings::{DataSettings, DatabaseSettings, LogFormat, LogSettings, ProviderSettings, SyncSettings};

use crate::executor::limits::Limits;
use crate::http::settings::HttpSettings;
use environment::Texts;
use secret::Secrets;
use section::Section;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// Every key with its default and what it is for.
pub const SAMPLE: &str = include_str!("sample.toml");

/// The bounds of numbers, by section.
pub const RANGES: &[(&str, &[range::Range])] = &[
    ("server", server::RANGES),
    ("sync", settings::SYNC_RANGES),
    ("journal", journal::RANGES),
    ("auth", auth::RANGES),
    ("limits", settings::LIMIT_RANGES),
    ("retention", retention::RANGES),
];

/// What the adapters find wrong with the backends' own settings.
pub type Adapters = fn(&[BackendSettings]) -> Problems;

/// The file that is read when none is named and it is there.
const FILE: &str = "portico.toml";

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: HttpSettings,
    pub limits: Limits,
    pub database: DatabaseSettings,
    pub data: DataSettings,
    pub sync: SyncSettings,
    pub journal: JournalSettings,
    pub auth: AuthSettings,
    pub log: LogSettings,
    pub provider: ProviderSettings,
    pub retention: RetentionSettings,
    pub backends: Vec<BackendSettings>,
}

impl Config {
    /// Reads the file (named here, by `PORTICO_CONFIG`, or `portico.toml` if it is there), puts the
    /// environment over it, and checks everything.
    pub fn load(
        path: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
        adapters: Adapters,
    ) -> Result<Self, Problems> {
        let variables: BTreeMap<String, String> = env.collect();
        let named = path.or_else(|| variables.get(environment::FILE).map(Path::new));
        let path = named.or_else(|| Some(Path::new(FILE)).filter(|path| path.exists()));
        let text = match path {
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                let message = format!("Cannot read the file: {}. Correct the path or its rights.", error.kind());
                Problems::one(path.display().to_string(), message)
            })?,
            None => String::new(),
        };
        let name = path.map_or_else(|| FILE.to_owned(), |path| path.display().to_string());
        Self::read(&text, &name, &variables, adapters)
    }

    /// What the demo runs with: everything in one folder, one local port, no backends yet.
    pub fn for_demo(data_dir: &Path, port: u16) -> Result<Self, Problems> {
        let dir = Value::String(data_dir.to_string_lossy().into_owned());
        let listen = Value::String(format!("127.0.0.1:{port}"));
        let document = Table::from_iter([
            ("data".to_owned(), Value::Table(Table::from_iter([("dir".to_owned(), dir)]))),
            ("server".to_owned(), Value::Table(Table::from_iter([("listen".to_owned(), listen)]))),
        ]);
        Self::build(document, &Texts::new(), Problems::default(), |_| Problems::default())
    }

    fn read(
        text: &str,
        name: &str,
        variables: &BTreeMap<String, String>,
        adapters: Adapters,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut document = toml::from_str::<Table>(text).map_err(|error| syntax(text, name, &error))?;
        let texts = environment::apply(&mut document, variables, &mut problems);
        Self::build(document, &texts, problems, adapters)
    }

    fn build(document: Table, texts: &Texts, problems: Problems, adapters: Adapters) -> Result<Self, Problems> {
        let mut reader = Reader { document, texts, problems };
        let server = reader.section::<HttpSettings>("server", &[]);
        let limits = reader.section("limits", &[]);
        let database = reader.section::<DatabaseSettings>("database", &["url"]);
        let data = reader.section::<DataSettings>("data", &[]);
        let sync = reader.section("sync", &[]);
        let journal = reader.section("journal", &[]);
        let auth = reader.section("auth", &[]);
        let log = reader.section("log", &[]);
        let provider = reader.section("provider", &[]);
        let retention = reader.section("retention", &[]);
        let backends = reader.backends();
        let mut problems = reader.unread();
        problems.0.extend(adapters(&backends).0);
        // Every section is checked as far as it could be read.
        check(&server, "server", &mut problems, server::validate);
        check(&limits, "limits", &mut problems, settings::validate_limits);
        check(&data, "data", &mut problems, DataSettings::validate);
        check(&sync, "sync", &mut problems, SyncSettings::validate);
        check(&journal, "journal", &mut problems, JournalSettings::validate);
        check(&auth, "auth", &mut problems, AuthSettings::validate);
        check(&log, "log", &mut problems, LogSettings::validate);
        check(&provider, "provider", &mut problems, ProviderSettings::validate);
        check(&retention, "retention", &mut problems, RetentionSettings::validate);
        let database = database.map(|mut database| {
            if let Some(data) = &data {
                database.settle(&data.dir);
                database.validate("database", &mut problems);
            }
            database
        });
        let (Some(server), Some(limits), Some(database), Some(data), Some(sync)) =
            (server, limits, database, data, sync)
        else {
            return Err(problems);
        };
        let (Some(auth), Some(log), Some(provider), Some(retention), Some(journal)) =
            (auth, log, provider, retention, journal)
        else {
            return Err(problems);
        };
        let file = Self { server, limits, database, data, sync, journal, auth, log, provider, retention, backends };
        problems.none_or(file)
    }
}

fn check<T>(section: &Option<T>, path: &str, problems: &mut Problems, validate: impl Fn(&T, &str, &mut Problems)) {
    if let Some(section) = section {
        validate(section, path, problems);
    }
}

/// Takes one section after the other out of the document.
struct Reader<'a> {
    document: Table,
    texts: &'a Texts,
    problems: Problems,
}

/// Sections of the file, in the order of the sample.
const SECTIONS: &[&str] =
    &["server", "limits", "database", "data", "sync", "journal", "auth", "log", "provider", "retention", "backends"];

impl Reader<'_> {
    fn section<T: DeserializeOwned>(&mut self, name: &str, secrets: &'static [&'static str]) -> Option<T> {
        let table = match self.document.remove(name) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.problems.add(name, format!("Expected a section. Write [{name}]."));
                return None;
            }
        };
        let texts = self.texts.get(name).cloned().unwrap_or_default();
        let mut section = Section { path: name.to_owned(), table, texts };
        secret::read_files(&mut section, Secrets::These(secrets), &mut self.problems);
        section.read(&mut self.problems)
    }

    fn backends(&mut self) -> Vec<BackendSettings> {
        let list = self.document.remove("backends").unwrap_or_else(|| Value::Array(Vec::new()));
        backend::read(list, self.texts, &mut self.problems)
    }

    /// What is left belongs to no section.
    fn unread(mut self) -> Problems {
        for name in self.document.keys() {
            self.problems.add(name.clone(), section::unknown(name, SECTIONS));
        }
        self.problems
    }
}

/// A syntax error by its line; the line itself may hold a secret and is not repeated.
fn syntax(text: &str, name: &str, error: &toml::de::Error) -> Problems {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let place = line.map_or_else(|| name.to_owned(), |line| format!("{name}:{line}"));
    Problems::one(place, format!("Is not TOML: {}. Correct the line.", error.message()))
}

#[cfg(test)]
mod tests;
