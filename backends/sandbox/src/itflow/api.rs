//! ITFlow's HTTP API on a loopback port, over the same tables that the SQL view reads.
//!
//! It answers as ITFlow 26.08 was seen to answer, oddities included: the key is taken from the query or the JSON body
//! only, failures come with status 200, an error of the database is a 500 without a body, HTML is stored as it came,
//! and nobody checks whether a contact belongs to the client. Its times are the database server's (UTC), whatever the
//! zone of the pages. Mail is not sent: the box has no SMTP host.

mod answer;
mod auth;
mod call;
mod contacts;
mod read;
mod replies;
mod sla;
#[cfg(test)]
mod tests;
mod tickets;

use crate::error::Result;
use crate::rest::listen;
use answer::Answer;
use auth::{KEYS, Key};
use call::{Call, Params};
use chrono::NaiveDateTime;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use sea_orm::DatabaseConnection;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Says what time it is, in UTC.
pub type Now = Arc<dyn Fn() -> NaiveDateTime + Send + Sync>;

/// The keys of the box: one of each kind.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    pub admin: &'static str,
    /// A technician who sees every client.
    pub technician: &'static str,
    /// A technician with an allow list of client 1.
    pub restricted: &'static str,
    pub accountant: &'static str,
    pub expired: &'static str,
    /// Its user has left.
    pub archived_user: &'static str,
    pub no_user: &'static str,
}

/// One request as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// JSON, where it was JSON.
    pub body: Option<serde_json::Value>,
}

/// A running API. It ends when this is dropped.
pub struct Api {
    url: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

struct State {
    conn: DatabaseConnection,
    now: Now,
    keys: Mutex<Vec<Key>>,
    seen: Mutex<Vec<Seen>>,
    /// How many writes from now on are carried out and then answered with an empty 500.
    lost: Mutex<u32>,
    /// PHP's own locks are not modelled: one request after the other.
    turn: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Api {
    pub(crate) async fn start(conn: DatabaseConnection, now: Now) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State {
            conn,
            now,
            keys: Mutex::new(KEYS.to_vec()),
            seen: Mutex::default(),
            lost: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        });
        let inside = Arc::clone(&state);
        let serving = tokio::spawn(listen(listener, move |request| respond(Arc::clone(&inside), request)));
        Ok(Self { url, state, serving })
    }

    /// Where it listens: ITFlow's own address, without `/api/v1`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn keys(&self) -> Keys {
        auth::NAMES
    }

    /// Deletes a key, as an administrator does.
    pub fn revoke(&self, secret: &str) {
        locked(&self.state.keys).retain(|key| key.secret != secret);
    }

    /// The next writes are carried out, and answered with status 500 and no body.
    pub fn lose_answers(&self, writes: u32) {
        *locked(&self.state.lost) = writes;
    }

    /// Every request so far, the oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        locked(&self.state.seen).clone()
    }
}

async fn respond(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(Answer::empty(StatusCode::BAD_REQUEST).response()) };
    let params = Params::new(&parts, &body.to_bytes());
    locked(&state.seen).push(Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: params.query.clone(),
        body: params.json.clone(),
    });
    let _turn = state.turn.lock().await;
    Ok(state.answer(&parts.method, parts.uri.path(), params).await.response())
}

impl State {
    async fn answer(&self, method: &Method, path: &str, params: Params) -> Answer {
        let Some(route) = auth::route(path) else { return Answer::absent() };
        let key = match auth::admit(method, &params, &locked(&self.keys)) {
            Ok(key) => key,
            Err(answer) => return answer,
        };
        let agent = match auth::agent(&self.conn, &key, route, &params).await {
            Ok(Ok(agent)) => agent,
            Ok(Err(answer)) => return answer,
            Err(_) => return Answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
        };
        if let Some(answer) = route.wrong_method(method) {
            return answer;
        }
        let call = Call { conn: &self.conn, now: (self.now)(), agent, key: key.name, params };
        let answer = call.run(route.act).await.unwrap_or_else(|_| Answer::empty(StatusCode::INTERNAL_SERVER_ERROR));
        if route.reads() || !self.takes_one() { answer } else { Answer::empty(StatusCode::INTERNAL_SERVER_ERROR) }
    }

    fn takes_one(&self) -> bool {
        let mut lost = locked(&self.lost);
        let any = *lost > 0;
        *lost = lost.saturating_sub(1);
        any
    }
}
