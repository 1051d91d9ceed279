//! Calls to a PSA, counted where all replicas see them, so that a budget holds for all of them
//! together and over restarts.
//!
//! Calls are kept by slices of the window. All slices that reach into the window count whole, so that
//! no stretch of time as long as the window ever holds more calls than were granted.

use super::store::{Store, db};
use portico_contract::{Lane, Result};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use uuid::Uuid;

/// Slices of a window.
const SLICES: i64 = 60;

/// What may be called within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// In milliseconds.
    pub window: i64,
    pub all: u64,
    /// Of these, by one lane.
    pub lane: u64,
}

/// Whether calls may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    Yes,
    /// Not before then.
    NotBefore(i64),
}

/// Calls of one slice.
#[derive(Debug)]
struct Slice {
    at: i64,
    mine: bool,
    calls: u64,
}

impl Store {
    /// Counts calls that are about to be made, if they stay within the limit.
    pub async fn spend(&self, backend: Uuid, lane: Lane, calls: u64, limit: Limit, now: i64) -> Result<Granted> {
        let length = if limit.window > SLICES { limit.window / SLICES } else { 1 };
        let first = (now - limit.window).div_euclid(length);
        let tx = self.begin().await?;
        let slices = slices(&tx, backend, lane, first).await?;
        let granted = limit.admits(&slices, calls, length);
        if granted == Granted::Yes {
            count(&tx, backend, lane, calls, now.div_euclid(length)).await?;
            forget(&tx, backend, first).await?;
        }
        tx.commit().await.map_err(db)?;
        Ok(granted)
    }
}

impl Store {
    /// Counts calls that were made already, whatever the limit says.
    pub async fn owe(&self, backend: Uuid, lane: Lane, calls: u64, window: i64, now: i64) -> Result<()> {
        let length = if window > SLICES { window / SLICES } else { 1 };
        let tx = self.begin().await?;
        count(&tx, backend, lane, calls, now.div_euclid(length)).await?;
        tx.commit().await.map_err(db)
    }
}

impl Limit {
    /// Walks from the oldest slice on until enough has left the window.
    fn admits(&self, slices: &[Slice], calls: u64, length: i64) -> Granted {
        let mut all: u64 = slices.iter().map(|slice| slice.calls).sum();
        let mut mine: u64 = slices.iter().filter(|slice| slice.mine).map(|slice| slice.calls).sum();
        let mut free_at = None;
        let mut left = slices.iter();
        while all + calls > self.all || mine + calls > self.lane {
            // More than the window can ever hold waits for an empty one.
            let Some(slice) = left.next() else { break };
            all -= slice.calls;
            mine -= if slice.mine { slice.calls } else { 0 };
            free_at = Some((slice.at + 1) * length + self.window);
        }
        free_at.map_or(Granted::Yes, Granted::NotBefore)
    }
}

fn table() -> Alias {
    Alias::new("upstream_calls")
}

fn col(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

async fn slices(tx: &DatabaseTransaction, backend: Uuid, lane: Lane, first: i64) -> Result<Vec<Slice>> {
    let select = Query::select()
        .columns(["slice", "lane", "calls"].map(Alias::new))
        .from(table())
        .and_where(col("backend_id").eq(backend))
        .and_where(col("slice").gte(first))
        .order_by(Alias::new("slice"), sea_orm::Order::Asc)
        .to_owned();
    let rows = tx.query_all(&select).await.map_err(db)?;
    rows.iter()
        .map(|row| {
            let (of, calls): (String, i64) = (row.try_get("", "lane")?, row.try_get("", "calls")?);
            let calls = u64::try_from(calls).unwrap_or_default();
            Ok(Slice { at: row.try_get("", "slice")?, mine: of == lane.as_str(), calls })
        })
        .collect::<Result<_, sea_orm::DbErr>>()
        .map_err(db)
}

async fn count(tx: &DatabaseTransaction, backend: Uuid, lane: Lane, calls: u64, slice: i64) -> Result<()> {
    let calls = i64::try_from(calls).unwrap_or(i64::MAX);
    let key = ["backend_id", "slice", "lane"].map(Alias::new);
    let so_far = Expr::col((table(), Alias::new("calls")));
    let insert = Query::insert()
        .into_table(table())
        .columns(["backend_id", "slice", "lane", "calls"].map(Alias::new))
        .values_panic([backend.into(), slice.into(), lane.as_str().into(), calls.into()])
        .on_conflict(OnConflict::columns(key).value(Alias::new("calls"), so_far.add(calls)).to_owned())
        .to_owned();
    tx.execute(&insert).await.map_err(db)?;
    Ok(())
}

async fn forget(tx: &DatabaseTransaction, backend: Uuid, before: i64) -> Result<()> {
    let old = Query::delete()
        .from_table(table())
        .and_where(col("backend_id").eq(backend))
        .and_where(col("slice").lt(before))
        .to_owned();
    tx.execute(&old).await.map_err(db)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { window: 60_000, all: 10, lane: 5 };

    fn slice(at: i64, mine: bool, calls: u64) -> Slice {
        Slice { at, mine, calls }
    }

    #[test]
    fn a_lane_has_its_own_limit_within_that_of_all() {
        let cases: &[(&[Slice], Granted)] = &[
            (&[], Granted::Yes),
            (&[slice(0, true, 4)], Granted::Yes),
            (&[slice(0, true, 5)], Granted::NotBefore(61_000)),
            (&[slice(0, false, 9)], Granted::Yes),
            (&[slice(0, false, 10)], Granted::NotBefore(61_000)),
            // What others have called must leave as well until this lane's own has room.
            (&[slice(0, false, 4), slice(3, true, 5)], Granted::NotBefore(64_000)),
        ];
        for (slices, granted) in cases {
            assert_eq!(LIMIT.admits(slices, 1, 1_000), *granted, "{slices:?}");
        }
    }
}
