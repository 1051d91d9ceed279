//! Files that go out and come in, and webhooks.

use super::*;

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
