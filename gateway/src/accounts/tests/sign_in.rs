use crate::accounts::back_off::Admission;
use crate::accounts::testing::{PASSWORD, World, attempt, cheap};
use crate::accounts::{AccountStore, NewUser, Realm, SessionKind, SignIn, SignInRefused};
use crate::config::AuthSettings;
use portico_contract::{Error, ErrorKind};
use secrecy::ExposeSecret;

const OTHER: &str = "copper-lantern-19-fog";

#[tokio::test]
async fn a_login_is_compared_trimmed_and_without_case() {
    let world = World::new().await;
    let user = world.user(Realm::Customer, " Ada@Example.com ", PASSWORD).await;
    let signed_in = world.store.sign_in(attempt("aDA@example.COM ", PASSWORD)).await.unwrap();
    assert_eq!(signed_in.user_id, user);
}

#[tokio::test]
async fn unknown_disabled_without_password_and_wrong_are_the_same_answer_for_the_same_work() {
    let world = World::new().await;
    world.user(Realm::Customer, "known", PASSWORD).await;
    let disabled = world.user(Realm::Customer, "disabled", PASSWORD).await;
    world.store.disable(disabled).await.unwrap();
    let bare = NewUser {
        realm: Realm::Customer,
        name: "Bare".into(),
        email: String::new(),
        login: "bare".into(),
        password: None,
        contacts: Vec::new(),
        roles: Vec::new(),
    };
    world.store.create_user(bare).await.unwrap();
    for realm in [None, Some(Realm::Customer), Some(Realm::Staff)] {
        let mut seen = Vec::new();
        for (login, password) in [("known", "wrong"), ("unknown", PASSWORD), ("disabled", PASSWORD), ("bare", PASSWORD)]
        {
            let before = world.store.hasher.computed();
            let sign_in = world.store.sign_in(SignIn { realm, ..attempt(login, password) });
            let (outcome, statements) = world.statements_of(sign_in).await;
            let error = Error::from(outcome.unwrap_err());
            seen.push((error.kind, error.public, statements, world.store.hasher.computed() - before));
        }
        assert_eq!(seen[0].0, ErrorKind::Unauthenticated);
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    }
}

/// Acceptance: A02, A05 (SignInInput.login, SignInInput.realm)
#[tokio::test]
async fn the_realm_decides_between_two_users_of_one_login() {
    let world = World::new().await;
    let customer = world.user(Realm::Customer, "ada", PASSWORD).await;
    let staff = world.user(Realm::Staff, "ada", OTHER).await;
    let by = |realm, password| SignIn { realm, ..attempt("ada", password) };
    let user = async |attempt| world.store.sign_in(attempt).await.map(|signed_in| signed_in.user_id);
    assert_eq!(user(by(Some(Realm::Customer), PASSWORD)).await.unwrap(), customer);
    assert_eq!(user(by(Some(Realm::Staff), OTHER)).await.unwrap(), staff);
    assert!(matches!(user(by(Some(Realm::Staff), PASSWORD)).await, Err(SignInRefused::Wrong)));
    assert_eq!(user(by(None, PASSWORD)).await.unwrap(), customer);
    assert_eq!(user(by(None, OTHER)).await.unwrap(), staff);
    world.store.set_password(staff, &PASSWORD.into(), None).await.unwrap();
    assert!(matches!(user(by(None, PASSWORD)).await, Err(SignInRefused::ChooseRealm)));
}

/// Acceptance: A03 (SignInInput.remember, auth.remember_days)
#[tokio::test]
async fn a_session_lasts_a_week_and_a_remembered_one_thirty_days() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    for (remember, days) in [(false, 7), (true, 30)] {
        let signed_in = world.store.sign_in(SignIn { remember, ..attempt("ada", PASSWORD) }).await.unwrap();
        assert_eq!((signed_in.expires_at - world.clock.now()).num_days(), days);
    }
}

#[tokio::test]
async fn neither_token_nor_password_nor_peer_is_stored_in_clear() {
    let world = World::new().await;
    world.user(Realm::Customer, "ada", PASSWORD).await;
    let peer = Some("198.51.100.77".parse().unwrap());
    let attempt = SignIn { peer, kind: SessionKind::Bearer, ..attempt("ada", PASSWORD) };
    let signed_in = world.store.sign_in(attempt).await.unwrap();
    let bytes = world.bytes();
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("BEARER"), "the search finds what is there");
    for secret in [signed_in.token.expose_secret(), PASSWORD, "198.51.100.77"] {
        assert!(!has(secret));
    }
    assert!(!format!("{signed_in:?}").contains(signed_in.token.expose_secret()));
}

#[tokio::test]
async fn a_hash_is_renewed_when_the_cost_has_changed() {
    let world = World::new().await;
    let user = world.user(Realm::Customer, "ada", PASSWORD).await;
    let old = world.store.user_row(user).await.unwrap().unwrap().password_hash.unwrap();
    let settings = AuthSettings { argon2_iterations: 2, ..cheap() };
    let (read, write) = (world.store.read.clone(), world.store.write.clone());
    let store = AccountStore::new(read, write, world.clock.clone(), settings).await.unwrap();
    store.sign_in(attempt("ada", PASSWORD)).await.unwrap();
    let new = store.user_row(user).await.unwrap().unwrap().password_hash.unwrap();
    assert!(old.contains("t=1") && new.contains("t=2"), "{old} {new}");
    store.sign_in(attempt("ada", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_password_changed_while_it_is_checked_opens_no_session() {
    let world = World::new().await;
    let user = world.user(Realm::Customer, "ada", PASSWORD).await;
    let (store, stale) = (&world.store, world.store.user_row(user).await.unwrap().unwrap());
    let Admission::Admitted(admitted) = store.admit("ada", None).await.unwrap() else { panic!("not admitted") };
    store.set_password(user, &OTHER.into(), None).await.unwrap();
    let late = store.let_in(&stale, &attempt("ada", PASSWORD), &admitted).await;
    assert!(matches!(late, Err(SignInRefused::Wrong)));
}
