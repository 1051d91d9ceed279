//! Lists, pages, filters and single rows.

use super::{start, start_with};
use crate::Seed;
use crate::halopsa::{CLOSED, Counts, GENERAL_USER, SHIFT};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[tokio::test]
async fn a_parameter_that_halo_does_not_know_gives_the_whole_tenant() {
    let house = start().await;
    let all = house.ids("Tickets?includeclosed=true").await;
    let own = house.rows("Tickets?client_id=2&includeclosed=true").await;
    assert!(own.len() < all.len() && own.iter().all(|row| row["client_id"] == 2));
    assert_eq!(house.ids("Tickets?clientid=2&includeclosed=true").await, all);
    assert_eq!(house.ids("Tickets?tickettype_id=3&includeclosed=true").await, all, "the filter is requesttype");
    let of_type = house.rows("Tickets?requesttype=3,99&includeclosed=true").await;
    assert!(!of_type.is_empty() && of_type.iter().all(|row| row["tickettype_id"] == 3));
}

#[tokio::test]
async fn pages_need_the_misspelt_switch_and_a_number_and_end_at_the_cap() {
    let house = start_with(&Seed { tickets_per_account: 60, ..Seed::default() }).await;
    let list = "Tickets?includeclosed=true&order=id";
    let total = house.rows(list).await.len();
    assert!(total > 200, "{total}");
    assert_eq!(house.rows(&format!("{list}&paginate=true&page_no=1&page_size=10")).await.len(), total);
    assert_eq!(house.rows(&format!("{list}&page_no=2&page_size=10")).await.len(), total);
    assert_eq!(house.rows(&format!("{list}&pageinate=true&page_size=10")).await.len(), 50, "the size needs a number");
    let capped = house.get(&format!("{list}&pageinate=true&page_no=1&page_size=1000")).await.json();
    assert_eq!((&capped["page_size"], &capped["record_count"]), (&json!(100), &json!(total)));
    assert_eq!(capped["tickets"].as_array().map(Vec::len), Some(100));
    let mut walked = Vec::new();
    for page in 1..=(total / 100 + 2) {
        walked.extend(house.ids(&format!("{list}&pageinate=true&page_no={page}&page_size=100")).await);
    }
    assert_eq!(walked, house.ids(list).await);
    assert_eq!(house.rows(&format!("{list}&count=7")).await.len(), 7);
}

#[tokio::test]
async fn one_list_gives_its_first_page_for_ever() {
    let house = start().await;
    let page = |number| format!("Quotation?pageinate=true&page_no={number}&page_size=4");
    let first = house.ids(&page(1)).await;
    assert_eq!((first.len(), house.ids(&page(2)).await), (4, first));
}

#[tokio::test]
async fn pages_shift_when_somebody_opens_a_ticket() {
    let house = start().await;
    let first = house.ids("Tickets?includeclosed=true&pageinate=true&page_no=1&page_size=10").await;
    house.halo.open_ticket(2, 0, "between two pages").expect("a ticket");
    let second = house.ids("Tickets?includeclosed=true&pageinate=true&page_no=2&page_size=10").await;
    assert_eq!(first.last(), second.first());
}

#[tokio::test]
async fn keys_and_counts_drift_between_builds() {
    let house = start().await;
    assert!(house.get("Agent").await.json()["results"].is_array());
    house.halo.manners(|manners| _ = manners.keys.insert("Agent", "agents"));
    assert!(house.get("Agent").await.json()["agents"].is_array());
    house.halo.manners(|manners| _ = manners.keys.insert("Agent", ""));
    assert!(house.get("Agent").await.json().is_array());
    house.halo.manners(|manners| manners.counts = Counts::Zero);
    assert_eq!(house.get("Client").await.json()["record_count"], 0);
    house.halo.manners(|manners| (manners.counts, manners.wraps_single) = (Counts::Missing, true));
    assert!(house.get("Client").await.json().get("record_count").is_none());
    assert_eq!(house.get("Client/2").await.json()[0]["id"], 2);
    house.halo.manners(|manners| _ = manners.absent.insert("KBArticle"));
    house.get("KBArticle").await.is_empty(404);
}

#[tokio::test]
async fn a_plain_list_of_tickets_lacks_what_closed_long_ago() {
    let house = start().await;
    let closed = |rows: &[Value]| rows.iter().filter(|row| row["status_id"] == CLOSED).count();
    let all = house.rows("Tickets?includeclosed=true").await;
    house.pass(TimeDelta::days(27));
    house.sign_in("all").await;
    let plain = house.rows("Tickets").await;
    assert!(closed(&plain) < closed(&all), "{} {}", closed(&plain), closed(&all));
    let open = house.rows("Tickets?open_only=true").await;
    assert!(closed(&open) == 0 && closed(&house.rows("Tickets?closed_only=true").await) == closed(&all));
}

#[tokio::test]
async fn ticket_rows_hold_ids_without_labels_until_asked() {
    let house = start().await;
    let row = &house.rows("Tickets?client_id=2").await[0];
    assert!(row["client_name"].is_string() && row.get("status_name").is_none() && row.get("agent_name").is_none());
    assert!(row.get("details_html").is_none() && row.get("deleted").is_none());
    let row = &house.rows("Tickets?client_id=2&includestatus=true&includeagent=true").await[0];
    assert!(row["status_name"].is_string() && row["agent_name"].is_string());
    let one = house.get("Tickets/5?includedetails=true").await.json();
    assert!(one["details_html"].is_string() && one["attachments"].is_array() && one["priority"]["id"].is_string());
}

#[tokio::test]
async fn a_priority_has_a_guid_and_a_number_that_repeats_per_sla() {
    let house = start().await;
    let rows = house.rows("Priority").await;
    let high: Vec<&Value> = rows.iter().filter(|row| row["priorityid"] == 2).collect();
    assert_eq!(high.len(), 2);
    assert_ne!(high[0]["id"], high[1]["id"]);
    assert_eq!(house.rows("Priority?slaid=1").await.len() * 2, rows.len());
    house.get("Priority/2").await.is_empty(404);
    let guid = high[0]["id"].as_str().expect("a GUID");
    assert_eq!(house.get(&format!("Priority/{guid}")).await.json()["priorityid"], 2);
}

#[tokio::test]
async fn some_ids_are_doubles_and_must_not_be_sent_back_so() {
    let house = start().await;
    let body = house.get("Users?client_id=2").await.text();
    assert!(body.contains("\"site_id\":3.0") && body.contains("\"site_id_int\":3,"), "{body}");
    assert!(house.get("Site/3").await.text().contains("\"client_id\":2.0"));
    let refused = house.get("Users?site_id=3.0").await;
    assert_eq!((refused.status, refused.json()), (400, json!({ "site_id": ["The value '3.0' is not valid."] })));
}

#[tokio::test]
async fn refusals_have_four_shapes_and_an_unknown_id_has_none() {
    let house = start().await;
    let map = house.get("Tickets/abc").await;
    assert_eq!((map.status, map.json()["id"].is_array()), (400, true));
    let exception = house.post("Actions", json!([{ "ticket_id": 5, "note": "x" }])).await;
    assert_eq!((exception.status, &exception.json()["ClassName"]), (400, &json!("System.Exception")));
    let sentence = house.post("Tickets", json!([{ "summary": "x", "client_id": 4711 }])).await;
    assert_eq!((sentence.status, sentence.json().is_string()), (400, true));
    let coded = house.get("Tickets?advanced_search=%5B%7B%7D%5D").await;
    assert_eq!((coded.status, &coded.json()["resultCode"]), (400, &json!(400)));
    house.get("Tickets/999999").await.is_empty(404);
    house.get("Contract").await.is_empty(404);
    house.call("PUT", "Tickets/5", "{}").await.expect("an answer").is_empty(405);
}

#[tokio::test]
async fn times_have_no_zone_and_none_is_an_old_date() {
    let house = start().await;
    let rows = house.rows("Tickets?includeclosed=true").await;
    let texts: Vec<&str> = rows.iter().filter_map(|row| row["dateclosed"].as_str()).collect();
    for none in ["1899-12-30T00:00:00", "1900-01-01T00:00:00", "0001-01-01T00:00:00"] {
        assert!(texts.contains(&none), "{none}");
    }
    assert!(rows.iter().any(|row| row["dateclosed"].is_null()));
    let lengths: std::collections::BTreeSet<usize> =
        rows.iter().filter_map(|row| row["dateoccurred"].as_str()).map(str::len).collect();
    assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [19, 20, 21, 27]);
}

#[tokio::test]
async fn what_changed_since_can_be_asked_for() {
    let house = start().await;
    let since = house.now.lock().expect("a clock").format("%Y-%m-%dT%H:%M:%S").to_string();
    assert!(house.rows(&format!("Tickets?lastupdatefromdate={since}")).await.is_empty());
    house.halo.set_status(5, 2).expect("a ticket");
    assert_eq!(house.ids(&format!("Tickets?lastupdatefromdate={since}")).await, [5]);
    house.halo.update_user(4, json!({ "web_access_level": 0 })).expect("a user");
    assert_eq!(house.ids(&format!("Users?lastupdatefromdate={since}")).await, [4]);
    let bad = house.get("Tickets?lastupdatefromdate=yesterday").await;
    assert_eq!((bad.status, bad.json().is_string()), (400, true));
}

#[tokio::test]
async fn put_away_rows_and_catch_all_users_come_only_when_asked_for() {
    let house = start().await;
    assert_eq!(house.ids("Client").await.len() + 1, house.ids("Client?includeinactive=true").await.len());
    assert_eq!(house.ids("Client?activeinactive=false,true").await, [5 + SHIFT.client]);
    let general = |rows: &[Value]| rows.iter().filter(|row| row["name"] == GENERAL_USER).count();
    assert!(general(&house.rows("Users").await) > 0);
    assert_eq!(general(&house.rows("Users?exclude_generaluser=true").await), 0);
    let statuses = house.ids("Status").await;
    let open = house.ids("Status?excludeclosed=true").await;
    assert_eq!(statuses.into_iter().filter(|id| !open.contains(id)).collect::<Vec<_>>(), [CLOSED]);
}

#[tokio::test]
async fn unposted_hidden_voided_and_credit_rows_are_mixed_in() {
    let house = start().await;
    let rows = house.rows("Invoice?client_id=2").await;
    let flags = |name: &str| rows.iter().filter(|row| row[name] == json!(true)).count();
    assert!(flags("posted") < rows.len() && flags("hideinvoice") > 0 && flags("voided") > 0);
    assert!(rows.iter().all(|row| row.get("lines").is_none() && row.get("internal_note").is_none()));
    assert_eq!(house.rows("Invoice?client_id=2&postedonly=true").await.len(), flags("posted"));
    assert!(house.rows("Invoice?client_id=2&includecredits=false").await.len() < rows.len());
    let id = &rows[0]["id"];
    let one = house.get(&format!("Invoice/{id}?includedetails=true")).await.json();
    assert_eq!(one["lines"][0]["unit_cost"], 13.37);
    house.get(&format!("Invoice/PDF/{id}")).await.is_empty(404);
    let pdf = house.post(&format!("Invoice/PDF/{id}"), json!([])).await;
    assert!(pdf.head.contains("application/pdf") && pdf.body.starts_with(b"%PDF"));
}
