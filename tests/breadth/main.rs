//! The kinds beside tickets and invoices: who sees which rows, how they are narrowed, what the home page
//! adds up, and what it all costs. Rows and sums are held against the sandbox's world.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

mod cost;
mod databases;
mod fields;
mod figures;
mod filters;
mod oracle;
mod rows;

use anyhow::{Context, Result, ensure};
use portico_sandbox::Seed;
use portico_tests::{House, Options, Who};
use serde_json::Value;
use std::collections::BTreeSet;

/// A house with one account more, so that every account has tickets that wait for an approval.
pub async fn house() -> Result<House> {
    house_on(None).await
}

/// The same with this database below the read model.
pub async fn house_on(database_url: Option<String>) -> Result<House> {
    let seed = Seed { extra_accounts: 1, ..Seed::default() };
    House::with(Options { seed, database_url, ..Options::default() }).await
}

/// Every row of a list that somebody sees, page by page; none where the list is refused.
pub async fn all(house: &House, who: Who<'_>, list: &str, arguments: &str, fields: &str) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let window = format!("first: 100{after}{arguments}");
        let query = format!("{{ {list}({window}) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}");
        let answer = house.ask(who, &query).await?;
        let page = &answer["data"][list];
        if page.is_null() {
            let code = &answer["errors"][0]["extensions"]["code"];
            ensure!(code == "FORBIDDEN", "{query} answered {answer}");
            return Ok(rows);
        }
        ensure!(answer.get("errors").is_none(), "{query} answered {answer}");
        rows.extend(page["nodes"].as_array().context("no nodes")?.iter().cloned());
        if page["pageInfo"]["hasNextPage"] != Value::Bool(true) {
            return Ok(rows);
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
}

/// The ids of every row of a list that somebody sees.
pub async fn ids(house: &House, who: Who<'_>, list: &str, arguments: &str) -> Result<BTreeSet<String>> {
    let rows = all(house, who, list, arguments, "id").await?;
    Ok(rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect())
}
