//! The rules that every backend keeps, asked of this one: in memory, through a proxy that goes wrong, from a record of
//! it, and on a live tenant where one is named.

use super::bench::HaloBench;
use crate::HaloConfig;
use crate::backend::Halo;
use async_trait::async_trait;
use portico_contract::{Backend, Clock};
use portico_testkit::conformance::{Bench, Broken, Edit, Report, run};
use portico_transport::{HttpWire, Recorder, Replayer};
use std::sync::Arc;

/// What only a proxy can try.
const WITHOUT_PROXY: [&str; 4] = [
    "a_fault_is_a_typed_error_in_time_and_passes",
    "a_psa_that_is_down_is_unavailable",
    "an_unclear_answer_is_told_truly",
    "nothing_is_made_twice",
];

fn kept(report: &Report, not_asked: &[&str]) {
    assert_eq!(report.broken(), [""; 0], "{report}");
    assert_eq!(report.not_asked(), not_asked, "{report}");
}

#[tokio::test]
async fn in_memory() {
    kept(&run(&HaloBench::plain().await).await, &WITHOUT_PROXY);
}

#[tokio::test]
async fn through_a_proxy_that_goes_wrong() {
    kept(&run(&HaloBench::proxied().await).await, &[]);
}

/// A record of a run answers a second run of the same, which sends the same requests and comes to the same end.
#[tokio::test]
async fn replayed_from_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = |settings: &HaloConfig| -> Arc<dyn portico_transport::Wire> {
        Arc::new(Recorder::new(Arc::new(HttpWire::new(&settings.transport()).unwrap()), folder.path()))
    };
    let bench = HaloBench::over(recorder).await;
    kept(&run(&bench).await, &WITHOUT_PROXY);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(bench.secrets().iter().all(|secret| !text.contains(secret)), "{text}");
    }
    let replayer = Arc::new(Replayer::folder(folder.path()).unwrap());
    assert!(!replayer.left().is_empty());
    let wire = Arc::clone(&replayer);
    kept(&run(&HaloBench::over(|_| wire).await).await, &WITHOUT_PROXY);
    assert_eq!(replayer.left(), [""; 0]);
}

/// A tenant on which nothing is changed.
struct LiveBench(Halo);

#[async_trait]
impl Bench for LiveBench {
    fn backend(&self) -> &dyn Backend {
        &self.0
    }

    async fn edit(&self, _turn: usize) -> Result<Option<Edit>, Broken> {
        Ok(None)
    }
}

/// `PORTICO_LIVE_HALOPSA` holds the keys of the backend's table as JSON.
#[tokio::test]
async fn on_a_live_tenant() {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its tenant is")]
    let Ok(settings) = std::env::var("PORTICO_LIVE_HALOPSA") else {
        println!("skipped: PORTICO_LIVE_HALOPSA names no tenant");
        return;
    };
    let settings: HaloConfig = serde_json::from_str(&settings).unwrap();
    let report = run(&LiveBench(Halo::new("live", settings, Clock::system()).unwrap())).await;
    println!("{report}");
    assert_eq!(report.broken(), [""; 0], "{report}");
}
