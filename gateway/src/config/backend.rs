//! The configured backends: what the gateway must know, and the adapter's own settings unread.

use super::problem::{Problem, Problems};
use super::secret::{self, Secrets};
use super::section::Section;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt;
use toml::{Table, Value};

/// Longest name of a backend.
const ID_LENGTH: usize = 40;

/// How much of a backend is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mirror {
    #[default]
    Full,
    /// Everything but bodies: they are read with the object that is opened.
    Index,
}

/// One `[[backends]]` entry.
#[derive(Clone)]
pub struct BackendSettings {
    /// The instance's name, unique in the deployment; ids of objects hang on it, so it never changes.
    pub id: String,
    /// Which adapter: `itflow`, ….
    pub kind: String,
    pub mirror: Mirror,
    settings: Section,
}

impl BackendSettings {
    #[must_use]
    pub fn new(id: impl Into<String>, kind: impl Into<String>, settings: Table) -> Self {
        let id = id.into();
        let settings = Section::new(format!("backends[{id}]"), settings);
        Self { id, kind: kind.into(), mirror: Mirror::Full, settings }
    }

    /// The adapter's settings in the adapter's own struct, or everything that is wrong with them.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problems> {
        let mut problems = Problems::default();
        match self.settings.read(&mut problems) {
            Some(read) => problems.none_or(read),
            None => Err(problems),
        }
    }

    /// The adapter's settings as they were written.
    #[must_use]
    pub fn value(&self) -> Value {
        Value::Table(self.settings.table.clone())
    }

    /// A problem of one of this backend's keys, for checks that only the adapter can make.
    #[must_use]
    pub fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        Problem { key: self.settings.key(key), message: message.into() }
    }
}

/// Names the keys only: any of the values may be a secret.
impl fmt::Debug for BackendSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&String> = self.settings.table.keys().collect();
        f.debug_struct("BackendSettings")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("settings", &keys)
            .finish()
    }
}

/// The `id` of an entry that is not read yet.
pub fn id_of(entry: &Value) -> Option<&str> {
    entry.get("id").and_then(Value::as_str)
}

/// Reads the whole list. Every entry is checked, also after a wrong one.
pub fn read(list: Value, texts: &super::environment::Texts, problems: &mut Problems) -> Vec<BackendSettings> {
    let Value::Array(list) = list else {
        problems.add("backends", "Expected a list. Write [[backends]] above each backend.");
        return Vec::new();
    };
    let mut ids = BTreeSet::new();
    let mut backends = Vec::new();
    for (place, entry) in list.into_iter().enumerate() {
        let path = format!("backends[{place}]");
        let Value::Table(table) = entry else {
            problems.add(path, "Expected a table. Write [[backends]] above each backend.");
            continue;
        };
        let texts = texts.get(&path).cloned().unwrap_or_default();
        let backend = entry_of(Section { path, table, texts }, problems);
        if !backend.id.is_empty() && !ids.insert(backend.id.clone()) {
            let Problem { key, message } = backend.problem("id", "Is used twice. Give each backend its own id.");
            problems.add(key, message);
        }
        backends.push(backend);
    }
    backends
}

fn entry_of(mut settings: Section, problems: &mut Problems) -> BackendSettings {
    let mut word = |name: &str, extra: char| match settings.table.remove(name) {
        Some(Value::String(word)) if is_name(&word, extra) => word,
        Some(_) => {
            let what = format!("Expected text of a-z, 0-9 and {extra:?}, at most {ID_LENGTH} letters. Correct it.");
            problems.add(settings.key(name), what);
            String::new()
        }
        None => {
            problems.add(settings.key(name), "Is required. Add it.");
            String::new()
        }
    };
    let id = word("id", '-');
    let kind = word("kind", '_');
    let mirror = mirror_of(&mut settings, problems);
    secret::read_files(&mut settings, Secrets::Any, problems);
    BackendSettings { id, kind, mirror, settings }
}

fn mirror_of(settings: &mut Section, problems: &mut Problems) -> Mirror {
    match settings.table.remove("mirror") {
        None => Mirror::Full,
        Some(Value::String(word)) if word == "full" => Mirror::Full,
        Some(Value::String(word)) if word == "index" => Mirror::Index,
        Some(_) => {
            problems.add(settings.key("mirror"), "Expected \"full\" or \"index\". Correct it.");
            Mirror::Full
        }
    }
}

fn is_name(word: &str, extra: char) -> bool {
    (1..=ID_LENGTH).contains(&word.len())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == extra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Adapter {
        url: secrecy::SecretString,
        calls: u32,
    }

    fn list(text: &str) -> (Vec<BackendSettings>, Problems) {
        let mut document: Table = toml::from_str(text).unwrap();
        let mut problems = Problems::default();
        let read = read(document.remove("backends").unwrap(), &Default::default(), &mut problems);
        (read, problems)
    }

    #[test]
    fn an_entry_keeps_the_adapters_settings_for_the_adapter() {
        let (read, problems) = list("[[backends]]\nid='main-1'\nkind='itflow'\nurl='x'\ncalls=3");
        assert_eq!(problems, Problems::default());
        let settings: Adapter = read[0].read().unwrap();
        assert_eq!(settings.calls, 3);
        assert_eq!(secrecy::ExposeSecret::expose_secret(&settings.url), "x");
    }

    #[test]
    fn wrong_ids_doubles_and_missing_kinds_are_all_found() {
        let (_, problems) =
            list("[[backends]]\nid='Main'\nkind='a'\n[[backends]]\nid='b'\n[[backends]]\nid='b'\nkind='c'");
        let keys: Vec<_> = problems.0.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["backends[0].id", "backends[1].kind", "backends[2].id"]);
    }

    #[test]
    fn how_much_is_mirrored_is_full_or_index() {
        let entry = |mirror: &str| list(&format!("[[backends]]\nid='a'\nkind='b'\nmirror='{mirror}'"));
        assert_eq!(entry("index").0[0].mirror, Mirror::Index);
        assert_eq!(entry("full").0[0].mirror, Mirror::Full);
        assert_eq!(entry("none").1.0[0].key, "backends[0].mirror");
    }

    #[test]
    fn problems_of_adapter_settings_name_the_entry() {
        let (read, _) = list("[[backends]]\nid='a'\nkind='b'\n[[backends]]\nid='c'\nkind='b'\nurls='x'\ncalls='no'");
        let keys: Vec<_> = read[1].read::<Adapter>().unwrap_err().0.into_iter().map(|p| p.key).collect();
        assert_eq!(keys, ["backends[1].calls", "backends[1].urls", "backends[1].url"]);
    }

    #[test]
    fn debug_shows_no_value() {
        let (read, _) = list("[[backends]]\nid='a'\nkind='b'\nurl='mysql://u:canary@h'");
        assert!(!format!("{read:?}").contains("canary"));
    }
}
