//! What boxes that speak JSON over HTTP share: the server, what goes wrong on order, tokens, webhooks, and rows in memory.
//!
//! A box is a [`Vendor`] behind a [`Server`]. Nothing here knows which product answers.

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod door;
pub(crate) mod fill;
pub(crate) mod hook;
pub(crate) mod mapping;
pub(crate) mod row;
pub(crate) mod table;
pub(crate) mod token;

pub use door::{Fault, Seen};

use crate::error::Result;
use answer::Answer;
use call::Call;
use door::Door;
use hook::Delivery;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use table::{Key, Tables};
use token::Tokens;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// What a product makes of calls.
pub trait Vendor: Send + 'static {
    fn door(&mut self) -> &mut Door;

    fn tokens(&mut self) -> &mut Tokens;

    fn tables(&self) -> &Tables;

    fn answer(&mut self, call: &Call) -> Answer;

    /// Webhooks of what happened since the last time, in the order in which they go.
    fn due(&mut self) -> Vec<Delivery> {
        Vec::new()
    }

    /// What became of a webhook (status 0: nobody was there), and how many in a row have failed by now.
    fn delivered(&mut self, _delivery: &Delivery, _status: u16, _failed: usize) {}
}

/// A running box. It ends when this is dropped.
pub struct Server<V: Vendor> {
    url: String,
    shared: Arc<Shared<V>>,
    tasks: [JoinHandle<()>; 2],
}

pub(crate) struct Shared<V> {
    vendor: Mutex<V>,
    deliveries: UnboundedSender<Delivery>,
}

impl<V: Vendor> Shared<V> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, V> {
        self.vendor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does this, and sends what is to be told of it.
    fn change<T>(&self, change: impl FnOnce(&mut V) -> T) -> T {
        let mut vendor = self.lock();
        let done = change(&mut vendor);
        for delivery in vendor.due() {
            let _ = self.deliveries.send(delivery);
        }
        done
    }
}

impl<V: Vendor> fmt::Debug for Server<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &self.url).finish_non_exhaustive()
    }
}

impl<V: Vendor> Drop for Server<V> {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl<V: Vendor> Server<V> {
    /// On this port of this machine (0: a free one), with what is made for its address.
    pub(crate) async fn serve(port: u16, made: impl FnOnce(&str) -> V) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (deliveries, due) = unbounded_channel();
        let shared = Arc::new(Shared { vendor: Mutex::new(made(&url)), deliveries });
        let serving = Arc::clone(&shared);
        let serving = tokio::spawn(listen(listener, move |request| respond(Arc::clone(&serving), request)));
        let sending = tokio::spawn(hook::send(due, Arc::downgrade(&shared)));
        Ok(Self { url, shared, tasks: [serving, sending] })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, V> {
        self.shared.lock()
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut V) -> T) -> T {
        self.shared.change(change)
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next calls (of this list, if one is named) fail like this.
    pub fn fail(&self, fault: Fault, list: Option<&str>, calls: usize) {
        let faults = std::iter::repeat_n((fault, list.map(str::to_owned)), calls);
        self.lock().door().faults.extend(faults);
    }

    /// Takes back the faults that nobody met.
    pub fn heal(&self) {
        self.lock().door().faults.clear();
    }

    /// How many calls go through in one window.
    pub fn set_limit(&self, calls: usize) {
        self.lock().door().limit = calls;
    }

    /// The most calls that any window saw, those refused by the rate limit included.
    #[must_use]
    pub fn busiest(&self) -> usize {
        self.lock().door().busiest
    }

    /// How many calls the rate limit refused.
    #[must_use]
    pub fn limited(&self) -> usize {
        self.lock().door().limited
    }

    /// Every call so far, the oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen_since(0)
    }

    /// The same without the first so many.
    #[must_use]
    pub fn seen_since(&self, first: usize) -> Vec<Seen> {
        self.lock().door().seen.iter().skip(first).cloned().collect()
    }

    pub fn forget_seen(&self) {
        self.lock().door().seen.clear();
    }

    #[must_use]
    pub fn client_id(&self) -> &'static str {
        self.lock().tokens().client_id
    }

    #[must_use]
    pub fn client_secret(&self) -> String {
        self.lock().tokens().secret.clone()
    }

    /// Another client secret; the old one is `invalid_client` from now on.
    pub fn rotate_secret(&self) -> String {
        self.lock().tokens().secret.push('2');
        self.client_secret()
    }

    /// Every token so far is no longer good.
    pub fn revoke_tokens(&self) {
        self.lock().tokens().given.clear();
    }

    /// What the application may ask for. Tokens keep what they were issued with.
    pub fn grant(&self, scopes: &str) {
        self.lock().tokens().granted = scopes.split_ascii_whitespace().map(str::to_owned).collect();
    }

    /// The customers that the application's account may see; `None` for all. Tokens keep what they were issued with.
    pub fn restrict(&self, customers: Option<&[i64]>) {
        self.lock().tokens().sees = customers.map(<[i64]>::to_vec);
    }

    /// What a field holds now, as JSON, of a row that is known by one number.
    #[must_use]
    pub fn value(&self, list: &str, id: i64, field: &str) -> Json {
        self.cell(list, (id, 0), field)
    }

    pub(crate) fn cell(&self, list: &str, key: Key, field: &str) -> Json {
        self.lock().tables().row(list, key).map_or(Json::Null, |row| row.get(field).json())
    }

    /// The ids of a list, in order; of everything, put away or not.
    #[must_use]
    pub fn ids(&self, list: &str) -> Vec<(i64, i64)> {
        self.lock().tables().table(list).keys().copied().collect()
    }

    /// Calls per method and list, tokens included: `GET Tickets`.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.lock().door().counts()
    }
}

/// Answers whoever connects, each in a task of its own.
pub(crate) async fn listen<H, F, E>(listener: TcpListener, respond: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<Full<Bytes>>, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper::service::service_fn(respond.clone());
        open.spawn(async move {
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while open.try_join_next().is_some() {}
    }
}

async fn respond<V: Vendor>(
    shared: Arc<Shared<V>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Error> {
    let call = Call::read(request).await?;
    let (fault, answer) = shared.change(|vendor| {
        vendor.door().note(&call);
        let fault = vendor.door().fault(&call.path);
        (fault, faulty(vendor, call, fault))
    });
    match fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Reset | Fault::ResetAfter) => Err(Error::from(ErrorKind::ConnectionReset)),
        _ => Ok(answer.response()),
    }
}

/// The answer, with what was ordered to go wrong.
fn faulty<V: Vendor>(vendor: &mut V, mut call: Call, fault: Option<Fault>) -> Answer {
    let door = vendor.door();
    let instead = match fault {
        Some(Fault::Status(status)) => Some(Answer::empty(status)),
        Some(Fault::Limited(seconds)) => Some(door.refusal(seconds)),
        Some(Fault::Html) => Some(Answer::html()),
        Some(Fault::Reset | Fault::Hang) => Some(Answer::empty(500)),
        _ => None,
    };
    if let Some(answer) = instead {
        return door.count().err().unwrap_or(answer);
    }
    if fault == Some(Fault::FirstPage) {
        let page = door.manner.page;
        call.query.iter_mut().filter(|(name, _)| name == page).for_each(|(_, value)| *value = "1".to_owned());
    }
    let answer = vendor.answer(&call);
    match fault {
        Some(Fault::Truncated) => answer.cut(),
        Some(Fault::FailedAfter) => Answer::empty(500),
        _ => answer,
    }
}
