//! What the journal needs: calls within the budget, and a look at what a write has changed.

use super::budget::Purpose;
use super::{Gate, Source, Sync};
use portico_contract::{Lane, NativeId, Result};
use uuid::Uuid;

/// Somebody waits for the write, or nobody does.
const fn purpose(lane: Lane) -> Purpose {
    match lane {
        Lane::Interactive => Purpose::Interactive,
        Lane::Background => Purpose::Beat,
    }
}

impl Sync {
    /// Counts a call before it is made: a write, a look-up, a file.
    pub(crate) async fn afford(&self, source: &Source, lane: Lane) -> Result<()> {
        self.spend(source, purpose(lane), 1).await
    }

    /// Reads what a write has changed. `false`: the PSA does not show it yet, and nothing was stored.
    pub(crate) async fn read_back(&self, source: &Source, id: Uuid, native: &NativeId, lane: Lane) -> Result<bool> {
        let gate = self.gate(Gate::Object(id));
        let _one_at_a_time = gate.lock().await;
        let (began, read) = self.fetch(source, native, purpose(lane)).await?;
        match read {
            Some(snapshot) => self.store_read(source, id, began, snapshot, purpose(lane)).await.map(|()| true),
            None => Ok(false),
        }
    }
}
