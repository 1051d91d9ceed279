//! What the transport makes of each fault.

use super::upstream::{cx, impatient, read, settings, start, transport, write};
use crate::{Fault, Rule, Script};
use async_trait::async_trait;
use http::Method;
use portico_contract::{Clock, ErrorKind, Result, Sent};
use portico_transport::{BreakerState, Fetched, Fixed, Grant, Place, Renewing, Settings, Wire};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use ErrorKind::{Contract, Credentials, RateLimited, Unavailable};

/// A fault; the error of a write, or `None` where the answer came; how often the PSA has acted.
type Case = (Fault, Option<(ErrorKind, Sent)>, usize);
const CASES: &[Case] = &[
    (Fault::Delay(Duration::from_millis(20)), None, 1),
    (Fault::Duplicate, None, 2),
    (Fault::Hang, Some((Unavailable, Sent::Maybe)), 0),
    (Fault::ResetBefore, Some((Unavailable, Sent::Maybe)), 0),
    (Fault::ResetAfter, Some((Unavailable, Sent::Maybe)), 1),
    (Fault::TooMany(None), Some((RateLimited, Sent::No)), 0),
    (Fault::TooMany(Some(7)), Some((RateLimited, Sent::No)), 0),
    (Fault::ErrorBefore, Some((Unavailable, Sent::Maybe)), 0),
    (Fault::ErrorAfter, Some((Unavailable, Sent::Maybe)), 1),
    (Fault::Truncated, Some((Unavailable, Sent::Maybe)), 1),
    (Fault::Html, Some((Contract, Sent::Maybe)), 0),
    (Fault::Empty, Some((Contract, Sent::Maybe)), 1),
    (Fault::Unauthorized, Some((Credentials, Sent::No)), 0),
];

#[tokio::test]
async fn each_fault_has_its_error_and_says_what_may_have_happened() {
    for (fault, expected, acted) in CASES {
        let (things, proxy) = start().await;
        proxy.script(Rule::every(*fault));
        let result = impatient(&proxy).send(&cx(), write(1)).await.and_then(|answer| answer.json::<Value>());
        let error = result.as_ref().err().map(|error| (error.kind, error.sent));
        assert_eq!(error, *expected, "{fault:?}: {:?}", result.err());
        assert_eq!(things.made().len(), *acted, "{fault:?}");
    }
}

#[tokio::test]
async fn what_the_psa_asks_for_reaches_the_caller() {
    let (_things, proxy) = start().await;
    for (wait, seconds) in [(Some(7), 7), (None, 30)] {
        proxy.script(Rule::once(Fault::TooMany(wait)));
        let error = impatient(&proxy).send(&cx(), read()).await.unwrap_err();
        assert_eq!(error.retry_after, Some(Duration::from_secs(seconds)));
    }
}

#[tokio::test]
async fn a_read_survives_every_fault_that_passes() {
    let (_things, proxy) = start().await;
    let fails = |case: &&Case| matches!(case.1, Some((Unavailable, _)));
    let faults = CASES.iter().filter(fails).map(|case| case.0).chain([Fault::TooMany(Some(0))]);
    for fault in faults {
        proxy.script(Rule::once(fault));
        let transport = transport(&proxy, settings(), Arc::new(Fixed::none()));
        assert!(transport.send(&cx(), read()).await.is_ok(), "{fault:?}");
        assert_eq!(transport.figures().retries, 1, "{fault:?}");
    }
}

/// `token-1`, `token-2`, …
#[derive(Debug, Default)]
struct Numbers(AtomicU32);

#[async_trait]
impl Grant for Numbers {
    async fn fetch(&self, _wire: &Arc<dyn Wire>) -> Result<Fetched> {
        let number = self.0.fetch_add(1, SeqCst) + 1;
        Ok(Fetched { secret: SecretString::from(format!("token-{number}")), lifetime: None })
    }
}

#[tokio::test]
async fn a_token_that_is_refused_once_costs_one_more_call() {
    let (things, proxy) = start().await;
    let tokens = Arc::new(Renewing::new(Place::Bearer, Numbers::default(), Clock::system()));
    let transport = transport(&proxy, Settings { tries: 1, ..settings() }, tokens);
    proxy.script(Rule::once(Fault::Unauthorized));
    transport.send(&cx(), write(1)).await.unwrap();
    assert_eq!((things.made().len(), proxy.counts().seen, transport.figures().renewals), (1, 2, 1));
}

#[tokio::test]
async fn a_psa_that_is_down_is_left_alone_and_found_again() {
    let (_things, proxy) = start().await;
    let settings = Settings { failures: 2, tries: 1, rest: Duration::from_millis(50), ..settings() };
    let transport = transport(&proxy, settings, Arc::new(Fixed::none()));
    proxy.down().await.unwrap();
    for _ in 0..2 {
        assert_eq!(transport.send(&cx(), write(1)).await.unwrap_err().sent, Sent::No);
    }
    assert_eq!(transport.figures().breaker, BreakerState::Open);
    proxy.up().await.unwrap();
    // Refused calls say how long the rest still is: that is when the next one goes through.
    while let Err(error) = transport.send(&cx(), write(1)).await {
        tokio::time::sleep(error.retry_after.unwrap()).await;
    }
    assert_eq!((transport.figures().breaker, proxy.counts().seen), (BreakerState::Closed, 1));
}

/// Whatever goes wrong: what was confirmed is there once, what surely was not sent is not there, and the rest is there
/// once or not at all.
#[tokio::test]
async fn what_an_error_says_of_a_write_is_true() {
    let (things, proxy) = start().await;
    let rules = [
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::TooMany(Some(0)),
        Fault::ErrorBefore,
        Fault::ErrorAfter,
        Fault::Truncated,
        Fault::Empty,
        Fault::Html,
    ]
    .map(|fault| Rule::every(fault).method(Method::POST).chance(0.06));
    proxy.script(Script { rules: rules.to_vec(), seed: 11 });
    let transport = transport(&proxy, settings(), Arc::new(Fixed::none()));
    let mut ends = BTreeMap::new();
    for number in 0..300_u64 {
        if number % 50 == 20 {
            proxy.down().await.unwrap();
        } else if number % 50 == 23 {
            proxy.up().await.unwrap();
        }
        let result = transport.send(&cx(), write(number)).await.and_then(|answer| answer.json::<Value>());
        let there = things.made().iter().filter(|thing| thing.as_u64() == Some(number)).count();
        let end = result.map_or_else(|error| error.sent.as_str(), |_| "DONE");
        *ends.entry(end).or_insert(0) += 1;
        let allowed: &[usize] = match end {
            "DONE" => &[1],
            "NO" => &[0],
            _ => &[0, 1],
        };
        assert!(allowed.contains(&there), "{number} ended with {end} and is there {there} times");
    }
    assert!(["DONE", "NO", "MAYBE"].iter().all(|end| ends.get(end).is_some_and(|count| *count > 10)), "{ends:?}");
}
