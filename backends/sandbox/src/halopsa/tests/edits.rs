//! What people do in Halo shows in the API.

use super::start;
use crate::canary::{Visibility, found_in, visibility_of};
use crate::halopsa::{CLOSED, NewAction, SHIFT};
use crate::{Seed, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn tickets_move_through_their_lives() {
    let house = start().await;
    let id = house.halo.open_ticket(2, 4, "monitor").expect("a ticket");
    let row = house.get(&format!("Tickets/{id}")).await.json();
    assert_eq!((&row["client_id"], &row["user_id"], &row["site_id"]), (&json!(2), &json!(4), &json!(3)));
    house.halo.move_ticket(id, 3).expect("moved");
    let row = house.get(&format!("Tickets/{id}")).await.json();
    assert_eq!((&row["client_id"], &row["user_id"], &row["site_id"]), (&json!(3), &json!(0), &json!(4)));
    house.halo.close_ticket(id).expect("closed");
    assert_eq!(house.halo.value("Tickets", id, "status_id"), CLOSED);
    house.halo.delete_ticket(id).expect("deleted");
    house.halo.recover_ticket(id).expect("recovered");
    house.halo.purge_ticket(id);
    house.get(&format!("Tickets/{id}")).await.is_empty(404);
    assert_ne!(house.halo.open_ticket(2, 0, "next").expect("a ticket"), id, "numbers are not given out again");
}

#[tokio::test]
async fn messages_are_written_hidden_and_published() {
    let house = start().await;
    let new = NewAction { ticket: 5, note: "<p>hello</p>".to_owned(), user: 4, hours: 0.25, ..NewAction::default() };
    let action = house.halo.add_action(&new).expect("an action");
    let list = "Actions?ticket_id=5&excludeprivate=true&excludesys=true";
    assert!(house.ids(list).await.contains(&action));
    house.halo.set_hidden(5, action, true).expect("hidden");
    assert!(!house.ids(list).await.contains(&action));
    house.halo.set_hidden(5, action, false).expect("published");
    house.halo.edit_action(5, action, "<b>bye</b>").expect("edited");
    let row = house.rows(&format!("{list}&includehtmlnote=true")).await.into_iter().find(|row| row["id"] == action);
    let row = row.expect("the action");
    assert_eq!(
        (&row["note"], &row["note_html"], &row["timetaken"]),
        (&json!("bye"), &json!("<b>bye</b>"), &json!(0.25))
    );
    house.halo.delete_action(5, action).expect("deleted");
    assert!(!house.ids(list).await.contains(&action));
}

#[tokio::test]
async fn quiet_builds_do_not_say_that_a_message_was_hidden() {
    let house = start().await;
    let hours = chrono::TimeDelta::minutes(5);
    let last = || house.halo.value("Tickets", 5, "last_update");
    let (first, _) = (last(), house.pass(hours));
    house.halo.manners(|manners| manners.quiet_edits = true);
    house.halo.set_hidden(5, 3, true).expect("hidden");
    assert_eq!(last(), first);
    house.halo.manners(|manners| manners.quiet_edits = false);
    house.halo.set_hidden(5, 3, false).expect("published");
    assert_ne!(last(), first);
}

#[tokio::test]
async fn rights_and_invoices_change() {
    let house = start().await;
    house.halo.update_user(4, json!({ "web_access_level": 0, "canaccessinvoices": false })).expect("changed");
    let user = house.get("Users/4").await.json();
    assert_eq!((&user["web_access_level"], &user["canaccessinvoices"]), (&json!(0), &json!(false)));
    let invoice = house.halo.add_invoice(2, 10.0, false).expect("an invoice");
    house.halo.update_invoice(invoice, json!({ "posted": true })).expect("posted");
    assert_eq!(house.get(&format!("Invoice/{invoice}")).await.json()["posted"], true);
}

/// Ids meet those of another PSA over the same world, and mean something else.
#[tokio::test]
async fn ids_are_shifted() {
    let house = start().await;
    let world = World::seeded(&Seed::default());
    for client in &world.clients {
        let id = i64::from(client.id) + SHIFT.client;
        assert_eq!(house.get(&format!("Client/{id}")).await.json()["name"], client.name.as_str());
    }
    for ticket in world.tickets.iter().filter(|ticket| ticket.client != 0) {
        let row = house.get(&format!("Tickets/{}", i64::from(ticket.id) + SHIFT.ticket)).await.json();
        assert_eq!(
            (&row["summary"], &row["client_id"]),
            (&json!(ticket.subject), &json!(i64::from(ticket.client) + SHIFT.client))
        );
    }
}

/// The rows that an adapter must drop and the fields that it must not show all carry a canary.
#[tokio::test]
async fn internal_things_carry_canaries() {
    let house = start().await;
    let mut places = BTreeSet::new();
    let lists = [
        "Tickets",
        "Actions",
        "Attachment",
        "Client",
        "Site",
        "Users",
        "Agent",
        "Asset",
        "ClientContract",
        "Invoice",
        "InvoicePayment",
        "Quotation",
        "Item",
        "KBArticle",
        "TicketApproval",
    ];
    for list in lists {
        for (first, second) in house.halo.ids(list) {
            let target = match list {
                "Actions" => format!("Actions/{second}?ticket_id={first}&includedetails=true"),
                "TicketApproval" => format!("TicketApproval/{first}&{second}"),
                _ => format!("{list}/{first}?includedetails=true"),
            };
            house.halo.set_limit(usize::MAX);
            let row = house.get(&target).await.json();
            let Value::Object(fields) = row else { panic!("{target}") };
            for (name, value) in fields {
                let internal = |mark: &str| visibility_of(mark) == Some(Visibility::Internal);
                if found_in(&value.to_string()).any(internal) {
                    places.insert(format!("{list}.{name}"));
                }
            }
        }
    }
    for place in [
        "Actions.note",
        "Attachment.link",
        "Client.notes",
        "Users.other1",
        "Agent.jobtitle",
        "Asset.notes",
        "ClientContract.note",
        "Invoice.internal_note",
        "InvoicePayment.intent_response",
        "Quotation.internal_approvalnote",
        "Item.supplier_part_code",
        "KBArticle.name",
        "TicketApproval.token",
        "Tickets.supplier_reference",
        "Tickets.summary",
    ] {
        assert!(places.contains(place), "{place} in {places:?}");
    }
}
