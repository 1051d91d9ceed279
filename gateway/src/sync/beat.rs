//! The background loop: every stream, every period, one page after the other.
//!
//! Each replica looks once a second what is due of each backend: what nobody has read for a period,
//! what was left half done, and what another replica needs sooner. The lease decides who reads it.

use super::refused::is_of_the_whole;
use super::{Gate, Source, Sync};
use crate::readmodel::streams::StreamState;
use futures_util::future::join_all;
use portico_contract::{Lane, Result, Stream};
use std::future::Future;
use std::time::Duration;
use tokio::time::sleep;

/// Between two looks whether a backend should be asked how it is.
const LOOKS: Duration = Duration::from_secs(60);

impl Sync {
    /// Pulls every stream of every backend, due or not, unless another replica is at it; failures are
    /// logged and kept in the stream's state.
    pub async fn beat(&self) {
        let sources = self.sources().iter().map(|source| async move {
            for stream in source.streams() {
                // A backend that refuses is not asked for its other streams in the same beat.
                let pulled = self.pull(source, stream, Lane::Background).await;
                if pulled.is_err_and(|error| is_of_the_whole(&error)) {
                    break;
                }
            }
            self.fill_some(source).await;
        });
        join_all(sources).await;
    }

    /// Pulls what is due of every backend, and completes some thin rows.
    pub async fn tick(&self) {
        let sources = self.sources().iter().map(|source| async move {
            self.pull_what_is_due(source).await;
            self.fill_some(source).await;
        });
        join_all(sources).await;
    }

    async fn pull_what_is_due(&self, source: &Source) {
        if let Err(error) = self.look_at_all_of(source).await {
            tracing::error!(backend = source.name(), error = %error.log(), "the streams could not be looked at");
            return;
        }
        for stream in source.streams() {
            // A backend that refuses is not asked for its other streams in the same beat.
            if !self.was_refused(source.id, Some(stream))
                && self.is_due(source, &self.state(source.id, stream), self.now())
            {
                // What went wrong was logged, and stands in the stream's state.
                drop(self.pull_due(source, stream).await);
            }
        }
    }

    async fn pull_due(&self, source: &Source, stream: Stream) -> Result<()> {
        let gate = self.gate(Gate::Pull(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        self.pass(source, stream, Lane::Background, &|state, now| self.is_due(source, state, now)).await.map(drop)
    }

    /// Whether somebody should read a stream now.
    fn is_due(&self, source: &Source, state: &StreamState, now: i64) -> bool {
        let tried = state.tried_at.max(state.confirmed_at);
        let half_done = state.pass.is_some() && state.failed_since.is_none();
        let in_need = state.nudged_at.is_some_and(|at| Some(at) > tried && self.is_old(source, state.confirmed_at, at));
        let due = half_done || in_need || tried.is_none_or(|at| now - at >= self.every(source));
        let purpose = self.turn(source, state, now, Lane::Background).purpose(Lane::Background);
        due && !self.is_paused(source, purpose)
    }

    /// Beats until told to stop, then leaves the streams to others.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            _ = join_all(self.sources().iter().map(|source| self.follow(source))) => {}
            () = self.follow_traffic() => {}
        }
        if let Err(error) = self.0.store.release_all(self.0.owner).await {
            tracing::warn!(error = %error.log(), "the leases could not be let go; they end by themselves");
        }
    }

    async fn follow(&self, source: &Source) {
        let beats = async {
            loop {
                self.pull_what_is_due(source).await;
                sleep(self.0.settings.look).await;
            }
        };
        let fills = async {
            loop {
                self.fill_some(source).await;
                sleep(self.0.settings.look).await;
            }
        };
        let looks = async {
            loop {
                self.examine_one(source).await;
                sleep(LOOKS).await;
            }
        };
        let hints = async {
            loop {
                self.attend(source).await;
                sleep(self.0.settings.look).await;
            }
        };
        tokio::join!(beats, fills, looks, hints);
    }
}
