//! The PSA's database is put back to last week, and its ids are given out again.

use crate::interrupted::small_pages;
use crate::{seen, upstream};
use anyhow::{Context, Result, ensure};
use portico::app::say;
use portico_contract::{Kind, Lane};
use portico_sandbox::Editor;
use portico_sandbox::itflow::edit::{NewContact, NewInvoice, NewLine, NewReply, NewTicket};
use portico_sandbox::world::model::{InvoiceStatus, ReplyType};
use portico_tests::house::{OTHER_PRIMARY, PRIMARY};
use portico_tests::{House, Options, Who};
use rust_decimal::Decimal;
use std::time::Duration;

const EVERYTHING: &str = "{ tickets(first: 100) { nodes { subject description lastComment { body } \
    comments(first: 5) { nodes { body } } attachments(first: 5) { nodes { name } } } } \
    invoices(first: 100) { nodes { number lines { name } } } contacts(first: 100) { nodes { name } } }";

/// A few of everything at one account, with a word in every text by which it is known again.
async fn a_week(house: &House, editor: &Editor, client: i32, word: &str) -> Result<Vec<i32>> {
    let mut tickets = Vec::new();
    for turn in 0..4 {
        let at = house.psa_now();
        let new = NewTicket {
            client,
            subject: format!("{word} {turn}"),
            details: format!("<p>{word}</p>"),
            ..NewTicket::default()
        };
        let ticket = editor.add_ticket(&new, at).await?;
        for reply_type in [ReplyType::Public, ReplyType::Internal] {
            let body = format!("<p>{word}</p>");
            editor.add_reply(&NewReply { ticket, reply_type, body, by: 2, time_worked: None }, at).await?;
        }
        editor.add_attachment(ticket, None, &format!("{word}.txt"), at).await?;
        let line = NewLine { name: word.to_owned(), quantity: Decimal::ONE, price: Decimal::TEN, ..NewLine::default() };
        let new = NewInvoice {
            client,
            status: InvoiceStatus::Sent,
            date: at.date(),
            due: at.date(),
            currency: "USD".to_owned(),
            lines: vec![line],
            ..NewInvoice::default()
        };
        let invoice = editor.add_invoice(&new, at).await?;
        editor.add_payment(invoice, Decimal::ONE, "Cash", at).await?;
        editor.add_contact(&NewContact { client, name: format!("{word} {turn}"), ..NewContact::default() }, at).await?;
        tickets.push(ticket);
        house.pass(Duration::from_secs(60));
    }
    Ok(tickets)
}

async fn never_sees(house: &House, who: Who<'_>, word: &str) -> Result<()> {
    let told = house.ask(who, EVERYTHING).await?;
    ensure!(told.get("errors").is_none(), "{told}");
    ensure!(!told.to_string().contains(word), "{who:?} is told of {word}: {told}");
    Ok(())
}

async fn beat_by_steps(house: &House) -> Result<()> {
    for stream in house.source()?.streams() {
        loop {
            house.pass(Duration::from_secs(1));
            let step = house.app.sync.step(house.source()?, stream, Lane::Background).await.map_err(|e| say(&e))?;
            never_sees(house, PRIMARY, "Herring").await?;
            never_sees(house, OTHER_PRIMARY, "Walnut").await?;
            if !step.more {
                break;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_restored_database_is_followed_and_nobody_sees_what_is_anothers() -> Result<()> {
    followed(Options::default()).await
}

pub async fn followed(options: Options) -> Result<()> {
    let house = House::with(Options { configure: Some(small_pages), ..options }).await?;
    let editor = house.editor();
    // This week was account 1's; it is mirrored, then lost, and its ids go to account 2.
    let lost = a_week(&house, &editor, 1, "Walnut").await?;
    beat_by_steps(&house).await?;
    ensure!(house.ask(PRIMARY, EVERYTHING).await?.to_string().contains("Walnut"), "it was mirrored");
    editor.restore(&house.world).await?;
    let again = a_week(&house, &editor, 2, "Herring").await?;
    assert_eq!(lost, again, "the ids are the same");
    never_sees(&house, PRIMARY, "Herring").await?;
    never_sees(&house, OTHER_PRIMARY, "Walnut").await?;
    // An opened ticket with an id that means another one now.
    let id = house.id(Kind::Ticket, again.first().context("no ticket")?)?;
    let answer = seen::open(&house, PRIMARY, &id).await?;
    assert!(seen::at(&answer, "/data/ticket").is_null(), "{answer}");
    beat_by_steps(&house).await?;
    house.pass(Duration::from_secs(900));
    beat_by_steps(&house).await?;
    let told = house.ask(OTHER_PRIMARY, EVERYTHING).await?.to_string();
    assert!(told.contains("Herring"));
    crate::tickets::are_right(&house).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_restored_database_without_anything_new_is_noticed_by_the_next_beat() -> Result<()> {
    let house = House::new().await?;
    a_week(&house, &house.editor(), 1, "Walnut").await?;
    house.beat().await;
    house.editor().restore(&house.world).await?;
    house.beat().await;
    never_sees(&house, PRIMARY, "Walnut").await?;
    crate::tickets::are_right(&house).await?;
    upstream::agrees(&house).await
}
