//! What the executor says becomes an answer of HTTP.

use super::*;

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
