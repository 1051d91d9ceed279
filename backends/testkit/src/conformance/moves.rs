//! People at work while Portico reads: pages move, and calls fail meanwhile.

use super::changes::{as_new, beat, filled, sweep};
use super::faults::recovers;
use super::reader::{cx, readable, whole};
use super::{Bench, Broken, Rule, Verdict, hold};
use crate::{Fault, Rule as FaultRule, Script};
use portico_contract::{Batch, NativeId, Pass};
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a_walk_over_moving_pages_loses_nothing",
        says: "What was there before a full pass and is there after it was brought, whatever came and went between its \
               pages.",
        check: |bench| Box::pin(moving(bench)),
    },
    Rule {
        name: "edits_under_faults_converge",
        says: "After random edits while calls fail, once it is quiet one beat and one sweep make a mirror that is the same \
               as a new one.",
        check: |bench| Box::pin(converge(bench)),
    },
];

/// Edits at most while one stream is walked over.
const MOVES: u64 = 25;

const ROUNDS: u64 = 6;
const EDITS: u64 = 8;

/// What goes wrong at a call, and how often.
const FAULTS: &[(Fault, f64)] = &[
    (Fault::Html, 0.15),
    (Fault::Unauthorized, 0.05),
    (Fault::ErrorBefore, 0.03),
    (Fault::ErrorAfter, 0.03),
    (Fault::ResetBefore, 0.03),
    (Fault::Truncated, 0.03),
];

fn ids(batch: &Batch) -> BTreeSet<NativeId> {
    batch.snapshots.iter().filter_map(|snapshot| Some(snapshot.records.first()?.id().clone())).collect()
}

async fn moving(bench: &dyn Bench) -> Result<Verdict, Broken> {
    if !bench.random(0).await? {
        return Ok(Verdict::NotAsked);
    }
    let mut number = 0;
    for stream in readable(bench) {
        let all = async || Ok::<_, Broken>(ids(&whole(bench.backend(), stream, Pass::Full, None).await?));
        let before = all().await?;
        let most = number + MOVES;
        let mut batch = bench.backend().pull(&cx(), stream, Pass::Full, None).await?;
        let mut met = ids(&batch);
        while batch.more {
            if number < most {
                number += 1;
                bench.random(number).await?;
            }
            batch = bench.backend().pull(&cx(), stream, Pass::Full, Some(&batch.next)).await?;
            met.extend(ids(&batch));
        }
        let after = all().await?;
        let lost: Vec<_> = before.intersection(&after).filter(|id| !met.contains(id)).take(5).collect();
        hold(lost.is_empty(), || format!("{stream}: a walk over moving pages did not bring {lost:?}"))?;
    }
    Ok(Verdict::Kept)
}

async fn converge(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let mut mirrors = filled(bench).await?;
    for round in 0..ROUNDS {
        for number in 0..EDITS {
            if !bench.random(10_000 + round * EDITS + number).await? {
                return Ok(Verdict::NotAsked);
            }
        }
        if let Some(proxy) = bench.proxy() {
            let rules = FAULTS.iter().map(|(fault, chance)| FaultRule::every(*fault).chance(*chance)).collect();
            proxy.script(Script { rules, seed: round });
        }
        for (stream, mirror) in &mut mirrors {
            // A beat that fails leaves all as it was: the next one begins where it began.
            let _failed = beat(bench, *stream, mirror).await;
        }
        if let Some(proxy) = bench.proxy() {
            proxy.script(Vec::new());
            recovers(bench, "a bad round").await?;
        }
    }
    for (stream, mirror) in &mut mirrors {
        beat(bench, *stream, mirror).await?;
        sweep(bench, *stream, mirror).await?;
    }
    as_new(bench, mirrors).await?;
    Ok(Verdict::Kept)
}
