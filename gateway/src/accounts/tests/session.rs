use crate::accounts::testing::{PASSWORD, World, attempt};
use crate::accounts::{AccountStore, Realm, SessionKind, SignIn, SignedIn};
use secrecy::SecretString;
use std::time::Duration;

async fn signed_in(world: &World) -> SignedIn {
    world.user(Realm::Customer, "ada", PASSWORD).await;
    world.store.sign_in(attempt("ada", PASSWORD)).await.unwrap()
}

async fn is_valid(store: &AccountStore, token: &SecretString) -> bool {
    store.session(token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_token_leads_to_its_person_in_one_statement_and_then_in_none() {
    let world = World::new().await;
    let signed_in = signed_in(&world).await;
    let (session, statements) = world.statements_of(world.store.session(&signed_in.token)).await;
    let session = session.unwrap().unwrap();
    assert_eq!(statements, 1);
    assert_eq!((session.user_id, session.session_id), (signed_in.user_id, signed_in.session_id));
    assert_eq!((session.realm, session.kind), (Realm::Customer, SessionKind::Browser));
    assert_eq!((session.name.as_str(), session.email.as_str()), ("Some Body", "mail@example.com"));
    assert_eq!(session.expires_at, signed_in.expires_at);
    assert_eq!(world.statements_of(is_valid(&world.store, &signed_in.token)).await, (true, 0));
    world.advance(3);
    assert_eq!(world.statements_of(is_valid(&world.store, &signed_in.token)).await, (true, 1));
}

#[tokio::test]
async fn an_unknown_token_is_no_session_and_nonsense_asks_no_database() {
    let world = World::new().await;
    let (unknown, _) = crate::accounts::token::issue().unwrap();
    assert_eq!(world.statements_of(is_valid(&world.store, &unknown)).await, (false, 1));
    assert_eq!(world.statements_of(is_valid(&world.store, &"pcs_x".into())).await, (false, 0));
}

#[tokio::test]
async fn a_session_ends_at_its_last_millisecond_even_if_it_is_remembered() {
    let world = World::new().await;
    let signed_in = signed_in(&world).await;
    let week = Duration::from_secs(7 * 86_400);
    world.clock.advance(week - Duration::from_millis(1));
    assert!(is_valid(&world.store, &signed_in.token).await);
    world.clock.advance(Duration::from_millis(1));
    assert!(!is_valid(&world.store, &signed_in.token).await);
}

#[tokio::test]
async fn sign_out_ends_one_session_here_at_once_and_elsewhere_in_three_seconds() {
    let world = World::new().await;
    let one = signed_in(&world).await;
    let two = world.store.sign_in(attempt("ada", PASSWORD)).await.unwrap();
    let elsewhere = world.second().await;
    assert!(is_valid(&world.store, &one.token).await && is_valid(&elsewhere, &one.token).await);
    world.store.sign_out(one.session_id).await.unwrap();
    assert!(!is_valid(&world.store, &one.token).await);
    assert!(is_valid(&world.store, &two.token).await);
    world.advance(3);
    assert!(!is_valid(&elsewhere, &one.token).await);
}

#[tokio::test]
async fn each_event_ends_the_sessions_it_must() {
    let world = World::new().await;
    let kept = signed_in(&world).await;
    let user = kept.user_id;
    let again = async || world.store.sign_in(attempt("ada", PASSWORD)).await.unwrap();

    let other = again().await;
    assert!(is_valid(&world.store, &other.token).await);
    world.store.set_password(user, &PASSWORD.into(), Some(kept.session_id)).await.unwrap();
    assert!(!is_valid(&world.store, &other.token).await);
    assert!(is_valid(&world.store, &kept.token).await);

    let service = world.store.service_token(user, "wall dashboard", 90).await.unwrap();
    assert_eq!(world.store.session(&service.token).await.unwrap().unwrap().kind, SessionKind::Service);
    world.store.revoke_all(user).await.unwrap();
    assert!(!is_valid(&world.store, &kept.token).await && !is_valid(&world.store, &service.token).await);

    let last = again().await;
    assert!(is_valid(&world.store, &last.token).await);
    world.store.disable(user).await.unwrap();
    assert!(!is_valid(&world.store, &last.token).await);
    world.store.enable(user).await.unwrap();
    assert!(!is_valid(&world.store, &last.token).await, "access that comes back brings no old session");
    again().await;
}

#[tokio::test]
async fn a_change_of_rights_is_seen_by_the_next_request() {
    let world = World::new().await;
    let signed_in = signed_in(&world).await;
    let version = async || world.store.session(&signed_in.token).await.unwrap().unwrap().rights_version;
    assert_eq!(version().await, 0);
    world.store.bump_rights(signed_in.user_id).await.unwrap();
    assert_eq!(version().await, 1);
    world.store.set_roles(signed_in.user_id, &["finance".into()]).await.unwrap();
    assert_eq!(version().await, 2);
}

#[tokio::test]
async fn last_seen_is_written_behind_and_at_most_once_a_minute() {
    use crate::accounts::entity::{all, sessions};
    let world = World::new().await;
    let signed_in = signed_in(&world).await;
    let start = world.store.now();
    let last_seen = async || {
        world.store.tidy().await.unwrap();
        all::<sessions::Entity>().one(&world.store.read).await.unwrap().unwrap().last_seen_at - start
    };
    let mut seen = Vec::new();
    for seconds in [57, 3, 30, 27, 3] {
        world.advance(seconds);
        assert!(is_valid(&world.store, &signed_in.token).await);
        seen.push(last_seen().await);
    }
    assert_eq!(seen, [0, 60_000, 60_000, 60_000, 120_000]);
}

#[tokio::test]
async fn what_is_over_is_deleted() {
    use crate::accounts::entity::{all, sessions, sign_in_failures};
    use sea_orm::PaginatorTrait;
    let world = World::new().await;
    signed_in(&world).await;
    world.store.sign_in(SignIn { remember: true, ..attempt("ada", PASSWORD) }).await.unwrap();
    assert!(world.store.sign_in(attempt("nobody", PASSWORD)).await.is_err());
    world.advance(8 * 86_400);
    world.store.tidy().await.unwrap();
    assert_eq!(all::<sessions::Entity>().count(&world.store.read).await.unwrap(), 1);
    assert_eq!(all::<sign_in_failures::Entity>().count(&world.store.read).await.unwrap(), 0);
}
