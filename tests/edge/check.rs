//! `portico check`: everything that is wrong, at once, with what to do, and never a secret.

use crate::site::Site;
use anyhow::{Context, Result, ensure};
use portico_tests::running::Finished;
use portico_tests::servers;
use sea_orm::{ConnectionTrait, Database};

/// Stands for every password: no output may hold it.
const CANARY: &str = "canary-5081";

async fn check(site: &Site, code: i32) -> Result<Finished> {
    let done = site.run(&["check"]).await?;
    ensure!(!done.text().contains(CANARY), "a password is shown: {}", done.text());
    ensure!(done.status.code() == Some(code), "{}: {}", done.status, done.text());
    Ok(done)
}

async fn check_backend(site: &Site, url: &str) -> Result<String> {
    site.configure(&format!("[[backends]]\nid = 'main'\nkind = 'itflow'\ndatabase_url = '{url}'\n"))?;
    Ok(check(site, 1).await?.text())
}

#[tokio::test]
async fn a_right_configuration_and_a_well_backend_are_ok() -> Result<()> {
    let site = Site::new().await?;
    let said = check(&site, 0).await?.good()?;
    assert!(said.contains("configuration: ok, 1 backend\n"), "{said}");
    assert!(said.contains("main (itflow): OK, version 2.6"), "{said}");
    Ok(())
}

#[tokio::test]
async fn all_problems_come_at_once_with_their_keys() -> Result<()> {
    let site = Site::empty()?;
    site.configure(&format!(
        "colour = 'red'
        [sync]
        every_secnds = 5
        wait_ms = 'long'
        [database]
        url = 'mssql://sa:{CANARY}@host/portico'
        [[backends]]
        id = 'main'
        kind = 'itflow'
        timezone = 'Mars/Olympus'
        [[backends]]
        id = 'main'
        kind = 'halo'
        [[backends]]
        id = 'third'
        kind = 'itflow'
        database_ulr = 'mysql://reader:{CANARY}@host/itflow'
        [[backends]]
        id = 'fourth'
        kind = 'itflow'
        database_url = 'mysql://reader:{CANARY}@host'"
    ))?;
    let said = check(&site, 1).await?;
    let mut keys: Vec<&str> = said.err.lines().skip(1).filter_map(|line| line.split(": ").next()).collect();
    keys.sort_unstable();
    let expected = [
        "backends[0].database_url",
        "backends[0].timezone",
        "backends[1].id",
        "backends[1].kind",
        "backends[2].database_ulr",
        "backends[3].database_url",
        "colour",
        "database.url",
        "sync.every_secnds",
        "sync.wait_ms",
    ];
    assert_eq!(keys, expected, "{}", said.err);
    assert!(said.err.contains("The nearest known one is `every_seconds`"), "{}", said.err);
    assert!(said.err.starts_with("portico: the configuration has 10 problems:\n"), "{}", said.err);
    for command in [&["serve"][..], &["sync"], &["migrate"], &["user", "token", "--login", "x"]] {
        let refused = site.run(command).await?;
        assert_eq!(refused.err, said.err, "{command:?} says the same");
        assert_eq!(refused.status.code(), Some(1));
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_toml_or_not_there_is_named() -> Result<()> {
    let site = Site::empty()?;
    site.configure(&format!("[database]\nurl = '{CANARY}"))?;
    assert!(check(&site, 1).await?.err.contains("portico.toml:2"));
    let missing = site.run(&["check", "--config", "none.toml"]).await?;
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.err.contains("none.toml: Cannot read the file"), "{}", missing.err);
    Ok(())
}

#[tokio::test]
async fn a_backend_that_cannot_be_reached_is_down() -> Result<()> {
    let site = Site::empty()?;
    // Nothing listens on port 1; the file is not there.
    for url in [format!("mysql://reader:{CANARY}@127.0.0.1:1/itflow"), "sqlite://none.sqlite".to_owned()] {
        let said = check_backend(&site, &url).await?;
        assert!(said.contains("main (itflow): DOWN"), "{said}");
        assert!(said.contains("problem: "), "{said}");
    }
    assert!(!site.dir.path().join("none.sqlite").exists(), "a check makes nothing");
    Ok(())
}

#[tokio::test]
async fn a_database_of_porticos_own_that_cannot_be_reached_is_said() -> Result<()> {
    let site = Site::empty()?;
    site.configure(&format!("[database]\nurl = 'postgres://portico:{CANARY}@127.0.0.1:1/portico'"))?;
    let said = check(&site, 1).await?;
    assert!(said.err.contains("Check database.url"), "{}", said.err);
    Ok(())
}

#[tokio::test]
async fn a_version_that_was_not_tested_is_degraded_and_says_what_to_do() -> Result<()> {
    let site = Site::new().await?;
    let changed = "UPDATE settings SET config_current_database_version = '9.9.9'";
    assert_eq!(site.editor().await?.run(changed, Vec::new()).await?, 1);
    let said = check(&site, 1).await?.text();
    assert!(said.contains("main (itflow): DEGRADED, version 9.9.9"), "{said}");
    assert!(said.contains("`tested_versions`"), "{said}");
    Ok(())
}

#[tokio::test]
async fn refused_credentials_and_an_unknown_database_are_told_apart() -> Result<()> {
    let Some(server) = servers::mariadb().await else { return Ok(()) };
    let url = server.fresh_database().await?;
    let admin = Database::connect(server.admin_url()).await?;
    admin.execute_unprepared("CREATE USER IF NOT EXISTS 'edge_reader' IDENTIFIED BY 'right-4711'").await?;
    let (_, place) = url.split_once('@').context("a URL with a user")?;
    let (host, _) = place.split_once('/').context("a URL with a database")?;
    let site = Site::empty()?;

    let refused = check_backend(&site, &format!("mysql://edge_reader:{CANARY}@{place}")).await?;
    assert!(refused.contains("refuses the account"), "{refused}");
    let unknown = check_backend(&site, &format!("mysql://edge_reader:right-4711@{host}/nowhere")).await?;
    assert!(unknown.contains("Check the database name"), "{unknown}");
    for said in [&refused, &unknown] {
        assert!(said.contains("main (itflow): DOWN") && said.contains("BACKEND_MISCONFIGURED"), "{said}");
        assert!(!said.contains("right-4711"), "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn the_sample_is_a_configuration() -> Result<()> {
    let site = Site::empty()?;
    let sample = site.run(&["check", "--sample"]).await?.good()?;
    assert!(sample.contains("[[backends]]"));
    site.configure(&sample)?;
    assert_eq!(check(&site, 0).await?.out, "configuration: ok, 0 backends\n");
    Ok(())
}
