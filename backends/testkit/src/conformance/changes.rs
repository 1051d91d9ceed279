//! Following what people do upstream.

use super::reader::{agree, by_id, cx, streams, whole};
use super::{Bench, Broken, Edit, Rule, Verdict, hold};
use portico_contract::{Checkpoint, NativeId, Pass, Snapshot, Stream};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULES: &[Rule] = &[Rule {
    name: "what_is_done_upstream_is_seen",
    says: "The next beat brings every change as a single read shows it, the next sweep misses what is gone, and in the \
           end a mirror that was kept so is the same as a new one.",
    check: |bench| Box::pin(changes(bench)),
}];

/// One stream as a gateway keeps it.
pub(super) struct Mirror {
    things: BTreeMap<NativeId, Snapshot>,
    next: Checkpoint,
}

pub(super) type Mirrors = BTreeMap<Stream, Mirror>;

/// More turns than any bench has.
const TURNS: usize = 1_000;

async fn changes(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let mut mirrors = filled(bench).await?;
    let mut turns = 0;
    while let Some(edit) = bench.edit(turns).await? {
        turns += 1;
        hold(turns < TURNS, || "the bench has no end of edits".to_owned())?;
        for (stream, mirror) in &mut mirrors {
            beat(bench, *stream, mirror).await.map_err(|Broken(why)| Broken(format!("{}: {why}", edit.what)))?;
            if edit.gone.iter().any(|id| id.kind.stream() == *stream) {
                sweep(bench, *stream, mirror).await?;
            }
        }
        seen(bench, &mirrors, &edit).await?;
    }
    as_new(bench, mirrors).await?;
    Ok(if turns == 0 { Verdict::NotAsked } else { Verdict::Kept })
}

/// Every stream, read whole.
pub(super) async fn filled(bench: &dyn Bench) -> Result<Mirrors, Broken> {
    let mut mirrors = Mirrors::new();
    for stream in streams(bench) {
        mirrors.insert(stream, fill(bench, stream).await?);
    }
    Ok(mirrors)
}

async fn fill(bench: &dyn Bench, stream: Stream) -> Result<Mirror, Broken> {
    let batch = whole(bench.backend(), stream, Pass::Full, None).await?;
    Ok(Mirror { things: by_id(batch.snapshots)?, next: batch.next })
}

/// Whether each mirror is what a new one would be.
pub(super) async fn as_new(bench: &dyn Bench, mirrors: Mirrors) -> Result<(), Broken> {
    for (stream, mirror) in mirrors {
        let fresh = fill(bench, stream).await?;
        let differs = mirror.things.iter().find(|(id, kept)| fresh.things.get(*id).is_none_or(|now| !agree(now, kept)));
        hold(differs.is_none() && mirror.things.len() == fresh.things.len(), || {
            let now = differs.and_then(|(id, _)| fresh.things.get(id));
            let (kept, there) = (mirror.things.len(), fresh.things.len());
            format!("{stream}: {kept} things are {there} in the end; {differs:?} is {now:?}")
        })?;
    }
    Ok(())
}

/// A beat: taken in as a whole, or not at all.
pub(super) async fn beat(bench: &dyn Bench, stream: Stream, mirror: &mut Mirror) -> Result<(), Broken> {
    let batch = whole(bench.backend(), stream, Pass::Changes, Some(&mirror.next)).await?;
    hold(!batch.restored, || format!("{stream} starts over"))?;
    // A beat of several pages may bring a thing that changes meanwhile twice: the later one counts.
    for snapshot in batch.snapshots {
        if let Some(record) = snapshot.records.first() {
            mirror.things.insert(record.id().clone(), snapshot);
        }
    }
    mirror.things.retain(|id, _| !batch.gone.contains(id));
    mirror.next = batch.next;
    Ok(())
}

/// Forgets what is no longer there.
pub(super) async fn sweep(bench: &dyn Bench, stream: Stream, mirror: &mut Mirror) -> Result<(), Broken> {
    let sweeps = bench.backend().capabilities().stream(stream).is_some_and(|can| can.id_sweep);
    let there: BTreeSet<NativeId> = if sweeps {
        whole(bench.backend(), stream, Pass::Ids, None).await?.present.into_iter().collect()
    } else {
        fill(bench, stream).await?.things.into_keys().collect()
    };
    mirror.things.retain(|id, _| there.contains(id));
    Ok(())
}

/// Whether what was done is in the mirrors.
async fn seen(bench: &dyn Bench, mirrors: &BTreeMap<Stream, Mirror>, edit: &Edit) -> Result<(), Broken> {
    let what = &edit.what;
    let kept = |id: &NativeId| mirrors.get(&id.kind.stream()).and_then(|mirror| mirror.things.get(id));
    for id in &edit.changed {
        let kept = kept(id).ok_or_else(|| Broken(format!("{what}: the beat did not bring {id}")))?;
        let now = bench.backend().read(&cx(), id).await?;
        let same = now.as_ref().is_some_and(|now| agree(kept, now));
        hold(same, || format!("{what}: {id} is kept as {kept:?} and is {now:?}"))?;
    }
    for id in &edit.gone {
        hold(kept(id).is_none(), || format!("{what}: {id} is gone and still kept"))?;
        let now = bench.backend().read(&cx(), id).await?;
        hold(now.is_none(), || format!("{what}: {id} is gone and reads as {now:?}"))?;
    }
    Ok(())
}
