//! A tenant in a box, started alone: what it prints is what a backend needs to read it.

use crate::site::Site;
use anyhow::{Result, ensure};
use portico_tests::running::Running;

#[tokio::test]
async fn the_settings_that_a_tenant_in_a_box_prints_read_it() -> Result<()> {
    let site = Site::empty()?;
    let tenant = Running::start(site.dir.path(), &["sandbox", "halopsa", "--port", "0", "--tickets", "2"]).await?;
    let settings: Vec<String> = tenant.lines().into_iter().filter(|line| !line.starts_with("ready ")).collect();
    site.configure(&format!("[[backends]]\nid = \"main\"\n{}\n", settings.join("\n")))?;
    let said = site.run(&["check"]).await?.good()?;
    ensure!(said.contains("main (halopsa): OK"), "{said}");
    let wrong =
        settings.iter().map(|line| if line.starts_with("client_secret") { "client_secret = 'no'" } else { line });
    site.configure(&format!("[[backends]]\nid = \"main\"\n{}\n", wrong.collect::<Vec<_>>().join("\n")))?;
    let done = site.run(&["check"]).await?;
    ensure!(done.status.code() == Some(1) && done.text().contains("Check client id, secret"), "{}", done.text());
    Ok(())
}
