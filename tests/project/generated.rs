//! Files that are made from the project: written on request, otherwise compared.

use super::tree;
use anyhow::{Context, Result, ensure};

/// Set to `1`, the tests write what they would compare.
const REGEN: &str = "PORTICO_REGEN";

/// What stands at the head of every generated page.
pub const MADE: &str = "<!-- Made by `./x regen`; a test compares it. -->\n\n";

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the product")]
fn regen() -> bool {
    std::env::var(REGEN).is_ok_and(|value| value == "1")
}

/// Holds a file of the project to the text that it should have.
pub fn hold(path: &str, text: &str) -> Result<()> {
    let place = tree::root().join(path);
    if regen() {
        return std::fs::write(&place, text).with_context(|| format!("{path} cannot be written"));
    }
    let present = std::fs::read_to_string(&place).with_context(|| format!("{path} is missing: run ./x regen"))?;
    let differs = present.lines().zip(text.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or_else(|| present.lines().count().min(text.lines().count())) + 1;
    ensure!(present == text, "{path} is out of date from line {at} on: run ./x regen and look at the difference");
    Ok(())
}
