//! The documents that the playground offers do what they promise.

use super::tree;
use anyhow::{Context, Result};
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, PRIMARY};

/// Examples that are for staff.
const STAFF: &[&str] = &["08-backends", "account-links"];

/// Lists of which a sandbox of one PSA has nothing.
const EMPTY: &[&str] = &["accountLinkProposals"];

#[tokio::test]
async fn every_example_answers_without_an_error() -> Result<()> {
    let house = House::new().await?;
    let mut ran = 0;
    for file in tree::files("examples/queries")?.iter().filter(|file| file.path.ends_with(".graphql")) {
        let who = if STAFF.iter().any(|name| file.path.contains(name)) { ADMINISTRATOR } else { PRIMARY };
        let data = house.data(who, &file.text).await.with_context(|| file.path.clone())?;
        let fields = data.as_object().with_context(|| format!("{}: {data}", file.path))?;
        for (field, value) in fields {
            let empty = value["nodes"].as_array().is_some_and(Vec::is_empty);
            assert!(
                !value.is_null() && (!empty || EMPTY.contains(&field.as_str())),
                "{}: {field} shows nothing: {value}",
                file.path
            );
        }
        ran += 1;
    }
    assert!(ran >= 8, "only {ran} examples were found");
    Ok(())
}
