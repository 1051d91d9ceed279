//! Passes over everything, and single reads.

use super::reader::{agree, by_id, cx, readable, streams, whole};
use super::{Bench, Broken, Rule, Verdict, hold};
use portico_contract::{Checkpoint, NativeId, Pass};
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a_full_pass_brings_each_thing_once",
        says: "A full pass brings each thing once, with kinds of its stream, a parent before its children.",
        check: |bench| Box::pin(full_pass(bench)),
    },
    Rule {
        name: "a_quiet_source_says_the_same_again",
        says: "Two full passes with nothing between them bring the same.",
        check: |bench| Box::pin(same_again(bench)),
    },
    Rule {
        name: "a_pass_over_ids_names_what_a_full_pass_brings",
        says: "Where a sweep of ids is declared, it names exactly the things that a full pass brings.",
        check: |bench| Box::pin(ids(bench)),
    },
    Rule {
        name: "a_single_read_is_what_a_page_brought",
        says: "A single read is the snapshot of a page, or what a thin one leaves out beside it.",
        check: |bench| Box::pin(single_reads(bench)),
    },
    Rule {
        name: "what_is_not_there_reads_as_none",
        says: "An id that nothing has, and one that cannot be an id, read as nothing.",
        check: |bench| Box::pin(absent(bench)),
    },
    Rule {
        name: "a_checkpoint_that_nobody_wrote_starts_over",
        says: "A beat from a checkpoint that the adapter never gave says that it must start over.",
        check: |bench| Box::pin(strange_checkpoint(bench)),
    },
];

/// Things whose reads are tried of each stream.
const TRIED: usize = 40;

async fn full_pass(bench: &dyn Bench) -> Result<Verdict, Broken> {
    for stream in streams(bench) {
        let batch = whole(bench.backend(), stream, Pass::Full, None).await?;
        for (id, snapshot) in by_id(batch.snapshots)? {
            let mut kinds = BTreeSet::new();
            let mut ids = BTreeSet::new();
            for record in &snapshot.records {
                let (child, kind) = (record.id(), record.kind());
                hold(kind == child.kind && kind.stream() == stream, || format!("{stream} brings {child} as {kind}"))?;
                let follows = kind.parent().is_none_or(|parent| kinds.contains(&parent));
                hold(follows, || format!("{child} comes before its parent"))?;
                hold(ids.insert(child.clone()), || format!("{child} is twice in {id}"))?;
                kinds.insert(kind);
            }
        }
    }
    Ok(Verdict::Kept)
}

async fn same_again(bench: &dyn Bench) -> Result<Verdict, Broken> {
    for stream in streams(bench) {
        let first = by_id(whole(bench.backend(), stream, Pass::Full, None).await?.snapshots)?;
        let second = by_id(whole(bench.backend(), stream, Pass::Full, None).await?.snapshots)?;
        let other = first.iter().find(|(id, snapshot)| second.get(*id) != Some(*snapshot));
        hold(other.is_none() && first.len() == second.len(), || {
            format!("{stream}: {} and {} things; first that differs: {other:?}", first.len(), second.len())
        })?;
    }
    Ok(Verdict::Kept)
}

async fn ids(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let capabilities = bench.backend().capabilities();
    let swept: Vec<_> =
        capabilities.streams.iter().filter(|(_, can)| can.id_sweep).map(|(stream, _)| *stream).collect();
    for stream in &swept {
        let full = by_id(whole(bench.backend(), *stream, Pass::Full, None).await?.snapshots)?;
        let batch = whole(bench.backend(), *stream, Pass::Ids, None).await?;
        let (named, brought): (BTreeSet<_>, BTreeSet<_>) = (batch.present.iter().collect(), full.keys().collect());
        hold(named == brought && named.len() == batch.present.len(), || {
            let differ: Vec<_> = named.symmetric_difference(&brought).take(5).collect();
            format!("{stream}: {} ids for {} things; {differ:?}", batch.present.len(), brought.len())
        })?;
    }
    Ok(if swept.is_empty() { Verdict::NotAsked } else { Verdict::Kept })
}

async fn single_reads(bench: &dyn Bench) -> Result<Verdict, Broken> {
    for stream in readable(bench) {
        let things = by_id(whole(bench.backend(), stream, Pass::Full, None).await?.snapshots)?;
        let step = (things.len() / TRIED).max(1);
        for (id, page) in things.iter().step_by(step) {
            let read = bench.backend().read(&cx(), id).await?;
            let read = read.ok_or_else(|| Broken(format!("{id} is in a page and reads as nothing")))?;
            hold(agree(page, &read), || format!("{id} is {page:?} in a page and {read:?} alone"))?;
        }
    }
    Ok(Verdict::Kept)
}

async fn absent(bench: &dyn Bench) -> Result<Verdict, Broken> {
    for stream in readable(bench) {
        let Some(kind) = stream.kinds().next() else { continue };
        for key in ["2147483600", "no such id", "1 OR 1=1", "../1", "ü/🙂"] {
            let id = NativeId::new(kind, key);
            let read = bench.backend().read(&cx(), &id).await?;
            hold(read.is_none(), || format!("{id} reads as {read:?}"))?;
        }
    }
    Ok(Verdict::Kept)
}

async fn strange_checkpoint(bench: &dyn Bench) -> Result<Verdict, Broken> {
    for stream in readable(bench) {
        let strange = Checkpoint("no such checkpoint".to_owned());
        let batch = bench.backend().pull(&cx(), stream, Pass::Changes, Some(&strange)).await?;
        hold(batch.restored, || format!("{stream} goes on from a checkpoint that is none"))?;
    }
    Ok(Verdict::Kept)
}
