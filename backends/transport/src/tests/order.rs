//! The order of the layers.

use super::fake::{Act, Fake, clock, read, settings, transport, with, within, write};
use crate::{BreakerState, Place, Rate, Request, Settings, Token, TokenSource, Wire};
use async_trait::async_trait;
use portico_contract::{Result, Sent};
use secrecy::SecretString;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const MINUTE: Duration = Duration::from_secs(60);

fn limited(calls: u32) -> Settings {
    Settings { calls: Some(Rate { calls, window: MINUTE }), ..settings() }
}

#[tokio::test(start_paused = true)]
async fn each_try_takes_a_place_of_its_own() {
    let fake = Fake::new(&[Act::Status(500)], Act::Status(200));
    let transport = transport(&fake, limited(2));
    transport.send(&within(600), read()).await.unwrap();
    transport.send(&within(600), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 0, 60]);
}

#[tokio::test(start_paused = true)]
async fn the_breaker_counts_tries() {
    let fake = Fake::new(&[], Act::Status(500));
    let transport = transport(&fake, Settings { failures: 2, tries: 5, ..settings() });
    transport.send(&within(600), read()).await.unwrap_err();
    assert_eq!((fake.count(), transport.figures().breaker), (2, BreakerState::Open));
}

#[tokio::test(start_paused = true)]
async fn what_the_breaker_refuses_takes_no_place() {
    let fake = Fake::new(&[Act::Status(500)], Act::Status(200));
    let settings = Settings { failures: 1, tries: 1, rest: Duration::from_secs(5), ..limited(2) };
    let transport = transport(&fake, settings);
    for _ in 0..50 {
        transport.send(&within(600), read()).await.unwrap_err();
    }
    sleep(Duration::from_secs(5)).await;
    transport.send(&within(600), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 5]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_place_holds_no_seat() {
    let fake = Fake::new(&[], Act::Status(200));
    let rate = Some(Rate { calls: 1, window: MINUTE });
    let transport = transport(&fake, Settings { concurrency: 1, reserve: 0, endpoint_calls: rate, ..settings() });
    transport.send(&within(600), read()).await.unwrap();
    let other = async {
        sleep(Duration::from_secs(1)).await;
        transport.send(&within(600), Request::get("t.other", "others")).await
    };
    let cx = within(600);
    let (waited, other) = tokio::join!(transport.send(&cx, read()), other);
    assert!(waited.is_ok() && other.is_ok());
    assert_eq!(fake.seconds(), [0, 1, 60]);
}

#[tokio::test(start_paused = true)]
async fn waiting_is_no_part_of_the_time_of_a_try() {
    let fake = Fake::new(&[], Act::Slow(900));
    let transport = transport(&fake, Settings { try_timeout: Duration::from_secs(1), ..limited(1) });
    transport.send(&within(600), read()).await.unwrap();
    transport.send(&within(600), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 60]);
}

/// Hangs for its first token.
#[derive(Debug, Default)]
struct SlowTokens(std::sync::atomic::AtomicBool);

#[async_trait]
impl TokenSource for SlowTokens {
    fn place(&self) -> Place {
        Place::Bearer
    }

    async fn token(&self, _wire: &Arc<dyn Wire>) -> Result<Token> {
        if !self.0.swap(true, std::sync::atomic::Ordering::SeqCst) {
            return pending().await;
        }
        Ok(Token { secret: SecretString::from("a"), number: 1 })
    }

    async fn renew(&self, _wire: &Arc<dyn Wire>, _refused: &Token) -> Result<Option<Token>> {
        Ok(Some(Token { secret: SecretString::from("b"), number: 2 }))
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_is_inside_the_time_of_a_try_and_a_slow_one_has_sent_nothing() {
    let fake = Fake::new(&[], Act::Status(200));
    let settings = Settings { try_timeout: Duration::from_secs(4), ..settings() };
    let transport = with(&fake, settings.clone(), Arc::new(SlowTokens::default()), &clock());
    // Even a write goes out with the second try: the first one had not left.
    transport.send(&within(600), write()).await.unwrap();
    assert_eq!(fake.seconds(), [4]);

    let one = Settings { tries: 1, ..settings };
    let transport = with(&fake, one, Arc::new(SlowTokens::default()), &clock());
    assert_eq!(transport.send(&within(600), write()).await.unwrap_err().sent, Sent::No);
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_new_token_is_the_same_try_and_is_counted_by_the_limit() {
    let fake = Fake::new(&[Act::Status(401)], Act::Status(200));
    let tokens = SlowTokens(true.into());
    let transport = with(&fake, Settings { tries: 1, ..limited(2) }, Arc::new(tokens), &clock());
    let began = Instant::now();
    transport.send(&within(600), write()).await.unwrap();
    assert_eq!((fake.count(), began.elapsed()), (2, Duration::ZERO));
    transport.send(&within(600), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 0, 60]);
    assert_eq!((transport.figures().tries, transport.figures().renewals), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_hangs_with_its_new_token_may_have_been_made() {
    for (second, sent) in [(Act::HangsAfter, Sent::Maybe), (Act::HangsBefore, Sent::No)] {
        let fake = Fake::new(&[Act::Status(401), second], Act::Status(200));
        let transport = with(&fake, Settings { tries: 1, ..settings() }, Arc::new(SlowTokens(true.into())), &clock());
        assert_eq!(transport.send(&within(600), write()).await.unwrap_err().sent, sent, "{second:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn figures_count_a_call_once_and_its_tries_each() {
    let fake = Fake::new(&[Act::Status(500), Act::Status(500)], Act::Status(200));
    let transport = transport(&fake, settings());
    transport.send(&within(600), read()).await.unwrap();
    let figures = transport.figures();
    assert_eq!((figures.calls, figures.tries, figures.retries, figures.waiting), (1, 3, 2, 0));
    assert_eq!(figures.outcomes.into_iter().collect::<Vec<_>>(), [("OK", 1)]);
}
