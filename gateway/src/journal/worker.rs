//! The background loop: what is due is sent, of each object in order, within the budget of its backend.

use super::{Journal, State, keys, settle, store};
use crate::readmodel::entity::journal_commands::{Column as C, Entity};
use crate::readmodel::store::db;
use crate::readmodel::uploads::Uploads;
use crate::sync::{Source, millis};
use futures_util::future::join_all;
use portico_contract::{Lane, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

/// Commands of one backend that are tried together; they are about different objects.
const TOGETHER: u64 = 4;
/// Between two looks whether something is due.
const LOOK: Duration = Duration::from_secs(1);
const TIDY: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
/// Rows that go in one transaction.
const ROWS: u64 = 500;

impl Journal {
    /// Delivers until told to stop, and then waits for what is being sent.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let rounds = async {
            loop {
                // A round that is dropped would leave behind what it was sending.
                let journal = self.clone();
                let round = tokio::spawn(async move { journal.deliver().await });
                if let Ok(Err(error)) = round.await {
                    tracing::error!(error = %error.log(), "the journal could not be worked on");
                }
                tokio::select! { () = self.0.wake.notified() => {} () = sleep(LOOK) => {} }
            }
        };
        tokio::select! { () = stop => {} () = rounds => {} () = self.keep_house() => {} }
        let most = Duration::from_secs(self.0.settings.call_seconds);
        if timeout(most, self.0.busy.write()).await.is_err() {
            tracing::warn!("a command was still being sent: it is looked for after its lease");
        }
    }

    /// Tries what is due now, until nothing is; gives how many were tried.
    pub async fn deliver(&self) -> Result<usize> {
        let sources = self.0.sync.sources().iter().map(|source| self.deliver_to(source));
        join_all(sources).await.into_iter().sum()
    }

    async fn deliver_to(&self, source: &Source) -> Result<usize> {
        let mut tried = 0;
        loop {
            let now = self.now().await?;
            self.recover(source, now).await?;
            if self.is_paused(source.id, now) {
                return Ok(tried);
            }
            let due = store::due(&self.0.store, source.id, now, TOGETHER).await?;
            let attempts = join_all(due.iter().map(|id| self.attempt(*id, Lane::Background))).await;
            let mut any = 0;
            for (attempt, id) in attempts.into_iter().zip(&due) {
                match attempt {
                    Ok(done) => any += usize::from(done),
                    // Its lease ends, and then it is tried again.
                    Err(error) => tracing::error!(command = %id, error = %error.log(), "a command could not be tried"),
                }
            }
            tried += any;
            if any == 0 {
                return Ok(tried);
            }
        }
    }

    async fn keep_house(&self) {
        let mut beat = interval(TIDY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Err(error) = self.tidy().await {
                tracing::warn!(error = %error.log(), "old commands could not be removed");
            }
        }
    }

    /// Forgets what was settled long ago, and keys as old. What nobody could tell stays until somebody decides.
    pub async fn tidy(&self) -> Result<u64> {
        let kept = millis(DAY).saturating_mul(i64::try_from(self.0.settings.keep_days).unwrap_or(i64::MAX));
        let before = self.now().await?.saturating_sub(kept);
        Uploads::new(self.0.store.clone()).expire().await?;
        let mut gone = keys::forget(&self.0.store.write, before).await?;
        loop {
            let tx = self.0.store.begin().await?;
            let ended = [State::Applied, State::Rejected, State::Discarded];
            let select = Entity::find().select_only().columns([C::Id, C::State]);
            let select = select.filter(C::State.is_in(ended)).filter(C::SettledAt.lt(before)).limit(ROWS);
            let old: Vec<(Uuid, State)> = select.into_tuple().all(&tx).await.map_err(db)?;
            if old.is_empty() {
                return Ok(gone);
            }
            let unmade: Vec<Uuid> = old.iter().filter(|(_, s)| *s != State::Applied).map(|(id, _)| *id).collect();
            settle::forget_authors(&tx, &unmade).await?;
            let these = C::Id.is_in(old.iter().map(|(id, _)| *id));
            gone += Entity::delete_many().filter(these).exec(&tx).await.map_err(db)?.rows_affected;
            tx.commit().await.map_err(db)?;
        }
    }
}
