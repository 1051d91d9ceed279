//! Tokens, scopes, the rate limit and the faults.

use super::{send, start};
use crate::halopsa::Fault;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn tokens_come_for_a_form_with_the_right_secret_only() {
    let house = start().await;
    let good = house.ask_token(&house.credentials("read:tickets")).await.json();
    assert_eq!(
        (&good["token_type"], &good["expires_in"], &good["scope"]),
        (&json!("Bearer"), &json!(3600), &json!("read:tickets"))
    );
    let body = json!({ "grant_type": "client_credentials", "client_id": house.halo.client_id() }).to_string();
    let headers = "Content-Type: application/json\r\n";
    let json_body = send(house.halo.url(), "POST", "/auth/token", headers, &body).await.expect("an answer");
    assert_eq!(json_body.status, 400);
    let old = house.credentials("all");
    house.halo.rotate_secret();
    let refused = house.ask_token(&old).await;
    assert_eq!((refused.status, refused.json()), (401, json!({ "error": "invalid_client" })));
    assert_eq!(house.ask_token(&house.credentials("all")).await.status, 200);
}

#[tokio::test]
async fn a_scope_that_does_not_exist_or_was_not_granted_is_refused() {
    let house = start().await;
    let refused = house.ask_token(&house.credentials("read:users")).await;
    assert_eq!((refused.status, refused.json()), (400, json!({ "error": "invalid_scope" })));
    house.halo.grant("read:tickets");
    assert_eq!(house.ask_token(&house.credentials("read:tickets+read:kb")).await.status, 400);
    house.halo.manners(|manners| manners.drops_scopes = true);
    let less = house.ask_token(&house.credentials("read:tickets+read:kb")).await.json();
    assert_eq!(less["scope"], "read:tickets");
}

#[tokio::test]
async fn a_refresh_token_works_once() {
    let house = start().await;
    let first = house.ask_token(&house.credentials("all+offline_access")).await.json();
    let (id, secret) = (house.halo.client_id(), house.halo.client_secret());
    let form = format!(
        "grant_type=refresh_token&client_id={id}&client_secret={secret}&refresh_token={}",
        first["refresh_token"].as_str().expect("a refresh token")
    );
    assert_eq!(house.ask_token(&form).await.status, 200);
    let again = house.ask_token(&form).await;
    assert_eq!((again.status, again.json()), (400, json!({ "error": "invalid_grant" })));
}

#[tokio::test]
async fn without_a_good_token_only_two_things_answer() {
    let house = start().await;
    assert_eq!(house.get("Status").await.status, 200);
    house.halo.revoke_tokens();
    house.get("Status").await.is_empty(401);
    assert_eq!(house.get("AuthInfo").await.json()["tenant_id"], "northlight");
    assert_eq!(house.get("InstanceInfo").await.status, 200);
    house.sign_in("all").await;
    house.pass(TimeDelta::minutes(59));
    assert_eq!(house.get("Status").await.status, 200);
    house.pass(TimeDelta::minutes(1));
    house.get("Status").await.is_empty(401);
}

#[tokio::test]
async fn a_missing_scope_is_an_empty_403() {
    let house = start().await;
    house.sign_in("read:tickets").await;
    assert_eq!(house.get("Tickets").await.status, 200);
    house.get("Invoice").await.is_empty(403);
    house.call("POST", "Tickets", "[]").await.expect("an answer").is_empty(403);
    assert_eq!(house.get("Status").await.status, 200);
}

#[tokio::test]
async fn a_role_that_sees_less_gets_a_shorter_list_and_old_tokens_keep_their_rights() {
    let house = start().await;
    let all = house.rows("Client?includeinactive=true").await.len();
    house.halo.restrict(Some(&[2]));
    assert_eq!(house.rows("Client?includeinactive=true").await.len(), all, "an old token keeps its rights");
    house.sign_in("all").await;
    assert_eq!(house.ids("Client?includeinactive=true").await, [2]);
    assert!(house.rows("Tickets?includeclosed=true").await.iter().all(|row| row["client_id"] == 2));
    house.get("Client/3").await.is_empty(403);
}

#[tokio::test]
async fn five_minutes_hold_so_many_calls_and_no_more() {
    let house = start().await;
    house.halo.set_limit(3);
    for _ in 0..3 {
        assert_eq!(house.get("Status").await.status, 200);
        house.pass(TimeDelta::minutes(1));
    }
    let refused = house.get("Status").await;
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("3 Requests per rolling 5 minute window"), "{}", refused.text());
    assert!(!refused.head.contains("retry-after"));
    house.halo.manners(|manners| manners.retry_after = Some(42));
    assert!(house.get("Status").await.head.contains("retry-after: 42"));
    assert_eq!((house.halo.limited(), house.halo.busiest()), (2, 5));
    house.pass(TimeDelta::minutes(2));
    assert_eq!(house.get("Status").await.status, 200);
    assert_eq!(house.halo.counts().get("GET Status"), Some(&6));
}

#[tokio::test]
async fn faults_happen_as_ordered_and_once() {
    let house = start().await;
    let before = house.halo.ids("Tickets").len();
    house.halo.fail(Fault::Status(500), Some("Tickets"), 1);
    assert_eq!(house.get("Status").await.status, 200);
    house.get("Tickets").await.is_empty(500);
    assert_eq!(house.get("Tickets").await.status, 200);
    house.halo.fail(Fault::Html, None, 1);
    let page = house.get("Tickets").await;
    assert!(page.status == 200 && page.text().starts_with("<!DOCTYPE"), "{page:?}");
    house.halo.fail(Fault::Truncated, None, 1);
    assert!(serde_json::from_slice::<serde_json::Value>(&house.get("Tickets").await.body).is_err());
    house.halo.fail(Fault::Limited(Some(7)), None, 1);
    assert!(house.get("Tickets").await.head.contains("retry-after: 7"));
    house.halo.fail(Fault::Reset, None, 1);
    let lost = house.call("POST", "Tickets", r#"[{"summary":"never"}]"#).await;
    assert!(lost.is_none(), "{lost:?}");
    assert_eq!(house.halo.ids("Tickets").len(), before);
    for fault in [Fault::ResetAfter, Fault::FailedAfter] {
        house.halo.fail(fault, None, 1);
        house.call("POST", "Tickets", r#"[{"summary":"lost"}]"#).await;
    }
    assert_eq!(house.halo.ids("Tickets").len(), before + 2, "what was lost was done");
    house.halo.fail(Fault::FirstPage, None, 1);
    let (first, again) =
        ("Tickets?pageinate=true&page_no=1&page_size=5", "Tickets?pageinate=true&page_no=2&page_size=5");
    let repeated = house.ids(again).await;
    assert_eq!(repeated, house.ids(first).await);
    assert_ne!(repeated, house.ids(again).await);
    house.halo.fail(Fault::Hang, None, 1);
    let hung = tokio::time::timeout(std::time::Duration::from_millis(50), house.get("Status")).await;
    assert!(hung.is_err(), "{hung:?}");
}
