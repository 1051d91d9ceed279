//! A wire that does what it is told, and a transport on it.

use crate::wire::{Outgoing, Wire};
use crate::{Fixed, Request, Response, Settings, TokenSource, Transport};
use ::http::{HeaderMap, HeaderValue, StatusCode};
use async_trait::async_trait;
use bytes::Bytes;
use portico_contract::{CallCx, Clock, Error, Lane, Result, Sent};
use std::collections::VecDeque;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What the wire does with one request.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// A status without a body.
    Status(u16),
    /// 429 or 503 with `Retry-After`.
    Later(u16, &'static str),
    /// 200 with a body.
    Body(&'static str),
    /// An error of the connection.
    Breaks(Sent),
    /// Nothing, before the first byte left.
    HangsBefore,
    /// Nothing, after the request left.
    HangsAfter,
    /// 200 after so many milliseconds.
    Slow(u64),
}

/// What the wire saw.
#[derive(Debug, Clone)]
pub struct Seen {
    pub at: Duration,
    pub operation: &'static str,
    pub authorization: String,
    pub url: String,
}

#[derive(Debug)]
pub struct Fake {
    acts: Mutex<VecDeque<Act>>,
    /// What it does once the list is over.
    then: Act,
    pub seen: Mutex<Vec<Seen>>,
    born: Instant,
    under_way: AtomicUsize,
    pub most_under_way: AtomicUsize,
}

impl Fake {
    pub fn new(acts: &[Act], then: Act) -> Arc<Self> {
        Arc::new(Self {
            acts: Mutex::new(acts.iter().copied().collect()),
            then,
            seen: Mutex::default(),
            born: Instant::now(),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
        })
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// When requests came, in whole seconds since the wire was made.
    pub fn seconds(&self) -> Vec<u64> {
        self.seen.lock().unwrap().iter().map(|seen| seen.at.as_secs()).collect()
    }

    pub fn operations(&self) -> Vec<&'static str> {
        self.seen.lock().unwrap().iter().map(|seen| seen.operation).collect()
    }

    fn note(&self, outgoing: &Outgoing) {
        let authorization = outgoing.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        self.seen.lock().unwrap().push(Seen {
            at: self.born.elapsed(),
            operation: outgoing.operation,
            authorization: authorization.to_owned(),
            url: outgoing.url.to_string(),
        });
    }
}

#[async_trait]
impl Wire for Fake {
    async fn send(&self, outgoing: Outgoing) -> Result<Response> {
        self.note(&outgoing);
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(self.then);
        let now = self.under_way.fetch_add(1, SeqCst) + 1;
        self.most_under_way.fetch_max(now, SeqCst);
        let _ends = Ends(&self.under_way);
        if matches!(act, Act::HangsBefore) {
            return pending().await;
        }
        let left = matches!(act, Act::Breaks(Sent::No)) || outgoing.departure.leave();
        assert!(left, "a request left that was stopped");
        match act {
            Act::Breaks(sent) => return Err(Error::unavailable("it breaks").sent(sent)),
            Act::HangsAfter => return pending().await,
            Act::Slow(ms) => sleep(Duration::from_millis(ms)).await,
            Act::HangsBefore | Act::Status(_) | Act::Later(..) | Act::Body(_) => {}
        }
        let (status, body) = match act {
            Act::Status(status) | Act::Later(status, _) => (status, ""),
            Act::Body(body) => (200, body),
            _ => (200, "{}"),
        };
        let mut headers = HeaderMap::new();
        if let Act::Later(_, wait) = act {
            headers.insert("retry-after", HeaderValue::from_static(wait));
        }
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Response { operation: outgoing.operation, status, headers, body: Bytes::from_static(body.as_bytes()) })
    }
}

struct Ends<'a>(&'a AtomicUsize);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Settings in which nothing gets in the way of what a test is about.
pub fn settings() -> Settings {
    Settings {
        base_url: "https://psa.example/api".into(),
        backoff: Duration::from_millis(10),
        longest_backoff: Duration::from_millis(10),
        failures: u32::MAX,
        concurrency: 1_000,
        ..Settings::default()
    }
}

pub fn clock() -> Clock {
    Clock::fake("2026-03-01T08:00:00Z".parse().unwrap())
}

pub fn transport(fake: &Arc<Fake>, settings: Settings) -> Arc<Transport> {
    with(fake, settings, Arc::new(Fixed::none()), &clock())
}

pub fn with(fake: &Arc<Fake>, settings: Settings, tokens: Arc<dyn TokenSource>, clock: &Clock) -> Arc<Transport> {
    let wire: Arc<dyn Wire> = fake.clone();
    Arc::new(Transport::over(wire, settings, tokens, clock.clone()).unwrap())
}

/// An interactive call that may take so many seconds.
pub fn within(seconds: u64) -> CallCx {
    cx(Lane::Interactive, seconds)
}

pub fn cx(lane: Lane, seconds: u64) -> CallCx {
    CallCx { lane, deadline: (Instant::now() + Duration::from_secs(seconds)).into_std() }
}

pub fn read() -> Request {
    Request::get("t.read", "things")
}

pub fn write() -> Request {
    Request::post("t.create", "things").json(serde_json::json!({}))
}
