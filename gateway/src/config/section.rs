//! Reads one table into its settings struct, and finds everything that is wrong with it.
//!
//! Serde stops at the first mistake. Here each key is tried alone first, so that a wrong type in
//! one key hides neither another wrong type nor an unknown key.

use super::fields;
use super::problem::Problems;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A table as it was written, with its place in the file.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Put before each key in a problem: `sync`, `backends[1]`.
    pub path: String,
    pub table: Table,
    /// Keys that came as plain text from the environment: their type is what the setting takes.
    pub texts: BTreeSet<String>,
}

impl Section {
    #[must_use]
    pub fn new(path: impl Into<String>, table: Table) -> Self {
        Self { path: path.into(), table, texts: BTreeSet::new() }
    }

    /// The path of a key of this section.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// The settings, or `None` with at least one problem added.
    pub fn read<T: DeserializeOwned>(&self, problems: &mut Problems) -> Option<T> {
        let before = problems.0.len();
        let known = fields::of::<T>();
        let mut good = Table::new();
        let mut bad = BTreeSet::new();
        for (name, value) in &self.table {
            let checked = match known {
                Some(known) if !known.contains(&name.as_str()) => Err(unknown(name, known)),
                _ => self.fit::<T>(name, value),
            };
            match checked {
                Ok(value) => drop(good.insert(name.clone(), value)),
                Err(message) => {
                    bad.insert(name.clone());
                    problems.add(self.key(name), message);
                }
            }
        }
        self.require::<T>(good, &bad, problems).filter(|_| problems.0.len() == before)
    }

    /// The value in the type that the setting takes, or what is wrong with it.
    fn fit<T: DeserializeOwned>(&self, name: &str, value: &Value) -> Result<Value, String> {
        let mut first = None;
        for candidate in self.candidates(name, value) {
            match wrong::<T>(name, &candidate) {
                None => return Ok(candidate),
                Some(message) => first = first.or(Some(message)),
            }
        }
        Err(first.unwrap_or_default())
    }

    /// Text from the environment may stand for text, for any TOML value, or for a list with commas.
    fn candidates(&self, name: &str, value: &Value) -> Vec<Value> {
        let Some(text) = value.as_str().filter(|_| self.texts.contains(name)) else {
            return vec![value.clone()];
        };
        let list = text.split(',').map(|item| Value::String(item.trim().to_owned())).collect();
        let parsed = toml::from_str::<Table>(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
        [Some(value.clone()), parsed, Some(Value::Array(list))].into_iter().flatten().collect()
    }

    /// Reads all good keys together, and names every required key that is not there.
    fn require<T: DeserializeOwned>(
        &self,
        mut good: Table,
        bad: &BTreeSet<String>,
        problems: &mut Problems,
    ) -> Option<T> {
        loop {
            let error = match Value::Table(good.clone()).try_into::<T>() {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            let Some(name) = missing::<T>(&error).filter(|name| !good.contains_key(*name)) else {
                problems.add(self.path.clone(), say(&error, None));
                return None;
            };
            if !bad.contains(name) {
                problems.add(self.key(name), "Is required. Add it.");
            }
            // Stands in for what is not there, only to reach the next required key.
            let stand_in = stand_ins().into_iter().find(|value| wrong::<T>(name, value).is_none())?;
            good.insert(name.to_owned(), stand_in);
        }
    }
}

fn stand_ins() -> [Value; 5] {
    [
        Value::String(String::new()),
        Value::Integer(1),
        Value::Boolean(false),
        Value::Array(Vec::new()),
        Value::Table(Table::new()),
    ]
}

/// What is wrong with this one value, whatever else the section needs.
fn wrong<T: DeserializeOwned>(name: &str, value: &Value) -> Option<String> {
    let alone = Table::from_iter([(name.to_owned(), value.clone())]);
    let error = Value::Table(alone).try_into::<T>().err()?;
    missing::<T>(&error).is_none_or(|missing| missing == name).then(|| say(&error, Some(value)))
}

/// The required key of `T` that is not there, from serde's own words. A key that a value of the
/// section lacks is that value's fault.
fn missing<T: DeserializeOwned>(error: &toml::de::Error) -> Option<&str> {
    let name = error.message().strip_prefix("missing field `")?.strip_suffix('`')?;
    fields::of::<T>().is_none_or(|known| known.contains(&name)).then_some(name)
}

/// The message without the value itself, which may be a secret.
fn say(error: &toml::de::Error, value: Option<&Value>) -> String {
    let message = error.message();
    let found = value.map(|value| format!(", found {}", article(value.type_str()))).unwrap_or_default();
    match message.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("Expected {expected}{found}. Correct it."),
        _ => format!("Does not fit: {message}. Correct it."),
    }
}

fn article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// How an unknown key is reported: with the nearest one, or with all there are.
pub fn unknown(name: &str, known: &[&str]) -> String {
    match fields::nearest(name, known) {
        Some(nearest) => format!("Unknown key. The nearest known one is `{nearest}`. Rename or remove it."),
        None => format!("Unknown key. Remove it; known keys are {}.", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        url: String,
        port: u16,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default)]
        deep: Option<Deep>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Deep {
        on: bool,
    }

    fn section(text: &str) -> Section {
        Section::new("s", toml::from_str(text).unwrap())
    }

    fn problems(section: &Section) -> String {
        let mut problems = Problems::default();
        assert_eq!(section.read::<Sample>(&mut problems), None);
        problems.to_string()
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let text = problems(&section("port = 'x'\nnamse = []\ndeep = {on = 3}"));
        assert_eq!(
            text,
            "s.deep: Expected a boolean, found a table. Correct it.\n\
             s.namse: Unknown key. The nearest known one is `names`. Rename or remove it.\n\
             s.port: Expected u16, found a string. Correct it.\n\
             s.url: Is required. Add it."
        );
    }

    #[test]
    fn every_missing_key_is_named() {
        assert_eq!(problems(&section("")), "s.url: Is required. Add it.\ns.port: Is required. Add it.");
    }

    #[test]
    fn what_a_value_lacks_is_reported_at_its_key() {
        let text = problems(&section("url = 'x'\nport = 1\ndeep = {}"));
        assert_eq!(text, "s.deep: Does not fit: missing field `on`. Correct it.");
    }

    #[test]
    fn a_value_is_never_repeated_since_it_may_be_a_secret() {
        assert!(!problems(&section("url = 918273\nport = 1")).contains("918273"));
    }

    #[test]
    fn text_from_the_environment_takes_the_type_of_the_setting() {
        let mut section = section("url = '12345'\nport = '80'\nnames = 'a, b'\ndeep = '{on = true}'");
        section.texts = section.table.keys().cloned().collect();
        let read: Sample = section.read(&mut Problems::default()).unwrap();
        let expected = Sample {
            url: "12345".into(),
            port: 80,
            names: vec!["a".into(), "b".into()],
            deep: Some(Deep { on: true }),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn text_in_the_file_is_text() {
        assert!(problems(&section("url = 'x'\nport = '80'")).contains("s.port"));
    }
}
