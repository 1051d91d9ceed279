//! Which crate may know which, and which crates nobody may bring along.

use super::tree;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Crates in `backends/` that are no adapters.
const HELPERS: &[&str] = &["portico-contract", "portico-transport", "portico-sandbox", "portico-testkit"];

/// Crate, and beginnings of names that it may not depend on, whatever for.
const STRANGERS: &[(&str, &[&str])] = &[
    ("portico-contract", &["portico", "async-graphql", "axum", "sea-orm", "sqlx", "hyper", "clap"]),
    ("portico-transport", &["portico-itflow", "portico-sandbox", "async-graphql", "axum", "sea-orm", "sqlx", "clap"]),
    ("portico-testkit", &["portico-itflow", "portico-sandbox", "async-graphql", "sea-orm", "sqlx", "clap"]),
    ("portico-sandbox", &["portico", "async-graphql", "axum"]),
    ("portico-migrations", &["portico", "async-graphql", "axum"]),
];

/// Second ways to do cryptography or TLS, beside the one that is chosen.
const BANNED: &[&str] = &["ring", "openssl-sys", "openssl", "native-tls", "rsa"];

/// Words that only few files of the gateway may know.
const VENDORS: &[&str] = &["itflow", "halopsa", "bms", "kaseya", "manageengine", "servicedesk"];
const MAY_NAME_VENDORS: &[&str] =
    &["gateway/src/registry.rs", "gateway/src/cli/demo.rs", "gateway/src/cli/sandbox.rs", "gateway/src/cli/people.rs"];

/// A crate of the workspace: its folder, and what it depends on (name, only for its own tests).
struct Crate {
    folder: String,
    dependencies: BTreeSet<(String, bool)>,
}

fn cargo(arguments: &[&str]) -> Result<String> {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(tree::root()).output()?;
    ensure!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value.get(key).and_then(Value::as_str).with_context(|| format!("no {key} in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value.get(key).and_then(Value::as_array).with_context(|| format!("no {key}"))
}

fn workspace() -> Result<BTreeMap<String, Crate>> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"])?)?;
    let root = text(&metadata, "workspace_root")?;
    let mut crates = BTreeMap::new();
    for package in list(&metadata, "packages")? {
        let mut dependencies = BTreeSet::new();
        for dependency in list(package, "dependencies")? {
            dependencies.insert((
                text(dependency, "name")?.to_owned(),
                dependency.get("kind").is_some_and(|kind| kind == "dev"),
            ));
        }
        let manifest = text(package, "manifest_path")?.trim_start_matches(root);
        let folder = manifest.trim_start_matches('/').trim_end_matches("/Cargo.toml").to_owned();
        crates.insert(text(package, "name")?.to_owned(), Crate { folder, dependencies });
    }
    Ok(crates)
}

/// The adapters: every crate in `backends/` that is no helper.
fn adapters(crates: &BTreeMap<String, Crate>) -> Vec<&str> {
    let adapter =
        |(name, krate): &(&String, &Crate)| krate.folder.starts_with("backends/") && !HELPERS.contains(&name.as_str());
    crates.iter().filter(adapter).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn adapters_know_contract_and_transport_and_nothing_else_of_the_project() -> Result<()> {
    let crates = workspace()?;
    let adapters = adapters(&crates);
    assert!(!adapters.is_empty());
    for adapter in adapters {
        for (name, only_tests) in &crates[adapter].dependencies {
            let allowed: &[&str] = if *only_tests { HELPERS } else { &["portico-contract", "portico-transport"] };
            let ours = crates.contains_key(name);
            assert!(!ours || allowed.contains(&name.as_str()), "{adapter} depends on {name}");
        }
    }
    Ok(())
}

#[test]
fn the_lower_rooms_know_nothing_of_the_upper_ones() -> Result<()> {
    let crates = workspace()?;
    for (name, strangers) in STRANGERS {
        let krate = crates.get(*name).with_context(|| format!("no crate {name}"))?;
        for (dependency, _) in &krate.dependencies {
            assert!(
                !strangers.iter().any(|stranger| dependency.starts_with(stranger)),
                "{name} depends on {dependency}"
            );
        }
    }
    for (name, krate) in &crates {
        let knows = krate.dependencies.iter().any(|(dependency, _)| dependency == "portico");
        let tests = ["portico-tests", "portico-bench"].contains(&name.as_str());
        assert!(!knows || tests, "{name} depends on the gateway");
    }
    Ok(())
}

#[test]
fn the_gateway_names_its_adapters_in_the_registry_only() -> Result<()> {
    let crates = workspace()?;
    let words: Vec<String> = adapters(&crates).into_iter().map(|name| name.replace('-', "_")).collect();
    let mut registered = 0;
    for file in tree::rust(&["gateway/src"])? {
        for (line, code) in file.code() {
            let named = words.iter().any(|word| code.contains(word));
            registered += usize::from(named && file.path == "gateway/src/registry.rs");
            assert!(!named || file.path == "gateway/src/registry.rs", "{}:{line}: {code}", file.path);
        }
    }
    assert!(registered >= words.len(), "the registry names {registered} of {words:?}");
    Ok(())
}

#[test]
fn the_gateway_never_asks_which_vendor_it_talks_to() -> Result<()> {
    let mut named = 0;
    for file in tree::rust(&["gateway/src"])? {
        for (line, code) in file.code() {
            let lower = code.to_lowercase();
            let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
            let found = words.into_iter().any(|word| VENDORS.iter().any(|vendor| word.starts_with(vendor)));
            named += usize::from(found);
            let allowed = MAY_NAME_VENDORS.contains(&file.path.as_str());
            assert!(!found || allowed, "{}:{line} names a vendor: {code}", file.path);
        }
    }
    assert!(named > 0, "no file names a vendor: the words of this test are wrong");
    Ok(())
}

#[test]
fn one_way_to_do_cryptography() -> Result<()> {
    let tree = cargo(&["tree", "--offline", "--workspace", "-e", "normal,build", "--prefix", "none", "-f", "{p}"])?;
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("portico") && names.len() > 100, "{} crates", names.len());
    for banned in BANNED {
        assert!(!names.contains(banned), "{banned} came along: cargo tree -i {banned} says by whom");
    }
    Ok(())
}
