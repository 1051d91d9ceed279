//! Who does the work on a stream: one replica at a time, and not for longer than it lives.
//!
//! A lease is a name and an end in the stream's own row, taken by one conditional statement. Its end
//! is on the clock that all replicas share ([`Store::begin_time`]); one that nobody renews ends by
//! itself. Whoever needs a stream that another holds leaves a nudge.

use super::entity::streams::{self, Column};
use super::store::{Store, db};
use super::streams::StreamState;
use portico_contract::{Result, Stream};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// What a lease is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Pulling the stream.
    Pull,
    /// Completing its thin rows.
    Fill,
}

impl Work {
    const fn columns(self) -> (Column, Column) {
        match self {
            Work::Pull => (Column::LeaseOwner, Column::LeaseUntil),
            Work::Fill => (Column::FillOwner, Column::FillUntil),
        }
    }
}

/// Somebody's claim on the work.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    pub owner: Uuid,
    pub now: i64,
    pub until: i64,
}

impl Store {
    /// Takes the lease or renews one's own, and says where the stream stands then; nothing while
    /// another replica holds it.
    pub async fn lease(&self, backend: Uuid, stream: Stream, work: Work, lease: Lease) -> Result<Option<StreamState>> {
        let (owner, until) = work.columns();
        let me = lease.owner.to_string();
        let free = Condition::any()
            .add(owner.is_null())
            .add(owner.eq(me.as_str()))
            .add(until.is_null())
            .add(until.lte(lease.now));
        let taken = streams::Entity::update_many()
            .col_expr(owner, Expr::value(me.as_str()))
            .col_expr(until, Expr::value(lease.until))
            .filter(Column::BackendId.eq(backend))
            .filter(Column::Stream.eq(stream.as_str()))
            .filter(free)
            .exec_with_returning(&self.write)
            .await
            .map_err(db)?;
        match taken.into_iter().next() {
            Some(row) => Ok(StreamState::from_row(row)),
            None => self.first_lease(backend, stream, work, lease).await,
        }
    }

    /// A stream that has never been pulled has no row yet.
    async fn first_lease(
        &self,
        backend: Uuid,
        stream: Stream,
        work: Work,
        lease: Lease,
    ) -> Result<Option<StreamState>> {
        let state = StreamState::new(backend, stream);
        let mut row = state.row().into_active_model().reset_all();
        match work {
            Work::Pull => {
                (row.lease_owner, row.lease_until) = (Set(Some(lease.owner.to_string())), Set(Some(lease.until)));
            }
            Work::Fill => {
                (row.fill_owner, row.fill_until) = (Set(Some(lease.owner.to_string())), Set(Some(lease.until)));
            }
        }
        let conflict = OnConflict::columns([Column::BackendId, Column::Stream]).do_nothing().to_owned();
        let inserted = streams::Entity::insert(row).on_conflict(conflict).exec_without_returning(&self.write).await;
        Ok((inserted.map_err(db)? > 0).then_some(state))
    }

    /// Lets go of one's own.
    pub async fn release(&self, backend: Uuid, stream: Stream, work: Work, owner: Uuid) -> Result<()> {
        let mine = Condition::all().add(Column::BackendId.eq(backend)).add(Column::Stream.eq(stream.as_str()));
        self.let_go(work, owner, mine).await
    }

    /// Lets go of everything: this replica stops.
    pub async fn release_all(&self, owner: Uuid) -> Result<()> {
        for work in [Work::Pull, Work::Fill] {
            self.let_go(work, owner, Condition::all()).await?;
        }
        Ok(())
    }

    async fn let_go(&self, work: Work, owner: Uuid, of: Condition) -> Result<()> {
        let (holder, until) = work.columns();
        streams::Entity::update_many()
            .col_expr(holder, Expr::value(Option::<String>::None))
            .col_expr(until, Expr::value(Option::<i64>::None))
            .filter(of)
            .filter(holder.eq(owner.to_string()))
            .exec(&self.write)
            .await
            .map_err(db)?;
        Ok(())
    }

    /// Asks whoever holds the stream to read it.
    pub async fn nudge(&self, backend: Uuid, stream: Stream, now: i64) -> Result<()> {
        streams::Entity::update_many()
            .col_expr(Column::NudgedAt, Expr::value(now))
            .filter(Column::BackendId.eq(backend))
            .filter(Column::Stream.eq(stream.as_str()))
            .exec(&self.write)
            .await
            .map_err(db)?;
        Ok(())
    }
}
