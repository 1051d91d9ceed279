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

#[tokio::test]
async fn outcomes_become_statuses() {
    let world = world();
    for (operation, json, wide, has_data) in [
        ("ran", 200, 200, true),
        ("null", 200, 200, true),
        ("refused", 200, 400, false),
        ("read_only", 405, 405, false),
        ("limited", 429, 429, false),
    ] {
        for (headers, expected) in [(&[][..], json), (&[WIDE][..], wide)] {
            let (status, found, body) = world.send(post(named(operation), headers)).await;
            assert_eq!(status, expected, "{operation}");
            assert_eq!(body.contains("\"data\""), has_data, "{operation}: {body}");
            let content_type = found[header::CONTENT_TYPE].to_str().unwrap();
            assert!(content_type.ends_with("; charset=utf-8"), "{content_type}");
            assert_eq!(content_type.contains("graphql-response"), !headers.is_empty());
            assert_eq!(found.get(header::RETRY_AFTER).is_some(), operation == "limited");
            assert_eq!(found.get(header::ALLOW).is_some(), operation == "read_only");
        }
    }
}

#[tokio::test]
async fn every_answer_is_framed() {
    let world = world();
    for request in [
        post(named("ran"), &[]),
        post("", &[]),
        post(named("panic"), &[]),
        with("/graphql", Method::DELETE, "", &[]),
        with("/healthz", Method::GET, "", &[]),
        with("/healthz", Method::POST, "", &[]),
        with("/nowhere", Method::GET, "", &[]),
        with("/graphiql/config.json", Method::GET, "", &[]),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let (_, headers, _) = world.send(request).await;
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{what}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{what}");
        assert!(headers["x-request-id"].len() == 36, "{what}");
        assert!(!headers.contains_key(header::SERVER), "{what}");
    }
}

#[tokio::test]
async fn bad_requests_never_reach_the_executor() {
    let world = world();
    let many = format!(r#"{{"query":"{}"}}"#, "a".repeat(1_000));
    let invalid_utf8 = Body::from(vec![b'{', 0xFF, b'}']);
    for (request, status) in [
        (post("nonsense", &[]), 400),
        (post("[]", &[]), 400),
        (post(invalid_utf8, &[]), 400),
        (post(many.clone(), &[]), 413),
        (
            post(
                Body::from_stream(futures_util::stream::iter(
                    many.clone()
                        .into_bytes()
                        .chunks(100)
                        .map(|part| Ok::<_, std::io::Error>(part.to_vec()))
                        .collect::<Vec<_>>(),
                )),
                &[],
            ),
            413,
        ),
        (post(named("a"), &[("content-type", "text/plain")]), 415),
        (post(named("a"), &[("content-type", "")]), 415),
        (post(named("a"), &[("content-type", "application/json; charset=utf-16")]), 415),
        (post(named("a"), &[("content-encoding", "br")]), 415),
        (post(named("a"), &[("content-encoding", "gzip")]), 400),
        (post(named("a"), &[("accept", "text/event-stream")]), 406),
        (post(named("a"), &[("portico-denied", "perhaps")]), 400),
        (with("/graphql", Method::PUT, named("a"), &[]), 405),
        (with("/graphql", Method::HEAD, "", &[]), 405),
        (with("/graphql?operationName=a", Method::GET, "", &[]), 400),
    ] {
        let what = format!("{request:?}");
        let method = request.method().clone();
        let (found, headers, body) = world.send(request).await;
        assert_eq!(found, status, "{what}");
        if method == Method::HEAD {
            continue;
        }
        assert!(body.starts_with("{\"errors\":[{\"message\":"), "{what}: {body}");
        assert!(body.contains("\"code\":\"BAD_USER_INPUT\""), "{what}: {body}");
        if status == 405 {
            assert_eq!(headers[header::ALLOW], "GET, POST", "{method}");
        }
    }
    assert_eq!(world.asked(), 0);
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn packed_bodies_are_counted_when_unpacked() {
    let world = world();
    let gzip = [("content-encoding", "gzip")];
    let (status, ..) = world.send(post(gzipped(named("ran").as_bytes()), &gzip)).await;
    assert_eq!(status, 200);
    let bomb = gzipped(&vec![b' '; 10 * 1024 * 1024]);
    let roomy = world_with(HttpSettings::default(), Limits::default());
    assert!(bomb.len() < Limits::default().body_bytes);
    let (status, ..) = roomy.send(post(bomb, &gzip)).await;
    assert_eq!(status, 413);
}

#[tokio::test]
async fn too_large_answers_are_refused() {
    let (status, _, body) = world().send(post(named("huge"), &[])).await;
    assert_eq!(status, 200);
    assert!(body.contains("QUERY_TOO_COMPLEX") && body.len() < 300 && !body.contains("data"), "{body}");
}

#[tokio::test]
async fn a_panic_is_one_internal_error() {
    let world = world();
    let (status, _, body) = world.send(post(named("panic"), &[])).await;
    assert_eq!(status, 500);
    assert!(body.contains("INTERNAL") && !body.contains("secret"), "{body}");
    assert_eq!(world.send(post(named("ran"), &[])).await.0, 200);
}

#[tokio::test]
async fn a_dropped_request_stops_its_operation() {
    let world = world();
    let (sender, dropped) = oneshot::channel();
    *world.script.dropped.lock().unwrap() = Some(sender);
    let request = frame(post(named("wait"), &[]), world.router.clone());
    tokio::select! {
        _ = request => panic!("the operation waits for ever"),
        () = world.script.started.notified() => {}
    }
    dropped.await.unwrap();
}

#[tokio::test]
async fn heads_become_the_request() {
    let world = world();
    let mut request = post(
        r#"{"query":"query Q($n: Int) {a}","operationName":"Q","variables":{"n":1}}"#,
        &[
            ("authorization", "Bearer tok"),
            ("portico-account", "acc"),
            ("portico-denied", "reject"),
            ("x-forwarded-for", "203.0.113.7"),
            ("x-forwarded-proto", "https"),
        ],
    );
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>("10.0.0.1:9".parse().unwrap()));
    world.send(request).await;
    world.send(with("/graphql?query=%7Ba%7D", Method::GET, "", &[])).await;
    let seen = world.script.seen.lock().unwrap();
    assert!(matches!(seen[0].credential, Credential::Bearer(_)) && !seen[0].read_only && seen[0].secure);
    assert_eq!((seen[0].account.as_deref(), seen[0].reject_denied), (Some("acc"), true));
    assert_eq!(seen[0].peer, Some("203.0.113.7".parse().unwrap()));
    assert_eq!(seen[0].variables.get(&async_graphql::Name::new("n")), Some(&Value::from(1)));
    assert!(seen[1].read_only && seen[1].query == "{a}" && !seen[1].secure);
    assert!(!format!("{seen:?}").contains("tok"), "a credential is not printed");
}

#[tokio::test]
async fn cookies_are_set_with_their_attributes() {
    let world = world();
    let (_, headers, _) = world.send(post(named("sign_in"), &[])).await;
    assert_eq!(headers[header::SET_COOKIE], "portico_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
    let mut request = post(named("sign_out"), &[("x-forwarded-proto", "https")]);
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>("10.0.0.1:9".parse().unwrap()));
    let (_, headers, _) = world.send(request).await;
    assert_eq!(headers[header::SET_COOKIE], "portico_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
}

#[tokio::test]
async fn the_session_cookie_is_kept_from_foreign_pages() {
    let world = world();
    let cookie = ("cookie", "portico_session=abc");
    for (origin, status) in [
        ("", 200),
        ("https://api.example", 200),
        ("http://api.example", 200),
        ("https://api.example:443", 200),
        ("https://portal.example", 200),
        ("https://api.example:8443", 403),
        ("https://evil.example", 403),
        ("https://api.example.evil.example", 403),
        ("http://portal.example", 403),
        ("null", 403),
    ] {
        let (found, _, body) = world.send(post(named("ran"), &[cookie, ("origin", origin)])).await;
        assert_eq!(found, status, "{origin}");
        assert_eq!(body.contains("FORBIDDEN"), status == 403);
        let bearer = [("authorization", "Bearer x"), cookie, ("origin", origin)];
        assert_eq!(world.send(post(named("ran"), &bearer)).await.0, 200, "a token is not sent unasked");
    }
    let get = |headers: &[(&str, &str)]| with("/graphql?query=%7Ba%7D", Method::GET, "", headers);
    assert_eq!(world.send(get(&[cookie])).await.0, 403);
    assert_eq!(world.send(get(&[cookie, ("graphql-require-preflight", "1")])).await.0, 200);
    assert_eq!(world.send(get(&[])).await.0, 200);
}

#[tokio::test]
async fn only_configured_origins_may_read() {
    let world = world();
    for (origin, allowed) in
        [("https://portal.example", true), ("https://evil.example", false), ("null", false), ("", false)]
    {
        let asked = [("origin", origin), ("access-control-request-method", "POST")];
        for request in [
            with("/graphql", Method::OPTIONS, "", &asked),
            post(named("ran"), &[("origin", origin)]),
            post("", &[("origin", origin)]),
        ] {
            let is_preflight = request.method() == Method::OPTIONS;
            let (status, headers, _) = world.send(request).await;
            assert_eq!(status == 204, is_preflight);
            let granted = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap());
            assert_eq!(granted, allowed.then_some(origin), "never reflected, never a star");
            assert_eq!(headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), allowed);
            assert_eq!(headers.contains_key(header::ACCESS_CONTROL_ALLOW_HEADERS), allowed && is_preflight);
            assert_eq!(headers[header::VARY], "origin");
        }
    }
}

#[tokio::test]
async fn documents_named_by_hash_are_asked_for() {
    let body = r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}"#;
    let (status, _, body) = world().send(post(body, &[])).await;
    assert_eq!(status, 200);
    assert!(body.contains("PERSISTED_QUERY_NOT_FOUND") && !body.contains("\"data\""), "{body}");
}

#[tokio::test]
async fn the_playground_knows_its_server_and_nothing_foreign() {
    let person = DemoPerson {
        name: "A".into(),
        email: "a@example.com".into(),
        token: "t".into(),
        roles: vec!["Primary".into()],
        account: None,
        account_name: None,
    };
    let settings = HttpSettings {
        people: vec![person],
        examples: vec![Example { name: "E".into(), query: "{ a }".into(), variables: None }],
        ..HttpSettings::default()
    };
    assert!(!toml::to_string(&settings).unwrap().contains("people"), "people are not a setting");
    let world = world_with(settings, Limits::default());
    let (status, _, body) = world.send(with("/graphiql/config.json", Method::GET, "", &[])).await;
    let config: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        (&config["endpoint"], &config["people"][0]["roles"][0], &config["examples"][0]["query"]),
        (&"/graphql".into(), &"Primary".into(), &"{ a }".into())
    );
    let (status, headers, page) = world.send(with("/graphiql", Method::GET, "", &[])).await;
    assert_eq!(status, 200);
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'self';"));
    assert!(page.to_lowercase().starts_with("<!doctype html>"));
    for path in [
        "/graphiql/nothing.js",
        "/graphiql/../Cargo.toml",
        "/graphiql/%2e%2e/%2e%2e/Cargo.toml",
        "/graphiql//etc/passwd",
    ] {
        assert_eq!(world.send(with(path, Method::GET, "", &[])).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_file_is_a_download_whatever_its_name() {
    let world = world();
    let (status, headers, body) = world.send(with("/files/whole", Method::GET, "", &[])).await;
    assert_eq!((status.as_u16(), body.as_str()), (200, "one\r\n"));
    for (name, value) in [
        ("content-disposition", "attachment; filename=\"_.html\"; filename*=UTF-8''%C3%B6.html"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "private, no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-length", "5"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let (status, headers, body) = world.send(with("/files/whole", Method::HEAD, "", &[])).await;
    assert_eq!((status.as_u16(), body.as_str(), &headers["content-length"]), (200, "", &"5".parse().unwrap()));
    assert_eq!(world.send(with("/files/none", Method::GET, "", &[])).await.0, 404);
    assert_eq!(world.send(with("/files/whole/more", Method::GET, "", &[])).await.0, 404);
    assert_eq!(world.send(with("/files/whole", Method::DELETE, "", &[])).await.0, 405);
}

#[tokio::test]
async fn a_file_that_breaks_off_is_no_shorter_file() {
    let response = frame(with("/files/broken", Method::GET, "", &[]), world().router).await;
    assert_eq!(response.status(), 200);
    let error = response.into_body().collect().await.unwrap_err();
    assert!(!format!("{error:?}").contains("secret of the house"));
}

#[tokio::test]
async fn pages_of_configured_origins_may_read_files() {
    let world = world();
    for (origin, allowed) in [("https://portal.example", true), ("https://evil.example", false)] {
        let headers = [("origin", origin), ("cookie", "portico_session=x"), ("host", "api.example")];
        let (status, seen, _) = world.send(with("/files/whole", Method::GET, "", &headers)).await;
        assert_eq!(status, if allowed { 200 } else { 403 }, "{origin}");
        assert_eq!(seen.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed, "{origin}");
        let (_, seen, _) = world.send(with("/files/whole", Method::OPTIONS, "", &headers)).await;
        assert_eq!(seen.contains_key(header::ACCESS_CONTROL_ALLOW_METHODS), allowed, "{origin}");
    }
}

/// A server on a free port; the sender ends it.
async fn server(
    settings: HttpSettings,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>, Arc<Script>) {
    let world = world_with(settings.clone(), Limits::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        stopped.await.ok();
    };
    (address, stop, tokio::spawn(serve(listener, world.router, settings, shutdown)), world.script)
}

async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn slow_clients_are_cut_off() {
    let quick = HttpSettings { header_seconds: 1, body_seconds: 0, ..HttpSettings::default() };
    let (address, stop, served, script) = server(quick).await;
    // The connection ends although the client says nothing more.
    let head = exchange(address, "POST /graphql HTTP/1.1\r\nhost: a\r\n").await;
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let body = exchange(
        address,
        "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    )
    .await;
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(script.seen.lock().unwrap().is_empty());
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn nothing_is_read_after_a_chunked_request() {
    let (address, stop, served, script) = server(HttpSettings::default()).await;
    let body = named("first");
    let smuggled = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        named("second").len(),
        named("second")
    );
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n{smuggled}",
        body.len()
    );
    let answer = exchange(address, &request).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    assert!(script.seen.lock().unwrap().iter().all(|request| request.operation_name.as_deref() == Some("first")));
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn shutdown_ends_idle_connections_and_waits_no_longer_than_it_may() {
    let (address, stop, served, script) = server(HttpSettings { shutdown_seconds: 0, ..HttpSettings::default() }).await;
    let body = named("wait");
    let waiting = tokio::spawn(async move {
        exchange(address, &format!("POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
    });
    script.started.notified().await;
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
    waiting.abort();
}

/// A file is sent by PUT alone, as it is, and by no page of another origin with the cookie.
#[tokio::test]
async fn files_come_in_by_put() {
    for (method, path, headers, status) in [
        (Method::PUT, "/uploads/place", &[("authorization", "Bearer tok")][..], 204),
        (Method::PUT, "/uploads/other", &[("authorization", "Bearer tok")], 404),
        (Method::POST, "/uploads/place", &[("authorization", "Bearer tok")], 405),
        (Method::GET, "/uploads/place", &[], 405),
        (Method::OPTIONS, "/uploads/place", &[], 204),
        (Method::PUT, "/uploads/place", &[("content-encoding", "gzip")], 415),
        (Method::PUT, "/uploads/place", &[("cookie", "portico_session=tok"), ("origin", "https://evil.example")], 403),
    ] {
        let response = frame(with(path, method.clone(), "content", headers), world().router).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path} {headers:?}");
    }
}

#[tokio::test]
async fn webhooks_are_answered_by_what_the_adapter_says_of_them() {
    let signed = &[("x-signature", "right")][..];
    for (method, path, body, headers, status) in [
        (Method::POST, "/hooks/main", "{}", signed, 204),
        (Method::POST, "/hooks/main", "{", signed, 400),
        (Method::POST, "/hooks/main", "{}", &[], 403),
        (Method::POST, "/hooks/other", "{}", signed, 404),
        (Method::GET, "/hooks/main", "", signed, 405),
    ] {
        let response = frame(with(path, method.clone(), body, headers), world().router).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path} {body}");
    }
    let limits = Limits { body_bytes: 1, ..Limits::default() };
    let small = world_with(HttpSettings::default(), limits);
    let response = frame(with("/hooks/main", Method::POST, "{}", signed), small.router).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
