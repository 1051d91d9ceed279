//! Documents that want to hurt. Each is refused at once, and the process goes on.

use crate::demo::Demo;
use anyhow::Result;
use portico_tests::wire::Call;
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// Generous: these take milliseconds, also unoptimised.
const AT_ONCE: Duration = Duration::from_secs(2);

const PARSE: &str = "GRAPHQL_PARSE_FAILED";
const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
const COMPLEX: &str = "QUERY_TOO_COMPLEX";

/// A fragment that spreads the next one twice: 2^levels fields when expanded.
fn bomb(levels: usize) -> String {
    let mut text = "{ ...F0 }".to_owned();
    for level in 0..levels {
        text.push_str(&format!(" fragment F{level} on Query {{ ...F{0} ...F{0} }}", level + 1));
    }
    text + &format!(" fragment F{levels} on Query {{ __typename }}")
}

fn documents() -> Vec<(&'static str, String, &'static str)> {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<String>();
    vec![
        ("5,000 selections deep", "{a".repeat(5_000) + &"}".repeat(5_000), COMPLEX),
        ("20,000 brackets", format!("{{ node(id: {}", "[".repeat(20_000)), COMPLEX),
        ("20,000 braces of an object", format!("{{ node(id: {}", "{a:".repeat(20_000)), COMPLEX),
        ("a type of 20,000 lists", format!("query($a: {}Int) {{ __typename }}", "[".repeat(20_000)), COMPLEX),
        ("a fragment bomb", bomb(30), COMPLEX),
        ("a longer fragment bomb", bomb(100), COMPLEX),
        ("1,000 aliases", format!("{{ {} }}", many(1_000, &|n| format!("a{n}: __typename "))), COMPLEX),
        ("the same field 1,000 times", format!("{{ {} }}", "__typename ".repeat(1_000)), COMPLEX),
        ("1,000 directives on a field", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(1_000)), COMPLEX),
        ("directives everywhere", format!("{{ {} }}", "__typename @include(if: true) ".repeat(300)), COMPLEX),
        ("100,000 tokens", "a ".repeat(100_000), COMPLEX),
        ("a comment of 200,000 letters and nothing", format!("#{}", "x".repeat(200_000)), PARSE),
        ("a fragment that spreads itself", "{ ...A } fragment A on Query { ...A }".to_owned(), INVALID),
        (
            "fragments in a circle",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }"
                .to_owned(),
            INVALID,
        ),
        ("a circle that nothing spreads", "{ __typename } fragment A on Query { ...A }".to_owned(), INVALID),
        ("more than an Int", "{ tickets(first: 4294967297) { totalCount } }".to_owned(), INVALID),
        ("a huge integer", "{ tickets(first: 99999999999999999999999999) { totalCount } }".to_owned(), INVALID),
        ("a string without an end", format!("{{ node(id: \"{}", "x".repeat(10_000)), PARSE),
        ("a block string without an end", format!("{{ node(id: \"\"\"{}", "\\\"\"\"".repeat(10_000)), PARSE),
        ("a half surrogate in a string", r#"{ node(id: "\uD800") { id } }"#.to_owned(), PARSE),
        ("nothing", String::new(), PARSE),
        ("a control character", "{ \u{1} }".to_owned(), PARSE),
        (
            "the whole schema through itself",
            format!("{{ __schema {{ types {}name{} }} }}", "{ fields { type ".repeat(8), "} }".repeat(8)),
            COMPLEX,
        ),
        (
            "pages of pages",
            "{ tickets(first: 100) { nodes { comments(first: 100) { nodes {
            attachments(first: 100) { nodes { id } } } } } } }"
                .to_owned(),
            COMPLEX,
        ),
    ]
}

#[tokio::test]
async fn hostile_documents_are_refused_at_once() -> Result<()> {
    let demo = Demo::start().await?;
    let token = Some(demo.administrator()?);
    for (what, document, code) in documents() {
        let began = Instant::now();
        let answer = demo.running.send(&Call::query(&document).bearer(token)).await?;
        let body: String = answer.body.chars().take(300).collect();
        assert!(began.elapsed() < AT_ONCE, "{what} took {:?}", began.elapsed());
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{what}: {body}");
        assert!(answer.json()?.get("data").is_none(), "{what}: {body}");
        assert!(answer.body.len() < 20_000, "{what} is answered with {} bytes", answer.body.len());
    }
    demo.running.data(token, "{ tickets(first: 1) { totalCount } }").await?;
    Ok(())
}

#[tokio::test]
async fn hostile_variables_are_refused_at_once() -> Result<()> {
    let demo = Demo::start().await?;
    let token = Some(demo.administrator()?);
    let query = "query($first: Int) { tickets(first: $first) { totalCount } }";
    let text = |variables: &str| format!(r#"{{"query":"{query}","variables":{variables}}}"#);
    for (what, body, status, code) in [
        ("100,000 lists deep", text(&format!(r#"{{"first":{}}}"#, "[".repeat(100_000))), 400, "BAD_USER_INPUT"),
        ("a number that is none", text(r#"{"first":1e999}"#), 400, "BAD_USER_INPUT"),
        ("more than an Int", text(r#"{"first":4294967297}"#), 400, INVALID),
        ("far more than an Int", text(r#"{"first":123456789012345678901234567890}"#), 400, INVALID),
        ("a half surrogate", text(r#"{"first":"\ud800"}"#), 400, "BAD_USER_INPUT"),
        ("a NUL", text(r#"{"first":"\u0000"}"#), 400, "BAD_USER_INPUT"),
        ("20,000 values", text(&json!({ "first": vec![1; 20_000] }).to_string()), 400, COMPLEX),
    ] {
        let began = Instant::now();
        let answer = demo.running.send(&Call::post(body).bearer(token)).await?;
        assert!(began.elapsed() < AT_ONCE, "{what} took {:?}", began.elapsed());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{what}: {}", answer.body);
    }
    demo.running.data(token, "{ __typename }").await?;
    Ok(())
}
