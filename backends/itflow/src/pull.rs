//! How a pass walks over a stream: page by page, by ascending ids.
//!
//! Every pass begins by looking how high the ids and stamps of the source are. What happens during
//! the pass lies above that and is found by the next beat.

use crate::backend::Itflow;
use crate::checkpoint::{Mark, Place, Top, Walk, Watched};
use crate::feed::{Beside, Feed};
use crate::map::choice;
use crate::map::value::datetime;
use crate::wire;
use crate::wire::approval::WatchRow;
use crate::wire::choice::{CategoryRow, StatusRow};
use crate::wire::{IdRow, SumsRow, TextRow, TopRow};
use chrono::TimeDelta;
use portico_contract::{Batch, CallCx, Checkpoint, Error, ErrorKind, NativeId, Pass, Record, Result, Snapshot, Stream};
use sea_orm::sea_query::SelectStatement;
use std::collections::BTreeSet;

/// Ids per page of a pass over ids alone.
const IDS: u64 = 10_000;

impl Itflow {
    pub(crate) async fn page(
        &self,
        cx: &CallCx,
        stream: Stream,
        pass: Pass,
        from: Option<&Checkpoint>,
    ) -> Result<Batch> {
        if stream == Stream::Choices {
            return self.choices(cx, pass).await;
        }
        let feed = Feed::of(stream).ok_or_else(|| Error::unsupported(&format!("the stream {stream}")))?;
        let read = from.map(Place::parse);
        let lost = matches!(read, Some(None));
        let mut place = read.flatten().unwrap_or_default();
        if lost && pass == Pass::Changes {
            return Ok(start_over());
        }
        let walk = match place.walk.take().filter(|walk| walk.pass == pass) {
            Some(walk) => walk,
            None => {
                let begun = self.mark(cx, feed).await?;
                if pass == Pass::Changes && place.since.as_ref().is_some_and(|since| begun.behind(since)) {
                    return Ok(start_over());
                }
                if place.since.as_ref().is_some_and(|since| since.beside != begun.beside) {
                    // Somebody was let in or kept out, or something is paid by itself, by rows that are not
                    // the stream's own.
                    place.since = None;
                }
                Walk { pass, begun: self.capped(begun), cursor: 0 }
            }
        };
        let mut batch = self.walk_on(cx, feed, place.since, walk).await?;
        batch.restored = lost;
        Ok(batch)
    }

    /// One page of a pass, and where it goes on.
    async fn walk_on(&self, cx: &CallCx, feed: &'static Feed, since: Option<Mark>, walk: Walk) -> Result<Batch> {
        let total = self.total(cx, feed, &walk).await?;
        let limit = if walk.pass == Pass::Ids { IDS } else { self.config.batch };
        let ids = match (walk.pass, &since) {
            (Pass::Changes, Some(since)) => {
                feed.changed(since, self.overlap(), &walk.begun.moved(since), walk.cursor, limit)
            }
            (Pass::Changes | Pass::Full | Pass::Ids, _) => feed.every(walk.cursor, limit),
        };
        let ids: Vec<i64> =
            self.client.rows::<IdRow>(cx, &feed.tables(), &ids).await?.into_iter().map(|row| row.id).collect();
        let more = u64::try_from(ids.len()).unwrap_or(u64::MAX) >= limit;
        let mut batch = self.deliver(cx, feed, walk.pass, &ids).await?;
        let cursor = ids.last().copied().unwrap_or(walk.cursor);
        let next = match walk.pass {
            _ if more => Place { since, walk: Some(Walk { cursor, ..walk }) },
            Pass::Changes | Pass::Full => Place { since: Some(walk.begun), walk: None },
            // A pass over ids has read no content: it cannot move where changes begin.
            Pass::Ids => Place { since, walk: None },
        };
        batch.next = next.keep();
        batch.more = more;
        batch.total = total;
        Ok(batch)
    }

    async fn deliver(&self, cx: &CallCx, feed: &Feed, pass: Pass, ids: &[i64]) -> Result<Batch> {
        if pass == Pass::Ids {
            let present = ids.iter().map(|id| NativeId::new(feed.kind, id)).collect();
            return Ok(Batch { present, ..Batch::default() });
        }
        let known = self.load(cx, feed.kind, ids).await?;
        let left = |id: &&i64| known.binary_search_by_key(*id, |(known, _)| *known).is_err();
        let gone = ids.iter().filter(left).map(|id| NativeId::new(feed.kind, id)).collect();
        let snapshots = known.into_iter().map(|(_, snapshot)| snapshot).collect();
        Ok(Batch { snapshots, gone, ..Batch::default() })
    }

    /// Counted once, on the first page of a pass over everything.
    async fn total(&self, cx: &CallCx, feed: &Feed, walk: &Walk) -> Result<Option<u64>> {
        if walk.cursor > 0 || walk.pass == Pass::Changes {
            return Ok(None);
        }
        let rows: Vec<TextRow> = self.client.rows(cx, feed.table, &feed.count()).await?;
        Ok(rows.into_iter().next().and_then(|row| row.value?.parse().ok()))
    }

    async fn mark(&self, cx: &CallCx, feed: &Feed) -> Result<Mark> {
        let mut mark = Mark::default();
        let Some(select) = feed.top() else { return Ok(mark) };
        for row in self.client.rows::<TopRow>(cx, &feed.tables(), &select).await? {
            let Some(source) = usize::try_from(row.source).ok().and_then(|number| feed.sources.get(number)) else {
                continue;
            };
            let stamp = datetime(row.created.as_deref()).max(datetime(row.updated.as_deref()));
            mark.tops.insert(source.table.to_owned(), Top { id: row.id.unwrap_or_default(), stamp });
        }
        match feed.beside {
            None => {}
            Some(Beside::Portal) => {
                mark.beside = self.sums(cx, "contacts, users, clients", &wire::person::portal()).await?;
            }
            Some(Beside::Payments) => {
                mark.beside = self.sums(cx, "recurring_payments", &wire::recurring::payments()).await?;
            }
            Some(Beside::Approvals) => mark.watched = self.watched(cx).await?,
        }
        Ok(mark)
    }

    async fn sums(&self, cx: &CallCx, what: &str, select: &SelectStatement) -> Result<Option<String>> {
        let rows: Vec<SumsRow> = self.client.rows(cx, what, select).await?;
        Ok(rows.into_iter().next().map(|row| [row.one, row.other].map(Option::unwrap_or_default).join("/")))
    }

    /// The approvals worth watching, of which each ticket tells once they change.
    async fn watched(&self, cx: &CallCx) -> Result<Option<BTreeSet<Watched>>> {
        let rows = self.client.rows(cx, wire::approval::TABLES, &wire::approval::watch()).await;
        let watched = |row: WatchRow| {
            let required = row.approval_required_user_id.unwrap_or_default().to_string();
            let task = row.task_updated_at.unwrap_or_default();
            let what = [row.approval_scope, row.approval_type, row.approval_status, required, task].join("/");
            Watched(row.approval_id, row.task_ticket_id, what)
        };
        Ok(granted(rows)?.map(|rows| rows.into_iter().map(watched).collect()))
    }

    /// A stamp from the far future would hide every change until then: it counts as the present, in
    /// UTC. The overlap reaches back behind the local present of every zone.
    fn capped(&self, mut mark: Mark) -> Mark {
        let latest = self.clock.now().naive_utc();
        for top in mark.tops.values_mut() {
            top.stamp = top.stamp.map(|stamp| stamp.min(latest));
        }
        mark
    }

    fn overlap(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.config.overlap_hours))
    }

    /// The pick lists are short: one page, whichever pass.
    async fn choices(&self, cx: &CallCx, pass: Pass) -> Result<Batch> {
        let statuses: Vec<StatusRow> = self.client.rows(cx, "ticket_statuses", &wire::choice::statuses()).await?;
        let categories: Vec<CategoryRow> = self.client.rows(cx, "categories", &wire::choice::categories()).await?;
        let states: Vec<CategoryRow> = self.client.rows(cx, "categories", &wire::choice::asset_statuses()).await?;
        let desk = statuses.iter().map(choice::status).chain(choice::priorities());
        let desk = desk.chain(categories.iter().map(choice::category));
        let records: Vec<Record> = desk.chain(choice::asset_types()).chain(choice::asset_statuses(&states)).collect();
        let total = u64::try_from(records.len()).ok();
        let mut batch = Batch { next: Place::default().keep(), total, ..Batch::default() };
        if pass == Pass::Ids {
            batch.present = records.iter().map(|record| record.id().clone()).collect();
        } else {
            batch.snapshots = records.into_iter().map(Snapshot::single).collect();
        }
        Ok(batch)
    }
}

/// `None` for what the account may not read, where a stream can do without.
pub(crate) fn granted<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if error.kind == ErrorKind::Credentials => {
            tracing::debug!(error = %error.log(), "read without");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Nothing but the word that the stream must be swept whole.
fn start_over() -> Batch {
    Batch { next: Place::default().keep(), restored: true, ..Batch::default() }
}
