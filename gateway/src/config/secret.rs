//! Secrets that are kept in files: `<key>_file` names the file, whose text becomes `<key>`.

use super::problem::Problems;
use super::section::Section;
use toml::Value;

const SUFFIX: &str = "_file";

/// Which keys of a section may be given as a file.
#[derive(Debug, Clone, Copy)]
pub enum Secrets {
    These(&'static [&'static str]),
    /// The adapter knows its keys; here any `…_file` is a file.
    Any,
}

impl Secrets {
    fn allows(self, key: &str) -> bool {
        match self {
            Self::These(keys) => keys.contains(&key),
            Self::Any => true,
        }
    }
}

/// Replaces each `<key>_file` by `<key>` with the file's text, without the line end.
pub fn read_files(section: &mut Section, secrets: Secrets, problems: &mut Problems) {
    let names: Vec<String> = section.table.keys().filter(|name| name.ends_with(SUFFIX)).cloned().collect();
    for name in names {
        let key = name.trim_end_matches(SUFFIX);
        if key.is_empty() || !secrets.allows(key) {
            continue;
        }
        let path = section.table.remove(&name);
        section.texts.remove(&name);
        let place = section.key(&name);
        if section.table.contains_key(key) {
            problems.add(place, format!("`{key}` is given as well. Remove one of the two."));
            continue;
        }
        match read(path.as_ref()) {
            Ok(text) => {
                section.texts.insert(key.to_owned());
                section.table.insert(key.to_owned(), Value::String(text));
            }
            Err(message) => {
                problems.add(place, message);
                // The key counts as given: only its file is wrong.
                section.table.insert(key.to_owned(), Value::String(String::new()));
            }
        }
    }
}

fn read(path: Option<&Value>) -> Result<String, String> {
    let path = path.and_then(Value::as_str).ok_or("Expected the path of a file as text.")?;
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("Cannot read the file {path:?}: {}. Correct the path or its rights.", error.kind()))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("The file {path:?} is empty. Write the secret into it.")),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(key: &str, path: &str) -> Section {
        Section::new("database", toml::Table::from_iter([(key.to_owned(), Value::String(path.to_owned()))]))
    }

    #[test]
    fn a_file_gives_the_secret_without_its_line_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "postgres://u:p@h/d\n").unwrap();
        let mut section = section("url_file", file.path().to_str().unwrap());
        let mut problems = Problems::default();
        read_files(&mut section, Secrets::These(&["url"]), &mut problems);
        assert_eq!(problems, Problems::default());
        assert_eq!(section.table.get("url").and_then(Value::as_str), Some("postgres://u:p@h/d"));
        assert!(!section.table.contains_key("url_file"));
    }

    #[test]
    fn a_missing_file_an_empty_file_and_a_double_are_problems_of_the_file_key() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        for path in ["/nowhere/at/all", empty.path().to_str().unwrap()] {
            let mut problems = Problems::default();
            read_files(&mut section("url_file", path), Secrets::Any, &mut problems);
            assert_eq!(problems.0.first().map(|p| p.key.as_str()), Some("database.url_file"));
        }
        let mut double = section("url_file", "x");
        double.table.insert("url".into(), Value::String("y".into()));
        let mut problems = Problems::default();
        read_files(&mut double, Secrets::Any, &mut problems);
        assert!(problems.to_string().contains("Remove one of the two"));
    }

    #[test]
    fn only_secrets_may_come_from_files() {
        let mut section = section("dir_file", "x");
        read_files(&mut section, Secrets::These(&["url"]), &mut Problems::default());
        assert!(section.table.contains_key("dir_file"));
    }
}
