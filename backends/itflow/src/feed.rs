//! What the tables of a stream are, and in which of them a change of it can show: the conditions made
//! from the data in [`tables`].

mod tables;

use crate::checkpoint::Mark;
use crate::wire::text;
use chrono::{NaiveDateTime, TimeDelta};
use portico_contract::{Kind, Stream};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr, UnionType};

/// A table by whose rows a stream goes.
#[derive(Debug)]
pub(crate) struct Feed {
    pub kind: Kind,
    pub table: &'static str,
    pub id: &'static str,
    /// The column of the client; rows of client 0 belong to nobody.
    pub owner: Option<&'static str>,
    /// The column that takes a row out of the stream. Where archived rows stay, inactive: none.
    pub archived: Option<&'static str>,
    /// A column and the value that the rows of this stream have in it.
    pub only: Option<(&'static str, i32)>,
    /// Where changes show; none for a list so short that it is always read whole.
    pub sources: &'static [Source],
    /// What else changes things of the stream and leaves no stamp.
    pub beside: Option<Beside>,
}

/// What is looked at beside ids and stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Who may sign in, which rows of users and clients decide.
    Portal,
    /// Automatic payments, whose rows are deleted in ordinary work.
    Payments,
    /// Approvals, which have no stamps.
    Approvals,
}

/// A table whose rows change a parent.
#[derive(Debug)]
pub(crate) struct Source {
    pub table: &'static str,
    pub id: &'static str,
    /// The column that names the parent; the id itself in the parent's own table.
    pub parent: &'static str,
    pub created: &'static str,
    pub updated: Option<&'static str>,
}

impl Feed {
    /// `None` for a stream that ITFlow is not read for, and for choices, which have no table of their own.
    pub(crate) fn of(stream: Stream) -> Option<&'static Feed> {
        tables::FEEDS.iter().find(|(known, _)| *known == stream).map(|(_, feed)| feed)
    }

    /// The tables that a pass asks, for those who must grant them.
    pub(crate) fn tables(&self) -> String {
        if self.sources.is_empty() {
            return self.table.to_owned();
        }
        self.sources.iter().map(|source| source.table).collect::<Vec<_>>().join(", ")
    }

    /// Whether a row is in the stream; the same rule as the maps, which see the row.
    fn live(&self) -> Cond {
        let mut live = Cond::all();
        if let Some(owner) = self.owner {
            live = live.add(Expr::col(owner).gt(0));
        }
        if let Some((column, value)) = self.only {
            live = live.add(Expr::col(column).eq(value));
        }
        if let Some(archived) = self.archived {
            let unset = Cond::any()
                .add(Expr::col(archived).is_null())
                .add(text(archived).eq(""))
                .add(text(archived).like("0000-%"));
            live = live.add(unset);
        }
        live
    }

    /// One page of the ids of everything.
    pub(crate) fn every(&self, cursor: i64, limit: u64) -> SelectStatement {
        let mut select = Query::select();
        select.expr_as(Expr::col(self.id), "id").from(self.table).cond_where(self.live());
        select.and_where(Expr::col(self.id).gt(cursor)).order_by("id", Order::Asc).limit(limit);
        select
    }

    /// How many rows are in the stream, as text.
    pub(crate) fn count(&self) -> SelectStatement {
        let mut select = Query::select();
        select.expr_as(Expr::col(self.id).count().cast_as("CHAR"), "value").from(self.table).cond_where(self.live());
        select
    }

    /// One page of the ids of what changed since a mark. Rows that have left the stream are among
    /// them, so that their leaving is told at once. `besides` changed without a stamp.
    pub(crate) fn changed(
        &self,
        since: &Mark,
        overlap: TimeDelta,
        besides: &[i64],
        cursor: i64,
        limit: u64,
    ) -> SelectStatement {
        let stamp = since.stamp().and_then(|stamp| stamp.checked_sub_signed(overlap));
        let mut arms = self.sources.iter().map(|source| source.changed(since.top(source.table).id, stamp, cursor));
        let mut select = arms.next().unwrap_or_else(|| self.every(cursor, limit));
        for arm in arms {
            select.union(UnionType::Distinct, arm);
        }
        if !besides.is_empty() {
            select.union(UnionType::Distinct, self.these(besides, cursor));
        }
        select.order_by("id", Order::Asc).limit(limit);
        select
    }

    /// Those of some ids that lie behind the cursor.
    fn these(&self, ids: &[i64], cursor: i64) -> SelectStatement {
        let mut select = Query::select();
        select.expr_as(Expr::col(self.id), "id").from(self.table);
        select.and_where(Expr::col(self.id).gt(cursor)).and_where(Expr::col(self.id).is_in(ids.iter().copied()));
        select
    }

    /// The highest id and stamps of every source, in one statement.
    pub(crate) fn top(&self) -> Option<SelectStatement> {
        let mut arms = (0_i64..).zip(self.sources).map(|(number, source)| source.top(number));
        let mut select = arms.next()?;
        for arm in arms {
            select.union(UnionType::All, arm);
        }
        Some(select)
    }
}

impl Source {
    /// The parents of rows above the highest known id, or stamped since the watermark. Ids
    /// find what a stamp in another zone would hide; the overlap of stamps finds what was committed late.
    fn changed(&self, known: i64, since: Option<NaiveDateTime>, cursor: i64) -> SelectStatement {
        let mut fresh = Cond::any().add(Expr::col(self.id).gt(known));
        if let Some(stamp) = since {
            let stamp = stamp.format("%Y-%m-%d %H:%M:%S").to_string();
            fresh = fresh.add(Expr::col(self.created).gte(stamp.clone()));
            if let Some(updated) = self.updated {
                fresh = fresh.add(Expr::col(updated).gte(stamp));
            }
        }
        let mut select = Query::select();
        select.expr_as(Expr::col(self.parent), "id").from(self.table);
        select.and_where(Expr::col(self.parent).gt(cursor)).cond_where(fresh);
        select
    }

    /// Two plain maxima rather than one over both columns, so that an index on each can answer.
    fn top(&self, number: i64) -> SelectStatement {
        let stamp = |column: &'static str| Expr::col(column).max().cast_as("CHAR");
        let updated: SimpleExpr = self.updated.map_or_else(Expr::null, stamp);
        let mut select = Query::select();
        select
            .expr_as(Expr::val(number), "source")
            .expr_as(Expr::col(self.id).max(), "id")
            .expr_as(stamp(self.created), "created")
            .expr_as(updated, "updated")
            .from(self.table);
        select
    }
}
