//! What is declared works, and what is not is refused.

use super::reader::{cx, streams, whole};
use super::{Bench, Broken, Rule, Verdict, hold};
use bytes::Bytes;
use futures_util::TryStreamExt;
use portico_contract::command::Intent;
use portico_contract::{
    Actor, Command, Delivery, Error, ErrorKind, FieldGroup, Kind, NativeFile, NativeId, Pass, Result, Sent, Stream,
    Timestamp,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "declared_streams_can_be_read",
        says: "A stream that the capabilities name can be read to its end.",
        check: |bench| Box::pin(declared_streams(bench)),
    },
    Rule {
        name: "other_streams_are_refused",
        says: "A stream that the capabilities do not name is UNSUPPORTED.",
        check: |bench| Box::pin(other_streams(bench)),
    },
    Rule {
        name: "other_commands_are_refused",
        says: "A command that the capabilities do not name is UNSUPPORTED, and nothing was sent.",
        check: |bench| Box::pin(other_commands(bench)),
    },
    Rule {
        name: "other_verbs_are_refused",
        says: "Passwords, files and webhooks that the capabilities do not name are UNSUPPORTED.",
        check: |bench| Box::pin(other_verbs(bench)),
    },
    Rule {
        name: "a_file_comes_whole",
        says: "A file of the PSA comes with all its bytes, as many as were announced; one that is not there is an error.",
        check: |bench| Box::pin(files(bench)),
    },
    Rule {
        name: "a_webhook_is_a_hint_from_the_psa",
        says: "A genuine webhook names what to read again, a repeat does no harm, and one that is forged, altered or \
               torn is refused.",
        check: |bench| Box::pin(webhooks(bench)),
    },
];

fn refused<T>(what: &str, result: Result<T>) -> Result<(), Broken> {
    match result {
        Ok(_) => Err(Broken(format!("{what} looks like a success"))),
        Err(Error { kind: ErrorKind::Unsupported, sent: Sent::No, .. }) => Ok(()),
        Err(error) => Err(Broken(format!("{what} is {} ({}): {}", error.kind, error.sent, error.log()))),
    }
}

async fn declared_streams(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let declared = streams(bench);
    hold(!declared.is_empty(), || "no stream is declared".to_owned())?;
    for stream in declared {
        whole(bench.backend(), stream, Pass::Full, None).await?;
    }
    Ok(Verdict::Kept)
}

async fn other_streams(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let declared = streams(bench);
    for stream in Stream::ALL.iter().filter(|stream| !declared.contains(stream)) {
        refused(stream.as_str(), bench.backend().pull(&cx(), *stream, Pass::Full, None).await)?;
    }
    Ok(Verdict::Kept)
}

async fn other_commands(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let declared = &bench.backend().capabilities().commands;
    for intent in samples()? {
        let kind = intent.kind();
        if declared.contains(&kind) {
            continue;
        }
        let command = Command { id: Uuid::from_u128(7), actor: Actor::Agent(NativeId::new(Kind::Agent, 1)), intent };
        refused(kind.as_str(), bench.backend().apply(&cx(), &command).await)?;
        refused(kind.as_str(), bench.backend().seek(&cx(), &command, Timestamp::default()).await)?;
    }
    Ok(Verdict::Kept)
}

async fn other_verbs(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let (backend, capabilities) = (bench.backend(), bench.backend().capabilities());
    if !capabilities.carries.contains(&FieldGroup::Passwords) {
        refused("vouch", backend.vouch(&cx(), "nobody", &SecretString::from("nothing")).await)?;
    }
    if !capabilities.carries.contains(&FieldGroup::AttachmentBytes) {
        let file = NativeFile { owner: NativeId::new(Kind::Attachment, 1), reference: "1".to_owned() };
        refused("open", backend.open(&cx(), &file).await)?;
    }
    if !capabilities.carries.contains(&FieldGroup::InvoicePdf) {
        let file = NativeFile { owner: NativeId::new(Kind::Invoice, 1), reference: String::new() };
        refused("open", backend.open(&cx(), &file).await)?;
    }
    if !capabilities.webhooks {
        let received_at = Timestamp::default();
        refused("hints", backend.hints(&Delivery { headers: Vec::new(), body: Bytes::new(), received_at }))?;
    }
    Ok(Verdict::Kept)
}

async fn files(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some((file, expected)) = bench.file().await? else { return Ok(Verdict::NotAsked) };
    let opened = bench.backend().open(&cx(), &file).await?;
    let announced = opened.size;
    let bytes = opened.bytes.try_fold(Vec::new(), async |mut all, part| {
        all.extend_from_slice(&part);
        Ok(all)
    });
    let bytes = bytes.await?;
    hold(bytes == expected, || format!("{} bytes of {} came, or others", bytes.len(), expected.len()))?;
    let so_many = announced.is_none_or(|size| usize::try_from(size).ok() == Some(bytes.len()));
    hold(so_many, || format!("{announced:?} bytes were announced, {} came", bytes.len()))?;
    for reference in ["2147483600", "../1", ""] {
        let nowhere = NativeFile { reference: reference.to_owned(), ..file.clone() };
        let opened = bench.backend().open(&cx(), &nowhere).await;
        hold(opened.is_err(), || format!("a file at {reference:?} can be opened"))?;
    }
    Ok(Verdict::Kept)
}

async fn webhooks(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(genuine) = bench.delivery() else { return Ok(Verdict::NotAsked) };
    let hear = |delivery: &Delivery| bench.backend().hints(delivery);
    let forged = |delivery: Delivery, how: &str| match hear(&delivery) {
        Err(error) if [ErrorKind::Forbidden, ErrorKind::Invalid].contains(&error.kind) => Ok(()),
        other => Err(Broken(format!("a webhook {how} is {other:?}"))),
    };
    forged(Delivery { headers: Vec::new(), ..genuine.clone() }, "without headers")?;
    let mut altered = genuine.clone();
    altered.headers.iter_mut().for_each(|(_, value)| value.push('x'));
    forged(altered, "with other headers")?;
    for body in [Bytes::new(), genuine.body.slice(..genuine.body.len() / 2), Bytes::from_static(b"\xff{")] {
        forged(Delivery { body, ..genuine.clone() }, "with half a body")?;
    }
    let hints = hear(&genuine)?;
    hold(!hints.is_empty(), || "a genuine webhook says nothing".to_owned())?;
    let again = hear(&genuine)?;
    hold(again.iter().all(|hint| hints.contains(hint)), || format!("a repeat of {hints:?} says {again:?}"))?;
    Ok(Verdict::Kept)
}

/// One intent of each kind. They are written as the journal keeps them.
fn samples() -> Result<Vec<Intent>, Broken> {
    let id = |kind: &str| json!({ "kind": kind, "key": "1" });
    let ticket = || json!({ "ticket": id("ticket") });
    let with = |mut value: Value, more: Value| {
        if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
            value.extend(more);
        }
        value
    };
    let empty: [u8; 0] = [];
    let opened = json!({ "account": id("account"), "subject": "a", "description": "b", "followers": empty,
        "custom": empty, "attachments": empty });
    let requested = json!({ "item": id("catalogue_item"), "account": id("account"), "contact": id("contact"),
        "subject": "s", "quantity": 1, "values": empty });
    let comment = json!({ "body": "b", "visibility": "PUBLIC", "attachments": empty });
    let paid = json!({ "invoice": id("invoice"), "amount": { "amount": "1", "currency": "EUR" }, "method": "card",
        "reference": "r" });
    let intents = [
        json!({ "OpenTicket": opened }),
        json!({ "AddComment": with(ticket(), comment) }),
        json!({ "UpdateTicket": with(ticket(), json!({ "priority": "High" })) }),
        json!({ "ResolveTicket": ticket() }),
        json!({ "CloseTicket": ticket() }),
        json!({ "ReopenTicket": ticket() }),
        json!({ "SetFollowers": with(ticket(), json!({ "followers": empty })) }),
        json!({ "RequestItem": requested }),
        json!({ "DecideApproval": { "approval": id("approval"), "approve": true } }),
        json!({ "DecideQuote": { "quote": id("quote"), "accept": true } }),
        json!({ "UpsertContact": { "account": id("account"), "name": "a" } }),
        json!({ "RecordPayment": paid }),
        json!({ "SetAutopay": { "recurring": id("recurring_invoice") } }),
        json!({ "RateTicket": with(ticket(), json!({ "positive": true })) }),
    ];
    intents.into_iter().map(|intent| serde_json::from_value(intent).map_err(|why| Broken(why.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_contract::CommandKind;

    #[test]
    fn there_is_a_sample_of_every_command() {
        let samples = samples().unwrap();
        assert!(CommandKind::ALL.iter().eq(samples.iter().map(Intent::kind).collect::<Vec<_>>().iter()));
    }
}
