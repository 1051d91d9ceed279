use crate::accounts::testing::{PASSWORD, World, attempt};
use crate::accounts::{Realm, SignIn, SignInRefused, SignedIn};
use std::net::IpAddr;

fn from(peer: &str, login: &str, password: &str) -> SignIn {
    SignIn { peer: Some(peer.parse::<IpAddr>().unwrap()), ..attempt(login, password) }
}

/// Seconds to wait; 0 for a plain refusal.
fn wait(outcome: Result<SignedIn, SignInRefused>) -> u64 {
    match outcome {
        Err(SignInRefused::Wrong) => 0,
        Err(SignInRefused::RateLimited { seconds }) => seconds,
        other => panic!("{other:?}"),
    }
}

/// Acceptance in part: A20 (auth.back_off_after)
#[tokio::test]
async fn the_wait_after_each_failure_doubles_up_to_a_quarter_of_an_hour() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    for expected in [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 0);
        if expected > 0 {
            assert_eq!(wait(world.store.sign_in(attempt("ada", PASSWORD)).await), expected, "even with the password");
        }
        world.advance(expected);
    }
    assert!(world.store.sign_in(attempt("ada", PASSWORD)).await.is_ok(), "never locked for good");
}

#[tokio::test]
async fn attempts_during_a_wait_do_not_make_it_longer() {
    let world = World::new().await;
    for _ in 0..6 {
        wait(world.store.sign_in(attempt("ada", "wrong")).await);
        world.advance(1);
    }
    for _ in 0..50 {
        assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 1);
    }
    world.advance(1);
    assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 0);
}

#[tokio::test]
async fn success_resets_the_login() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 0);
        }
        world.store.sign_in(attempt("ada", PASSWORD)).await.unwrap();
    }
}

#[tokio::test]
async fn a_peer_that_tries_many_logins_waits_and_others_do_not() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    for n in 0..5 {
        assert_eq!(wait(world.store.sign_in(from("192.0.2.1", &format!("guess{n}"), "wrong")).await), 0);
    }
    assert_eq!(wait(world.store.sign_in(from("192.0.2.1", "ada", PASSWORD)).await), 1);
    assert!(world.store.sign_in(from("192.0.2.2", "ada", PASSWORD)).await.is_ok());
}

#[tokio::test]
async fn an_attempt_that_its_peer_may_not_make_does_not_count_for_the_login() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    for n in 0..5 {
        wait(world.store.sign_in(from("192.0.2.1", &format!("guess{n}"), "wrong")).await);
    }
    for _ in 0..20 {
        assert_eq!(wait(world.store.sign_in(from("192.0.2.1", "ada", "wrong")).await), 1);
    }
    assert!(world.store.sign_in(from("192.0.2.2", "ada", PASSWORD)).await.is_ok());
}

#[tokio::test]
async fn many_right_sign_ins_of_one_office_are_no_failures() {
    let world = World::new().await;
    for n in 0..12 {
        world.user(Realm::Customer, &format!("user{n}"), PASSWORD).await;
    }
    for n in 0..12 {
        world.store.sign_in(from("192.0.2.1", &format!("user{n}"), PASSWORD)).await.unwrap();
    }
}

#[tokio::test]
async fn attempts_at_the_same_moment_are_counted_one_by_one() {
    let world = World::new().await;
    let attempts = (0..20).map(|_| world.store.sign_in(attempt("ada", "wrong")));
    let waits: Vec<u64> = futures_util::future::join_all(attempts).await.into_iter().map(wait).collect();
    assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 5);
    assert_eq!(waits.iter().filter(|wait| **wait == 1).count(), 15);
}

#[tokio::test]
async fn failures_are_forgotten_after_an_hour_without_another() {
    let world = World::new().await;
    for _ in 0..4 {
        wait(world.store.sign_in(attempt("ada", "wrong")).await);
    }
    world.advance(3_601);
    for _ in 0..4 {
        wait(world.store.sign_in(attempt("ada", "wrong")).await);
    }
    assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 0);
    assert_eq!(wait(world.store.sign_in(attempt("ada", "wrong")).await), 1);
}
