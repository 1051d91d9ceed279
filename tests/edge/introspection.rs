//! What every playground and code generator asks first.

use crate::demo::Demo;
use crate::node;
use anyhow::Result;

/// The introspection query of graphql-js with every option, and a schema built from the answer.
#[tokio::test]
async fn every_realm_can_be_introspected_by_graphql_js() -> Result<()> {
    let demo = Demo::start().await?;
    let url = demo.facts.graphql.as_str();
    let mut sizes = Vec::new();
    for token in ["", demo.token("sam.whitlock@")?, demo.administrator()?] {
        let Some(said) = node::run("introspect.mjs", &[url, token]).await? else { return Ok(()) };
        sizes.push(said.trim().parse::<usize>()?);
    }
    let [stranger, customer, staff] = sizes.as_slice() else { panic!("{sizes:?}") };
    assert!(0 < *stranger && stranger < customer && customer < staff, "each realm sees its own part: {sizes:?}");
    Ok(())
}
