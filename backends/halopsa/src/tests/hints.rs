//! Webhooks: believed in nothing but the ids of what to read again.

use super::fixture::House;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_contract::{Backend, Delivery, ErrorKind, Hint, Kind, NativeId, Result, Stream};
use serde_json::{Value, json};

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
