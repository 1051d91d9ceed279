//! A ticket names the team whose queue it is in, where the PSA has teams.

use crate::replicas::thin;
use anyhow::Result;
use portico::app::App;
use portico_tests::house::{ADMINISTRATOR, PRIMARY};
use portico_tests::{House, ThinPsa};

const TEAMS: &str = "{ tickets(first: 100) { nodes { subject team { id name } } } }";

#[tokio::test]
async fn a_ticket_names_its_team_to_everybody_who_sees_it() -> Result<()> {
    let mut house = House::new().await?;
    let psa = ThinPsa::new(&house.clock, 2, None).with_team("Second line");
    house.app = App::start(&house.config, vec![thin(&psa)], house.clock.clone()).await?;
    house.app.sync.tick().await;
    house.beat().await;
    let data = house.data(ADMINISTRATOR, TEAMS).await?;
    let nodes = &data["tickets"]["nodes"];
    assert_eq!(nodes[0]["team"]["name"], "Second line", "{data}");
    assert_eq!(nodes[0]["team"]["id"], nodes[1]["team"]["id"], "{data}");
    Ok(())
}

/// ITFlow has none.
#[tokio::test]
async fn where_there_are_no_teams_there_is_none() -> Result<()> {
    let house = House::new().await?;
    let data = house.data(PRIMARY, TEAMS).await?;
    let nodes = data["tickets"]["nodes"].as_array().cloned().unwrap_or_default();
    assert!(!nodes.is_empty() && nodes.iter().all(|node| node["team"].is_null()), "{data}");
    Ok(())
}
