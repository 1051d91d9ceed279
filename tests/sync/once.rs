//! However many look, the PSA is asked once.

use crate::tickets::some_ticket;
use crate::{seen, upstream};
use anyhow::Result;
use futures_util::future::{join_all, try_join_all};
use portico_contract::{Kind, Stream};
use portico_tests::house::{AGENT, PRIMARY, STANDARD, TECHNICAL};
use portico_tests::psa::{Mood, Verb};
use portico_tests::{House, Options, Psa};
use std::time::Duration;

const VIEWERS: usize = 20;

async fn guarded() -> Result<(House, Psa)> {
    let psa = Psa::default();
    let house = House::with(Options { psa: Some(psa.clone()), ..Options::default() }).await?;
    Ok((house, psa))
}

#[tokio::test]
async fn twenty_who_open_a_ticket_cost_one_read_per_max_age() -> Result<()> {
    let (house, psa) = guarded().await?;
    let id = house.id(Kind::Ticket, some_ticket(&house)?)?;
    for round in 1..=4 {
        house.pass(Duration::from_millis(20_001));
        let people = [PRIMARY, TECHNICAL, AGENT].into_iter().cycle().take(VIEWERS);
        for answer in try_join_all(people.map(|who| seen::open(&house, who, &id))).await? {
            assert_eq!(answer["data"]["ticket"]["id"], id.as_str(), "{answer}");
            assert!(seen::stale(&answer).is_empty(), "{answer}");
        }
        assert_eq!(psa.calls(Verb::Read(Kind::Ticket)), round);
        seen::open(&house, PRIMARY, &id).await?;
        house.pass(Duration::from_millis(19_999));
        seen::open(&house, PRIMARY, &id).await?;
        assert_eq!(psa.calls(Verb::Read(Kind::Ticket)), round, "within max_age");
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn who_may_not_see_a_ticket_does_not_make_the_psa_read_it() -> Result<()> {
    let (house, psa) = guarded().await?;
    let foreign = house.world.tickets.iter().find(|ticket| ticket.client == 2).map(|ticket| ticket.id);
    house.pass(Duration::from_secs(60));
    for ticket in [foreign.unwrap_or_default(), 999_999] {
        let answer = seen::open(&house, STANDARD, &house.id(Kind::Ticket, ticket)?).await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{answer}");
    }
    assert_eq!(psa.calls(Verb::Read(Kind::Ticket)), 0);
    Ok(())
}

#[tokio::test]
async fn twenty_who_list_cost_one_pull_per_stream_and_period() -> Result<()> {
    let (house, psa) = guarded().await?;
    let pulls = || [Stream::Tickets, Stream::Contacts, Stream::Invoices].map(|stream| psa.calls(Verb::Pull(stream)));
    let mut before = pulls();
    for _ in 0..3 {
        house.pass(Duration::from_millis(120_001));
        let people = [PRIMARY, STANDARD, AGENT].into_iter().cycle().take(VIEWERS);
        try_join_all(people.map(|who| house.data(who, "{ tickets { nodes { id } } }"))).await?;
        let after = pulls();
        // Contacts carry the rights of everybody; nobody asked for invoices.
        assert_eq!([after[0] - before[0], after[1] - before[1], after[2] - before[2]], [1, 1, 0]);
        house.data(PRIMARY, "{ tickets { nodes { id } } }").await?;
        assert_eq!(pulls(), after, "it was fresh");
        before = after;
    }
    upstream::agrees(&house).await
}

#[tokio::test]
async fn twenty_who_meet_a_psa_that_fails_ask_it_once_and_are_all_told() -> Result<()> {
    let (house, psa) = guarded().await?;
    let id = house.id(Kind::Ticket, some_ticket(&house)?)?;
    psa.becomes(Mood::Fails);
    house.pass(Duration::from_secs(60));
    let answers = join_all((0..VIEWERS).map(|_| seen::open(&house, PRIMARY, &id))).await;
    for answer in answers {
        let answer = answer?;
        assert_eq!(answer["data"]["ticket"]["id"], id.as_str(), "{answer}");
        assert_eq!(seen::stale(&answer).len(), 1, "{answer}");
        assert_eq!(seen::stale(&answer)[0]["id"], id.as_str(), "{answer}");
    }
    assert_eq!(psa.calls(Verb::Read(Kind::Ticket)), 1);
    Ok(())
}
