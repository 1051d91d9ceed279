//! The proxy itself.

use super::upstream::{cx, impatient, read, start, write};
use crate::{Counts, Fault, Rule, Script};
use http::Method;
use portico_contract::Sent;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn without_a_script_it_changes_nothing_and_tells_what_went_through() {
    let (things, proxy) = start().await;
    let transport = impatient(&proxy);
    transport.send(&cx(), write(json!({ "a": 1 }))).await.unwrap();
    let list: Value = transport.send(&cx(), read().query("page", 2)).await.unwrap().json().unwrap();
    assert_eq!(list, json!([{ "a": 1 }]));
    assert_eq!(proxy.counts(), Counts { seen: 2, forwarded: 2, answered: 2 });
    let log = proxy.log();
    assert_eq!((&log[0].method, log[0].path.as_str(), &log[0].body[..]), (&Method::POST, "/things", &b"{\"a\":1}"[..]));
    assert_eq!((log[1].path.as_str(), log[1].fault, log[1].answered), ("/things?page=2", None, Some(200)));
    assert_eq!(things.made().len(), 1);
}

#[tokio::test]
async fn a_rule_is_for_the_requests_it_names() {
    let (_things, proxy) = start().await;
    let transport = impatient(&proxy);
    proxy.script(vec![
        Rule::every(Fault::Unauthorized).path("/elsewhere"),
        Rule::every(Fault::ErrorBefore).method(Method::POST).only(2, 3),
        Rule::once(Fault::TooMany(None)).method(Method::GET).path("/things"),
    ]);
    let mut worked = Vec::new();
    for _ in 0..4 {
        worked.push(transport.send(&cx(), write(1)).await.is_ok());
    }
    assert_eq!(worked, [true, false, false, true]);
    let fresh = impatient(&proxy);
    assert!(fresh.send(&cx(), read()).await.is_err());
    proxy.script(Vec::new());
    assert!(impatient(&proxy).send(&cx(), read()).await.is_ok());
}

#[tokio::test]
async fn the_same_seed_brings_the_same_faults() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let (_things, proxy) = start().await;
        let transport = impatient(&proxy);
        proxy.script(Script { rules: vec![Rule::every(Fault::ErrorAfter).chance(0.4)], seed });
        for _ in 0..60 {
            let _either = transport.send(&cx(), write(1)).await;
        }
        runs.push(proxy.log().iter().map(|seen| seen.fault.is_some()).collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let faults = runs[0].iter().filter(|fault| **fault).count();
    assert!((10..=40).contains(&faults), "{faults} of 60");
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let (things, proxy) = start().await;
    for (fault, made) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        proxy.script(Rule::every(fault));
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        let request =
            "POST /things HTTP/1.1\r\nhost: psa\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n1";
        stream.write_all(request.as_bytes()).await.unwrap();
        let error = stream.read(&mut [0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{fault:?}");
        assert_eq!(things.made().len(), made, "{fault:?}");
    }
}

#[tokio::test]
async fn half_of_an_answer_is_half_of_it() {
    let (_things, proxy) = start().await;
    impatient(&proxy).send(&cx(), write("0123456789")).await.unwrap();
    proxy.script(Rule::every(Fault::Truncated));
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    stream.write_all(b"GET /things HTTP/1.1\r\nhost: psa\r\n\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.contains("content-length: 14\r\n") && text.ends_with("\r\n\r\n[\"01234"), "{text}");
}

#[tokio::test]
async fn down_is_refused_and_up_is_the_same_place() {
    let (_things, proxy) = start().await;
    let transport = impatient(&proxy);
    transport.send(&cx(), write(1)).await.unwrap();
    for _ in 0..2 {
        proxy.down().await.unwrap();
        let error = transport.send(&cx(), write(2)).await.unwrap_err();
        assert_eq!(error.sent, Sent::No, "{}", error.log());
        proxy.up().await.unwrap();
        transport.send(&cx(), write(3)).await.unwrap();
    }
    assert_eq!(proxy.counts().seen, 3);
}

#[tokio::test]
async fn going_down_ends_what_is_under_way() {
    let (_things, proxy) = start().await;
    proxy.script(Rule::every(Fault::Hang));
    let transport = impatient(&proxy);
    let cx = cx();
    let call = transport.send(&cx, write(1).timeout(Duration::from_secs(20)));
    let down = async {
        proxy.until(|counts| counts.seen == 1).await;
        proxy.down().await.unwrap();
    };
    let (result, ()) = tokio::join!(call, down);
    assert_eq!(result.unwrap_err().sent, Sent::Maybe);
}
