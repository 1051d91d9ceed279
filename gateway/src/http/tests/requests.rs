//! What a request of HTTP has to be, and what of it becomes the request.

use super::*;

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
async fn documents_named_by_hash_are_asked_for() {
    let body = r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}"#;
    let (status, _, body) = world().send(post(body, &[])).await;
    assert_eq!(status, 200);
    assert!(body.contains("PERSISTED_QUERY_NOT_FOUND") && !body.contains("\"data\""), "{body}");
}
