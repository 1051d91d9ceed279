//! The rules that every backend keeps, asked of this one: on both databases, with its HTTP API behind a proxy that goes
//! wrong, and on a live installation where one is named.

use super::bench::ItflowBench;
use super::fixture::{clock, config};
use super::place::{file, server, with_api};
use crate::ItflowConfig;
use crate::backend::Itflow;
use async_trait::async_trait;
use portico_contract::{Backend, Clock};
use portico_sandbox::{ItflowSandbox, Seed, World};
use portico_testkit::conformance::{Bench, Broken, Edit, Report, run};

fn kept(report: &Report, not_asked: &[&str]) {
    assert_eq!(report.broken(), [""; 0], "{report}");
    assert_eq!(report.not_asked(), not_asked, "{report}");
}

/// What is written by SQL meets no proxy, and ITFlow sends no webhooks.
const BY_SQL: [&str; 5] = [
    "a_webhook_is_a_hint_from_the_psa",
    "a_fault_is_a_typed_error_in_time_and_passes",
    "a_psa_that_is_down_is_unavailable",
    "an_unclear_answer_is_told_truly",
    "nothing_is_made_twice",
];

#[tokio::test]
async fn on_sqlite() {
    kept(&run(&ItflowBench::on(file().await).await).await, &BY_SQL);
}

#[tokio::test]
async fn on_mariadb_with_narrow_grants() {
    let Some(place) = server().await else { return };
    kept(&run(&ItflowBench::on(place).await).await, &BY_SQL);
}

#[tokio::test]
async fn with_its_api_behind_a_proxy_that_goes_wrong() {
    kept(&run(&ItflowBench::on(with_api(true).await).await).await, &["a_webhook_is_a_hint_from_the_psa"]);
}

/// A backend that is only read.
struct Readable(Itflow);

#[async_trait]
impl Bench for Readable {
    fn backend(&self) -> &dyn Backend {
        &self.0
    }

    async fn edit(&self, _turn: usize) -> Result<Option<Edit>, Broken> {
        Ok(None)
    }
}

/// Without the settings for it nothing is written, and no file is given.
#[tokio::test]
async fn with_an_account_that_reads() {
    let folder = tempfile::tempdir().unwrap();
    let seed = Seed { timezone: "Europe/Berlin".to_owned(), ..Seed::default() };
    let sandbox = ItflowSandbox::create(folder.path(), &World::seeded(&seed)).await.unwrap();
    let report = run(&Readable(Itflow::new("box", config(sandbox.url()), clock()).unwrap())).await;
    assert_eq!(report.broken(), [""; 0], "{report}");
}

/// `PORTICO_LIVE_ITFLOW` holds the keys of the backend's table as JSON.
#[tokio::test]
async fn on_a_live_installation() {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its ITFlow is")]
    let Ok(settings) = std::env::var("PORTICO_LIVE_ITFLOW") else {
        println!("skipped: PORTICO_LIVE_ITFLOW names no installation");
        return;
    };
    let settings: ItflowConfig = serde_json::from_str(&settings).unwrap();
    let report = run(&Readable(Itflow::new("live", settings, Clock::system()).unwrap())).await;
    println!("{report}");
    assert_eq!(report.broken(), [""; 0], "{report}");
}
