//! Whose password it is, on a small installation.

use super::fixture::{Installation, cx, installation};
use portico_contract::{Backend, ErrorKind, FieldGroup, Kind, NativeId};
use secrecy::SecretString;

const LOGIN: &str = "paula@harbour.example";

async fn known(itflow: &Installation, login: &str, password: &str) -> Vec<String> {
    let known = itflow.backend.vouch(&cx(), login, &SecretString::from(password)).await.unwrap();
    known.into_iter().map(|id| (id.kind == Kind::Contact).then_some(id.key.to_string()).unwrap()).collect()
}

async fn with_hashes() -> Installation {
    let itflow = installation(|config| config.read_password_hashes = true).await;
    // The other tests' account may not read these columns, so their tables have none.
    for column in ["user_password", "user_auth_method"] {
        itflow.edit(&format!("ALTER TABLE users ADD COLUMN {column} varchar(200) NOT NULL DEFAULT ''")).await;
    }
    let hash = "$2y$04$glGdo0YTpGl/8knO6b8fQOolbwiHm6QUMO254eM3r/OEwcsY6/L8m";
    itflow.edit(&format!("UPDATE users SET user_password = '{hash}', user_auth_method = 'local'")).await;
    itflow
}

#[tokio::test]
async fn only_live_portal_users_of_live_customers_are_known() {
    let itflow = with_hashes().await;
    assert!(itflow.backend.capabilities().carries.contains(&FieldGroup::Passwords));
    assert_eq!(known(&itflow, LOGIN, "a portal password").await, ["1"]);
    assert_eq!(known(&itflow, LOGIN, "another").await, [] as [&str; 0]);
    // Disabled, of a client that is closed, an agent, nobody.
    for login in ["dora@harbour.example", "shut@closed.example", "ada@msp.example", "nobody@example.com", "", "%", "'"]
    {
        assert_eq!(known(&itflow, login, "a portal password").await, [] as [&str; 0], "{login}");
    }
    for (edit, back) in [
        ("user_auth_method = 'azure'", "user_auth_method = 'local'"),
        ("user_archived_at = '2026-01-01 00:00:00'", "user_archived_at = NULL"),
        ("user_status = 0", "user_status = 1"),
    ] {
        itflow.edit(&format!("UPDATE users SET {edit} WHERE user_id = 11")).await;
        assert_eq!(known(&itflow, LOGIN, "a portal password").await, [] as [&str; 0], "{edit}");
        itflow.edit(&format!("UPDATE users SET {back} WHERE user_id = 11")).await;
    }
    itflow.edit("UPDATE clients SET client_lead = 1 WHERE client_id = 1").await;
    assert_eq!(known(&itflow, LOGIN, "a portal password").await, [] as [&str; 0], "a lead");
}

#[tokio::test]
async fn known_and_unknown_logins_take_the_same_statements() {
    let itflow = with_hashes().await;
    let mut taken = Vec::new();
    for (login, password) in [(LOGIN, "a portal password"), (LOGIN, "another"), ("nobody@example.com", "another")] {
        itflow.statements();
        known(&itflow, login, password).await;
        taken.push(itflow.statements().len());
    }
    assert_eq!(taken, [3, 3, 3]);
}

#[tokio::test]
async fn without_the_setting_nothing_is_asked() {
    let itflow = installation(|_| {}).await;
    assert!(!itflow.backend.capabilities().carries.contains(&FieldGroup::Passwords));
    itflow.statements();
    let error = itflow.backend.vouch(&cx(), LOGIN, &SecretString::from("x")).await.unwrap_err();
    assert_eq!((error.kind, itflow.statements().len()), (ErrorKind::Unsupported, 0));
    let contact = NativeId::new(Kind::Contact, 1);
    assert!(itflow.backend.read(&cx(), &contact).await.unwrap().is_some());
    assert!(!itflow.statements().join("\n").contains("user_password"));
}
