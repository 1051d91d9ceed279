//! Cookies, pages of other origins, and the playground.

use super::*;

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
