//! Arrays of objects, and what a write moves along.

use super::start;
use crate::halopsa::{APPROVED, CLOSED};
use serde_json::{Value, json};

#[tokio::test]
async fn only_arrays_are_taken_and_only_the_last_object_comes_back() {
    let house = start().await;
    let alone = house.post("Tickets", json!({ "summary": "alone" })).await;
    assert_eq!(alone.status, 400);
    let two = json!([{ "summary": "one" }, { "summary": "two" }]);
    let last = house.post("Tickets", two.clone()).await;
    assert_eq!((last.status, &last.json()["summary"]), (201, &json!("two")));
    let all = house.post("Tickets?returnall=true", two).await.json();
    assert_eq!((&all[0]["summary"], &all[1]["summary"]), (&json!("one"), &json!("two")));
    let object = house.post("Tickets/Object", json!({ "summary": "an object" })).await.json();
    assert_eq!(object["summary"], "an object");
}

#[tokio::test]
async fn without_an_id_a_write_makes_a_second_one_and_with_it_only_what_is_sent_changes() {
    let house = start().await;
    let first = house.made("Tickets", json!({ "summary": "printer", "client_id": 2, "impact": 1 })).await;
    let again = house.made("Tickets", json!({ "id": null, "summary": "printer", "client_id": 2 })).await;
    assert_ne!(first["id"], again["id"]);
    let changed = house.made("Tickets", json!({ "id": first["id"], "urgency": 2, "no_such_field": 1 })).await;
    let facts = [&changed["summary"], &changed["impact"], &changed["urgency"], &changed["site_id"]];
    assert_eq!(facts, [&json!("printer"), &json!(1), &json!(2), &json!(3)]);
    assert!(changed.get("no_such_field").is_none());
    assert_eq!(house.post("Tickets", json!([{ "id": 777_777, "summary": "x" }])).await.status, 400);
}

#[tokio::test]
async fn a_user_needs_a_site_beside_it() {
    let house = start().await;
    let refused = house.post("Tickets", json!([{ "summary": "x", "client_id": 2, "user_id": 4 }])).await;
    assert_eq!(refused.status, 400);
    let as_shown = json!([{ "summary": "x", "client_id": 2, "user_id": 4, "site_id": 3.0 }]);
    let refused = house.post("Tickets", as_shown).await;
    assert_eq!((refused.status, refused.json()["[0].site_id"].is_array()), (400, true));
    let made = house.made("Tickets", json!({ "summary": "x", "client_id": 2, "user_id": 4, "site_id": 3 })).await;
    assert_eq!((&made["user_id"], &made["site_id"]), (&json!(4), &json!(3)));
}

#[tokio::test]
async fn actions_are_counted_within_their_ticket_and_need_an_outcome() {
    let house = start().await;
    let (one, two) = (
        house.made("Tickets", json!({ "summary": "1" })).await,
        house.made("Tickets", json!({ "summary": "2" })).await,
    );
    for ticket in [&one["id"], &two["id"]] {
        let action =
            house.made("Actions", json!({ "ticket_id": ticket, "outcome_id": 7, "note_html": "<p>psst</p>" })).await;
        assert_eq!(
            (&action["id"], &action["hiddenfromuser"], &action["note"]),
            (&json!(1), &json!(true), &json!("psst"))
        );
    }
    let refused = house.post("Actions", json!([{ "ticket_id": one["id"], "note": "x" }])).await;
    assert!(refused.status == 400 && refused.text().contains("outcome"), "{}", refused.text());
    let free = house.made("Actions", json!({ "ticket_id": one["id"], "outcome": "Something else", "note": "x" })).await;
    assert_eq!((&free["outcome"], &free["hiddenfromuser"]), (&json!("Something else"), &json!(false)));
    let shown = house.rows(&format!("Actions?ticket_id={}&excludeprivate=true", one["id"])).await;
    assert_eq!(shown.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&json!(2)]);
    assert!(shown[0].get("note_html").is_none());
    assert!(house.rows("Actions").await.len() > 100, "without a ticket the whole table comes");
}

#[tokio::test]
async fn the_outcome_moves_the_status_and_a_note_does_not() {
    let house = start().await;
    let ticket = house.made("Tickets", json!({ "summary": "x" })).await["id"].clone();
    let status = async |outcome: i64| {
        house.made("Actions", json!({ "ticket_id": ticket, "outcome_id": outcome, "note": "x" })).await;
        house.get(&format!("Tickets/{ticket}")).await.json()["status_id"].clone()
    };
    assert_eq!(status(7).await, 1);
    assert_eq!(status(1).await, 4);
    assert_eq!(status(22).await, CLOSED);
    assert_eq!(status(20).await, 2);
    let by_hand = house.made("Tickets", json!({ "id": ticket, "status_id": CLOSED })).await;
    assert_eq!(
        (&by_hand["hasbeenclosed"], by_hand["dateclosed"].as_str().map(|at| &at[..4])),
        (&json!(true), Some("2026"))
    );
}

#[tokio::test]
async fn a_user_can_be_named_as_the_author() {
    let house = start().await;
    let action =
        json!({ "ticket_id": 5, "outcome_id": 20, "note": "x", "hiddenfromuser": false, "actionby_user_id": 4 });
    let action = house.made("Actions", action).await;
    assert_eq!((&action["who"], &action["who_type"]), (&json!("Priya Nair"), &json!(0)));
}

#[tokio::test]
async fn deleted_tickets_stay_readable_and_come_back() {
    let house = start().await;
    house.call("DELETE", "Tickets/5?reason=test", "").await.expect("an answer").is_empty(204);
    assert!(!house.ids("Tickets?includeclosed=true").await.contains(&5));
    assert_eq!(house.get("Tickets/5?includedetails=true").await.json()["deleted"], true);
    assert!(house.ids("Tickets?deleted=true").await.contains(&5));
    house.made("Tickets", json!({ "id": 5, "_recover": true, "_validate_updates": true })).await;
    assert!(house.ids("Tickets?includeclosed=true").await.contains(&5));
}

#[tokio::test]
async fn files_come_with_tickets_and_actions_and_are_read_as_bytes() {
    let house = start().await;
    let file = json!({ "filename": "log.txt", "data_base64": "aGVsbG8=", "isimage": false });
    let ticket = house.made("Tickets", json!({ "summary": "x", "attachments": [file] })).await;
    let kept = &ticket["attachments"][0];
    assert_eq!((&kept["filename"], &kept["filesize"]), (&json!("log.txt"), &json!(5)));
    assert!(kept.get("data_base64").is_none());
    assert_eq!(house.get(&format!("Attachment/{}", kept["id"])).await.text(), "hello");
    let action = json!({ "ticket_id": ticket["id"], "outcome_id": 2, "note": "x", "attachments": [file] });
    let action = house.made("Actions", action).await;
    let list = format!("Attachment?ticket_id={}&action_id={}", ticket["id"], action["id"]);
    assert_eq!(house.rows(&list).await.len(), 1);
}

#[tokio::test]
async fn custom_fields_are_merged_and_a_reference_can_be_searched_for() {
    let house = start().await;
    let sent = json!([{ "id": 151, "value": "2" }, { "name": "CFRequestReference", "value": "req-17" }]);
    let ticket = house.made("Tickets", json!({ "summary": "x", "customfields": sent })).await;
    house.made("Tickets", json!({ "id": ticket["id"], "customfields": [{ "id": 151, "value": "1" }] })).await;
    let one = house.get(&format!("Tickets/{}?includedetails=true", ticket["id"])).await.json();
    let values: Vec<&Value> =
        one["customfields"].as_array().expect("fields").iter().map(|field| &field["value"]).collect();
    assert_eq!(values, [&json!("req-17"), &json!("1")]);
    let found = house.rows("Tickets?search=req-17").await;
    assert_eq!(found.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&ticket["id"]]);
}

#[tokio::test]
async fn approvals_and_quotes_are_decided() {
    let house = start().await;
    let open = house.rows("TicketApproval").await[0].clone();
    let decision =
        json!({ "ticket_id": open["ticket_id"], "seq": open["seq"], "result": APPROVED, "approver_note": "fine" });
    let decided = house.made("TicketApproval", decision).await;
    assert_eq!((&decided["result"], &decided["step_name"]), (&json!(APPROVED), &open["step_name"]));
    let quote = house.rows("Quotation").await.into_iter().find(|row| row["can_approve"] == true).expect("a quote");
    house.made("Quotation/Approval", json!({ "id": quote["id"], "result": true, "approvalname": "Priya" })).await;
    let one = house.get(&format!("Quotation/{}", quote["id"])).await.json();
    assert_eq!((&one["approvalstate"], &one["can_approve"]), (&json!(APPROVED), &json!(false)));
}

#[tokio::test]
async fn a_payment_settles_its_invoice() {
    let house = start().await;
    let invoice = house.halo.add_invoice(2, 119.9, true).expect("an invoice");
    let open = |due: f64, status: i64| (json!(due), json!(status));
    for (amount, left) in [(100.0, open(19.9, 1)), (19.9, open(0.0, 2))] {
        let payment = house.made("InvoicePayment", json!({ "invoice_id": invoice, "amount": amount })).await;
        assert_eq!(payment["client_id"], 2);
        let row = house.get(&format!("Invoice/{invoice}")).await.json();
        assert_eq!((row["amountdue"].clone(), row["paymentstatus"].clone()), left);
    }
}

#[tokio::test]
async fn people_are_added_to_a_site() {
    let house = start().await;
    let person = json!({ "firstname": "Ada", "surname": "Byron", "emailaddress": "ada@example.com", "site_id": 3 });
    let person = house.made("Users", person).await;
    assert_eq!((&person["name"], &person["client_id"]), (&json!("Ada Byron"), &json!(2)));
    assert_eq!(house.post("Users", json!([{ "firstname": "Nobody" }])).await.status, 400);
    let secret = house.made("Users", json!({ "id": person["id"], "new_password": "x", "resetpassword": true })).await;
    assert!(secret.get("new_password").is_none());
}
