//! A PSA of two paths: `POST /things` makes one, `GET /things` lists them.

use crate::FaultProxy;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use portico_contract::{CallCx, Clock, Lane};
use portico_transport::{Fixed, Request, Settings, TokenSource, Transport};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

#[derive(Debug, Clone, Default)]
pub struct Things(Arc<Mutex<Vec<Value>>>);

impl Things {
    pub fn made(&self) -> Vec<Value> {
        self.0.lock().unwrap().clone()
    }
}

async fn list(State(things): State<Things>) -> String {
    Value::from(things.made()).to_string()
}

async fn make(State(things): State<Things>, thing: String) -> String {
    let mut made = things.0.lock().unwrap();
    made.push(serde_json::from_str(&thing).unwrap());
    json!({ "id": made.len() }).to_string()
}

/// The PSA with a proxy before it.
pub async fn start() -> (Things, FaultProxy) {
    let things = Things::default();
    let proxy = FaultProxy::start(serve(things.clone()).await).await.unwrap();
    (things, proxy)
}

async fn serve(things: Things) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/things", get(list).post(make)).with_state(things);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A transport whose calls are tried once and have half a second.
pub fn impatient(proxy: &FaultProxy) -> Transport {
    transport(proxy, Settings { tries: 1, ..settings() }, Arc::new(Fixed::none()))
}

pub fn settings() -> Settings {
    Settings {
        try_timeout: Duration::from_millis(500),
        backoff: Duration::from_millis(1),
        failures: u32::MAX,
        ..Settings::default()
    }
}

pub fn transport(proxy: &FaultProxy, settings: Settings, tokens: Arc<dyn TokenSource>) -> Transport {
    let settings = Settings { base_url: proxy.url(), ..settings };
    Transport::new(settings, tokens, Clock::system()).unwrap()
}

pub fn cx() -> CallCx {
    CallCx::new(Lane::Interactive, Duration::from_secs(30))
}

pub fn read() -> Request {
    Request::get("t.list", "things")
}

pub fn write(thing: impl Into<Value>) -> Request {
    Request::post("t.make", "things").json(thing.into())
}
