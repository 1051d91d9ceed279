//! Webhooks: believed in nothing but the ids of what to read again.

use super::fixture::House;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use portico_contract::{Backend, Delivery, ErrorKind, Hint, Kind, NativeId, Result, Stream};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "a-webhook-secret";

fn tell(house: &House, authorization: &str, body: &Value) -> Result<Vec<Hint>> {
    let headers = vec![("Authorization".to_owned(), authorization.to_owned())];
    let body = body.to_string().into_bytes().into();
    house.halo.hints(&Delivery { headers, body, received_at: house.clock.now() })
}

fn ticket(id: i64) -> Hint {
    Hint::Read(NativeId::new(Kind::Ticket, id))
}

#[tokio::test]
async fn only_who_knows_the_secret_is_heard() {
    let house = House::new().await;
    let body = json!({"id": "1", "event": "New Ticket Logged", "object_id": 7});
    let basic = |password: &str| format!("Basic {}", STANDARD.encode(format!("halo:{password}")));
    for wrong in ["", "Bearer x", "Basic x", &basic("wrong"), &format!("Bearer {SECRET}x")] {
        assert_eq!(tell(&house, wrong, &body).unwrap_err().kind, ErrorKind::Forbidden, "{wrong}");
    }
    assert_eq!(tell(&house, &format!("Bearer {SECRET}"), &body).unwrap(), [ticket(7)]);
    let other = json!({"id": "2", "event": "New Ticket Logged", "object_id": 8});
    assert_eq!(tell(&house, &basic(SECRET), &other).unwrap(), [ticket(8)]);
    let deaf = House::with(|config| config.webhook_secret = None).await;
    assert_eq!(tell(&deaf, SECRET, &body).unwrap_err().kind, ErrorKind::Unsupported);
    assert!(!deaf.halo.capabilities().webhooks && house.halo.capabilities().webhooks);
}

#[tokio::test]
async fn every_size_of_body_names_the_same_thing_and_a_repeat_nothing() {
    let house = House::new().await;
    let contact = Hint::Read(NativeId::new(Kind::Contact, 3));
    for (body, expected) in [
        (json!({"id": "a", "event": "Ticket Updated", "object_id": 7}), vec![ticket(7)]),
        (json!({"id": "b", "event": "x", "ticket": {"id": 7.0, "summary": "y", "status_id": 9}}), vec![ticket(7)]),
        (
            json!({"id": "c", "event": "New Action", "object_id": 2, "action": {"id": 2, "ticket_id": 7}}),
            vec![ticket(7)],
        ),
        (
            json!([{"id": "d", "ticket": {"id": 7}}, {"id": "e", "ticket": {"id": 7}}, {"id": "f", "ticket": {"id": 8}}]),
            vec![ticket(7), ticket(8)],
        ),
        (json!({"id": "g", "event": "User changed", "object_id": 3}), vec![contact]),
        (json!({"id": "h", "event": "Something new"}), vec![Hint::Pull(Stream::Tickets)]),
        (json!({"id": "a", "event": "Ticket Updated", "object_id": 7}), vec![]),
    ] {
        assert_eq!(tell(&house, SECRET, &body).unwrap(), expected, "{body}");
    }
    assert_eq!(tell(&house, SECRET, &json!("x")).unwrap_err().kind, ErrorKind::Invalid);
    let many: Vec<Value> = (0..500).map(|id| json!({"ticket": {"id": id}})).collect();
    assert_eq!(tell(&house, SECRET, &json!(many)).unwrap(), [Hint::Pull(Stream::Tickets)]);
}

#[tokio::test]
async fn where_halo_signs_only_its_signature_counts() {
    let house = House::with(|config| {
        config.webhook_signature_header = Some("X-Halo-Signature".into());
        config.webhook_signature_prefix = "sha256=".into();
    })
    .await;
    let body: &[u8] = br#"{"id":"1","event":"Ticket Updated","object_id":7}"#;
    let hear = |name: &str, value: &str, body: &[u8]| {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let body = body.to_vec().into();
        house.halo.hints(&Delivery { headers, body, received_at: house.clock.now() })
    };
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(body);
    let signature = format!("sha256={}", STANDARD.encode(mac.finalize().into_bytes()));
    for (name, value, body) in [
        ("Authorization", SECRET, body),
        ("X-Halo-Signature", SECRET, body),
        ("X-Halo-Signature", signature.trim_start_matches("sha256="), body),
        ("X-Halo-Signature", signature.as_str(), br#"{"id":"1","event":"Ticket Updated","object_id":8}"#),
    ] {
        assert_eq!(hear(name, value, body).unwrap_err().kind, ErrorKind::Forbidden, "{name} {value}");
    }
    assert_eq!(hear("x-halo-signature", &signature, body).unwrap(), [ticket(7)]);
    assert_eq!(hear("x-halo-signature", &signature, body).unwrap(), [], "sent again");
}

#[tokio::test]
async fn an_old_delivery_and_a_long_id_make_no_work_twice() {
    let house = House::new().await;
    let at = |stamp: &str, id: &str| json!({ "id": id, "timestamp": stamp, "event": "Ticket Updated", "object_id": 7 });
    assert_eq!(tell(&house, SECRET, &at("2026-05-30T12:00:00.1234567Z", "a")).unwrap(), []);
    assert_eq!(tell(&house, SECRET, &at("2026-06-01T11:59:00.1234567Z", "b")).unwrap(), [ticket(7)]);
    let long = "x".repeat(1_000);
    assert_eq!(tell(&house, SECRET, &at("", &long)).unwrap(), [ticket(7)]);
    assert_eq!(tell(&house, SECRET, &at("", &long)).unwrap(), []);
}
