//! Requests that are no proper GraphQL over HTTP.

use crate::demo::Demo;
use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use portico_tests::wire::Call;
use std::io::Write;
use std::time::Duration;
use tokio::time::Instant;

const QUERY: &str = r#"{"query":"{ __typename }"}"#;

fn packed(text: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text)?;
    Ok(encoder.finish()?)
}

fn calls() -> Result<Vec<(&'static str, Call, u16, &'static str)>> {
    let gzip = |body: Vec<u8>| Call::post(body).header("content-encoding", "gzip");
    // One mebibyte of spaces, packed, again and again: 150 MiB from 150 KiB.
    let bomb = packed(&vec![b' '; 1 << 20])?.repeat(150);
    let typed = |content_type: &str| Call::post(QUERY).header("content-type", content_type);
    let sign_out = "/graphql?query=mutation%7BsignOut%7BsignedOut%7D%7D";
    Ok(vec![
        ("a gzip bomb", gzip(bomb), 413, "BAD_USER_INPUT"),
        ("what claims to be gzip", gzip(QUERY.into()), 400, "BAD_USER_INPUT"),
        ("another coding", Call::post(QUERY).header("content-encoding", "br"), 415, "BAD_USER_INPUT"),
        ("5 MiB", Call::post(vec![b' '; 5 << 20]), 413, "BAD_USER_INPUT"),
        (
            "bytes that are not UTF-8",
            Call::post(b"{\"query\":\"{ __typename \xff }\"}".to_vec()),
            400,
            "BAD_USER_INPUT",
        ),
        (
            "UTF-16",
            Call::post(QUERY.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            400,
            "BAD_USER_INPUT",
        ),
        ("a NUL", Call::post(r#"{"query":"{ __typename }\u0000"}"#), 400, "BAD_USER_INPUT"),
        ("no JSON", Call::post("{ __typename }"), 400, "BAD_USER_INPUT"),
        ("nothing", Call::post(""), 400, "BAD_USER_INPUT"),
        ("a batch", Call::post(format!("[{QUERY},{QUERY}]")), 400, "BAD_USER_INPUT"),
        ("a text", typed("text/plain"), 415, "BAD_USER_INPUT"),
        ("a form", typed("application/x-www-form-urlencoded"), 415, "BAD_USER_INPUT"),
        ("an upload", typed("multipart/form-data; boundary=x"), 415, "BAD_USER_INPUT"),
        ("nobody's language", Call::post(QUERY).header("accept", "text/html"), 406, "BAD_USER_INPUT"),
        ("a mutation by GET", Call::get(sign_out), 405, "GRAPHQL_VALIDATION_FAILED"),
        ("a GET without a query", Call::get("/graphql"), 400, "BAD_USER_INPUT"),
        (
            "a hash",
            Call::post(r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}"#),
            400,
            "PERSISTED_QUERY_NOT_FOUND",
        ),
        ("DELETE", Call { method: "DELETE", ..Call::get("/graphql") }, 405, "BAD_USER_INPUT"),
        ("another address", Call::get("/nothing"), 404, "NOT_FOUND"),
        ("a way out", Call::get("/graphiql/../../Cargo.toml"), 404, "NOT_FOUND"),
        ("a way out in disguise", Call::get("/graphiql/%2e%2e/%2e%2e/Cargo.toml"), 404, "NOT_FOUND"),
    ])
}

#[tokio::test]
async fn each_gets_its_status_its_code_and_the_usual_headers() -> Result<()> {
    let demo = Demo::start().await?;
    let token = demo.administrator()?;
    for (what, call, status, code) in calls()? {
        let began = Instant::now();
        let answer = demo.running.send(&call.bearer(Some(token))).await?;
        assert!(began.elapsed() < Duration::from_secs(5), "{what} took {:?}", began.elapsed());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{what}: {}", answer.body);
        assert!(answer.json()?.get("data").is_none(), "{what}: {}", answer.body);
        for header in ["x-request-id", "cache-control", "x-content-type-options"] {
            assert!(answer.header(header).is_some(), "{what} has no {header}");
        }
        assert_eq!(answer.status == 405, answer.header("allow").is_some(), "{what}");
    }
    demo.running.data(Some(token), "{ __typename }").await?;
    Ok(())
}

#[tokio::test]
async fn what_is_proper_is_served() -> Result<()> {
    let demo = Demo::start().await?;
    for call in [
        Call::post(QUERY),
        Call::post(packed(QUERY.as_bytes())?).header("content-encoding", "gzip"),
        Call::get("/graphql?query=%7B__typename%7D"),
    ] {
        let answer = demo.running.send(&call).await?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()?["data"]["__typename"], "Query");
    }
    for page in ["/graphiql", "/graphiql/"] {
        let answer = demo.running.send(&Call::get(page)).await?;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{page}");
    }
    Ok(())
}
