//! Rows of the acceptance list, shown one by one: what the portal of an account asks, compared with
//! the world that the PSA was filled from.

mod books;
mod people;
mod tickets;

use anyhow::{Context, Result};
use portico_tests::{House, Who};
use serde_json::Value;
use std::collections::BTreeSet;

/// The account of most people of the world.
pub const CLIENT: i32 = 1;

/// The rows of a list, whole pages of it.
pub async fn nodes(house: &House, who: Who<'_>, list: &str, arguments: &str, fields: &str) -> Result<Vec<Value>> {
    let query = format!("{{ {list}({arguments} first: 100) {{ totalCount nodes {{ {fields} }} }} }}");
    let data = house.data(who, &query).await?;
    let page = data.get(list).with_context(|| data.to_string())?;
    let rows = page.get("nodes").and_then(Value::as_array).with_context(|| data.to_string())?.clone();
    anyhow::ensure!(page.get("totalCount").is_some_and(|total| *total == rows.len()), "more than one page: {data}");
    Ok(rows)
}

/// One column of the rows of a list.
pub async fn column(house: &House, who: Who<'_>, list: &str, arguments: &str, field: &str) -> Result<BTreeSet<String>> {
    let rows = nodes(house, who, list, arguments, field).await?;
    Ok(rows.iter().filter_map(|row| row.get(field)?.as_str().map(str::to_owned)).collect())
}
