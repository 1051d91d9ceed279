//! The example portal in a real browser. Where there is no Chromium or no npm, the tests say so and pass.

use crate::demo::{Facts, arguments};
use crate::node;
use anyhow::{Context, Result, ensure};
use portico_tests::binary;
use portico_tests::running::Running;
use portico_tests::wire::Call;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CHROMIUM: &str = "/usr/bin/chromium";

/// Steps that nobody's journey is without.
const STEPS: &[&str] = &["sees the overview", "reads the thread", "downloads an attachment", "signs out for good"];

/// The built portal; `./x test` builds it where npm is.
fn built() -> Option<PathBuf> {
    let folder = binary::project().join("examples/portal/dist");
    let there = folder.join("index.html").exists();
    if !there {
        println!("skipped: the portal is not built; run `npm ci && npm run build` in examples/portal first");
    }
    there.then_some(folder)
}

async fn demo(dir: &Path, portal: &Path) -> Result<Running> {
    let mut words = arguments(dir, "0")?.to_vec();
    words.extend(["--portal".to_owned(), portal.to_str().context("a folder with a name in UTF-8")?.to_owned()]);
    Running::start(dir, &words).await
}

#[tokio::test]
async fn people_find_their_way_through_the_portal() -> Result<()> {
    let Some(portal) = built() else { return Ok(()) };
    if !node::is_there(CHROMIUM).await {
        println!("skipped: there is no {CHROMIUM}");
        return Ok(());
    }
    let dir = TempDir::new()?;
    let running = demo(dir.path(), &portal).await?;
    let facts = Facts::read(dir.path())?;
    let home = format!("http://{}", running.address);
    for (email, invoices) in [("ben.okafor@", "opens an invoice"), ("sam.whitlock@", "says why there are no invoices")]
    {
        let user = facts.user(email)?;
        let folder = TempDir::new()?;
        let kept = folder.path().to_str().context("a folder with a name in UTF-8")?;
        let arguments = [home.as_str(), &user.email, &user.password, CHROMIUM, kept];
        let Some(said) = node::run("portal.mjs", &arguments).await? else { return Ok(()) };
        for step in STEPS.iter().chain([&invoices]) {
            ensure!(said.lines().any(|line| line.starts_with("ok ") && line.contains(step)), "{email} {step}: {said}");
        }
        ensure!(!said.contains("FAIL"), "{email}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn the_portal_is_served_as_it_was_built_and_nothing_beside_it() -> Result<()> {
    let folder = TempDir::new()?;
    let dist = folder.path().join("dist");
    std::fs::create_dir_all(dist.join("assets"))?;
    std::fs::write(folder.path().join("secret.txt"), "secret")?;
    std::fs::write(dist.join(".env"), "secret")?;
    std::fs::write(dist.join("index.html"), "<!doctype html>the page")?;
    std::fs::write(dist.join("assets/app-1.js"), "script")?;
    let dir = TempDir::new()?;
    let running = demo(dir.path(), &dist).await?;
    let page = ("text/html; charset=utf-8", "no-cache", "<!doctype html>the page");
    let script = ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "script");
    for (path, (kind, kept, body)) in [
        ("/portal/", page),
        ("/portal/tickets/1", page),
        ("/portal/index.html", page),
        ("/portal/assets/app-1.js", script),
    ] {
        let answer = running.send(&Call::get(path)).await?;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.header("cache-control"), Some(kept), "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    for path in ["/portal/.env", "/portal/../secret.txt", "/portal/%2e%2e/secret.txt", "/portal/assets/none.js"] {
        let answer = running.send(&Call::get(path)).await?;
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{path}: {}", answer.body);
    }
    for (path, to) in [("/", "/portal/"), ("/portal", "/portal/")] {
        let answer = running.send(&Call::get(path)).await?;
        assert_eq!((answer.status, answer.header("location")), (307, Some(to)), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn without_a_portal_there_is_none() -> Result<()> {
    let dir = TempDir::new()?;
    let running = Running::start(dir.path(), &arguments(dir.path(), "0")?).await?;
    let answer = running.send(&Call::get("/")).await?;
    assert_eq!((answer.status, answer.header("location")), (307, Some("/graphiql")));
    for path in ["/portal", "/portal/", "/portal/index.html"] {
        assert_eq!(running.send(&Call::get(path)).await?.status, 404, "{path}");
    }
    let mut words = arguments(dir.path(), "0")?.to_vec();
    words.extend(["--portal".to_owned(), "empty".to_owned()]);
    std::fs::create_dir(dir.path().join("empty"))?;
    let refused = portico_tests::running::run(dir.path(), &words).await?;
    assert!(!refused.status.success() && refused.err.contains("index.html"), "{}", refused.text());
    Ok(())
}
