//! What the decisions promise in figures.

use anyhow::Result;
use portico_tests::House;
use portico_tests::house::PRIMARY;
use std::path::Path;

/// Decision 6.
#[tokio::test]
async fn two_levels_of_full_pages_pass_and_three_do_not() -> Result<()> {
    let house = House::new().await?;
    let two = "{ tickets(first: 100) { nodes { comments(first: 100) { nodes { id } } } } }";
    let answer = house.ask(PRIMARY, two).await?;
    assert!(answer.get("errors").is_none(), "{answer}");
    assert_eq!(answer["extensions"]["cost"]["requested"], 10_100);
    assert_eq!(answer["extensions"]["cost"]["limit"], 12_000);
    let three = "{ tickets(first: 100) { nodes { comments(first: 100) { nodes { attachments(first: 100) { nodes { id } } } } } } }";
    let answer = house.ask(PRIMARY, three).await?;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{answer}");
    assert!(answer.get("data").is_none());
    Ok(())
}

#[test]
fn decisions_are_numbered_without_gaps_and_short() -> Result<()> {
    let mut files: Vec<_> = super::tree::files("docs/decisions")?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() >= 6);
    for (number, file) in (1..).zip(&files) {
        let name = Path::new(&file.path).file_name().unwrap_or_default().to_string_lossy();
        assert!(name.starts_with(&format!("{number:03}-")), "{name} is not number {number}");
        assert!(file.text.starts_with(&format!("# {number}. ")), "{name} does not begin with its number");
        assert!(file.text.lines().count() <= 40, "{name} is too long");
        for part in ["## Context", "## Decision", "## Consequences"] {
            assert!(file.text.contains(part), "{name} lacks {part}");
        }
    }
    Ok(())
}
