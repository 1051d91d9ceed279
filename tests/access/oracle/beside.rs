//! The same with two PSAs: what is hidden in either of them changes nothing for customers of both.

use super::{Question, answers, questions, without};
use crate::both::{self, Both};
use crate::cast::{self, Viewer};
use crate::sdl::Sdl;
use crate::sight::Sight;
use crate::sight::tenant::There;
use anyhow::{Result, ensure};
use portico_contract::{Kind, Stream};
use portico_sandbox::Halo;
use portico_sandbox::halopsa::UNKNOWN_CLIENT;
use portico_tests::house::ADMINISTRATOR;
use serde_json::json;
use std::collections::BTreeSet;

/// Of all questions, one in so many.
const ASKED: usize = 4;

/// Tables with rows of a kind that nothing else of the tenant needs.
const TABLES: [(&str, Kind); 5] = [
    ("Invoice", Kind::Invoice),
    ("Quotation", Kind::Quote),
    ("RecurringInvoice", Kind::RecurringInvoice),
    ("ClientContract", Kind::Contract),
    ("KBArticle", Kind::Article),
];

/// Takes out of the tenant what this customer may not see. Names beside visible tickets stay.
fn strip(halo: &Halo, there: &There) -> Result<()> {
    let seen = |kind: Kind, id: i64| there.0.get(&kind).is_some_and(|keys| keys.contains(&id.to_string()));
    for (ticket, _) in halo.ids("Tickets").into_iter().filter(|(id, _)| !seen(Kind::Ticket, *id)) {
        halo.purge_ticket(ticket);
    }
    for (payment, _) in halo.ids("InvoicePayment") {
        if !seen(Kind::Invoice, halo.value("InvoicePayment", payment, "invoice_id").as_i64().unwrap_or_default()) {
            halo.remove("InvoicePayment", (payment, 0))?;
        }
    }
    for (path, kind) in TABLES {
        for (id, _) in halo.ids(path).into_iter().filter(|(id, _)| !seen(kind, *id)) {
            halo.remove(path, (id, 0))?;
        }
    }
    let foreign = |client: i64| client != UNKNOWN_CLIENT && !seen(Kind::Account, client);
    for path in ["Asset", "Users", "Site"] {
        for (id, _) in halo.ids(path) {
            if foreign(halo.value(path, id, "client_id").as_i64().unwrap_or(UNKNOWN_CLIENT)) {
                halo.remove(path, (id, 0))?;
            }
        }
    }
    for (client, _) in halo.ids("Client").into_iter().filter(|(id, _)| foreign(*id)) {
        halo.remove("Client", (client, 0))?;
    }
    Ok(())
}

/// Every id of either PSA, besides the questions that ITFlow's rows make.
fn asked(both: &Both, sdl: &Sdl, viewer: &Viewer) -> Result<Vec<Question>> {
    let mut asked: Vec<Question> = questions(&both.house, sdl, viewer)?.into_iter().step_by(ASKED).collect();
    let everything = There::everything(&both.halo, &both.world);
    for kind in everything.0.keys() {
        let ids: BTreeSet<String> = everything.ids(&both.house, *kind)?;
        for ids in ids.into_iter().collect::<Vec<_>>().chunks(100) {
            asked.push(("query($ids: [ID!]!) { nodes(ids: $ids) { id } }".to_owned(), json!({ "ids": ids })));
        }
    }
    Ok(asked)
}

#[tokio::test]
async fn customers_of_two_psas_are_told_nothing_of_what_is_hidden_in_either() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let house = &both.house;
    let (here, guest) = (cast::person(house, "priya.nair@")?, both.guest(both::STANDARD)?);
    let (sight, there) = (Sight::of(&house.world, &here), There::of(&both.halo, &both.world, guest));
    let mut told = Vec::new();
    for viewer in [&here, guest] {
        let questions = asked(&both, &sdl, viewer)?;
        let answers = answers(house, viewer, &questions).await?;
        told.push((viewer, questions, answers));
    }
    let less = without(&house.world, &sight);
    house.editor().restore(&less).await?;
    strip(&both.halo, &there)?;
    for source in house.app.sync.sources() {
        for stream in source.streams().collect::<Vec<Stream>>() {
            house.sweep_of(source, stream).await?;
        }
    }
    let left = less.tickets.len() + there.ids(house, Kind::Ticket)?.len();
    let staff = house.data(ADMINISTRATOR, "{ tickets { totalCount } }").await?;
    ensure!(*cast::at(&staff, "/tickets/totalCount") == json!(left), "the rest is still there: {staff}, not {left}");
    for (viewer, questions, before) in told {
        let after = answers(house, viewer, &questions).await?;
        for ((question, before), after) in questions.iter().zip(before).zip(after) {
            ensure!(
                before == after,
                "{}: {question:?}\nwith what is hidden:    {before}\nwithout: {after}",
                viewer.label
            );
        }
    }
    Ok(())
}
