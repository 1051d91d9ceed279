use crate::accounts::testing::{PASSWORD, World, attempt};
use crate::accounts::{ContactLink, NewUser, Realm};
use portico_contract::ErrorKind;
use secrecy::SecretString;
use uuid::Uuid;

const NEW: &str = "copper-lantern-19-fog";

fn ada() -> NewUser {
    NewUser {
        realm: Realm::Customer,
        name: "Ada Lovelace".into(),
        email: "ada@example.com".into(),
        login: "ADA@example.com".into(),
        password: Some(SecretString::from(PASSWORD)),
        contacts: vec![ContactLink { backend_id: Uuid::from_u128(1), contact_id: Uuid::from_u128(2) }],
        roles: vec!["finance".into(), "agent".into(), "finance".into()],
    }
}

#[tokio::test]
async fn a_user_has_the_contacts_and_roles_it_was_made_with() {
    let world = World::new().await;
    let id = world.store.create_user(ada()).await.unwrap();
    let user = world.store.find_user(Realm::Customer, " Ada@Example.com").await.unwrap().unwrap();
    assert_eq!((user.id, user.login.as_str(), user.has_password), (id, "ada@example.com", true));
    assert_eq!(world.store.contacts_of(id).await.unwrap(), ada().contacts);
    assert_eq!(world.store.roles_of(id).await.unwrap(), ["agent", "finance"]);
    assert_eq!(world.store.find_user(Realm::Staff, "ada@example.com").await.unwrap(), None);
}

#[tokio::test]
async fn a_login_is_unique_in_its_realm_and_nothing_is_left_of_a_refused_user() {
    let world = World::new().await;
    world.store.create_user(ada()).await.unwrap();
    let taken = world.store.create_user(ada()).await.unwrap_err();
    assert_eq!(taken.kind, ErrorKind::Conflict);
    world.store.create_user(NewUser { realm: Realm::Staff, ..ada() }).await.unwrap();
    let bad_role = NewUser { login: "new".into(), roles: vec![" ".into()], ..ada() };
    assert_eq!(world.store.create_user(bad_role).await.unwrap_err().kind, ErrorKind::Invalid);
    assert_eq!(world.store.find_user(Realm::Customer, "new").await.unwrap(), None);
}

#[tokio::test]
async fn names_and_logins_are_checked() {
    let world = World::new().await;
    let wrong = [
        NewUser { name: " ".into(), ..ada() },
        NewUser { name: "A\nB".into(), ..ada() },
        NewUser { login: String::new(), ..ada() },
        NewUser { login: "a b".into(), ..ada() },
        NewUser { login: "a".repeat(255), ..ada() },
    ];
    for new in wrong {
        assert_eq!(world.store.create_user(new).await.unwrap_err().kind, ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn contacts_and_roles_change_with_the_rights_version() {
    let world = World::new().await;
    let id = world.store.create_user(ada()).await.unwrap();
    let link = ContactLink { backend_id: Uuid::from_u128(1), contact_id: Uuid::from_u128(9) };
    world.store.link_contact(id, link).await.unwrap();
    world.store.link_contact(id, link).await.unwrap();
    assert_eq!(world.store.contacts_of(id).await.unwrap(), [ada().contacts[0], link]);
    world.store.unlink_contact(id, Uuid::from_u128(2)).await.unwrap();
    assert_eq!(world.store.contacts_of(id).await.unwrap(), [link]);
    world.store.set_roles(id, &[]).await.unwrap();
    assert!(world.store.roles_of(id).await.unwrap().is_empty());
    assert_eq!(world.store.user(id).await.unwrap().unwrap().rights_version, 4);
}

#[tokio::test]
async fn changes_of_nobody_are_not_found() {
    let world = World::new().await;
    let nobody = Uuid::from_u128(404);
    let link = ContactLink { backend_id: nobody, contact_id: nobody };
    let outcomes = [
        world.store.link_contact(nobody, link).await,
        world.store.set_roles(nobody, &["agent".into()]).await,
        world.store.disable(nobody).await,
        world.store.bump_rights(nobody).await,
        world.store.set_password(nobody, &NEW.into(), None).await,
        world.store.service_token(nobody, "x", 1).await.map(drop),
    ];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind, ErrorKind::NotFound);
    }
    assert!(world.store.contacts_of(nobody).await.unwrap().is_empty());
    assert!(world.store.roles_of(nobody).await.unwrap().is_empty());
}

/// Acceptance in part: A14, A15 (auth.password_min_length)
#[tokio::test]
async fn every_broken_rule_of_a_password_is_said_wherever_one_is_set() {
    let world = World::new().await;
    let id = world.store.create_user(ada()).await.unwrap();
    let bad = SecretString::from("lovelace");
    let refused = [
        world.store.create_user(NewUser { password: Some(bad.clone()), login: "b".into(), ..ada() }).await.unwrap_err(),
        world.store.set_password(id, &bad, None).await.unwrap_err(),
        world.store.change_password(id, &PASSWORD.into(), &bad, None).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.public.contains("at least 12") && error.public.contains("the name"), "{}", error.public);
    }
}

#[tokio::test]
async fn changing_a_password_needs_the_old_one_and_backs_off_like_signing_in() {
    let world = World::new().await;
    let id = world.store.create_user(ada()).await.unwrap();
    for _ in 0..5 {
        let wrong = world.store.change_password(id, &"wrong".into(), &NEW.into(), None).await;
        assert_eq!(wrong.unwrap_err().kind, ErrorKind::Forbidden);
    }
    let wait = world.store.change_password(id, &PASSWORD.into(), &NEW.into(), None).await;
    assert_eq!(wait.unwrap_err().kind, ErrorKind::RateLimited);
    world.advance(1);
    world.store.change_password(id, &PASSWORD.into(), &NEW.into(), None).await.unwrap();
    assert!(world.store.sign_in(attempt("ada@example.com", PASSWORD)).await.is_err());
    assert!(world.store.sign_in(attempt("ada@example.com", NEW)).await.is_ok());
}

#[tokio::test]
async fn debug_of_a_user_row_hides_the_hash() {
    let world = World::new().await;
    let id = world.store.create_user(ada()).await.unwrap();
    let row = world.store.user_row(id).await.unwrap().unwrap();
    assert!(!format!("{row:?} {:?}", ada()).contains("argon2"));
    assert!(!format!("{:?}", ada()).contains(PASSWORD));
}
