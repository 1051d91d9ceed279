//! The background loop: every stream, every period, one page after the other.

use super::Sync;
use futures_util::future::join_all;
use portico_contract::Lane;
use std::future::Future;

impl Sync {
    /// Pulls every stream of every backend once; failures are logged and kept in the stream's state.
    pub async fn beat(&self) {
        let sources = self.sources().iter().map(|source| async move {
            for stream in source.streams() {
                // A backend that refuses is not asked for its other streams in the same beat.
                if self.pull(source, stream, Lane::Background).await.is_err() {
                    break;
                }
            }
        });
        join_all(sources).await;
    }

    /// Beats until told to stop.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = async {
                    self.beat().await;
                    tokio::time::sleep(self.0.settings.every).await;
                } => {}
            }
        }
    }
}
