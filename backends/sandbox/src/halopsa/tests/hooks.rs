//! Webhooks arrive in three sizes, twice, and out of order.

use super::{House, start};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A receiver that keeps head and body of what comes, and answers with this status.
async fn receiver(status: &'static str) -> (String, UnboundedReceiver<(String, Value)>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}/hook?x=1", listener.local_addr().expect("an address"));
    let (send, receive) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = String::new();
            let mut bytes = [0; 4096];
            let body = loop {
                let read = stream.read(&mut bytes).await.unwrap_or(0);
                text.push_str(&String::from_utf8_lossy(&bytes[..read]));
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                if let Ok(body) = serde_json::from_str(body) {
                    break (head.to_owned(), body);
                }
            };
            let _ = send.send(body);
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await;
        }
    });
    (url, receive)
}

async fn next(arrived: &mut UnboundedReceiver<(String, Value)>) -> (String, Value) {
    let waited = tokio::time::timeout(std::time::Duration::from_secs(5), arrived.recv()).await;
    waited.expect("a delivery in time").expect("a delivery")
}

async fn hooked(size: i64) -> (House, UnboundedReceiver<(String, Value)>) {
    let house = start().await;
    let (url, arrived) = receiver("200 OK").await;
    house.halo.add_webhook(&url, "Bearer hook-secret", size).expect("a webhook");
    (house, arrived)
}

#[tokio::test]
async fn a_change_is_told_with_the_secret_and_in_the_size_that_was_chosen() {
    for (size, has_ticket, has_details) in [(0, true, true), (1, true, false), (2, false, false)] {
        let (house, mut arrived) = hooked(size).await;
        let ticket = house.halo.open_ticket(2, 0, "told").expect("a ticket");
        let (head, body) = next(&mut arrived).await;
        assert!(head.starts_with("POST /hook?x=1") && head.contains("Bearer hook-secret"), "{head}");
        assert_eq!((&body["event"], &body["object_id"]), (&"New Ticket Logged".into(), &ticket.into()));
        assert_eq!(body.get("ticket").is_some(), has_ticket);
        assert_eq!(body["ticket"].get("details_html").is_some(), has_details);
    }
}

#[tokio::test]
async fn deliveries_repeat_and_change_places() {
    let (house, mut arrived) = hooked(2).await;
    house.halo.manners(|manners| (manners.hooks_twice, manners.hooks_disordered) = (true, true));
    house.halo.close_ticket(5).expect("closed");
    let mut bodies = Vec::new();
    for _ in 0..4 {
        bodies.push(next(&mut arrived).await.1);
    }
    assert_eq!(bodies[0]["id"], bodies[1]["id"]);
    assert_ne!(bodies[1]["id"], bodies[2]["id"]);
    let events: Vec<&Value> = bodies.iter().map(|body| &body["event"]).collect();
    assert_eq!(events, ["Ticket Updated", "Ticket Updated", "Status Changed", "Status Changed"]);
}

#[tokio::test]
async fn a_receiver_that_fails_again_and_again_is_given_up() {
    let house = start().await;
    let (url, mut arrived) = receiver("500 No").await;
    let hook = house.halo.add_webhook(&url, "x", 2).expect("a webhook");
    for _ in 0..5 {
        house.halo.delete_ticket(5).expect("deleted");
        next(&mut arrived).await;
    }
    while house.halo.ids("WebhookEvent").len() < 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.halo.value("Webhook", hook, "disabled"), true);
    let log = house.rows("WebhookEvent").await;
    assert!(log.len() == 5 && log.iter().all(|row| row["responsestatus"] == 500 && row["error"] == true), "{log:?}");
}
