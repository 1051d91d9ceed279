//! How a pass walks over a stream: list by list, page by page, one call each.
//!
//! Halo has no cursor. Lists that are walked whole are ordered by id, so that what is added comes last; what is removed
//! meanwhile moves rows to the page before, which shows in the total, and that page is read again. New things of lists that
//! know no "changed since" are looked for from the highest id down.

use crate::backend::Halo;
use crate::fault::not_halo;
use crate::feed::{Feed, NEEDED, Part};
use crate::place::{Mark, Place, Walk};
use crate::query::Query;
use crate::wire::Int;
use crate::wire::books::PaymentRow;
use chrono::TimeDelta;
use portico_contract::{
    Batch, CallCx, Checkpoint, Error, ErrorKind, Follows, Kind, NativeId, Pass, Result, Snapshot, Stream,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// More pages than this have no end.
const MAX_PAGES: u32 = 50_000;

/// Rows of a list that is asked for in one piece.
pub(crate) const WHOLE: u32 = 1_000_000;

/// Rows that say they changed longer ago than this before the watermark did not: the parameter was ignored.
const SLACK: TimeDelta = TimeDelta::hours(26);

const SECOND: TimeDelta = TimeDelta::seconds(1);

/// A page that came.
struct Came {
    rows: Vec<(i64, Value)>,
    /// Rows that the page before did not have.
    fresh: Vec<(i64, Value)>,
    done: bool,
}

impl Halo {
    pub(crate) async fn page(
        &self,
        cx: &CallCx,
        stream: Stream,
        pass: Pass,
        from: Option<&Checkpoint>,
    ) -> Result<Batch> {
        let read = from.map(Place::parse);
        if matches!(read, Some(None)) && pass == Pass::Changes {
            return Ok(start_over());
        }
        let lost = matches!(read, Some(None));
        let Place { since, walk } = read.flatten().unwrap_or_default();
        let walk = walk.filter(|walk| walk.pass == pass).unwrap_or_else(|| Walk::new(pass, self.clock.now()));
        let mut batch = if stream == Stream::Choices {
            self.choices(cx, since, walk).await?
        } else {
            let feed = Feed::of(stream).ok_or_else(|| Error::unsupported(&format!("the stream {stream}")))?;
            match pass {
                Pass::Ids => self.ids(cx, feed, since).await?,
                Pass::Changes | Pass::Full => self.walk_on(cx, feed, since, walk).await?,
            }
        };
        batch.restored = lost;
        Ok(batch)
    }

    async fn walk_on(&self, cx: &CallCx, feed: &Feed, since: Option<Mark>, mut walk: Walk) -> Result<Batch> {
        let mut batch = Batch::default();
        if walk.queue.is_empty() {
            self.list_on(cx, feed, since.as_ref(), &mut walk, &mut batch).await?;
        } else {
            let id = walk.queue.remove(0);
            self.deliver_one(cx, feed, id, &mut batch).await?;
        }
        self.skip_parts(feed, &mut walk);
        batch.total = walk.total.filter(|_| walk.pass == Pass::Full && feed.parts.len() == 1);
        batch.more = walk.part < feed.parts.len() || !walk.queue.is_empty();
        let place = match batch.more {
            true => Place { since, walk: Some(walk) },
            false => Place { since: Some(walk.mark(since.as_ref())), walk: None },
        };
        batch.next = place.keep();
        Ok(batch)
    }

    /// Lists that no setting asks for.
    fn skip_parts(&self, feed: &Feed, walk: &mut Walk) {
        while feed.parts.get(walk.part).is_some_and(|part| part.products && !self.config.products) {
            walk.next_part();
        }
    }

    async fn deliver_one(&self, cx: &CallCx, feed: &Feed, id: i64, batch: &mut Batch) -> Result<()> {
        let Some(part) = feed.parts.first() else { return Ok(()) };
        let native = NativeId::new(part.kind, id);
        match self.load(cx, &native).await? {
            Some(snapshot) => batch.snapshots.push(snapshot),
            None => batch.gone.push(native),
        }
        Ok(())
    }

    /// One page of the list that the walk is at.
    async fn list_on(
        &self,
        cx: &CallCx,
        feed: &Feed,
        since: Option<&Mark>,
        walk: &mut Walk,
        batch: &mut Batch,
    ) -> Result<()> {
        let Some(part) = feed.parts.get(walk.part) else { return Ok(()) };
        let by_id = part.names_others || (walk.pass == Pass::Changes && feed.follows == Follows::AscendingIds);
        let since = since.filter(|_| walk.pass == Pass::Changes);
        let query = self.query(feed, part, since, walk, by_id);
        let listed = match self.client.list(cx, &query).await {
            Err(error) if error.kind == ErrorKind::Unsupported && part.is_extra() => {
                walk.next_part();
                return Ok(());
            }
            Err(error) if error.kind == ErrorKind::Unsupported && NEEDED.contains(&feed.stream) => {
                return Err(not_halo(part.endpoint));
            }
            listed => listed?,
        };
        if stepped_back(walk, listed.total) {
            return Ok(());
        }
        let top = since.and_then(|mark| mark.tops.get(walk.part)).copied();
        let Some(came) = self.take(part, walk, listed, top.filter(|_| by_id))? else { return Ok(()) };
        for (id, _) in &came.rows {
            walk.reach(walk.part, *id);
        }
        let done = came.done || (part.names_others && since.is_none());
        let new: Vec<(i64, Value)> = match top.filter(|_| by_id) {
            Some(top) => came.fresh.into_iter().filter(|(id, _)| *id > top).collect(),
            None => came.fresh,
        };
        if part.names_others {
            if since.is_some() {
                name_others(walk, new)?;
            }
        } else if part.each {
            walk.queue.extend(new.into_iter().map(|(id, _)| id));
        } else {
            let new = self.unseen(feed, since, walk, new);
            self.deliver(cx, part, walk, new, batch).await?;
        }
        if done {
            walk.next_part();
        } else {
            walk.page += 1;
        }
        Ok(())
    }

    fn query(&self, feed: &Feed, part: &Part, since: Option<&Mark>, walk: &Walk, by_id: bool) -> Query {
        let mut query = Query::of(part.endpoint);
        for (name, value) in part.always {
            query = query.with(name, value);
        }
        if walk.whole {
            query = query.with("count", WHOLE);
        } else if part.endpoint.pages() {
            query = query.page(walk.page, self.size(part)).with("order", "id").with("orderdesc", by_id);
        }
        if let (Some(mark), Follows::UpdatedSince) = (since, feed.follows) {
            let overlap = TimeDelta::from_std(self.config.overlap()).unwrap_or_default();
            query = query.with("lastupdatefromdate", self.zone.text(mark.at - overlap));
        }
        query
    }

    fn size(&self, part: &Part) -> u32 {
        if part.kind == Kind::Ticket { self.config.ticket_page } else { self.config.page }
    }

    /// Takes a page in: its rows, and whether it was the last one. `None`: the list ignores pages, and is asked for in one
    /// piece where it can be.
    fn take(
        &self,
        part: &Part,
        walk: &mut Walk,
        listed: crate::envelope::Listed,
        top: Option<i64>,
    ) -> Result<Option<Came>> {
        let rows = with_ids(part, listed.rows)?;
        let mut seen: BTreeSet<i64> = walk.last.iter().copied().collect();
        let fresh: Vec<(i64, Value)> = rows.iter().filter(|(id, _)| seen.insert(*id)).cloned().collect();
        let came = u64::try_from(fresh.len()).unwrap_or(u64::MAX);
        walk.took = walk.took.saturating_add(came);
        walk.total = listed.total.filter(|total| *total > 0).or(walk.total);
        let short = rows.len() < walk.longest.max(1);
        walk.longest = walk.longest.max(rows.len());
        let size = usize::try_from(self.size(part)).unwrap_or(usize::MAX);
        let left = walk.total.map(|total| total > walk.took);
        let done = if !part.endpoint.pages() || walk.whole || rows.is_empty() || rows.len() > size {
            true
        } else if fresh.is_empty() {
            if left == Some(true) && part.endpoint.params.contains(&"count") {
                // What came already is in `last`, and is not brought again.
                (walk.whole, walk.page, walk.took) = (true, 1, 0);
                return Ok(None);
            }
            if left == Some(true) {
                let text = format!(
                    "{}: page {} repeats an earlier one although there are more",
                    part.endpoint.name, walk.page
                );
                return Err(Error::contract(text));
            }
            true
        } else if top.is_some_and(|top| reaches_down(&rows, top)) {
            true
        } else {
            !left.unwrap_or(!short)
        };
        if !done && walk.page >= MAX_PAGES {
            return Err(Error::contract(format!("{}: more than {MAX_PAGES} pages", part.endpoint.name)));
        }
        walk.last = rows.iter().map(|(id, _)| *id).collect();
        Ok(Some(Came { rows, fresh, done }))
    }

    /// Without what the overlap shows again: a ticket that is delivered anew has its thread read anew.
    fn unseen(&self, feed: &Feed, since: Option<&Mark>, walk: &mut Walk, rows: Vec<(i64, Value)>) -> Vec<(i64, Value)> {
        let Some(mark) = since.filter(|_| feed.stream == Stream::Tickets) else { return rows };
        let stamp = |row: &Value| row.get("last_update").and_then(Value::as_str).map(str::to_owned);
        let mut new = Vec::new();
        for (id, row) in rows {
            let Some(stamp) = stamp(&row) else {
                new.push((id, row));
                continue;
            };
            let moment = self.zone.moment(&crate::wire::Text(Some(stamp.clone())));
            if moment.is_some_and(|moment| moment < mark.at - SLACK) {
                continue;
            }
            // Halo's times have seconds: one that was read within its own second may have changed again in it.
            let fresh = moment.is_none_or(|moment| moment > mark.at - SECOND);
            if fresh || mark.seen.get(&id) != Some(&stamp) {
                new.push((id, row));
            }
            walk.seen.insert(id, stamp);
        }
        new
    }

    async fn deliver(
        &self,
        cx: &CallCx,
        part: &Part,
        walk: &mut Walk,
        rows: Vec<(i64, Value)>,
        batch: &mut Batch,
    ) -> Result<()> {
        // Lines come with a row of the list or not at all: then each thing is read on its own.
        let has_lines = |row: &Value| row.get("lines").is_some_and(Value::is_array);
        let asked = part.always.iter().any(|(name, _)| *name == "includelines");
        let (rows, bare): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| !asked || has_lines(row));
        walk.queue.extend(bare.into_iter().map(|(id, _)| id));
        for (id, snapshot) in self.mapped(cx, part, rows).await? {
            match snapshot {
                Some(snapshot) => batch.snapshots.push(snapshot),
                None => batch.gone.push(NativeId::new(part.kind, id)),
            }
        }
        if part.kind == Kind::CatalogueCategory && self.config.products {
            batch.snapshots.push(Snapshot::single(crate::map::knowledge::products()));
        }
        Ok(())
    }

    /// The ids of everything in one call, which no paging can tear apart. A list that is shorter than Halo's own count
    /// would make things disappear, so it is compared with one.
    async fn ids(&self, cx: &CallCx, feed: &Feed, since: Option<Mark>) -> Result<Batch> {
        let mut batch = Batch { next: Place { since, walk: None }.keep(), ..Batch::default() };
        for part in feed.parts.iter().filter(|part| !part.names_others) {
            let Some(switch) = part.ids else { return Err(Error::unsupported("a list of ids of this stream")) };
            let mut query = Query::of(part.endpoint);
            for (name, value) in part.there.unwrap_or(part.always) {
                query = query.with(name, value);
            }
            let counted = self.client.list(cx, &query.clone().page(1, 1)).await?.total;
            let listed = self.client.list(cx, &query.with(switch, true)).await?;
            let ids: BTreeSet<i64> = with_ids(part, listed.rows)?.into_iter().map(|(id, _)| id).collect();
            let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
            if counted.max(listed.total).is_some_and(|counted| count < counted) {
                let text = format!("{}: {count} ids although there are more", part.endpoint.name);
                return Err(Error::contract(text));
            }
            batch.present.extend(ids.into_iter().map(|id| NativeId::new(part.kind, id)));
            batch.total = Some(count);
        }
        Ok(batch)
    }
}

/// What was removed before this page has moved its rows to earlier ones: the walk goes back to where they are now.
fn stepped_back(walk: &mut Walk, total: Option<u64>) -> bool {
    let (Some(before), Some(now)) = (walk.total, total) else { return false };
    if walk.pass != Pass::Full || walk.page <= 1 || now >= before || walk.longest == 0 {
        return false;
    }
    let longest = u64::try_from(walk.longest).unwrap_or(1);
    let pages = u32::try_from((before - now).div_ceil(longest)).unwrap_or(u32::MAX);
    walk.page = walk.page.saturating_sub(pages).max(1);
    walk.took = u64::from(walk.page - 1).saturating_mul(longest);
    walk.total = Some(now);
    walk.last.clear();
    true
}

/// Whether a page that goes down by ids has come to what is known. One in another order tells nothing.
fn reaches_down(rows: &[(i64, Value)], top: i64) -> bool {
    let falls = rows.is_sorted_by(|(before, _), (after, _)| before >= after);
    falls && rows.last().is_some_and(|(id, _)| *id <= top)
}

pub(crate) fn with_ids(part: &Part, rows: Vec<Value>) -> Result<Vec<(i64, Value)>> {
    let missing = || Error::contract(format!("{}: a row without an id", part.endpoint.name));
    let id = |row: &Value| {
        let value = if row.is_object() { row.get("id")?.clone() } else { row.clone() };
        serde_json::from_value::<Int>(value).ok()?.0
    };
    rows.into_iter().map(|row| id(&row).map(|id| (id, row)).ok_or_else(missing)).collect()
}

/// New payments change their invoices.
fn name_others(walk: &mut Walk, rows: Vec<(i64, Value)>) -> Result<()> {
    for (_, row) in rows {
        let payment: PaymentRow = serde_json::from_value(row).map_err(|_| Error::contract("a payment is no object"))?;
        if let Some(invoice) = payment.invoice_id.key().filter(|id| !walk.queue.contains(id)) {
            walk.queue.push(invoice);
        }
    }
    Ok(())
}

/// Nothing but the word that the stream must be read whole.
fn start_over() -> Batch {
    Batch { next: Place::default().keep(), restored: true, ..Batch::default() }
}
