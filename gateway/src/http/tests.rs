//! The transport by itself: a server before an executor that says what it is told to.

mod answers;
mod connections;
mod files;
mod origins;
mod requests;

use super::frame::frame;
use super::*;
use crate::executor::request::{CookieChange, Credential, Executed, GraphqlRequest, Outcome};
use crate::files::{File, FileRequest, NewFile};
use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use async_trait::async_trait;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};

/// Answers by the name of the operation, and remembers what it was asked.
#[derive(Debug, Default)]
struct Script {
    seen: Mutex<Vec<GraphqlRequest>>,
    started: Notify,
    /// Sent to when a waiting operation is dropped.
    dropped: Mutex<Option<oneshot::Sender<()>>>,
}

struct OnDrop(Option<oneshot::Sender<()>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(sender) = self.0.take() {
            sender.send(()).ok();
        }
    }
}

#[async_trait]
impl Execute for Script {
    async fn execute(&self, request: GraphqlRequest) -> Executed {
        let name = request.operation_name.clone().unwrap_or_default();
        self.seen.lock().unwrap().push(request);
        let errors = |message: &str| GraphqlResponse::from_errors(vec![ServerError::new(message, None)]);
        let done = |outcome, response| Executed { outcome, response, cookie: None };
        match name.as_str() {
            "refused" => done(Outcome::Refused, errors("no")),
            "null" => done(Outcome::Ran, errors("null")),
            "read_only" => done(Outcome::ReadOnly, errors("POST it")),
            "limited" => done(Outcome::RateLimited(7), errors("later")),
            "huge" => done(Outcome::Ran, GraphqlResponse::new(Value::String("x".repeat(5_000)))),
            "panic" => panic!("secret of the house"),
            "sign_in" => {
                let cookie = CookieChange::Set { token: "abc".to_owned().into(), max_age_seconds: Some(60) };
                Executed { outcome: Outcome::Ran, response: GraphqlResponse::new(Value::Null), cookie: Some(cookie) }
            }
            "sign_out" => Executed {
                outcome: Outcome::Ran,
                response: GraphqlResponse::new(Value::Null),
                cookie: Some(CookieChange::Clear),
            },
            "wait" => {
                let _dropped = OnDrop(self.dropped.lock().unwrap().take());
                self.started.notify_one();
                std::future::pending::<Executed>().await
            }
            _ => done(Outcome::Ran, GraphqlResponse::new(Value::Boolean(true))),
        }
    }
}

/// Hands out one file of five bytes in two pieces, or breaks off.
#[async_trait]
impl FileStore for Script {
    async fn open(&self, request: FileRequest) -> portico_contract::Result<File> {
        let piece = |text: &'static str| Ok(text.as_bytes().into());
        let bytes = match request.id.as_str() {
            "whole" => vec![piece("on"), piece("e\r\n")],
            "broken" => vec![piece("on"), Err(portico_contract::Error::unavailable("secret of the house"))],
            _ => return Err(portico_contract::Error::new(portico_contract::ErrorKind::NotFound, "nothing")),
        };
        let bytes = futures_util::stream::iter(bytes).boxed();
        Ok(File { name: "ö\r\n.html".to_owned(), media_type: "text/plain", size: Some(5), bytes })
    }

    async fn receive(&self, file: NewFile) -> portico_contract::Result<()> {
        let bytes: Vec<bytes::Bytes> = file.bytes.try_collect().await?;
        match (file.id.as_str(), bytes.concat().as_slice()) {
            ("place", b"content") => Ok(()),
            _ => Err(portico_contract::Error::new(portico_contract::ErrorKind::NotFound, "nothing")),
        }
    }
}

impl Hear for Script {
    fn hear(&self, backend: &str, headers: Vec<(String, String)>, body: bytes::Bytes) -> portico_contract::Result<()> {
        use portico_contract::{Error, ErrorKind};
        let signed = headers.iter().any(|(name, value)| name == "x-signature" && value == "right");
        match (backend, signed, body.as_ref()) {
            ("main", true, b"{}") => Ok(()),
            ("main", true, _) => Err(Error::invalid("unreadable")),
            ("main", false, _) => Err(Error::new(ErrorKind::Forbidden, "no secret")),
            _ => Err(Error::new(ErrorKind::NotFound, "nobody")),
        }
    }
}

struct World {
    script: Arc<Script>,
    router: Router,
}

fn world_with(settings: HttpSettings, limits: Limits) -> World {
    let script = Arc::new(Script::default());
    let portal = settings.portal_dir.to_str().is_some_and(|dir| !dir.is_empty());
    let portal = portal.then(|| Portal::read(&settings.portal_dir).unwrap());
    let behind = Behind { executor: script.clone(), files: script.clone(), hooks: script.clone(), portal };
    World { router: router(behind, settings, limits), script }
}

fn world() -> World {
    let settings = HttpSettings {
        allowed_origins: vec!["https://portal.example".to_owned()],
        trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
        ..HttpSettings::default()
    };
    world_with(settings, Limits { response_bytes: 2_000, body_bytes: 1_000, ..Limits::default() })
}

impl World {
    async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let response: Response = frame(request, self.router.clone()).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn asked(&self) -> usize {
        self.script.seen.lock().unwrap().len()
    }
}

/// A POST with JSON; a header that is given replaces the usual one, and an empty one removes it.
fn post(body: impl Into<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    with(
        "/graphql",
        Method::POST,
        body,
        &[&[("content-type", "application/json"), ("host", "api.example")], headers].concat(),
    )
}

fn with(address: &str, method: Method, body: impl Into<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::new(body.into());
    *request.uri_mut() = address.parse().unwrap();
    *request.method_mut() = method;
    for (name, value) in headers {
        let name = header::HeaderName::try_from(*name).unwrap();
        request.headers_mut().remove(&name);
        if !value.is_empty() {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    request
}

fn named(operation: &str) -> String {
    format!(r#"{{"query":"{{a}}","operationName":"{operation}"}}"#)
}

const WIDE: (&str, &str) = ("accept", "application/graphql-response+json");
