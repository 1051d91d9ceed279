//! What is tried again, and when.

use super::fake::{Act, Fake, read, settings, transport, within, write};
use crate::{Request, Safety, Settings};
use portico_contract::{Error, ErrorKind, Sent};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often the wire was asked, and how the call ended.
async fn call(acts: &[Act], request: Request) -> (usize, Result<u16, Error>) {
    let fake = Fake::new(acts, Act::Status(200));
    let result = transport(&fake, settings()).send(&within(600), request).await;
    (fake.count(), result.map(|answer| answer.status.as_u16()))
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_again_whatever_became_of_it() {
    for act in [Act::Status(500), Act::Breaks(Sent::Maybe), Act::Breaks(Sent::No), Act::HangsAfter, Act::HangsBefore] {
        let (tries, result) = call(&[act], read()).await;
        assert_eq!((tries, result.unwrap()), (2, 200), "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_left_is_never_sent_again() {
    for act in [Act::Status(500), Act::Status(503), Act::Breaks(Sent::Maybe), Act::HangsAfter] {
        let (tries, result) = call(&[act], write()).await;
        let error = result.unwrap_err();
        assert_eq!((tries, error.kind, error.sent), (1, ErrorKind::Unavailable, Sent::Maybe), "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_surely_did_not_leave_is_sent_again() {
    for act in [Act::Breaks(Sent::No), Act::HangsBefore, Act::Later(429, "1")] {
        let (tries, result) = call(&[act], write()).await;
        assert_eq!((tries, result.unwrap()), (2, 200), "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_changes_nothing_the_second_time_is_sent_again() {
    let (tries, result) = call(&[Act::HangsAfter], write().safety(Safety::Idempotent)).await;
    assert_eq!((tries, result.unwrap()), (2, 200));
}

#[tokio::test(start_paused = true)]
async fn what_any_try_may_have_done_the_call_may_have_done() {
    let acts = [Act::Breaks(Sent::Maybe), Act::Breaks(Sent::No), Act::Breaks(Sent::No)];
    let (tries, result) = call(&acts, write().safety(Safety::Idempotent)).await;
    assert_eq!((tries, result.unwrap_err().sent), (3, Sent::Maybe));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_says_no_is_not_asked_again() {
    for (status, kind) in [(301, Some(ErrorKind::Credentials)), (401, Some(ErrorKind::Credentials)), (404, None)] {
        let (tries, result) = call(&[Act::Status(status)], read()).await;
        assert_eq!((tries, result.err().map(|error| (error.kind, error.sent))), (1, kind.map(|kind| (kind, Sent::No))));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_psa_asks_for_is_waited_out_and_jitter_comes_on_top() {
    // The last one is a date 40 seconds after the tests' clock.
    for (text, seconds) in [("7", 7), ("Sun, 01 Mar 2026 08:00:40 GMT", 40)] {
        for status in [429, 503] {
            let fake = Fake::new(&[Act::Later(status, text)], Act::Status(200));
            let began = Instant::now();
            transport(&fake, settings()).send(&within(600), read()).await.unwrap();
            let took = began.elapsed();
            let least = Duration::from_secs(seconds);
            assert!(took >= least && took <= least + Duration::from_millis(20), "{status} {text}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_total_deadline_wins() {
    let fake = Fake::new(&[], Act::Later(503, "60"));
    let began = Instant::now();
    let error = transport(&fake, settings()).send(&within(10), read()).await.unwrap_err();
    assert_eq!((fake.count(), began.elapsed()), (1, Duration::ZERO), "nobody waits for what comes too late");
    assert_eq!(error.retry_after, Some(Duration::from_secs(60)));

    let fake = Fake::new(&[], Act::HangsAfter);
    let began = Instant::now();
    let error = transport(&fake, settings()).send(&within(45), read()).await.unwrap_err();
    assert_eq!((fake.count(), began.elapsed().as_secs()), (2, 45), "the second try is cut short");
    assert_eq!(error.kind, ErrorKind::Unavailable);

    let fake = Fake::new(&[], Act::Status(200));
    let error = transport(&fake, settings()).send(&within(0), write()).await.unwrap_err();
    assert_eq!((fake.count(), error.sent), (0, Sent::No), "nothing is begun after the deadline");
}

#[tokio::test(start_paused = true)]
async fn a_try_has_its_time_and_a_request_may_have_another() {
    let fake = Fake::new(&[], Act::HangsAfter);
    let one = Settings { tries: 1, try_timeout: Duration::from_secs(3), ..settings() };
    let transport = transport(&fake, one);
    for (request, seconds) in [(read(), 3), (read().timeout(Duration::from_secs(8)), 8)] {
        let began = Instant::now();
        transport.send(&within(600), request).await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn retries_are_at_most_a_part_of_all_calls() {
    let fake = Fake::new(&[], Act::Status(500));
    let transport = transport(&fake, Settings { retry_ratio: 0.2, ..settings() });
    for _ in 0..100 {
        transport.send(&within(600), read()).await.unwrap_err();
    }
    // One in five, and ten to begin with.
    assert!((125..=130).contains(&fake.count()), "{}", fake.count());
    assert_eq!(transport.figures().retries, fake.count() as u64 - 100);
}

#[tokio::test(start_paused = true)]
async fn waits_between_tries_are_spread() {
    let settings = Settings {
        tries: 2,
        backoff: Duration::from_secs(8),
        longest_backoff: Duration::from_secs(8),
        retry_ratio: 1.0,
        ..settings()
    };
    let mut waits = Vec::new();
    for _ in 0..64 {
        let fake: Arc<Fake> = Fake::new(&[Act::Status(500)], Act::Status(200));
        transport(&fake, settings.clone()).send(&within(600), read()).await.unwrap();
        waits.push(fake.seen.lock().unwrap()[1].at);
    }
    assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(9)));
    let early = waits.iter().filter(|wait| wait.as_secs() < 4).count();
    assert!((8..56).contains(&early), "{early} of 64 in the first half");
}
