//! Files stay small enough to be read at once.

use super::tree;
use anyhow::{Context, Result};

const MEDIAN: usize = 200;
const P90: usize = 500;

#[test]
fn files_are_small() -> Result<()> {
    let files = tree::rust(&["gateway/src", "backends", "migrations", "tests"])?;
    let mut sizes: Vec<(usize, String)> =
        files.into_iter().map(|file| (file.text.lines().count(), file.path)).collect();
    sizes.sort();
    let at = |part: usize| sizes.get(sizes.len() * part / 100).context("there are no files");
    let (median, p90) = (at(50)?.0, at(90)?.0);
    let largest = sizes.last().context("there are no files")?;
    println!("{} Rust files: median {median}, p90 {p90} lines; largest {} ({})", sizes.len(), largest.1, largest.0);
    assert!(sizes.len() > 100, "the walk found only {} files", sizes.len());
    assert!(median <= MEDIAN, "the median file has {median} lines");
    assert!(p90 < P90, "one file in ten has {p90} lines or more");
    Ok(())
}
