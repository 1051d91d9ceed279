//! The audits of `graphql-http`: every rule of GraphQL over HTTP, MUST and SHOULD.

use crate::demo::Demo;
use crate::node;
use anyhow::Result;

#[tokio::test]
async fn all_61_audits_pass() -> Result<()> {
    let demo = Demo::start().await?;
    if let Some(said) = node::run("audit.mjs", &[&demo.facts.graphql]).await? {
        assert_eq!(said.trim(), "61 passed, 0 failed");
    }
    Ok(())
}
