//! Calls in a window, lanes and seats.

use super::fake::{Act, Fake, cx, read, settings, transport, within};
use crate::{Rate, Request, Settings};
use futures_util::future::join_all;
use portico_contract::{ErrorKind, Lane, Sent};
use rand::{Rng, SeedableRng};
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const MINUTE: Duration = Duration::from_secs(60);

fn limited(calls: u32) -> Settings {
    Settings { calls: Some(Rate { calls, window: MINUTE }), ..settings() }
}

#[tokio::test(start_paused = true)]
async fn at_no_moment_does_a_window_hold_more_calls_than_it_may() {
    let fake = Fake::new(&[], Act::Slow(700));
    let transport = transport(&fake, limited(10));
    let mut random = rand::rngs::StdRng::seed_from_u64(3);
    let calls: Vec<_> = (0..120)
        .map(|_| {
            let wait = Duration::from_millis(random.random_range(0..200_000));
            let lane = if random.random_bool(0.5) { Lane::Interactive } else { Lane::Background };
            let transport = &transport;
            async move {
                sleep(wait).await;
                transport.send(&cx(lane, 100_000), read()).await.unwrap();
            }
        })
        .collect();
    join_all(calls).await;
    let seen: Vec<Duration> = fake.seen.lock().unwrap().iter().map(|seen| seen.at).collect();
    assert_eq!(seen.len(), 120);
    for eleven in seen.windows(11) {
        assert!(eleven[10] - eleven[0] >= MINUTE, "{eleven:?}");
    }
    // People first, ten a minute, then what is left of the work, five a minute.
    assert!(seen.last().unwrap().as_secs() < 60 * 18, "the window is used: {:?}", seen.last());
}

#[tokio::test(start_paused = true)]
async fn background_work_has_at_most_half() {
    let fake = Fake::new(&[], Act::Status(200));
    let transport = transport(&fake, limited(10));
    let calls = (0..12).map(|_| async { transport.send(&cx(Lane::Background, 600), read()).await.unwrap() });
    join_all(calls).await;
    let seconds = fake.seconds();
    let per_minute: Vec<usize> = (0..3).map(|minute| seconds.iter().filter(|at| **at / 60 == minute).count()).collect();
    assert_eq!(per_minute, [5, 5, 2]);
}

#[tokio::test(start_paused = true)]
async fn background_work_never_holds_up_people() {
    let fake = Fake::new(&[], Act::Slow(100));
    let transport = transport(&fake, Settings { concurrency: 4, reserve: 2, ..limited(100) });
    let flood = (0..1_000).map(|_| {
        let transport = transport.clone();
        tokio::spawn(async move { transport.send(&cx(Lane::Background, 20), read()).await.map(drop) })
    });
    let flood: Vec<_> = flood.collect();
    for _ in 0..45 {
        sleep(Duration::from_millis(150)).await;
        let began = Instant::now();
        transport.send(&within(1), Request::get("t.person", "things")).await.unwrap();
        assert_eq!(began.elapsed().as_millis(), 100, "only the answer takes time");
    }
    for call in flood {
        let _ended = call.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_who_waits_goes_before_background_work() {
    let fake = Fake::new(&[], Act::Status(200));
    let transport = transport(&fake, limited(4));
    for lane in [Lane::Background, Lane::Interactive, Lane::Interactive, Lane::Interactive] {
        transport.send(&cx(lane, 1), read()).await.unwrap();
        sleep(Duration::from_secs(1)).await;
    }
    // The background work asked first, and its share has room once its first call has left the window.
    let background = async {
        transport.send(&cx(Lane::Background, 600), Request::get("t.work", "things")).await.unwrap();
    };
    let person = async {
        sleep(Duration::from_secs(1)).await;
        transport.send(&within(600), Request::get("t.person", "things")).await.unwrap();
    };
    tokio::join!(background, person);
    assert_eq!(fake.operations()[4..], ["t.person", "t.work"]);
}

#[tokio::test(start_paused = true)]
async fn who_would_get_a_place_too_late_is_told_at_once() {
    let fake = Fake::new(&[], Act::Status(200));
    let transport = transport(&fake, limited(1));
    transport.send(&within(5), read()).await.unwrap();
    let began = Instant::now();
    let error = transport.send(&within(5), read()).await.unwrap_err();
    assert_eq!((error.kind, error.sent, error.retry_after), (ErrorKind::RateLimited, Sent::No, Some(MINUTE)));
    assert_eq!((began.elapsed(), fake.count()), (Duration::ZERO, 1));
    assert_eq!(transport.figures().outcomes["RATE_LIMITED"], 1);
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_counted_apart_where_the_psa_does_so() {
    let fake = Fake::new(&[], Act::Status(200));
    let rate = Some(Rate { calls: 1, window: MINUTE });
    let transport = transport(&fake, Settings { endpoint_calls: rate, ..settings() });
    transport.send(&within(1), read()).await.unwrap();
    transport.send(&within(1), Request::get("t.other", "others")).await.unwrap();
    transport.send(&within(1), read()).await.unwrap_err();
    let same = Request::get("t.third", "things").endpoint("t.read");
    transport.send(&within(1), same).await.unwrap_err();
    assert_eq!(fake.operations(), ["t.read", "t.other"]);
}

#[tokio::test(start_paused = true)]
async fn too_many_said_to_one_holds_the_others_too() {
    let fake = Fake::new(&[Act::Status(429)], Act::Status(200));
    let transport = transport(&fake, Settings { tries: 1, pause: Duration::from_secs(30), ..settings() });
    let error = transport.send(&within(5), read()).await.unwrap_err();
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(Duration::from_secs(30))));
    transport.send(&within(5), Request::get("t.other", "others")).await.unwrap_err();
    transport.send(&within(60), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 30]);

    // Where endpoints are counted apart, only the one is held.
    let fake = Fake::new(&[Act::Later(429, "9")], Act::Status(200));
    let rate = Some(Rate { calls: 100, window: MINUTE });
    let transport = super::fake::transport(&fake, Settings { tries: 1, endpoint_calls: rate, ..settings() });
    transport.send(&within(5), read()).await.unwrap_err();
    transport.send(&within(5), Request::get("t.other", "others")).await.unwrap();
    transport.send(&within(60), read()).await.unwrap();
    assert_eq!(fake.seconds(), [0, 0, 9]);
}

#[tokio::test(start_paused = true)]
async fn so_many_calls_are_under_way_and_some_seats_are_left_to_people() {
    let fake = Fake::new(&[], Act::Slow(1_000));
    let transport = transport(&fake, Settings { concurrency: 5, reserve: 2, ..settings() });
    let work = (0..20).map(|_| async { transport.send(&cx(Lane::Background, 600), read()).await.unwrap() });
    join_all(work).await;
    assert_eq!(fake.most_under_way.load(SeqCst), 3);
    let people = (0..20).map(|_| async { transport.send(&within(600), read()).await.unwrap() });
    join_all(people).await;
    assert_eq!(fake.most_under_way.load(SeqCst), 5);
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_seat_in_time_has_sent_nothing() {
    let fake = Fake::new(&[], Act::Slow(10_000));
    let transport = transport(&fake, Settings { concurrency: 1, reserve: 0, ..settings() });
    let (long, short) = (within(60), within(2));
    let (first, second) = tokio::join!(transport.send(&long, read()), transport.send(&short, read()));
    assert!(first.is_ok());
    let error = second.unwrap_err();
    assert_eq!((error.kind, error.sent, fake.count()), (ErrorKind::Unavailable, Sent::No, 1));
    assert_eq!(transport.figures().waiting, 0);
}
