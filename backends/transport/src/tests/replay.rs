//! A record holds no secret, and what it answers is what was answered.

use super::fake::{Act, Fake, clock, settings, within};
use crate::{Fixed, Place, Recorder, Replayer, Request, Transport, Wire};
use portico_contract::ErrorKind;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

fn transport(wire: Arc<dyn Wire>) -> Transport {
    let key = Fixed::key(Place::QueryOrJson("api_key"), SecretString::from("geheim"));
    Transport::over(wire, settings(), Arc::new(key), clock()).unwrap()
}

fn read() -> Request {
    Request::get("t.read", "things/{id}").at(7).query("page", 1)
}

fn create(subject: Value) -> Request {
    Request::post("t.create", "things").json(json!({ "subject": subject, "note": "a" }))
}

/// Records a read and a write.
async fn record(folder: &Path) {
    let list = Act::Body(r#"{"rows":[1],"sessionToken":"geheim-2","echo":"key geheim"}"#);
    let fake = Fake::new(&[list, Act::Body("<html>")], Act::Status(200));
    let transport = transport(Arc::new(Recorder::new(fake, folder)));
    transport.send(&within(60), read()).await.unwrap();
    transport.send(&within(60), create("first".into())).await.unwrap();
}

#[tokio::test]
async fn a_record_holds_no_secret_and_can_be_replayed() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).await;
    let files = ["00001-t.read.json", "00002-t.create.json"].map(|name| folder.path().join(name));
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.contains("geheim") && text.contains("HIDDEN"), "{text}");
    }
    let replayer = Arc::new(Replayer::folder(folder.path()).unwrap());
    let transport = transport(replayer.clone());
    assert_eq!(replayer.left(), ["t.read", "t.create"]);
    // Another subject has the same shape.
    let answer = transport.send(&within(60), create("second".into())).await.unwrap();
    assert_eq!(&answer.body[..], b"<html>");
    let answer: Value = transport.send(&within(60), read()).await.unwrap().json().unwrap();
    assert_eq!((&answer["rows"], replayer.left().len()), (&json!([1]), 0));
}

#[tokio::test]
async fn what_no_fixture_expects_is_refused_with_the_difference() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).await;
    let ask = async |request: Request| {
        let replayer = Replayer::folder(folder.path()).unwrap();
        let error = transport(Arc::new(replayer)).send(&within(60), request).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        error.detail.unwrap()
    };
    for (request, difference) in [
        (read().query("size", 9), "\"size\""),
        (Request::get("t.read", "things/{id}").at(8).query("page", 1), "/api/things/8 instead of"),
        (create(json!(7)), "body.subject is not like"),
        (Request::post("t.create", "things").json(json!({ "subject": "a" })), "body.note is not like"),
        (create("a".into()).json(json!({ "subject": "a", "note": "b", "extra": 1 })), "body.extra was not expected"),
        (Request::get("t.other", "others"), "t.other was not expected"),
    ] {
        let detail = ask(request).await;
        assert!(detail.contains(difference), "{difference}: {detail}");
        assert!(!detail.contains("geheim"), "{detail}");
    }
}

#[tokio::test]
async fn each_fixture_answers_once() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).await;
    let transport = transport(Arc::new(Replayer::folder(folder.path()).unwrap()));
    transport.send(&within(60), read()).await.unwrap();
    transport.send(&within(60), read()).await.unwrap_err();
}
