//! The real wire, against servers that speak a few bytes of HTTP.

use super::fake::clock;
use crate::{Body, Fixed, Part, Request, Settings, Transport};
use bytes::Bytes;
use portico_contract::{CallCx, Error, ErrorKind, Lane, Sent};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server does once it has read a request.
#[derive(Debug, Clone, Copy)]
enum Does {
    Says(&'static str),
    Closes,
    Waits,
    /// Accepts, and never reads.
    Ignores,
}

/// Serves all connections alike; gives its address and what it read.
async fn serve(does: Does) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let read = Arc::new(Mutex::new(Vec::new()));
    let heard = read.clone();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            match does {
                Does::Ignores => {}
                Does::Says(_) | Does::Closes | Does::Waits => hear(&mut stream, &heard).await,
            }
            match does {
                Does::Says(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                Does::Closes => continue,
                Does::Waits | Does::Ignores => open.push(stream),
            }
        }
    });
    (url, read)
}

/// Reads a head, and as much of a body as it announces.
async fn hear(stream: &mut TcpStream, heard: &Mutex<Vec<u8>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break;
            }
        }
        match stream.read(&mut buffer).await.unwrap() {
            0 => break,
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    heard.lock().unwrap().extend(request);
}

fn transport(url: &str) -> Transport {
    let settings = Settings {
        base_url: url.to_owned(),
        tries: 1,
        try_timeout: Duration::from_millis(400),
        max_answer: 1_000,
        ..Settings::default()
    };
    Transport::new(settings, Arc::new(Fixed::none()), clock()).unwrap()
}

async fn send(url: &str, request: Request) -> Result<crate::Response, Error> {
    transport(url).send(&CallCx::new(Lane::Interactive, Duration::from_secs(20)), request).await
}

fn write() -> Request {
    Request::post("t.create", "things").json(serde_json::json!({ "subject": "geheim" })).query("key", "geheim")
}

#[tokio::test]
async fn a_request_arrives_as_it_was_meant() {
    let (url, heard) = serve(Does::Says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")).await;
    let request = Request::post("t.create", "things/{id}").at("a/b c").query("q", "x&y").header("x-mine", "1");
    let answer = send(&url, request.json(serde_json::json!({ "a": "ü" }))).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"{}"[..]));
    let text = String::from_utf8(heard.lock().unwrap().clone()).unwrap();
    assert!(text.starts_with("POST /things/a%2Fb%20c?q=x%26y HTTP/1.1\r\n"), "{text}");
    for line in ["x-mine: 1", "accept: application/json", "content-length: 10", "user-agent: portico/"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.ends_with("{\"a\":\"ü\"}") && !text.contains("chunked"), "{text}");
}

#[tokio::test]
async fn parts_and_forms_arrive() {
    let (url, heard) = serve(Does::Says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).await;
    let part = |name: &str, file: Option<&str>| Part {
        name: name.into(),
        file: file.map(Into::into),
        media_type: file.map(|_| "text/plain".into()),
        bytes: Bytes::from_static(b"content"),
    };
    let parts = vec![part("note", None), part("file", Some("a\".txt"))];
    send(&url, Request::post("t.upload", "files").body(Body::Multipart(parts))).await.unwrap();
    let parts = vec![part("file", Some("a\r\nx: y"))];
    let error = send(&url, Request::post("t.upload", "files").body(Body::Multipart(parts))).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (ErrorKind::Invalid, Sent::No));
    let form = vec![("a".to_owned(), "b&c".to_owned())];
    send(&url, Request::post("t.form", "forms").body(Body::Form(form))).await.unwrap();
    let text = String::from_utf8(heard.lock().unwrap().clone()).unwrap();
    assert!(text.contains("name=\"note\"") && text.contains("filename=\"a\\\".txt\""), "{text}");
    assert!(text.contains("Content-Type: text/plain\r\n\r\ncontent\r\n") && !text.contains("chunked"), "{text}");
    assert!(text.ends_with("a=b%26c"), "{text}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (other, followed) = serve(Does::Says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).await;
    let text = format!("HTTP/1.1 302 Found\r\nlocation: {other}\r\ncontent-length: 0\r\n\r\n");
    let (url, _) = serve(Does::Says(text.leak())).await;
    let error = send(&url, Request::get("t.read", "things")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.public.contains("base URL"));
    assert!(followed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_taken_in() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n";
    let mut endless = String::from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..4 {
        endless.push_str(&format!("12c\r\n{}\r\n", "x".repeat(300)));
    }
    for text in [announced, endless.leak()] {
        let (url, _) = serve(Does::Says(text)).await;
        let error = send(&url, write()).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (ErrorKind::Contract, Sent::Maybe), "{}", error.log());
    }
}

/// Each way to fail, and whether a write may have been made then. No text of an error names a value of the request.
#[tokio::test]
async fn a_failure_says_whether_the_request_may_have_arrived() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    let no_http = "what?\r\n\r\n";
    let (ignoring, _) = serve(Does::Ignores).await;
    let cases = [
        ("nobody listens", closed, Sent::No),
        ("it closes", serve(Does::Closes).await.0, Sent::Maybe),
        ("it waits", serve(Does::Waits).await.0, Sent::Maybe),
        ("it stops in the middle", serve(Does::Says(half)).await.0, Sent::Maybe),
        ("it speaks no HTTP", serve(Does::Says(no_http)).await.0, Sent::Maybe),
        ("no TLS is agreed on", ignoring.replace("http:", "https:"), Sent::No),
        ("the name leads nowhere", "https://nobody.invalid/".into(), Sent::No),
    ];
    for (what, url, sent) in cases {
        let error = send(&url, write()).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (ErrorKind::Unavailable, sent), "{what}: {}", error.log());
        assert!(!format!("{} {error:?}", error.log()).contains("geheim"), "{what}: {error:?}");
    }
}

#[tokio::test]
async fn an_unreadable_ca_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    for content in [None, Some("no certificate")] {
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let settings =
            Settings { base_url: "https://psa.example".into(), ca_file: Some(file.clone()), ..Settings::default() };
        let error = Transport::new(settings, Arc::new(Fixed::none()), clock()).unwrap_err();
        assert!(error.public.contains("ca_file"), "{}", error.log());
    }
}
