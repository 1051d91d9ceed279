use crate::accounts::testing::{PASSWORD, World, attempt};
use crate::accounts::{ContactLink, NewUser, Realm, SignIn, SignInRefused, Vouched, Vouchers};
use async_trait::async_trait;
use portico_contract::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const OWN: &str = "copper-lantern-19-fog";

/// A PSA that knows one login.
#[derive(Debug, Default)]
struct Psa {
    down: Mutex<bool>,
    contacts: Mutex<Vec<u128>>,
    asked: Mutex<Vec<String>>,
}

fn link(contact: u128) -> ContactLink {
    ContactLink { backend_id: Uuid::from_u128(1), contact_id: Uuid::from_u128(contact) }
}

#[async_trait]
impl Vouchers for Psa {
    async fn vouch(&self, login: &str, password: &SecretString) -> Result<Vec<Vouched>> {
        self.asked.lock().unwrap().push(login.to_owned());
        if *self.down.lock().unwrap() {
            return Err(Error::unavailable("the PSA is down"));
        }
        let right = login == "ada@example.com" && password.expose_secret() == PASSWORD;
        let contacts = self.contacts.lock().unwrap().clone();
        let vouched = |contact| Vouched { link: link(contact), name: "Ada".into(), email: "Ada@example.com".into() };
        Ok(if right { contacts.into_iter().map(vouched).collect() } else { Vec::new() })
    }
}

impl Psa {
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn world(contacts: &[u128]) -> (World, Arc<Psa>) {
    let world = World::new().await;
    let psa = Arc::new(Psa::default());
    contacts.clone_into(&mut psa.contacts.lock().unwrap());
    world.store.trust(psa.clone());
    (world, psa)
}

async fn user(world: &World, login: &str, password: Option<&str>, contacts: &[u128]) -> Uuid {
    let new = NewUser {
        realm: Realm::Customer,
        name: "Somebody".into(),
        email: login.into(),
        login: login.into(),
        password: password.map(SecretString::from),
        contacts: contacts.iter().map(|contact| link(*contact)).collect(),
        roles: Vec::new(),
    };
    world.store.create_user(new).await.unwrap()
}

async fn enter(world: &World, password: &str) -> Result<Uuid, SignInRefused> {
    world.store.sign_in(attempt("Ada@example.com", password)).await.map(|signed_in| signed_in.user_id)
}

#[tokio::test]
async fn the_first_sign_in_makes_a_user_bound_to_the_contacts_and_the_psa_is_not_asked_again() {
    let (world, psa) = world(&[7, 8]).await;
    let id = enter(&world, PASSWORD).await.unwrap();
    assert_eq!(psa.asked(), ["ada@example.com"]);
    assert_eq!(world.store.contacts_of(id).await.unwrap(), [link(7), link(8)]);
    let user = world.store.user(id).await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.login.as_str(), user.realm), ("Ada", "ada@example.com", Realm::Customer));
    assert!(world.store.user_row(id).await.unwrap().unwrap().password_hash.unwrap().starts_with("$argon2id$"));
    assert_eq!(enter(&world, PASSWORD).await.unwrap(), id);
    assert_eq!(psa.asked(), [] as [String; 0]);
}

#[tokio::test]
async fn a_password_of_porticos_own_wins_over_the_psas() {
    let (world, psa) = world(&[7]).await;
    let id = enter(&world, PASSWORD).await.unwrap();
    world.store.set_password(id, &OWN.into(), None).await.unwrap();
    psa.asked();
    assert!(matches!(enter(&world, PASSWORD).await, Err(SignInRefused::Wrong)));
    // Asked for as long as it would take, and never by this login.
    let asked = psa.asked();
    assert!(asked.len() == 1 && asked[0].ends_with("@nobody.invalid"), "{asked:?}");
    assert_eq!(enter(&world, OWN).await.unwrap(), id);
}

#[tokio::test]
async fn somebody_without_a_password_gets_it_if_the_contact_is_theirs() {
    let (world, _psa) = world(&[7]).await;
    let invited = user(&world, "ada@example.com", None, &[7]).await;
    assert_eq!(enter(&world, PASSWORD).await.unwrap(), invited);
    assert_eq!(world.store.contacts_of(invited).await.unwrap(), [link(7)]);
}

#[tokio::test]
async fn a_login_that_somebody_else_has_is_not_handed_over() {
    let (world, _psa) = world(&[7]).await;
    user(&world, "ada@example.com", None, &[9]).await;
    assert!(matches!(enter(&world, PASSWORD).await, Err(SignInRefused::Wrong)));
}

#[tokio::test]
async fn a_contact_that_is_somebodys_already_makes_no_second_user() {
    // Under another login, with a password of its own, or shut out.
    for (password, disabled) in [(Some(OWN), false), (None, true)] {
        let (world, _psa) = world(&[7]).await;
        let id = user(&world, "before@example.com", password, &[7]).await;
        if disabled {
            world.store.disable(id).await.unwrap();
        }
        assert!(matches!(enter(&world, PASSWORD).await, Err(SignInRefused::Wrong)));
    }
    // The address has moved, the person is the same and has no password yet.
    let (world, _psa) = world(&[7]).await;
    let id = user(&world, "before@example.com", None, &[7]).await;
    assert_eq!(enter(&world, PASSWORD).await.unwrap(), id);
}

#[tokio::test]
async fn somebody_shut_out_stays_out_whatever_the_psa_says() {
    let (world, psa) = world(&[7]).await;
    let id = user(&world, "ada@example.com", None, &[7]).await;
    world.store.disable(id).await.unwrap();
    assert!(matches!(enter(&world, PASSWORD).await, Err(SignInRefused::Wrong)));
    assert!(psa.asked()[0].ends_with("@nobody.invalid"));
}

#[tokio::test]
async fn staff_are_not_asked_for() {
    let (world, psa) = world(&[7]).await;
    let staff = SignIn { realm: Some(Realm::Staff), ..attempt("ada@example.com", PASSWORD) };
    assert!(world.store.sign_in(staff).await.is_err());
    assert_eq!(psa.asked(), [] as [String; 0]);
}

#[tokio::test]
async fn every_failure_is_the_same_answer_for_the_same_work() {
    for down in [false, true] {
        let (world, psa) = world(&[7]).await;
        *psa.down.lock().unwrap() = down;
        world.user(Realm::Customer, "known", PASSWORD).await;
        let disabled = world.user(Realm::Customer, "disabled", PASSWORD).await;
        world.store.disable(disabled).await.unwrap();
        user(&world, "bare", None, &[]).await;
        let mut seen = Vec::new();
        for login in ["known", "unknown", "disabled", "bare", "ada@example.com"] {
            let before = world.store.hasher.computed();
            let (outcome, statements) = world.statements_of(world.store.sign_in(attempt(login, "wrong"))).await;
            let error = Error::from(outcome.unwrap_err());
            let work = world.store.hasher.computed() - before;
            seen.push((error.kind, error.public, statements, work, psa.asked().len()));
        }
        let kind = if down { ErrorKind::Unavailable } else { ErrorKind::Unauthenticated };
        assert_eq!((seen[0].0, seen[0].4), (kind, 1));
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    }
}

#[tokio::test]
async fn failures_count_before_a_psa_is_asked() {
    let (world, psa) = world(&[7]).await;
    for _ in 0..5 {
        assert!(matches!(enter(&world, "wrong").await, Err(SignInRefused::Wrong)));
    }
    psa.asked();
    assert!(matches!(enter(&world, PASSWORD).await, Err(SignInRefused::RateLimited { .. })));
    assert_eq!(psa.asked(), [] as [String; 0]);
    world.advance(1);
    enter(&world, PASSWORD).await.unwrap();
}
