//! The tenant answers as Halo was seen to answer.

mod door;
mod edits;
mod facts;
mod hooks;
mod reading;
mod writing;

use super::Halo;
use crate::{Seed, World};
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct House {
    halo: Halo,
    now: Arc<Mutex<NaiveDateTime>>,
    token: Mutex<String>,
}

#[derive(Debug)]
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {:?}", self.status, self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn is_empty(&self, status: u16) {
        assert_eq!((self.status, self.text()), (status, String::new()));
    }
}

async fn start() -> House {
    start_with(&Seed::default()).await
}

async fn start_with(seed: &Seed) -> House {
    let now = Arc::new(Mutex::new(seed.start + TimeDelta::minutes(90)));
    let clock = Arc::clone(&now);
    let halo = Halo::start(&World::seeded(seed), Arc::new(move || *clock.lock().expect("a clock"))).await;
    let house = House { halo: halo.expect("a tenant"), now, token: Mutex::default() };
    house.sign_in("all admin").await;
    house
}

async fn send(url: &str, method: &str, target: &str, headers: &str, body: &str) -> Option<Reply> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.expect("connected");
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: halo\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..at]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    Some(Reply { status, head, body: answer[at + 4..].to_vec() })
}

impl House {
    async fn ask_token(&self, form: &str) -> Reply {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        send(self.halo.url(), "POST", "/auth/token?tenant=northlight", headers, form).await.expect("an answer")
    }

    fn credentials(&self, scope: &str) -> String {
        let (id, secret) = (self.halo.client_id(), self.halo.client_secret());
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}")
    }

    async fn sign_in(&self, scope: &str) {
        let answer = self.ask_token(&self.credentials(&scope.replace(' ', "+"))).await.json();
        *self.token.lock().expect("a token") = answer["access_token"].as_str().expect("a token").to_owned();
    }

    async fn call(&self, method: &str, target: &str, body: &str) -> Option<Reply> {
        let token = self.token.lock().expect("a token").clone();
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        send(self.halo.url(), method, &format!("/api/{target}"), &headers, body).await
    }

    async fn get(&self, target: &str) -> Reply {
        self.call("GET", target, "").await.expect("an answer")
    }

    /// The rows of a list, whatever its key.
    async fn rows(&self, target: &str) -> Vec<Value> {
        let body = self.get(target).await.json();
        let list = body.as_object().and_then(|envelope| envelope.values().find(|value| value.is_array()).cloned());
        list.unwrap_or(body).as_array().expect("a list").clone()
    }

    async fn ids(&self, target: &str) -> Vec<i64> {
        self.rows(target).await.iter().map(|row| row["id"].as_i64().expect("an id")).collect()
    }

    async fn post(&self, target: &str, body: Value) -> Reply {
        self.call("POST", target, &body.to_string()).await.expect("an answer")
    }

    async fn made(&self, target: &str, object: Value) -> Value {
        let reply = self.post(target, json!([object])).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }

    fn pass(&self, time: TimeDelta) {
        *self.now.lock().expect("a clock") += time;
    }
}
