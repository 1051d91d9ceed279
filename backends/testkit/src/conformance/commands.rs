//! Carrying commands out, and telling what became of one after an unclear answer.

use super::faults::recovers;
use super::reader::{PATIENCE, cx};
use super::{Bench, Broken, Rule, Verdict, hold};
use crate::{Fault, Rule as FaultRule};
use portico_contract::{Command, CommandKind, Sent, Sought};
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
    Rule {
        name: "nothing_is_made_twice",
        says: "Whatever becomes of the answer: carried out as the journal does it, a command is there once, or not told \
               and at most once.",
        check: |bench| Box::pin(once(bench)),
    },
];

/// Commands that add something each time they are carried out.
const MAKES: &[CommandKind] = &[
    CommandKind::OpenTicket,
    CommandKind::AddComment,
    CommandKind::RequestItem,
    CommandKind::UpsertContact,
    CommandKind::RecordPayment,
    CommandKind::RateTicket,
];

/// Ways in which a write, or the answer to it, gets lost.
const LOST: &[Fault] = &[
    Fault::ResetBefore,
    Fault::ErrorBefore,
    Fault::Html,
    Fault::ResetAfter,
    Fault::ErrorAfter,
    Fault::Truncated,
    Fault::Empty,
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
        let sought = bench.backend().seek(&cx(), &command, bench.since()).await?;
        let found = matches!(&sought, Sought::Found(id) if *id == target) || sought == Sought::Unclear;
        hold(found, || format!("{kind} made {target}, and the look-up says {sought:?}"))?;
    }
    if kinds.is_empty() {
        return Ok(Verdict::NotAsked);
    }
    let untried: Vec<_> = bench.backend().capabilities().commands.iter().filter(|kind| !kinds.contains(kind)).collect();
    hold(untried.is_empty(), || format!("the bench has no command for {untried:?}"))?;
    Ok(Verdict::Kept)
}

async fn unclear(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(proxy) = bench.proxy() else { return Ok(Verdict::NotAsked) };
    let mut tries = 0;
    for kind in tried(bench).await? {
        for (fault, lie) in [(Fault::ResetAfter, Sought::Absent), (Fault::ErrorAfter, Sought::Absent)] {
            recovers(bench, "what was before").await?;
            let command = command(bench, kind).await?;
            let before = proxy.log().len();
            proxy.script(bench.writes(FaultRule::once(fault)));
            let result = timeout(PATIENCE, bench.backend().apply(&cx(), &command)).await;
            proxy.script(Vec::new());
            let met = proxy.log().iter().skip(before).any(|seen| seen.fault == Some(fault));
            let Ok(Err(error)) = result else {
                // What goes another way than through the proxy meets no fault; what sets a state may be sent again.
                hold(!met || !MAKES.contains(&kind), || format!("{kind} under {fault:?} looks like a success"))?;
                continue;
            };
            tries += 1;
            hold(error.sent == Sent::Maybe, || {
                format!("{kind} under {fault:?} was sent {}: {}", error.sent, error.log())
            })?;
            let sought = bench.backend().seek(&cx(), &command, bench.since()).await?;
            // A state that is set in two steps may stand half way, and is sent again.
            hold(sought != lie || !MAKES.contains(&kind), || {
                format!("{kind} under {fault:?} was made, and the look-up denies it")
            })?;
        }
        let command = command(bench, kind).await?;
        proxy.script(bench.writes(FaultRule::once(Fault::ErrorBefore)));
        let result = bench.backend().apply(&cx(), &command).await;
        proxy.script(Vec::new());
        if result.is_err() {
            let sought = bench.backend().seek(&cx(), &command, bench.since()).await?;
            let found = matches!(sought, Sought::Found(_));
            hold(!found, || format!("{kind} was not made, and the look-up finds it: {sought:?}"))?;
        }
    }
    Ok(if tries == 0 { Verdict::NotAsked } else { Verdict::Kept })
}

async fn once(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(proxy) = bench.proxy() else { return Ok(Verdict::NotAsked) };
    let kinds = tried(bench).await?;
    for kind in &kinds {
        for fault in LOST {
            recovers(bench, "what was before").await?;
            let command = command(bench, *kind).await?;
            proxy.script(bench.writes(FaultRule::once(*fault)));
            let first = timeout(PATIENCE, bench.backend().apply(&cx(), &command)).await;
            proxy.script(Vec::new());
            let first = first.map_err(|_| Broken(format!("{kind} under {fault:?} does not end")))?;
            let done = delivered(bench, &command, first.map(drop)).await?;
            let made = bench.made(&command).await?;
            let right = match made {
                None => !MAKES.contains(kind),
                Some(count) => count == 1 || (count == 0 && !done),
            };
            hold(right, || format!("{kind} under {fault:?} is there {made:?} times; told to be done: {done}"))?;
        }
    }
    Ok(if kinds.is_empty() { Verdict::NotAsked } else { Verdict::Kept })
}

/// What the journal does after a first try: whether the command is told to be done.
async fn delivered(bench: &dyn Bench, command: &Command, first: portico_contract::Result<()>) -> Result<bool, Broken> {
    let Err(error) = first else { return Ok(true) };
    let sought = match error.sent {
        Sent::No => Sought::Absent,
        Sent::Yes => return Ok(false),
        Sent::Maybe => bench.backend().seek(&cx(), command, bench.since()).await?,
    };
    if sought == Sought::Absent {
        recovers(bench, "the fault").await?;
        bench.backend().apply(&cx(), command).await?;
    }
    Ok(sought != Sought::Unclear)
}
