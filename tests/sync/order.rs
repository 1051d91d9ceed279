//! Which read wins: the one that began last, whenever it arrives.

use crate::mirror::{self, Row};
use crate::tickets::some_ticket;
use crate::{seen, upstream};
use anyhow::{Context, Result};
use portico::app::say;
use portico_contract::{Kind, Lane, Stream};
use portico_sandbox::itflow::edit::TicketChange;
use portico_sandbox::world::model::ReplyType;
use portico_tests::house::{ADMINISTRATOR, AGENT, OTHER_PRIMARY, PRIMARY};
use portico_tests::psa::Verb;
use portico_tests::{House, Options, Psa};
use sea_orm::Value;
use std::time::Duration;

/// A page of all tickets leaves the PSA, then something happens, then the page arrives.
async fn page_arrives_late(house: &House, psa: &Psa, meanwhile: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let (sync, source) = (&house.app.sync, house.source()?);
    sync.ask_for_full(source, Stream::Tickets).await.map_err(|e| say(&e))?;
    let held = psa.hold(Verb::Pull(Stream::Tickets));
    house.pass(Duration::from_secs(1));
    let events = async {
        let page = held.answered().await?;
        house.pass(Duration::from_secs(30));
        meanwhile().await?;
        page.release();
        anyhow::Ok(())
    };
    let (stored, happened) = tokio::join!(sync.pull(source, Stream::Tickets, Lane::Background), events);
    happened?;
    stored.map_err(|e| say(&e))?;
    Ok(())
}

async fn guarded(options: Options) -> Result<(House, Psa)> {
    let psa = Psa::default();
    let house = House::with(Options { psa: Some(psa.clone()), ..options }).await?;
    Ok((house, psa))
}

async fn row(house: &House, kind: Kind, key: i32) -> Result<Row> {
    let id = house.id(kind, key)?.parse::<portico::readmodel::GlobalId>()?.uuid;
    let mut rows = mirror::rows(&mirror::open(house).await?).await?;
    rows.remove(&(kind, id)).context("no such row")
}

fn number(row: &Row, column: &str) -> Result<i64> {
    match row.get(column) {
        Some(Value::BigInt(Some(number))) => Ok(*number),
        other => anyhow::bail!("{column} is {other:?}"),
    }
}

fn renamed(subject: &str) -> TicketChange {
    TicketChange { subject: Some(subject.to_owned()), ..TicketChange::default() }
}

#[tokio::test]
async fn a_page_that_began_before_a_change_does_not_undo_it() -> Result<()> {
    late_page_keeps_change(Options::default()).await
}

pub async fn late_page_keeps_change(options: Options) -> Result<()> {
    let (house, psa) = guarded(options).await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    let before = row(&house, Kind::Ticket, ticket).await?;
    let published = mirror::outbox(&mirror::open(&house).await?).await?.len();
    page_arrives_late(&house, &psa, async || {
        house.editor().update_ticket(ticket, &renamed("As it is now"), house.psa_now()).await?;
        let answer = seen::open(&house, PRIMARY, &id).await?;
        assert_eq!(seen::at(&answer, "/data/ticket/subject"), "As it is now");
        Ok(())
    })
    .await?;
    let after = row(&house, Kind::Ticket, ticket).await?;
    assert_eq!(after.get("subject"), Some(&Value::from("As it is now")));
    assert_eq!(number(&after, "version")?, number(&before, "version")? + 1);
    assert_eq!(mirror::outbox(&mirror::open(&house).await?).await?.len(), published + 1);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_page_that_began_before_a_comment_was_hidden_does_not_show_it_again() -> Result<()> {
    late_page_keeps_hidden(Options::default()).await
}

pub async fn late_page_keeps_hidden(options: Options) -> Result<()> {
    let (house, psa) = guarded(options).await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    let public = |reply: &&portico_sandbox::world::model::Reply| {
        reply.ticket == ticket && reply.reply_type == ReplyType::Public && !reply.archived.is_set()
    };
    let reply = house.world.replies.iter().find(public).context("no public reply")?.id;
    page_arrives_late(&house, &psa, async || {
        house.editor().set_reply_type(reply, ReplyType::Internal, house.psa_now()).await?;
        seen::open(&house, AGENT, &id).await?;
        Ok(())
    })
    .await?;
    let shown = seen::comments(&house, PRIMARY, &id).await?;
    assert!(!shown.contains(&house.id(Kind::Comment, reply)?));
    assert_eq!(shown, upstream::comments(&house, ticket).await?);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_page_that_began_before_a_deletion_brings_nothing_back() -> Result<()> {
    late_page_keeps_deletion(Options::default()).await
}

pub async fn late_page_keeps_deletion(options: Options) -> Result<()> {
    let (house, psa) = guarded(options).await?;
    let ticket = some_ticket(&house)?;
    let id = house.id(Kind::Ticket, ticket)?;
    page_arrives_late(&house, &psa, async || {
        house.editor().delete_ticket(ticket).await?;
        assert!(seen::at(&seen::open(&house, PRIMARY, &id).await?, "/data/ticket").is_null());
        Ok(())
    })
    .await?;
    assert!(!seen::tickets(&house, ADMINISTRATOR).await?.contains(&id));
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_page_that_began_before_a_comment_moved_does_not_take_it_back() -> Result<()> {
    late_page_keeps_move(Options::default()).await
}

pub async fn late_page_keeps_move(options: Options) -> Result<()> {
    let (house, psa) = guarded(options).await?;
    let from = some_ticket(&house)?;
    let to = house.world.tickets.iter().find(|ticket| ticket.client == 2).context("no ticket")?.id;
    let (from_id, to_id) = (house.id(Kind::Ticket, from)?, house.id(Kind::Ticket, to)?);
    let shown = upstream::comments(&house, from).await?;
    page_arrives_late(&house, &psa, async || {
        // Two tickets are merged: the vendor moves the replies.
        let sql = "UPDATE ticket_replies SET ticket_reply_ticket_id = ? WHERE ticket_reply_ticket_id = ?";
        house.editor().run(sql, vec![to.into(), from.into()]).await?;
        seen::open(&house, OTHER_PRIMARY, &to_id).await?;
        Ok(())
    })
    .await?;
    assert!(!shown.is_empty());
    assert!(seen::comments(&house, PRIMARY, &from_id).await?.is_disjoint(&shown));
    assert_eq!(seen::comments(&house, OTHER_PRIMARY, &to_id).await?, upstream::comments(&house, to).await?);
    upstream::sweep(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_read_that_began_before_a_deletion_that_nobody_had_mirrored_brings_nothing_back() -> Result<()> {
    let (house, psa) = guarded(Options::default()).await?;
    let new = portico_sandbox::itflow::edit::NewTicket { client: 1, contact: 1, ..Default::default() };
    let ticket = house.editor().add_ticket(&new, house.psa_now()).await?;
    let native = portico_contract::NativeId::new(Kind::Ticket, ticket);
    page_arrives_late(&house, &psa, async || {
        house.editor().delete_ticket(ticket).await?;
        let began = house.clock.now().timestamp_millis();
        house.app.store.remove(house.backend()?, began, &[native]).await.map_err(|e| say(&e))?;
        Ok(())
    })
    .await?;
    assert!(!seen::tickets(&house, PRIMARY).await?.contains(&house.id(Kind::Ticket, ticket)?));
    upstream::agrees(&house).await
}

#[tokio::test]
async fn equal_content_moves_nothing_but_the_time_of_the_read() -> Result<()> {
    equal_content(Options::default()).await
}

pub async fn equal_content(options: Options) -> Result<()> {
    const TIMES: &[&str] = &["read_at", "detail_at"];
    let house = House::with(options).await?;
    let conn = mirror::open(&house).await?;
    let (before, published) = (mirror::rows(&conn).await?, mirror::outbox(&conn).await?);
    house.pass(Duration::from_secs(60));
    upstream::sweep(&house).await?;
    let after = mirror::rows(&conn).await?;
    for (key, row) in &before {
        let now = after.get(key).context("a row is gone")?;
        assert!(number(now, "read_at")? > number(row, "read_at")?, "{key:?}");
    }
    let differences = mirror::differences(&mirror::without(after, TIMES), &mirror::without(before, TIMES));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(mirror::outbox(&conn).await?, published);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_change_makes_one_version_and_one_event() -> Result<()> {
    one_event(Options::default()).await
}

pub async fn one_event(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let ticket = some_ticket(&house)?;
    let conn = mirror::open(&house).await?;
    for step in 1..=3 {
        let before = row(&house, Kind::Ticket, ticket).await?;
        let published = mirror::outbox(&conn).await?.len();
        house.editor().update_ticket(ticket, &renamed(&format!("Version {step}")), house.psa_now()).await?;
        house.beat().await;
        house.beat().await;
        let after = row(&house, Kind::Ticket, ticket).await?;
        assert_eq!(number(&after, "version")?, number(&before, "version")? + 1);
        let events = mirror::outbox(&conn).await?.split_off(published);
        assert_eq!(events.len(), 1, "{events:?}");
        let event = events.first().context("no event")?;
        assert_eq!((event.kind.as_str(), event.change.as_str()), ("ticket", "CHANGED"));
        assert_eq!(event.version, number(&after, "version")?);
        assert_eq!(Some(&Value::Uuid(event.account_id)), after.get("account_id"));
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn versions_of_one_object_only_rise_also_over_its_deletion() -> Result<()> {
    let house = House::new().await?;
    let (conn, ticket) = (mirror::open(&house).await?, some_ticket(&house)?);
    let id = house.id(Kind::Ticket, ticket)?.parse::<portico::readmodel::GlobalId>()?.uuid;
    house.editor().archive_ticket(ticket, house.psa_now()).await?;
    house.beat().await;
    house.editor().run("UPDATE tickets SET ticket_archived_at = NULL WHERE ticket_id = ?", vec![ticket.into()]).await?;
    upstream::sweep(&house).await?;
    let events = mirror::outbox(&conn).await?;
    let events: Vec<_> = events.iter().filter(|event| event.object_id == id).collect();
    let changes: Vec<&str> = events.iter().map(|event| event.change.as_str()).collect();
    assert_eq!(changes, ["CHANGED", "GONE", "CHANGED"]);
    assert!(events.is_sorted_by(|a, b| a.version < b.version), "{events:?}");
    upstream::agrees(&house).await
}
