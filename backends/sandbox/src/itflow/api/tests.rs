//! The API answers as ITFlow was seen to answer.

use super::{Api, Seen};
use crate::{ItflowSandbox, Seed, World};
use chrono::{NaiveDateTime, TimeDelta};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const NOT_INSERTED: &str = "Auth success but insert query failed";
const NOT_UPDATED: &str = "Auth success but update query failed/returned no results";

struct House {
    _dir: tempfile::TempDir,
    itflow: ItflowSandbox,
    api: Api,
}

fn now() -> NaiveDateTime {
    Seed::default().start + TimeDelta::minutes(90)
}

async fn start() -> House {
    let dir = tempfile::tempdir().expect("a folder");
    let itflow = ItflowSandbox::create(dir.path(), &World::seeded(&Seed::default())).await.expect("a sandbox");
    let api = itflow.api(Arc::new(now)).await.expect("an API");
    House { _dir: dir, itflow, api }
}

struct Reply {
    status: u16,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {:?}", self.status, self.body))
    }

    fn row(&self) -> Value {
        self.json()["data"][0].clone()
    }

    fn refused(&self, beginning: &str) {
        let said = self.json();
        assert_eq!((self.status, &said["success"]), (200, &json!("False")), "{said}");
        assert!(said["message"].as_str().is_some_and(|message| message.starts_with(beginning)), "{said}");
    }
}

impl House {
    async fn send(&self, method: &str, target: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.api.url().trim_start_matches("http://")).await.expect("connected");
        let head = format!(
            "{method} /api/v1/{target} HTTP/1.1\r\nHost: itflow\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.api.keys().admin,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
        Reply { status, body: body.to_owned() }
    }

    async fn get(&self, target: &str) -> Reply {
        let mark = if target.contains('?') { '&' } else { '?' };
        self.send("GET", &format!("{target}{mark}api_key={}", self.api.keys().admin), "").await
    }

    async fn post_as(&self, key: &str, target: &str, mut body: Value) -> Reply {
        body["api_key"] = json!(key);
        self.send("POST", target, &body.to_string()).await
    }

    async fn post(&self, target: &str, body: Value) -> Reply {
        self.post_as(self.api.keys().admin, target, body).await
    }

    async fn create(&self, target: &str, body: Value) -> i64 {
        let reply = self.post(target, body).await;
        let said = reply.json();
        // The count is text, the id a number.
        assert_eq!((&said["success"], &said["count"]), (&json!("True"), &json!("1")), "{said}");
        said["data"][0]["insert_id"].as_i64().expect("a number")
    }

    async fn ticket(&self, id: i64) -> Value {
        self.get(&format!("tickets/read.php?ticket_id={id}")).await.row()
    }

    async fn column(&self, sql: &str) -> Vec<String> {
        let conn = self.itflow.conn();
        let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.expect(sql);
        rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).expect(sql).unwrap_or_default()).collect()
    }
}

#[tokio::test]
async fn a_key_counts_in_the_query_or_the_json_body_and_nowhere_else() {
    let b = start().await;
    let keys = b.api.keys();
    let none = b.send("GET", "tickets/read.php", "").await;
    assert_eq!((none.status, none.body.as_str()), (401, ""));
    for wrong in ["nope", keys.expired] {
        let reply = b.send("GET", &format!("tickets/read.php?api_key={wrong}"), "").await;
        assert_eq!((reply.status, &reply.json()["success"]), (401, &json!("False")));
        assert_eq!(reply.json()["message"], "Authentication failed. API key is invalid or has expired.");
    }
    for dead in [keys.archived_user, keys.no_user] {
        let reply = b.send("GET", &format!("tickets/read.php?api_key={dead}"), "").await;
        assert_eq!((reply.status, &reply.json()["success"]), (403, &json!("False")));
    }
    let in_body = json!({ "api_key": keys.admin, "limit": 1 }).to_string();
    assert_eq!(b.send("GET", "tickets/read.php", &in_body).await.json()["count"], 1);
    assert_eq!(b.send("POST", "tickets/create.php", &format!("api_key={}", keys.admin)).await.body, "");
    assert_eq!(b.send("POST", "tickets/create.php", "{not json").await.status, 401);
    let in_query = format!("tickets/create.php?api_key={}", keys.admin);
    b.send("POST", &in_query, r#"{"ticket_subject":""}"#).await.refused(NOT_INSERTED);
    b.api.revoke(keys.admin);
    assert_eq!(b.get("tickets/read.php").await.status, 401);
}

#[tokio::test]
async fn methods_and_paths_that_are_wrong_are_told_apart() {
    let b = start().await;
    let key = b.api.keys().admin;
    let put = b.send("PUT", &format!("tickets/read.php?api_key={key}"), "").await;
    assert_eq!((put.status, put.body.as_str()), (405, "string(3) \"PUT\"\n"));
    let post = b.post("tickets/read.php", json!({ "limit": 1 })).await;
    assert_eq!((post.status, &post.json()["message"]), (405, &json!("Can only send GET requests to this endpoint.")));
    let get = b.get("tickets/create.php").await;
    assert_eq!((get.status, &get.json()["message"]), (405, &json!("Can only send POST requests to this endpoint.")));
    let absent = b.get("payments/read.php").await;
    assert!(absent.status == 404 && absent.body.starts_with("<!DOCTYPE"), "{}", absent.body);
}

#[tokio::test]
async fn roles_and_lists_of_clients_bound_a_key_but_for_the_known_holes() {
    let b = start().await;
    let keys = b.api.keys();
    let new = json!({ "client_id": 1, "ticket_subject": "x" });
    assert_eq!(b.post_as(keys.accountant, "tickets/create.php", new.clone()).await.status, 403);
    assert_eq!(b.post_as(keys.technician, "tickets/create.php", new).await.status, 200);
    let other = json!({ "client_id": 2, "ticket_subject": "x" });
    let refused = b.post_as(keys.restricted, "tickets/create.php", other).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("does not have access to the target client"), "{}", refused.body);
    let seen = b.send("GET", &format!("tickets/read.php?limit=500&client_id=2&api_key={}", keys.restricted), "").await;
    let seen = seen.json();
    let clients = seen["data"].as_array().expect("rows").iter().map(|row| row["ticket_client_id"].as_str());
    assert!(clients.into_iter().all(|client| matches!(client, Some("0" | "1"))));
    // Resolving skips the check of the client.
    let theirs = b.create("tickets/create.php", json!({ "client_id": 2, "ticket_subject": "theirs" })).await;
    let reply = b.post_as(keys.restricted, "tickets/resolve.php", json!({ "client_id": 2, "ticket_id": theirs })).await;
    assert_eq!(reply.json(), json!({ "success": "True", "count": 1 }));
    // A mobile number is found whoever's it is.
    b.column("UPDATE contacts SET contact_mobile = '4915550177' WHERE contact_client_id = 2").await;
    let target = format!("contacts/read.php?contact_phone_or_mobile=4915550177&api_key={}", keys.restricted);
    assert_eq!(b.send("GET", &target, "").await.row()["contact_client_id"], "2");
}

#[tokio::test]
async fn lists_are_pages_by_id_with_odd_limits() {
    let b = start().await;
    let first = b.get("tickets/read.php?limit=2").await.json();
    let second = b.get("tickets/read.php?limit=1&offset=1").await.json();
    assert_eq!((&first["count"], &first["data"][1]), (&json!(2), &second["data"][0]));
    assert!(first["data"][0].get("ticket_status_name").is_none());
    for empty in ["limit=0", "limit=abc", "limit=5&offset=99999", "ticket_id=99999"] {
        b.get(&format!("tickets/read.php?{empty}")).await.refused("No resource");
    }
    let broken = b.get("tickets/read.php?limit=-1").await;
    assert_eq!((broken.status, broken.body.as_str()), (500, ""));
    let first = b.get("tickets/read.php?ticket_id=1%20OR%201=1").await.row();
    assert!(first["ticket_id"] == "1" && first["ticket_status_name"].is_string(), "{first}");
}

#[tokio::test]
async fn a_ticket_is_stored_as_it_came() {
    let b = start().await;
    let before: i64 =
        b.column("SELECT CAST(config_ticket_next_number AS CHAR) FROM settings").await[0].parse().expect("n");
    let details = "<p>Created by <b>API</b></p><script>x</script>";
    let id = b
        .create(
            "tickets/create.php",
            json!({ "client_id": 1, "ticket_subject": " Tücken & <b>x</b> ", "ticket_details": details,
                    "ticket_priority": "High", "ticket_contact_id": 4, "ticket_asset_id": 1, "ticket_status": 5,
                    "ticket_category": "1", "ticket_source": "Portal" }),
        )
        .await;
    let row = b.ticket(id).await;
    for (column, value) in [
        ("ticket_subject", json!("Tücken & x")),
        ("ticket_details", json!(format!("{details}<br>"))),
        ("ticket_priority", json!("High")),
        ("ticket_status", json!("1")),
        ("ticket_source", json!("API")),
        ("ticket_category", json!(null)),
        ("ticket_contact_id", json!("4")),
        ("ticket_asset_id", json!("1")),
        ("ticket_created_by", json!("0")),
        ("ticket_number", json!(before.to_string())),
        ("ticket_created_at", json!(now().format("%Y-%m-%d %H:%M:%S").to_string())),
        ("ticket_updated_at", json!(null)),
        ("ticket_first_response_at", json!(null)),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    // PHP's way to write JSON.
    let raw = b.get(&format!("tickets/read.php?ticket_id={id}")).await.body;
    assert!(raw.contains(r"T\u00fccken") && raw.contains(r"<\/b>"), "{raw}");
}

#[tokio::test]
async fn what_a_ticket_names_is_not_checked() {
    let b = start().await;
    let primary =
        b.column("SELECT CAST(contact_id AS CHAR) FROM contacts WHERE contact_client_id = 2 AND contact_primary = 1");
    let primary = primary.await[0].clone();
    let id = b.create("tickets/create.php", json!({ "client_id": 2, "ticket_subject": "No contact" })).await;
    let row = b.ticket(id).await;
    assert_eq!((row["ticket_contact_id"].as_str(), row["ticket_priority"].as_str()), (Some(&*primary), Some("Low")));
    assert_eq!(row["ticket_details"], "< blank ><br>");
    let id = b
        .create(
            "tickets/create.php",
            json!({ "client_id": 999, "ticket_subject": "x", "ticket_contact_id": 1, "ticket_priority": "Bogus" }),
        )
        .await;
    let row = b.ticket(id).await;
    assert_eq!((row["ticket_client_id"].as_str(), row["ticket_contact_id"].as_str()), (Some("999"), Some("1")));
    assert_eq!(row["ticket_priority"], "Bogus");
    b.post("tickets/create.php", json!({ "client_id": 1 })).await.refused(NOT_INSERTED);
    b.post("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "<br>" })).await.refused(NOT_INSERTED);
    let long = b.post("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "x".repeat(501) })).await;
    assert_eq!((long.status, long.body.as_str()), (500, ""));
}

#[tokio::test]
async fn replies_are_public_or_internal_whatever_is_asked_for() {
    let b = start().await;
    let id = b.create("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "x" })).await;
    let send = |mut body: Value| {
        body["ticket_id"] = json!(id);
        body["client_id"] = json!(1);
        b.post("ticket_replies/create.php", body)
    };
    for (body, kind, worked) in [
        (
            json!({ "ticket_reply": "a", "ticket_reply_type": "public", "ticket_reply_time_worked": "1:10:00" }),
            "Public",
            "01:10:00",
        ),
        (json!({ "ticket_reply": "b" }), "Internal", "00:00:00"),
        (
            json!({ "ticket_reply": "c", "ticket_reply_type": "Client", "ticket_reply_time_worked": "5 minutes" }),
            "Internal",
            "00:00:00",
        ),
    ] {
        let reply = send(body).await.json()["data"][0]["insert_id"].as_i64().expect("an id");
        let row = b.get(&format!("ticket_replies/read.php?ticket_reply_id={reply}")).await.row();
        assert_eq!(
            (row["ticket_reply_type"].as_str(), row["ticket_reply_time_worked"].as_str()),
            (Some(kind), Some(worked))
        );
        assert_eq!(
            (row["ticket_reply_by"].as_str(), row["ticket_reply_by_name"].as_str()),
            (Some("1"), Some("Robin Vale"))
        );
        assert_eq!(row["ticket_client_id"], "1");
    }
    let row = b.ticket(id).await;
    assert!(row["ticket_first_response_at"].is_string() && row["ticket_status"] == "1", "{row}");
    assert_eq!(b.get(&format!("ticket_replies/read.php?ticket_id={id}&type=internal")).await.json()["count"], 2);
    send(json!({ "ticket_reply": "" })).await.refused(NOT_INSERTED);
    b.post("ticket_replies/create.php", json!({ "ticket_id": 99999, "ticket_reply": "x" })).await.refused(NOT_INSERTED);
    let wrong = json!({ "client_id": 2, "ticket_id": id, "ticket_reply": "x" });
    b.post("ticket_replies/create.php", wrong).await.refused(NOT_INSERTED);
}

#[tokio::test]
async fn a_status_beside_a_reply_is_stored_as_it_is() {
    let b = start().await;
    let id = b.create("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "x" })).await;
    for (status, resolved) in [(3, false), (77, false), (5, false), (4, true)] {
        let body = json!({ "client_id": 1, "ticket_id": id, "ticket_reply": "x", "ticket_status": status });
        b.create("ticket_replies/create.php", body).await;
        let row = b.ticket(id).await;
        assert_eq!(row["ticket_status"], status.to_string());
        assert_eq!((row["ticket_resolved_at"].is_string(), row["ticket_closed_at"].is_string()), (resolved, false));
    }
    let said = b.column(&format!("SELECT ticket_history_description FROM ticket_history WHERE ticket_history_ticket_id = {id} ORDER BY ticket_history_id")).await;
    assert_eq!(
        said,
        [
            "Status set to On Hold via the API (admin)",
            "Status set to  via the API (admin)",
            "Status set to Closed via the API (admin)",
            "Resolved via the API (admin)"
        ]
    );
}

#[tokio::test]
async fn resolving_again_changes_no_row() {
    let b = start().await;
    let new = json!({ "client_id": 1, "ticket_subject": "x", "ticket_priority": "High" });
    let id = b.create("tickets/create.php", new).await;
    let due = b.ticket(id).await;
    assert!(due["ticket_response_due_at"].is_string() && due["ticket_sla_id"] == "1", "{due}");
    let body = json!({ "client_id": 1, "ticket_id": id });
    // The count is of a later statement where a service level sets a time: it is resolved, and the answer is no.
    b.post("tickets/resolve.php", body.clone()).await.refused(NOT_UPDATED);
    let row = b.ticket(id).await;
    assert_eq!(
        (row["ticket_status"].as_str(), row["ticket_resolution_sla_met"].as_str()),
        (Some("4"), Some("1")),
        "{row}"
    );
    assert!(row["ticket_resolved_at"].is_string() && row["ticket_first_response_at"].is_string());
    assert_eq!(
        b.column("SELECT sla_history_ended_at FROM sla_history").await,
        [now().format("%Y-%m-%d %H:%M:%S").to_string()]
    );
    let plain = b.create("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "x" })).await;
    let plain = json!({ "client_id": 1, "ticket_id": plain });
    assert_eq!(b.post("tickets/resolve.php", plain.clone()).await.json(), json!({ "success": "True", "count": 1 }));
    for body in [body, plain, json!({ "client_id": 1, "ticket_id": 99999 }), json!({ "client_id": 1 })] {
        b.post("tickets/resolve.php", body).await.refused(NOT_UPDATED);
    }
}

#[tokio::test]
async fn a_contact_is_made_changed_and_put_away() {
    let b = start().await;
    let new = json!({ "client_id": 1, "contact_name": "New Person", "contact_email": "new@example.com",
                      "contact_phone": "+1 (518) 555-0177", "contact_billing": 1 });
    let id = b.create("contacts/create.php", new.clone()).await;
    let read = async || b.get(&format!("contacts/read.php?contact_id={id}")).await.row();
    let row = read().await;
    assert_eq!((row["contact_phone"].as_str(), row["contact_user_id"].as_str()), (Some("15185550177"), Some("0")));
    assert_eq!((row["contact_billing"].as_str(), row["contact_title"].as_str()), (Some("1"), Some("")));
    b.post("contacts/create.php", new).await.refused(NOT_INSERTED);
    b.post("contacts/create.php", json!({ "client_id": 1, "contact_name": "x" })).await.refused(NOT_INSERTED);
    let change = json!({ "client_id": 1, "contact_id": id, "contact_title": "Boss", "contact_technical": 1 });
    assert_eq!(b.post("contacts/update.php", change.clone()).await.json(), json!({ "success": "True", "count": 1 }));
    b.post("contacts/update.php", change).await.refused(NOT_UPDATED);
    let wrong = json!({ "client_id": 2, "contact_id": id, "contact_title": "Boss" });
    b.post("contacts/update.php", wrong).await.refused(NOT_UPDATED);
    let who = json!({ "client_id": 1, "contact_id": id });
    assert_eq!(b.post("contacts/archive.php", who.clone()).await.json()["count"], 1);
    let row = read().await;
    assert!(row["contact_archived_at"].is_string() && row["contact_billing"] == "0", "{row}");
    b.post("contacts/archive.php", who.clone()).await.refused(NOT_UPDATED);
    assert_eq!(b.post("contacts/unarchive.php", who).await.json()["count"], 1);
    let row = read().await;
    assert!(row["contact_archived_at"].is_null() && row["contact_technical"] == "0", "{row}");
}

#[tokio::test]
async fn there_is_one_primary_contact_and_a_flag_that_was_never_set_breaks_an_update() {
    let b = start().await;
    let new = json!({ "client_id": 1, "contact_name": "P", "contact_email": "p@example.com", "contact_primary": 1 });
    let id = b.create("contacts/create.php", new).await;
    let primaries = "SELECT CAST(contact_id AS CHAR) FROM contacts WHERE contact_client_id = 1 AND contact_primary = 1";
    assert_eq!(b.column(primaries).await, [id.to_string()]);
    b.column(&format!("UPDATE contacts SET contact_billing = NULL WHERE contact_id = {id}")).await;
    let change = json!({ "client_id": 1, "contact_id": id, "contact_title": "Boss" });
    assert_eq!(b.post("contacts/update.php", change).await.status, 500);
    let change = json!({ "client_id": 1, "contact_id": id, "contact_title": "Boss", "contact_billing": 0 });
    assert_eq!(b.post("contacts/update.php", change).await.json()["count"], 1);
}

#[tokio::test]
async fn an_answer_may_be_lost_after_the_row_was_written() {
    let b = start().await;
    b.api.lose_answers(1);
    let lost = b.post("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "Was written" })).await;
    assert_eq!((lost.status, lost.body.as_str()), (500, ""));
    assert_eq!(b.column("SELECT ticket_subject FROM tickets ORDER BY ticket_id DESC LIMIT 1").await, ["Was written"]);
    b.create("tickets/create.php", json!({ "client_id": 1, "ticket_subject": "Next" })).await;
    let Seen { method, path, body, .. } = b.api.seen().remove(0);
    assert_eq!((method.as_str(), path.as_str()), ("POST", "/api/v1/tickets/create.php"));
    assert_eq!(body.expect("JSON")["ticket_subject"], "Was written");
}
