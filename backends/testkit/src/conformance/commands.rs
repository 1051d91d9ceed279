//! Carrying commands out, and telling what became of one after an unclear answer.

use super::reader::{PATIENCE, cx};
use super::{Bench, Broken, Rule, Verdict, hold};
use crate::{Fault, Rule as FaultRule};
use portico_contract::{Command, CommandKind, Sent, Sought, Timestamp};
use tokio::time::timeout;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a_command_does_what_it_says",
        says: "A command that the capabilities name can be carried out; what it made or changed can be read, and is \
               found again by the command.",
        check: |bench| Box::pin(carried_out(bench)),
    },
    Rule {
        name: "an_unclear_answer_is_told_truly",
        says: "A write whose answer is lost is MAYBE; a look-up never denies one that was made, nor finds one that was \
               not.",
        check: |bench| Box::pin(unclear(bench)),
    },
];

/// The declared kinds for which the bench has commands.
async fn tried(bench: &dyn Bench) -> Result<Vec<CommandKind>, Broken> {
    let mut kinds = Vec::new();
    for kind in &bench.backend().capabilities().commands {
        if bench.command(*kind).await?.is_some() {
            kinds.push(*kind);
        }
    }
    Ok(kinds)
}

async fn command(bench: &dyn Bench, kind: CommandKind) -> Result<Command, Broken> {
    bench.command(kind).await?.ok_or_else(|| Broken(format!("the bench has no {kind} any more")))
}

async fn carried_out(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let kinds = tried(bench).await?;
    for kind in &kinds {
        let command = command(bench, *kind).await?;
        let applied = bench.backend().apply(&cx(), &command).await?;
        let target = applied.target;
        // A child is read with its parent, which the adapter knows: only things with ids of their own are read here.
        if target.kind.parent().is_none() {
            let read = bench.backend().read(&cx(), &target).await?;
            hold(read.is_some(), || format!("{kind} made {target}, which reads as nothing"))?;
        }
        let sought = bench.backend().seek(&cx(), &command, Timestamp::default()).await?;
        let found = matches!(&sought, Sought::Found(id) if *id == target) || sought == Sought::Unclear;
        hold(found, || format!("{kind} made {target}, and the look-up says {sought:?}"))?;
    }
    Ok(if kinds.is_empty() { Verdict::NotAsked } else { Verdict::Kept })
}

async fn unclear(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(proxy) = bench.proxy() else { return Ok(Verdict::NotAsked) };
    let mut tries = 0;
    for kind in tried(bench).await? {
        for (fault, lie) in [(Fault::ResetAfter, Sought::Absent), (Fault::ErrorAfter, Sought::Absent)] {
            let command = command(bench, kind).await?;
            proxy.script(bench.writes(FaultRule::once(fault)));
            let result = timeout(PATIENCE, bench.backend().apply(&cx(), &command)).await;
            proxy.script(Vec::new());
            let met = proxy.log().iter().rev().any(|seen| seen.fault == Some(fault));
            let Ok(Err(error)) = result else {
                // What goes another way than through the proxy meets no fault.
                hold(!met, || format!("{kind} under {fault:?} looks like a success"))?;
                continue;
            };
            tries += 1;
            hold(error.sent == Sent::Maybe, || {
                format!("{kind} under {fault:?} was sent {}: {}", error.sent, error.log())
            })?;
            let sought = bench.backend().seek(&cx(), &command, Timestamp::default()).await?;
            hold(sought != lie, || format!("{kind} under {fault:?} was made, and the look-up denies it"))?;
        }
        let command = command(bench, kind).await?;
        proxy.script(bench.writes(FaultRule::once(Fault::ErrorBefore)));
        let result = bench.backend().apply(&cx(), &command).await;
        proxy.script(Vec::new());
        if result.is_err() {
            let sought = bench.backend().seek(&cx(), &command, Timestamp::default()).await?;
            let found = matches!(sought, Sought::Found(_));
            hold(!found, || format!("{kind} was not made, and the look-up finds it: {sought:?}"))?;
        }
    }
    Ok(if tries == 0 { Verdict::NotAsked } else { Verdict::Kept })
}
