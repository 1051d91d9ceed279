//! A fresh installation per test: a SQLite file with ITFlow's tables and rows that hold the hard cases.

use crate::backend::Itflow;
use crate::config::ItflowConfig;
use chrono::{DateTime, Utc};
use portico_contract::{
    Backend, Batch, CallCx, Checkpoint, Clock, Kind, Lane, NativeId, Pass, Record, Snapshot, Stream,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use secrecy::SecretString;
use std::time::Duration;

pub(super) struct Installation {
    pub backend: Itflow,
    database: DatabaseConnection,
    _folder: tempfile::TempDir,
}

pub(super) fn config(url: &str) -> ItflowConfig {
    ItflowConfig { database_url: SecretString::from(url), ..ItflowConfig::default() }
}

pub(super) fn clock() -> Clock {
    let now: DateTime<Utc> = "2026-11-22T15:00:00Z".parse().unwrap();
    Clock::fake(now)
}

pub(super) fn cx() -> CallCx {
    CallCx::new(Lane::Background, Duration::from_secs(30))
}

/// A test's own word on the configuration.
pub(super) async fn installation(adjust: impl FnOnce(&mut ItflowConfig)) -> Installation {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("itflow.db").display());
    let database = Database::connect(format!("{url}?mode=rwc")).await.unwrap();
    for sql in [include_str!("../../fixtures/schema.sql"), include_str!("../../fixtures/rows.sql")] {
        database.execute_unprepared(sql).await.unwrap();
    }
    let mut config = config(&url);
    adjust(&mut config);
    let backend = Itflow::new("books", config, clock()).unwrap();
    Installation { backend, database, _folder: folder }
}

impl Installation {
    /// Changes a row behind the adapter's back.
    pub(super) async fn edit(&self, sql: &str) {
        self.database.execute_unprepared(sql).await.unwrap();
    }

    pub(super) async fn pull(&self, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Batch {
        self.backend.pull(&cx(), stream, pass, from).await.unwrap()
    }

    /// Every page of a pass as one batch.
    pub(super) async fn whole(&self, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Batch {
        let mut whole = self.pull(stream, pass, from).await;
        while whole.more {
            let page = self.pull(stream, pass, Some(&whole.next)).await;
            whole.snapshots.extend(page.snapshots);
            whole.present.extend(page.present);
            whole.gone.extend(page.gone);
            (whole.next, whole.more) = (page.next, page.more);
        }
        whole
    }

    pub(super) async fn read(&self, kind: Kind, key: &str) -> Option<Snapshot> {
        self.backend.read(&cx(), &NativeId::new(kind, key)).await.unwrap()
    }

    /// The streams whose things have ids of their own.
    pub(super) fn streams(&self) -> impl Iterator<Item = Stream> {
        let declared = self.backend.capabilities().streams.keys().copied();
        declared.filter(|stream| *stream != Stream::Choices)
    }

    /// The statements since the last time that this was asked.
    pub(super) fn statements(&self) -> Vec<String> {
        std::mem::take(&mut *self.backend.client.statements.lock().unwrap())
    }
}

/// The parents of a batch, by key.
pub(super) fn keys(batch: &Batch) -> Vec<&str> {
    batch.snapshots.iter().map(|snapshot| snapshot.records[0].id().key.as_str()).collect()
}

pub(super) fn record<'a>(batch: &'a Batch, id: &str) -> &'a Record {
    let mut records = batch.snapshots.iter().flat_map(|snapshot| &snapshot.records);
    records.find(|record| record.id().to_string() == id).unwrap_or_else(|| panic!("{id} is not there"))
}
