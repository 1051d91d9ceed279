//! Where each stream of each backend stands: what it was last read up to, and since when it fails.

use super::entity::streams;
use super::store::{Store, db};
use portico_contract::{Checkpoint, Pass, Result, Stream};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// The state of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamState {
    pub backend: Uuid,
    pub stream: Stream,
    /// Where the next beat of changes begins; `None` until the first full pass is done.
    pub checkpoint: Option<Checkpoint>,
    /// When the last complete beat began: everything older is in the read model.
    pub confirmed_at: Option<i64>,
    /// When the last complete pass over everything began.
    pub full_at: Option<i64>,
    /// The pass under way.
    pub pass: Option<RunningPass>,
    pub done: u64,
    pub total: Option<u64>,
    pub failed_since: Option<i64>,
    /// Public text of the last failure.
    pub failure: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningPass {
    pub pass: Pass,
    pub began: i64,
    pub next: Option<Checkpoint>,
}

impl StreamState {
    #[must_use]
    pub fn new(backend: Uuid, stream: Stream) -> Self {
        Self {
            backend,
            stream,
            checkpoint: None,
            confirmed_at: None,
            full_at: None,
            pass: None,
            done: 0,
            total: None,
            failed_since: None,
            failure: None,
        }
    }

    fn from_row(row: streams::Model) -> Option<Self> {
        let pass = row
            .pass
            .and_then(|pass| pass.parse().ok())
            .zip(row.pass_began_at)
            .map(|(pass, began)| RunningPass { pass, began, next: row.pass_checkpoint.map(Checkpoint) });
        Some(Self {
            backend: row.backend_id,
            stream: row.stream.parse().ok()?,
            checkpoint: row.checkpoint.map(Checkpoint),
            confirmed_at: row.confirmed_at,
            full_at: row.full_at,
            pass,
            done: u64::try_from(row.done).unwrap_or_default(),
            total: row.total.and_then(|total| u64::try_from(total).ok()),
            failed_since: row.failed_since,
            failure: row.failure,
        })
    }

    fn row(&self) -> streams::Model {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        streams::Model {
            backend_id: self.backend,
            stream: self.stream.as_str().to_owned(),
            done: count(self.done),
            checkpoint: self.checkpoint.as_ref().map(|c| c.0.clone()),
            confirmed_at: self.confirmed_at,
            full_at: self.full_at,
            pass: self.pass.as_ref().map(|p| p.pass.as_str().to_owned()),
            pass_began_at: self.pass.as_ref().map(|p| p.began),
            pass_checkpoint: self.pass.as_ref().and_then(|p| p.next.as_ref()).map(|c| c.0.clone()),
            total: self.total.map(count),
            failed_since: self.failed_since,
            failure: self.failure.clone(),
            lease_owner: None,
            lease_until: None,
            nudged_at: None,
        }
    }
}

impl Store {
    /// The states of a backend's streams, as far as they have begun.
    pub async fn streams(&self, backend: Uuid) -> Result<Vec<StreamState>> {
        let rows =
            streams::Entity::find().filter(streams::Column::BackendId.eq(backend)).all(&self.read).await.map_err(db)?;
        Ok(rows.into_iter().filter_map(StreamState::from_row).collect())
    }

    pub async fn save_stream(&self, state: &StreamState) -> Result<()> {
        use streams::Column as C;
        let conflict = OnConflict::columns([C::BackendId, C::Stream])
            .update_columns([
                C::Done,
                C::Checkpoint,
                C::ConfirmedAt,
                C::FullAt,
                C::Pass,
                C::PassBeganAt,
                C::PassCheckpoint,
                C::Total,
                C::FailedSince,
                C::Failure,
            ])
            .to_owned();
        let mut row = state.row().into_active_model();
        row.backend_id = Set(state.backend);
        row.stream = Set(state.stream.as_str().to_owned());
        streams::Entity::insert(row).on_conflict(conflict).exec_without_returning(&self.write).await.map_err(db)?;
        Ok(())
    }
}
