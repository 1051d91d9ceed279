//! Links outlive the mirror, and the PSA.

use super::proposals::{proposals, propose};
use super::{MEMORY, PRIYA, here, link_both, listed, there, two};
use anyhow::{Result, ensure};
use portico::app::{App, say};
use portico::registry;
use portico_contract::Kind;
use portico_tests::house::{ADMINISTRATOR, PRIMARY, STANDARD};
use portico_tests::{House, Options};

#[tokio::test]
async fn a_rebuild_keeps_links() -> Result<()> {
    rebuild(two()).await
}

pub async fn rebuild(options: Options) -> Result<()> {
    let mut house = House::with(options).await?;
    propose(&house).await?;
    link_both(&house).await?;
    let seen = listed(&house, STANDARD, "tickets").await?;
    ensure!(seen.len() > here(&house, "sam.whitlock@", Kind::Ticket)?.len());
    let proposed = proposals(&house, ADMINISTRATOR).await?;
    house.app.store.drop_mirror().await.map_err(|e| say(&e))?;
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    assert_eq!(listed(&house, STANDARD, "tickets").await?.len(), 0);
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    house.pass(MEMORY);
    assert_eq!(listed(&house, STANDARD, "tickets").await?, seen);
    assert_eq!(proposals(&house, ADMINISTRATOR).await?, proposed);
    Ok(())
}

/// The first PSA is gone for good: what the second one says of the same person is left.
#[tokio::test]
async fn a_portal_survives_the_end_of_a_psa() -> Result<()> {
    end_of_a_psa(two()).await
}

pub async fn end_of_a_psa(options: Options) -> Result<()> {
    let mut house = House::with(options).await?;
    link_both(&house).await?;
    house.app.store.drop_mirror().await.map_err(|e| say(&e))?;
    house.config.backends.remove(0);
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    let left = there(&house, PRIYA, Kind::Ticket)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    house.pass(MEMORY);
    assert_eq!(listed(&house, STANDARD, "tickets").await?, left);
    assert_eq!(listed(&house, PRIMARY, "tickets").await?.len(), 0, "nobody linked Priya");
    Ok(())
}
