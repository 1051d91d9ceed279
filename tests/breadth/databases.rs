//! The main rules once more, with PostgreSQL below the read model.

use crate::{cost, figures, filters, rows};
use anyhow::Result;
use portico_tests::servers;

#[tokio::test]
async fn the_rules_hold_on_postgresql() -> Result<()> {
    let Some(server) = servers::postgres().await else { return Ok(()) };
    let house = super::house_on(Some(server.fresh_database().await?)).await?;
    rows::lists(&house).await?;
    rows::below(&house).await?;
    rows::choices(&house).await?;
    filters::kept(&house).await?;
    filters::sorted(&house).await?;
    figures::balance(&house).await?;
    figures::counts(&house).await?;
    figures::expiry(&house).await?;
    cost::rows(&house).await?;
    cost::home(&house).await
}
