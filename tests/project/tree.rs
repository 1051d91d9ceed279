//! The project's files, as a reader of text sees them.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What nobody wrote or what is built elsewhere.
const PASSED_OVER: &[&str] = &["target", "node_modules", ".git"];

/// One file with its path from the root of the project, with `/` between the parts.
#[derive(Debug)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// The root of the project.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Every text file below a folder of the project, sorted by path.
pub fn files(below: &str) -> Result<Vec<File>> {
    let mut paths = Vec::new();
    walk(&root().join(below), &mut paths)?;
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(&path).with_context(|| name.clone())?;
        Ok(String::from_utf8(bytes).ok().map(|text| File { path: name, text }))
    };
    paths.into_iter().filter_map(|path| read(path).transpose()).collect()
}

/// Every Rust file below these folders.
pub fn rust(below: &[&str]) -> Result<Vec<File>> {
    let mut found = Vec::new();
    for folder in below {
        found.extend(files(folder)?.into_iter().filter(|file| file.path.ends_with(".rs")));
    }
    Ok(found)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if PASSED_OVER.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

impl File {
    /// Whether all of it is test code.
    pub fn is_test(&self) -> bool {
        let path = &self.path;
        path.starts_with("tests/")
            || path.contains("/tests/")
            || path.ends_with("tests.rs")
            || path.ends_with("testing.rs")
    }

    /// The lines that end up in the product, numbered from 1: no comments, no test module at the end.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = if self.is_test() { Vec::new() } else { self.text.lines().collect() };
        let starts_tests =
            |pair: &[&str]| matches!(pair, [first, second] if *first == "#[cfg(test)]" && second.ends_with('{'));
        let end = lines.windows(2).position(starts_tests).unwrap_or(lines.len());
        let numbered = lines.into_iter().take(end).enumerate().map(|(at, line)| (at + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

#[test]
fn code_leaves_out_comments_and_the_test_module() {
    let text = "//! a\nfn b() {}\n    // c\n#[cfg(test)]\nmod tests {\n    fn d() {}\n}\n";
    let file = File { path: "gateway/src/x.rs".into(), text: text.into() };
    assert_eq!(file.code().collect::<Vec<_>>(), [(2, "fn b() {}")]);
    let file = File { path: "gateway/src/x/tests.rs".into(), text: text.into() };
    assert_eq!(file.code().count(), 0);
}
