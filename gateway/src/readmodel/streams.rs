//! Where each stream of each backend stands: what it was last read up to, and since when it fails.
//!
//! The table is the truth: another replica may have moved a stream. Who writes it holds its
//! [`lease`](super::lease).

use super::entity::streams;
use super::store::{Store, db};
use portico_contract::{Checkpoint, Pass, Result, Stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
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
    /// When the last complete pass over ids began.
    pub ids_at: Option<i64>,
    /// When its PSA was last asked, in vain or not.
    pub tried_at: Option<i64>,
    /// The pass under way.
    pub pass: Option<RunningPass>,
    pub done: u64,
    pub total: Option<u64>,
    /// Objects that the last pass over everything listed, and the calls that it took.
    pub full_rows: Option<u64>,
    pub full_calls: Option<u64>,
    pub failed_since: Option<i64>,
    /// Public text of the last failure.
    pub failure: Option<String>,
    /// When a replica last asked the one that holds the stream to read it. Not written with the rest.
    pub nudged_at: Option<i64>,
    /// Until when some replica holds the stream, by what it last wrote. Not written with the rest.
    pub held_until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningPass {
    pub pass: Pass,
    pub began: i64,
    pub next: Option<Checkpoint>,
    /// Calls it has taken so far.
    pub calls: u64,
}

impl RunningPass {
    #[must_use]
    pub fn new(pass: Pass, began: i64) -> Self {
        Self { pass, began, next: None, calls: 0 }
    }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn counted(n: i64) -> Option<u64> {
    u64::try_from(n).ok()
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
            ids_at: None,
            tried_at: None,
            pass: None,
            done: 0,
            total: None,
            full_rows: None,
            full_calls: None,
            failed_since: None,
            failure: None,
            nudged_at: None,
            held_until: None,
        }
    }

    pub(super) fn from_row(row: streams::Model) -> Option<Self> {
        let pass =
            row.pass.and_then(|pass| pass.parse().ok()).zip(row.pass_began_at).map(|(pass, began)| RunningPass {
                pass,
                began,
                next: row.pass_checkpoint.map(Checkpoint),
                calls: row.pass_calls.and_then(counted).unwrap_or_default(),
            });
        Some(Self {
            backend: row.backend_id,
            stream: row.stream.parse().ok()?,
            checkpoint: row.checkpoint.map(Checkpoint),
            confirmed_at: row.confirmed_at,
            full_at: row.full_at,
            ids_at: row.ids_at,
            tried_at: row.tried_at,
            pass,
            done: counted(row.done).unwrap_or_default(),
            total: row.total.and_then(counted),
            full_rows: row.full_rows.and_then(counted),
            full_calls: row.full_calls.and_then(counted),
            failed_since: row.failed_since,
            failure: row.failure,
            nudged_at: row.nudged_at,
            held_until: row.lease_owner.and(row.lease_until),
        })
    }

    pub(super) fn row(&self) -> streams::Model {
        let pass = self.pass.as_ref();
        streams::Model {
            backend_id: self.backend,
            stream: self.stream.as_str().to_owned(),
            done: count(self.done),
            checkpoint: self.checkpoint.as_ref().map(|c| c.0.clone()),
            confirmed_at: self.confirmed_at,
            full_at: self.full_at,
            ids_at: self.ids_at,
            tried_at: self.tried_at,
            pass: pass.map(|p| p.pass.as_str().to_owned()),
            pass_began_at: pass.map(|p| p.began),
            pass_checkpoint: pass.and_then(|p| p.next.as_ref()).map(|c| c.0.clone()),
            pass_calls: pass.map(|p| count(p.calls)),
            total: self.total.map(count),
            full_rows: self.full_rows.map(count),
            full_calls: self.full_calls.map(count),
            failed_since: self.failed_since,
            failure: self.failure.clone(),
            lease_owner: None,
            lease_until: None,
            nudged_at: None,
            fill_owner: None,
            fill_until: None,
        }
    }
}

impl Store {
    /// The states of the streams of these backends, as far as they have begun.
    pub async fn streams(&self, backends: &[Uuid]) -> Result<Vec<StreamState>> {
        let of_these = streams::Column::BackendId.is_in(backends.iter().copied());
        let rows = streams::Entity::find().filter(of_these).all(&self.read).await.map_err(db)?;
        Ok(rows.into_iter().filter_map(StreamState::from_row).collect())
    }

    /// The state of one stream, if it has begun.
    pub async fn stream(&self, backend: Uuid, stream: Stream) -> Result<Option<StreamState>> {
        let row = streams::Entity::find_by_id((backend, stream.as_str().to_owned())).one(&self.read).await;
        Ok(row.map_err(db)?.and_then(StreamState::from_row))
    }

    /// Writes where a stream stands and holds it until then, or lets it go; `false`: another replica
    /// has taken it meanwhile, and nothing was written.
    pub async fn save_stream(&self, state: &StreamState, owner: Uuid, hold_until: Option<i64>) -> Result<bool> {
        use streams::Column as C;
        let mut row = state.row().into_active_model().reset_all();
        (row.backend_id, row.stream) = (NotSet, NotSet);
        (row.nudged_at, row.fill_owner, row.fill_until) = (NotSet, NotSet, NotSet);
        (row.lease_owner, row.lease_until) = (NotSet, NotSet);
        let held = hold_until.map(|_| owner.to_string());
        let saved = streams::Entity::update_many()
            .set(row)
            .col_expr(C::LeaseOwner, Expr::value(held))
            .col_expr(C::LeaseUntil, Expr::value(hold_until))
            .filter(C::BackendId.eq(state.backend))
            .filter(C::Stream.eq(state.stream.as_str()))
            .filter(C::LeaseOwner.eq(owner.to_string()))
            .exec(&self.write)
            .await
            .map_err(db)?;
        Ok(saved.rows_affected > 0)
    }
}
