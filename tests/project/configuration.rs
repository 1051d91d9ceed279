//! `docs/configuration.md`, from the sample that `portico check --sample` prints.

#![expect(clippy::indexing_slicing, reason = "keys of JSON objects that are made here")]

use super::generated::{self, MADE};
use anyhow::{Result, ensure};
use portico::config::{RANGES, SAMPLE};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// One key of the sample.
struct Key<'a> {
    name: &'a str,
    default: &'a str,
    meaning: String,
}

/// One `[section]` of the sample.
struct Section<'a> {
    name: &'a str,
    meaning: String,
    keys: Vec<Key<'a>>,
}

const HEAD: &str = "# Configuration

Portico reads one TOML file: the one that `--config FILE` names, else the one that `PORTICO_CONFIG` names, else
`portico.toml` in the working folder if it is there. Without a file every key has its default.

* Every key can come from the environment: `PORTICO__SYNC__EVERY_SECONDS=30` sets `every_seconds` of `[sync]`, and
  `PORTICO__BACKENDS__MAIN__DATABASE_URL` sets `database_url` of the backend `main` (`-` in an id is written `_`). The
  environment wins over the file.
* A secret can be kept in a file of its own: `url_file` of `[database]` instead of `url`, and `<key>_file` for any key
  of a backend. No secret is ever printed.
* `portico check --sample` prints every key with its default. `portico check` reads everything, lists all that is wrong
  at once, and probes every backend. An unknown key is an error.

The keys of a backend belong to its adapter: [ITFlow](backends/itflow.md). Editors that know JSON schemas for TOML complete
and check the file by [config.schema.json](config.schema.json).
";

/// The sample's sections. A comment belongs to the keys below it, up to the next comment or section.
fn sections() -> Vec<Section<'static>> {
    let mut sections: Vec<Section<'static>> = Vec::new();
    let mut comment = String::new();
    let mut fresh = false;
    for line in SAMPLE.lines() {
        if let Some(text) = line.strip_prefix("# ").or_else(|| (line == "#").then_some("")) {
            if !fresh {
                comment.clear();
            }
            comment = format!("{comment} {text}").trim().to_owned();
            fresh = true;
            continue;
        }
        let key = line.strip_prefix('#').unwrap_or(line);
        if let Some(name) = key.strip_prefix('[') {
            let name = name.trim_end_matches(']').trim_start_matches('[');
            sections.push(Section { name, meaning: std::mem::take(&mut comment), keys: Vec::new() });
        } else if let (Some((name, default)), Some(section)) = (key.split_once(" = "), sections.last_mut()) {
            section.keys.push(Key { name, default, meaning: comment.clone() });
        } else if line.is_empty() {
            comment.clear();
        }
        fresh = false;
    }
    sections
}

/// Every key as `section.key`.
pub fn keys() -> Vec<String> {
    let keys =
        |section: Section<'static>| section.keys.into_iter().map(move |key| format!("{}.{}", section.name, key.name));
    sections().into_iter().flat_map(keys).collect()
}

fn page() -> Result<String> {
    let mut page = format!("{MADE}{HEAD}");
    for Section { name, meaning, keys } in sections() {
        let title = if name == "backends" { "[[backends]]".to_owned() } else { format!("[{name}]") };
        let cell = if name == "backends" { "Example" } else { "Default" };
        write!(page, "\n## `{title}`\n\n{meaning}\n\n| Key | {cell} | Meaning |\n| --- | --- | --- |\n")?;
        for key in keys {
            ensure!(name == "backends" || !key.meaning.is_empty(), "{name}.{} has no comment in the sample", key.name);
            writeln!(page, "| `{}` | `{}` | {} |", key.name, key.default, key.meaning)?;
        }
    }
    Ok(page)
}

/// The schema of one key: its type, default and bounds.
fn property(section: &str, key: &Key<'_>) -> Result<Value> {
    let table: toml::Table = format!("value = {}", key.default).parse()?;
    let default = serde_json::to_value(table.get("value"))?;
    let kind = match &default {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::String(_) | Value::Null => "string",
    };
    let mut property = json!({ "type": kind, "description": key.meaning });
    if section != "backends" {
        property["default"] = default;
    }
    if kind == "array" {
        property["items"] = json!({ "type": "string" });
    }
    let ranges = RANGES.iter().filter(|(name, _)| *name == section).flat_map(|(_, ranges)| ranges.iter());
    for (_, least, most) in ranges.filter(|(name, ..)| *name == key.name) {
        (property["minimum"], property["maximum"]) = (json!(least), json!(most));
    }
    Ok(property)
}

/// For editors that complete and check TOML by a JSON schema.
fn schema() -> Result<String> {
    let mut properties = Map::new();
    for Section { name, meaning, keys } in sections() {
        let mut known = Map::new();
        for key in &keys {
            known.insert(key.name.to_owned(), property(name, key)?);
            if key.meaning.contains("secret") {
                let text = format!("The file that holds `{}`.", key.name);
                known.insert(format!("{}_file", key.name), json!({ "type": "string", "description": text }));
            }
        }
        let open = name == "backends";
        let mut section =
            json!({ "type": "object", "description": meaning, "properties": known, "additionalProperties": open });
        if open {
            section["required"] = json!(["id", "kind"]);
            section = json!({ "type": "array", "items": section });
        }
        properties.insert(name.to_owned(), section);
    }
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Portico",
        "description": "Made by `./x regen`; a test compares it. The keys of a backend belong to its adapter.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

#[test]
fn the_schema_of_settings_is_the_sample() -> Result<()> {
    let schema: Value = serde_json::from_str(&schema()?)?;
    let every = &schema["properties"]["sync"]["properties"]["every_seconds"];
    assert_eq!((&every["type"], &every["default"]), (&json!("integer"), &json!(15)));
    assert!(every["minimum"].is_i64() && every["maximum"].is_i64(), "{every}");
    let sections = schema["properties"].as_object().map(|sections| sections.len());
    assert_eq!(sections, Some(self::sections().len()), "a section is there twice");
    for (section, ranges) in RANGES {
        for (name, ..) in *ranges {
            let known = &schema["properties"][section]["properties"][name];
            assert!(known["maximum"].is_i64(), "{section}.{name} has bounds that the schema lacks: {known}");
        }
    }
    generated::hold("docs/config.schema.json", &self::schema()?)
}

#[test]
fn the_page_of_settings_is_the_sample() -> Result<()> {
    assert!(keys().contains(&"provider.show_time_entries".to_owned()));
    assert!(keys().len() > 40, "{:?}", keys());
    generated::hold("docs/configuration.md", &page()?)
}
