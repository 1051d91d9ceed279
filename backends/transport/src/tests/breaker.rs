//! A PSA that is down is left alone.

use super::fake::{Act, Fake, read, settings, transport, within};
use crate::{BreakerState, Settings};
use portico_contract::{ErrorKind, Sent};
use std::time::Duration;
use tokio::time::{sleep, timeout};

fn fragile() -> Settings {
    Settings {
        failures: 3,
        tries: 1,
        rest: Duration::from_secs(10),
        longest_rest: Duration::from_secs(35),
        ..settings()
    }
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_open_it_and_calls_are_refused_at_once() {
    let fake = Fake::new(&[], Act::Status(500));
    let transport = transport(&fake, fragile());
    for _ in 0..3 {
        transport.send(&within(60), read()).await.unwrap_err();
    }
    assert_eq!(transport.figures().breaker, BreakerState::Open);
    let error = transport.send(&within(60), read()).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (ErrorKind::Unavailable, Sent::No));
    assert_eq!(error.retry_after, Some(Duration::from_secs(10)));
    assert_eq!(fake.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_success_in_between_starts_the_count_again() {
    let down = Act::Status(500);
    let fake = Fake::new(&[down, down, Act::Status(200), down, down], Act::Status(200));
    let transport = transport(&fake, fragile());
    for _ in 0..6 {
        let _either = transport.send(&within(60), read()).await;
    }
    assert_eq!((transport.figures().breaker, fake.count()), (BreakerState::Closed, 6));
}

#[tokio::test(start_paused = true)]
async fn after_the_rest_one_call_finds_out() {
    let down = Act::Status(500);
    let fake = Fake::new(&[down, down, down, Act::Slow(500)], Act::Status(200));
    let transport = transport(&fake, fragile());
    for _ in 0..3 {
        transport.send(&within(60), read()).await.unwrap_err();
    }
    sleep(Duration::from_secs(10)).await;
    let cx = within(60);
    let (first, second) = tokio::join!(transport.send(&cx, read()), transport.send(&cx, read()));
    assert!(first.is_ok() && second.is_err(), "only one goes through");
    assert_eq!(transport.figures().breaker, BreakerState::Closed);
    transport.send(&within(60), read()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn each_rest_is_twice_as_long_up_to_the_longest() {
    let fake = Fake::new(&[], Act::Status(500));
    let transport = transport(&fake, fragile());
    for _ in 0..200 {
        transport.send(&within(60), read()).await.unwrap_err();
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(fake.seconds()[..7], [0, 1, 2, 12, 32, 67, 102]);
}

#[tokio::test(start_paused = true)]
async fn answers_that_say_no_do_not_count() {
    for act in [Act::Status(404), Act::Status(403), Act::Status(401), Act::Later(429, "0"), Act::Status(302)] {
        let fake = Fake::new(&[], act);
        let transport = transport(&fake, fragile());
        for _ in 0..10 {
            let _either = transport.send(&within(60), read()).await;
        }
        assert_eq!((transport.figures().breaker, fake.count()), (BreakerState::Closed, 10), "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_impatient_caller_says_nothing_about_the_psa() {
    let fake = Fake::new(&[], Act::HangsAfter);
    let transport = transport(&fake, fragile());
    for _ in 0..10 {
        transport.send(&within(1), read()).await.unwrap_err();
    }
    assert_eq!(transport.figures().breaker, BreakerState::Closed);
    for _ in 0..3 {
        transport.send(&within(60), read()).await.unwrap_err();
    }
    assert_eq!(transport.figures().breaker, BreakerState::Open, "a try that had its time does count");
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_is_given_up_makes_room_for_another() {
    let down = Act::Status(500);
    let fake = Fake::new(&[down, down, down, Act::HangsAfter], Act::Status(200));
    let transport = transport(&fake, fragile());
    for _ in 0..3 {
        transport.send(&within(60), read()).await.unwrap_err();
    }
    sleep(Duration::from_secs(10)).await;
    assert!(timeout(Duration::from_secs(1), transport.send(&within(60), read())).await.is_err());
    transport.send(&within(60), read()).await.unwrap();
    assert_eq!(transport.figures().breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn what_began_before_the_rest_says_nothing_after_it() {
    let down = Act::Status(500);
    let fake = Fake::new(&[Act::HangsAfter, down, down, down], Act::Slow(20_000));
    let transport = transport(&fake, fragile());
    let old = {
        let transport = transport.clone();
        tokio::spawn(
            async move { transport.send(&within(600), read().timeout(Duration::from_secs(15))).await.map(drop) },
        )
    };
    sleep(Duration::from_secs(1)).await;
    for _ in 0..3 {
        transport.send(&within(600), read()).await.unwrap_err();
    }
    sleep(Duration::from_secs(10)).await;
    // The trial is under way when the old call fails.
    transport.send(&within(600), read()).await.unwrap();
    assert!(old.await.unwrap().is_err());
    assert_eq!(transport.figures().breaker, BreakerState::Closed);
    transport.send(&within(600), read()).await.unwrap();
}
