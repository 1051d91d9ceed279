//! A tenant that refuses, is silent or broken.

use super::fixture::{House, cx};
use portico_contract::{Backend, ErrorKind, Pass, Stream};
use portico_sandbox::halopsa::Fault;

#[tokio::test]
async fn a_wrong_secret_is_the_operators_to_mend_and_never_shows() {
    let house = House::with(|config| config.client_secret = "wrong-secret".to_owned().into()).await;
    let error = house.try_pass(Stream::Accounts, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    let said = format!("{} {:?}", error.log(), house.halo);
    assert!(!said.contains("wrong-secret"), "{said}");
}

#[tokio::test]
async fn a_token_that_is_no_longer_good_is_renewed_once() {
    let house = House::new().await;
    house.full(Stream::Accounts).await;
    house.tenant.revoke_tokens();
    house.full(Stream::Accounts).await;
    house.tenant.forget_seen();
    house.tenant.fail(Fault::Status(401), Some("Client"), 5);
    let error = house.try_pass(Stream::Accounts, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(house.tenant.seen().len() <= 4, "{:?}", house.tenant.counts());
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let house = House::with(|config| config.scope = "read:tickets read:customers".into()).await;
    let error = house.try_pass(Stream::Invoices, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.public.contains("read:invoices"), "{}", error.public);
    assert!(!house.full(Stream::Accounts).await.snapshots.is_empty());
}

#[tokio::test]
async fn an_agent_that_sees_no_customer_is_told_from_a_tenant_without_any() {
    let house = House::new().await;
    house.tenant.restrict(Some(&[]));
    let problems = house.halo.probe(&cx()).await.unwrap().problems.join("\n");
    assert!(problems.contains("sees no customer"), "{problems}");
}

#[tokio::test]
async fn reads_get_over_what_passes_and_name_what_stays() {
    let house = House::new().await;
    let expected = house.full(Stream::Sites).await.snapshots;
    for fault in [Fault::Status(500), Fault::Reset, Fault::Status(503)] {
        house.tenant.fail(fault, Some("Site"), 1);
        assert_eq!(house.full(Stream::Sites).await.snapshots, expected, "{fault:?}");
    }
    for fault in [Fault::Html, Fault::Truncated] {
        house.tenant.heal();
        house.tenant.fail(fault, Some("Site"), 50);
        let error = house.try_pass(Stream::Sites, Pass::Full, None).await.unwrap_err();
        assert!([ErrorKind::Contract, ErrorKind::Unavailable].contains(&error.kind), "{fault:?}: {}", error.log());
    }
    house.tenant.heal();
    house.tenant.fail(Fault::Limited(Some(120)), Some("Site"), 1);
    let error = house.try_pass(Stream::Sites, Pass::Full, None).await.unwrap_err();
    assert_eq!((error.kind, error.retry_after.is_some()), (ErrorKind::RateLimited, true));
}
