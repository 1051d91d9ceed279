//! Rights follow the contacts of the PSA.

use crate::{seen, upstream};
use anyhow::{Context, Result};
use portico_sandbox::itflow::edit::{Flags, NewTicket};
use portico_tests::house::{BILLING, PRIMARY, STANDARD};
use portico_tests::{House, Options, Who};
use std::collections::BTreeSet;
use std::time::Duration;

const PRIYA: i32 = 1;
const BEN: i32 = 2;
const SAM: i32 = 4;

/// Rights are remembered this long at most.
const MEMORY: Duration = Duration::from_millis(3_001);

/// Asks once, so that old rights are remembered, then lets a beat bring the change.
async fn beat_and_forget(house: &House, who: Who<'_>) -> Result<()> {
    seen::tickets(house, who).await?;
    house.app.sync.beat().await;
    house.pass(MEMORY);
    Ok(())
}

async fn sees_nothing(house: &House, who: Who<'_>) -> Result<()> {
    for list in ["tickets", "invoices", "accounts", "contacts"] {
        assert_eq!(seen::all(house, who, list).await?, BTreeSet::new(), "{list}");
    }
    Ok(())
}

async fn sees_account(house: &House, who: Who<'_>, client: i32) -> Result<()> {
    let tickets = upstream::tickets(house, &format!("ticket_client_id = {client}")).await?;
    let invoices = upstream::invoices(house, &format!("invoice_client_id = {client}")).await?;
    assert!(!tickets.is_empty() && !invoices.is_empty());
    assert_eq!(seen::tickets(house, who).await?, tickets);
    assert_eq!(seen::invoices(house, who).await?, invoices);
    Ok(())
}

async fn sees_own(house: &House, who: Who<'_>, contact: i32, client: i32) -> Result<usize> {
    let own = format!("ticket_client_id = {client} AND ticket_contact_id = {contact}");
    let own = upstream::tickets(house, &own).await?;
    assert_eq!(seen::tickets(house, who).await?, own);
    assert_eq!(seen::invoices(house, who).await?, BTreeSet::new());
    Ok(own.len())
}

#[tokio::test]
async fn a_primary_who_changes_account_changes_what_they_see() -> Result<()> {
    primary_moves(Options::default()).await
}

pub async fn primary_moves(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    sees_account(&house, PRIMARY, 1).await?;
    house.editor().move_contact(PRIYA, 2, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_account(&house, PRIMARY, 2).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_standard_contact_who_changes_account_keeps_nothing_of_the_old_one() -> Result<()> {
    let house = House::new().await?;
    assert!(sees_own(&house, STANDARD, SAM, 1).await? > 0);
    house.editor().move_contact(SAM, 2, house.psa_now()).await?;
    beat_and_forget(&house, STANDARD).await?;
    // What Sam asked for at account 1 still names Sam, and belongs to account 1.
    assert_eq!(sees_own(&house, STANDARD, SAM, 2).await?, 0);
    let new = NewTicket { client: 2, contact: SAM, subject: "First day".to_owned(), ..NewTicket::default() };
    house.editor().add_ticket(&new, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(sees_own(&house, STANDARD, SAM, 2).await?, 1);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn flags_changed_upstream_change_rights() -> Result<()> {
    let house = House::new().await?;
    let editor = house.editor();
    let all = Flags { primary: true, ..Flags::default() };
    sees_own(&house, STANDARD, SAM, 1).await?;
    editor.set_contact_flags(SAM, all, house.psa_now()).await?;
    beat_and_forget(&house, STANDARD).await?;
    sees_account(&house, STANDARD, 1).await?;
    editor.set_contact_flags(SAM, Flags::default(), house.psa_now()).await?;
    beat_and_forget(&house, STANDARD).await?;
    sees_own(&house, STANDARD, SAM, 1).await?;
    assert!(!seen::invoices(&house, BILLING).await?.is_empty());
    editor.set_contact_flags(BEN, Flags { technical: true, ..Flags::default() }, house.psa_now()).await?;
    beat_and_forget(&house, BILLING).await?;
    assert_eq!(seen::invoices(&house, BILLING).await?, BTreeSet::new());
    assert_eq!(seen::tickets(&house, BILLING).await?, upstream::tickets(&house, "ticket_client_id = 1").await?);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_archived_contact_sees_nothing_until_it_is_taken_out_again() -> Result<()> {
    let house = House::new().await?;
    let editor = house.editor();
    editor.archive_contact(PRIYA, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_nothing(&house, PRIMARY).await?;
    editor.unarchive_contact(PRIYA, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_account(&house, PRIMARY, 1).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_archived_account_shuts_its_people_out() -> Result<()> {
    let house = House::new().await?;
    house.editor().archive_client(1, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_nothing(&house, PRIMARY).await?;
    sees_nothing(&house, STANDARD).await?;
    house.editor().unarchive_client(1, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_account(&house, PRIMARY, 1).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_contact_who_may_not_sign_in_upstream_sees_nothing_here() -> Result<()> {
    let house = House::new().await?;
    house.editor().set_sign_in(PRIYA, false, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_nothing(&house, PRIMARY).await?;
    house.editor().set_sign_in(PRIYA, true, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_account(&house, PRIMARY, 1).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_deleted_contact_sees_nothing_after_a_sweep() -> Result<()> {
    let house = House::new().await?;
    house.editor().delete_contact(PRIYA).await?;
    upstream::sweep(&house).await?;
    sees_nothing(&house, PRIMARY).await?;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn rights_follow_the_contact_and_not_the_address() -> Result<()> {
    let house = House::new().await?;
    let address = house.user("priya.nair@").context("no such user")?.email.clone();
    // The address goes to somebody who may see less; both keep what is theirs.
    house.editor().set_contact_email(PRIYA, "priya@elsewhere.example.com", house.psa_now()).await?;
    house.editor().set_contact_email(SAM, &address, house.psa_now()).await?;
    beat_and_forget(&house, PRIMARY).await?;
    sees_account(&house, PRIMARY, 1).await?;
    sees_own(&house, STANDARD, SAM, 1).await?;
    upstream::agrees(&house).await
}
