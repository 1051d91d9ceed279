//! Reads a backend as the gateway does.

use super::{Bench, Broken, hold};
use portico_contract::record::Sla;
use portico_contract::{
    Backend, Batch, CallCx, Checkpoint, Html, Lane, NativeId, Part, Pass, Record, Snapshot, Stream,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// More pages than any sandbox has.
const PAGES: usize = 10_000;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn cx() -> CallCx {
    CallCx::new(Lane::Interactive, PATIENCE)
}

/// The streams that a backend declares.
pub(super) fn streams(bench: &dyn Bench) -> Vec<Stream> {
    bench.backend().capabilities().streams.keys().copied().collect()
}

/// Those whose things can be read one by one. Choices come as lists.
pub(super) fn readable(bench: &dyn Bench) -> Vec<Stream> {
    streams(bench).into_iter().filter(|stream| *stream != Stream::Choices).collect()
}

/// All pages of a pass as one batch.
pub(super) async fn whole(
    backend: &dyn Backend,
    stream: Stream,
    pass: Pass,
    from: Option<&Checkpoint>,
) -> Result<Batch, Broken> {
    let mut all = backend.pull(&cx(), stream, pass, from).await?;
    for _ in 0..PAGES {
        if !all.more {
            return Ok(all);
        }
        let page = backend.pull(&cx(), stream, pass, Some(&all.next)).await?;
        hold(page.next != all.next || !page.more, || format!("{stream}: a page leads to itself"))?;
        all.snapshots.extend(page.snapshots);
        all.present.extend(page.present);
        all.gone.extend(page.gone);
        all.restored |= page.restored;
        (all.next, all.more) = (page.next, page.more);
    }
    Err(Broken(format!("{stream}: a pass has no end")))
}

/// Snapshots by the id of the thing that they are of.
pub(super) fn by_id(snapshots: Vec<Snapshot>) -> Result<BTreeMap<NativeId, Snapshot>, Broken> {
    let mut things = BTreeMap::new();
    for snapshot in snapshots {
        let id = snapshot.records.first().map(|record| record.id().clone());
        let id = id.ok_or_else(|| Broken("a snapshot of nothing".to_owned()))?;
        hold(things.insert(id.clone(), snapshot).is_none(), || format!("{id} came twice"))?;
    }
    Ok(things)
}

/// Whether a single read says the same as a page. A thin snapshot says less, and nothing else: neither of children nor
/// of the parts that it does not know.
pub(super) fn agree(page: &Snapshot, read: &Snapshot) -> bool {
    let unknown: Vec<Part> = page.unknown.iter().chain(&read.unknown).copied().collect();
    let root = |snapshot: &Snapshot| snapshot.records.first().map(|record| without(record, &unknown));
    let children = |snapshot: &Snapshot| snapshot.records.get(1..).map(<[Record]>::to_vec);
    let whole = page.complete.is_empty() || (page.complete == read.complete && children(page) == children(read));
    whole && root(page) == root(read)
}

/// The record with nothing in these parts.
fn without(record: &Record, parts: &[Part]) -> Record {
    let mut record = record.clone();
    if let Record::Ticket(ticket) = &mut record {
        for part in parts {
            match part {
                Part::Description => ticket.description = Html::default(),
                Part::Asset => ticket.asset = None,
                Part::Contract => ticket.contract = None,
                Part::Followers => ticket.followers.clear(),
                Part::Custom => ticket.custom.clear(),
                Part::Sla => ticket.sla = Sla::default(),
            }
        }
    }
    record
}
