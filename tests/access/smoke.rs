//! The product answers.

use portico_tests::House;
use portico_tests::house::{PRIMARY, STANDARD};

#[tokio::test]
async fn a_primary_sees_more_than_a_standard_contact() -> anyhow::Result<()> {
    let house = House::new().await?;
    let query = "{ tickets(first: 1) { totalCount } }";
    let all = house.data(PRIMARY, query).await?;
    let own = house.data(STANDARD, query).await?;
    assert!(all["tickets"]["totalCount"].as_u64() > own["tickets"]["totalCount"].as_u64(), "{all} {own}");
    Ok(())
}
