//! What is not there, not offered, or not answering.

use super::fixture::{clock, config, cx, installation};
use crate::{ItflowConfig, KIND, build};
use portico_contract::{CallCx, ErrorKind, HealthState, Kind, Lane, NativeId, Pass, Stream};
use secrecy::SecretString;
use std::time::Duration;

#[tokio::test]
async fn a_server_that_refuses_is_unavailable_at_once_and_names_no_secret() {
    // A port that nobody listens on: it was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("mysql://reader:hunter2@127.0.0.1:{port}/itflow");
    let backend = build("books", config(&url), clock()).unwrap();
    let begun = tokio::time::Instant::now();
    let error = backend.pull(&cx(), Stream::Tickets, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(begun.elapsed() < Duration::from_secs(2), "the refusal was waited out");
    let said = format!("{} {:?} {:?}", error.log(), error, backend);
    assert!(!said.contains("hunter2") && !said.contains("reader"), "{said}");
    assert_eq!(backend.probe(&cx()).await.unwrap_err().kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_at_the_deadline() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("mysql://reader:hunter2@{}/itflow", listener.local_addr().unwrap());
    let backend = build("books", config(&url), clock()).unwrap();
    let short = CallCx::new(Lane::Interactive, Duration::from_millis(50));
    let error = backend.read(&short, &NativeId::new(Kind::Ticket, 1)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    let spent = CallCx::new(Lane::Interactive, Duration::ZERO);
    let error = backend.read(&spent, &NativeId::new(Kind::Ticket, 1)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/none.db", folder.path().display());
    let backend = build("books", config(&url), clock()).unwrap();
    let error = backend.pull(&cx(), Stream::Choices, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{}", error.log());
    assert!(!folder.path().join("none.db").exists(), "reading must not make a database");
}

#[tokio::test]
async fn a_setting_that_cannot_work_stops_the_build() {
    let error = build("books", ItflowConfig::default(), clock()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.public.contains("database_url"));
    let bad = ItflowConfig { database_url: SecretString::from("sqlite://x.db"), batch: 0, ..ItflowConfig::default() };
    assert!(build("books", bad, clock()).unwrap_err().public.contains("batch"));
}

#[tokio::test]
async fn what_is_not_declared_is_refused() {
    let itflow = installation(|_| {}).await;
    let backend: &dyn portico_contract::Backend = &itflow.backend;
    for stream in Stream::ALL {
        for pass in Pass::ALL {
            let answer = backend.pull(&cx(), *stream, *pass, None).await;
            match backend.capabilities().stream(*stream) {
                Some(_) => assert!(answer.is_ok(), "{stream} {pass}"),
                None => assert_eq!(answer.unwrap_err().kind, ErrorKind::Unsupported, "{stream} {pass}"),
            }
        }
    }
    for kind in [Kind::Choice, Kind::Comment, Kind::Approval, Kind::Contract, Kind::Article] {
        let error = backend.read(&cx(), &NativeId::new(kind, "1")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported, "{kind}");
    }
    assert!(backend.capabilities().commands.is_empty());
}

#[tokio::test]
async fn a_probe_says_who_is_there_and_what_to_do() {
    let itflow = installation(|_| {}).await;
    let backend: &dyn portico_contract::Backend = &itflow.backend;
    assert_eq!((backend.info().kind, backend.info().version.as_deref()), (KIND, None));
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!((health.state, health.problems.len()), (HealthState::Ok, 0), "{:?}", health.problems);
    assert_eq!(health.version.as_deref(), Some("2.6.7"));
    assert_eq!(health.found["timezone"], "America/New_York");
    assert_eq!(backend.info().version.as_deref(), Some("2.6.7"));
    assert_eq!(backend.info().roles["technical"], "TECHNICAL");

    itflow
        .edit("UPDATE settings SET config_current_database_version = '3.0.1', config_timezone = 'Mars/Olympus'")
        .await;
    itflow.edit("DROP TABLE payments").await;
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!(health.state, HealthState::Degraded);
    itflow.edit("DROP TABLE folders").await;
    let health = backend.probe(&cx()).await.unwrap();
    for word in ["3.0.1", "timezone", "`payments`", "`documents, folders` cannot be read, so documents are not served"]
    {
        assert!(health.problems.iter().any(|problem| problem.contains(word)), "{word}: {:?}", health.problems);
    }
}

#[tokio::test]
async fn a_missing_table_is_the_makers_business() {
    let itflow = installation(|_| {}).await;
    itflow.edit("DROP TABLE payments").await;
    let backend: &dyn portico_contract::Backend = &itflow.backend;
    let error = backend.pull(&cx(), Stream::Invoices, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Contract);
    assert!(!error.public.contains("payments") && error.log().to_string().contains("payments"));
}

#[tokio::test]
async fn times_need_a_zone() {
    let itflow = installation(|_| {}).await;
    itflow.edit("UPDATE settings SET config_timezone = 'Mars/Olympus'").await;
    let backend: &dyn portico_contract::Backend = &itflow.backend;
    let error = backend.pull(&cx(), Stream::Tickets, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    let set = installation(|config| config.timezone = Some("Europe/Berlin".into())).await;
    set.edit("UPDATE settings SET config_timezone = 'Mars/Olympus'").await;
    let batch = set.pull(Stream::Tickets, Pass::Full, None).await;
    let portico_contract::Record::Ticket(ticket) = &batch.snapshots[0].records[0] else { panic!() };
    assert_eq!(ticket.created_at.unwrap().to_rfc3339(), "2026-09-01T06:00:00+00:00");
}
