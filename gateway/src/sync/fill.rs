//! Thin rows get their children: the newest first, with the calls that everybody else leaves.
//!
//! Somebody who opens one meanwhile does not wait for it: their read goes in the interactive lane.

use super::budget::{Purpose, reading};
use super::{Gate, Source, Sync, millis};
use crate::readmodel::lease::Work;
use crate::readmodel::thin::{THIN, Thin};
use portico_contract::{Kind, Result, Stream, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Rows that are looked up at a time.
const CHUNK: u64 = 50;
/// Chunks that are read before others get their turn.
const CHUNKS: usize = 10;
/// Rows that could not be read, of which it is remembered.
const FAILED: usize = 1_000;
/// Between two words in the log.
const TELL: Duration = Duration::from_secs(60);

/// What this replica remembers of filling.
#[derive(Debug, Default)]
pub(super) struct Filling {
    /// Rows that could not be read, and when: they must not keep the others waiting.
    failed: Mutex<HashMap<Uuid, i64>>,
    told: Mutex<HashMap<(Uuid, Stream), i64>>,
}

/// How far the rows of a stream have their children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    pub done: u64,
    pub total: u64,
    /// When the rest will be done, by the budget; nothing once it is, or where there is none.
    pub ends_at: Option<Timestamp>,
}

impl Sync {
    /// Completes some thin rows of a backend, as far as its budget goes.
    pub async fn fill_some(&self, source: &Source) {
        let thin = |stream: &Stream| source.backend.capabilities().stream(*stream).is_some_and(|of| !of.whole);
        // The list comes first: everybody looks at it.
        let listed = |stream: &Stream| self.state(source.id, *stream).confirmed_at.is_some();
        for stream in source.streams().filter(thin).filter(listed) {
            for kind in THIN.iter().filter(|kind| kind.stream() == stream) {
                if let Err(error) = self.fill_kind(source, *kind).await {
                    tracing::debug!(backend = source.name(), %stream, error = %error.log(), "filling pauses");
                }
            }
        }
    }

    async fn fill_kind(&self, source: &Source, kind: Kind) -> Result<()> {
        let stream = kind.stream();
        for _ in 0..CHUNKS {
            if self.is_paused(source, Purpose::Bulk) || self.was_refused(source.id, None) {
                return Ok(());
            }
            let rows = self.0.store.thin(source.id, kind, CHUNK, &self.unreadable()).await?;
            let now = self.0.store.begin_time().await?;
            if rows.is_empty() || self.take(source.id, stream, Work::Fill, now).await?.is_none() {
                return Ok(());
            }
            let filled = self.fill_rows(source, stream, &rows, now).await;
            self.0.store.release(source.id, stream, Work::Fill, self.0.owner).await?;
            self.tell(source, stream).await?;
            filled?;
        }
        Ok(())
    }

    async fn fill_rows(&self, source: &Source, stream: Stream, rows: &[Thin], mut taken: i64) -> Result<()> {
        for row in rows {
            let now = self.0.store.begin_time().await?;
            if now - taken > millis(self.0.settings.lease) / 3 {
                if self.take(source.id, stream, Work::Fill, now).await?.is_none() {
                    return Ok(());
                }
                taken = now;
            }
            let gate = self.gate(Gate::Object(row.id));
            let _one_at_a_time = gate.lock().await;
            if let Err(error) = self.read(source, row.id, &row.native, Purpose::Bulk).await {
                if error.is_temporary() {
                    return Err(error);
                }
                self.set_aside(row.id);
            }
        }
        Ok(())
    }

    fn unreadable(&self) -> Vec<Uuid> {
        let (now, again) = (self.now(), millis(self.0.settings.full_every));
        let mut failed = self.0.filling.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, at| now - *at < again);
        failed.keys().copied().collect()
    }

    fn set_aside(&self, id: Uuid) {
        let now = self.now();
        let mut failed = self.0.filling.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() < FAILED {
            failed.insert(id, now);
        }
    }

    /// How far each stream is, of every backend, in one statement.
    pub async fn fills(&self) -> Result<HashMap<(Uuid, Stream), Fill>> {
        let mut thin: HashMap<(Uuid, Stream), u64> = HashMap::new();
        for (backend, kind, rows) in self.0.store.thin_counts().await? {
            *thin.entry((backend, kind.stream())).or_default() += rows;
        }
        let mut fills = HashMap::new();
        for source in self.sources() {
            for stream in source.streams() {
                let left = thin.get(&(source.id, stream)).copied().unwrap_or_default();
                fills.insert((source.id, stream), self.fill_of(source, stream, left));
            }
        }
        Ok(fills)
    }

    fn fill_of(&self, source: &Source, stream: Stream, left: u64) -> Fill {
        let state = self.state(source.id, stream);
        let total = state.full_rows.unwrap_or_default().max(state.done).max(left);
        let lasts = (left > 0).then(|| self.bulk_lasts(source, left.saturating_mul(reading(source, stream)))).flatten();
        let ends_at = lasts.and_then(|lasts| Timestamp::from_timestamp_millis(self.now().saturating_add(lasts)));
        Fill { done: total - left, total, ends_at }
    }

    /// Says now and then in the log how far it is.
    async fn tell(&self, source: &Source, stream: Stream) -> Result<()> {
        let now = self.now();
        {
            let mut told = self.0.filling.told.lock().unwrap_or_else(PoisonError::into_inner);
            let last = told.entry((source.id, stream)).or_insert(i64::MIN);
            if now.saturating_sub(*last) < millis(TELL) {
                return Ok(());
            }
            *last = now;
        }
        if let Some(fill) = self.fills().await?.get(&(source.id, stream)) {
            let ends_at = fill.ends_at.map(|at| at.to_rfc3339()).unwrap_or_default();
            tracing::info!(backend = source.name(), %stream, done = fill.done, total = fill.total, ends_at, "filling");
        }
        Ok(())
    }
}
