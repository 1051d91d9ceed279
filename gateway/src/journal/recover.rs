//! What a process left behind, and what may have been sent: the PSA is asked before anything is sent again.

use super::outcome::{Verdict, is_repeatable};
use super::resolve::Resolved;
use super::store::Held;
use super::{Journal, State};
use crate::readmodel::entity::journal_commands::{Column as C, Entity};
use crate::readmodel::store::db;
use crate::sync::{Source, millis};
use portico_contract::{Command, Error, Lane, Marker, NativeId, Result, Sought, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::time::timeout;

/// What a look-up means for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Found(NativeId),
    SendAgain,
    Uncertain,
}

/// A create that carries a marker would have been found; what sets a state may be set again.
fn next(sought: Sought, marker: Marker, repeatable: bool) -> Next {
    match sought {
        Sought::Found(target) => Next::Found(target),
        Sought::Absent if marker != Marker::None || repeatable => Next::SendAgain,
        Sought::Unclear if repeatable => Next::SendAgain,
        Sought::Absent | Sought::Unclear => Next::Uncertain,
    }
}

impl Journal {
    /// What was being sent by a process that is gone may have been sent.
    pub(super) async fn recover(&self, source: &Source, now: i64) -> Result<u64> {
        // Its last call can have lasted to the end of the lease.
        let settled = now.saturating_add(millis(self.settle_time(source.id)));
        let left = Entity::update_many()
            .col_expr(C::State, Expr::value(State::Checking))
            .col_expr(C::NextAt, Expr::value(settled))
            .col_expr(C::LeaseOwner, Expr::value(Option::<String>::None))
            .col_expr(C::LeaseUntil, Expr::value(Option::<i64>::None))
            .filter(C::BackendId.eq(source.id))
            .filter(C::State.eq(State::Sending))
            .filter(C::LeaseUntil.lte(now))
            .exec(&self.0.store.write)
            .await
            .map_err(db)?;
        Ok(left.rows_affected)
    }

    /// Looks for what may have been sent.
    pub(super) async fn check(&self, source: &Source, held: Held, lane: Lane) -> Result<()> {
        let row = &held.command;
        if let (Some(kind), Some(key)) = (row.target_kind.as_ref().and_then(|kind| kind.parse().ok()), &row.target_key)
        {
            let target = NativeId { kind, key: key.clone() };
            return self.succeeded(source, &held, &target, lane).await;
        }
        let command = match self.resolve(row).await? {
            Resolved::Ready(command) => command,
            // It was sent with the keys that it needs.
            Resolved::Later => return self.ask_later(&held, self.now().await? + self.lease(), None).await,
            Resolved::Never(error) => return self.uncertain(&held, Some(&error)).await,
        };
        let repeatable = is_repeatable(&command.intent);
        if let Err(error) = self.0.sync.afford(source, lane).await {
            let until = self.pause(source.id, self.now().await?, error.retry_after);
            return self.ask_later(&held, until, None).await;
        }
        let sought = match self.seek(source, &command, row.sent_at.unwrap_or(row.created_at), lane).await {
            Ok(sought) => sought,
            Err(error) => return self.not_found_out(source, &held, error, repeatable).await,
        };
        match next(sought, source.backend.capabilities().marker, repeatable) {
            Next::Found(target) => self.succeeded(source, &held, &target, lane).await,
            Next::SendAgain => {
                let now = self.now().await?;
                self.put_off(&held, now, None).await
            }
            Next::Uncertain => self.uncertain(&held, None).await,
        }
    }

    async fn seek(&self, source: &Source, command: &Command, since: i64, lane: Lane) -> Result<Sought> {
        let (cx, within) = self.call(lane);
        let since = Timestamp::from_timestamp_millis(since).unwrap_or_default();
        let late = || Err(Error::unavailable("the look-up did not end by its deadline"));
        let look = timeout(within, source.backend.seek(&cx, command, since));
        self.0.sync.metered(source, lane, 1, look).await.unwrap_or_else(|_| late())
    }

    /// The look-up failed: it is made again, unless the backend has none.
    async fn not_found_out(&self, source: &Source, held: &Held, error: Error, repeatable: bool) -> Result<()> {
        let now = self.now().await?;
        tracing::warn!(backend = source.name(), command = %held.command.id, error = %error.log(), "a look-up failed");
        match Verdict::of(&error) {
            Verdict::Refused if repeatable => self.put_off(held, now, None).await,
            Verdict::Refused => self.uncertain(held, Some(&error)).await,
            Verdict::Again | Verdict::Unclear => {
                let at = self.wait_after(source, held, &error, now);
                self.ask_later(held, at, Some(&error)).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_contract::Kind;

    #[test]
    fn nothing_is_sent_again_that_could_be_there_unseen() {
        let found = NativeId::new(Kind::Ticket, 7);
        for marker in [Marker::Field, Marker::Body, Marker::None] {
            for repeatable in [false, true] {
                let marked = marker != Marker::None;
                assert_eq!(next(Sought::Found(found.clone()), marker, repeatable), Next::Found(found.clone()));
                let absent = if marked || repeatable { Next::SendAgain } else { Next::Uncertain };
                assert_eq!(next(Sought::Absent, marker, repeatable), absent);
                let unclear = if repeatable { Next::SendAgain } else { Next::Uncertain };
                assert_eq!(next(Sought::Unclear, marker, repeatable), unclear);
            }
        }
    }
}
