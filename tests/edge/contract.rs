//! What the demo promises to scripts: `demo.json`, the `ready` line, the people and the names.

use crate::demo::{Demo, Facts};
use anyhow::Result;
use portico_tests::running::Running;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_demo_says_where_it_is_once_and_then_answers() -> Result<()> {
    let demo = Demo::start().await?;
    let address = &demo.running.address;
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert_eq!(demo.facts.graphql, format!("http://{address}/graphql"));
    demo.running.data(None, "{ __typename }").await?;
    let said = demo.running.lines();
    assert_eq!(said.iter().filter(|line| line.starts_with("ready ")).count(), 1, "{said:?}");
    assert_eq!(demo.running.log(), "", "a demo has nothing to complain about");
    Ok(())
}

#[tokio::test]
async fn demo_json_names_the_people_and_the_backends() -> Result<()> {
    let demo = Demo::start().await?;
    let [backend] = demo.facts.backends.as_slice() else { panic!("one backend: {:?}", demo.facts.backends) };
    assert_eq!(backend.kind, "itflow");
    assert!(backend.url.starts_with("sqlite://"), "{}", backend.url);
    for user in &demo.facts.users {
        assert_eq!(user.backend, backend.id, "{}", user.email);
        assert!(!user.name.is_empty() && user.email.contains('@') && !user.roles.is_empty(), "{user:?}");
        match user.realm.as_str() {
            "CUSTOMER" => assert!(user.account.is_some(), "{user:?}"),
            "STAFF" => assert_eq!(user.account, None, "{user:?}"),
            other => panic!("realm {other}"),
        }
    }
    let tokens: BTreeSet<&str> = demo.facts.users.iter().map(|user| user.token.as_str()).collect();
    assert_eq!(tokens.len(), demo.facts.users.len(), "everybody has a token of their own");
    Ok(())
}

/// Every contact type of ITFlow, and both flags at once, at one account; a Primary at another; somebody
/// with different rights at two; an administrator.
#[tokio::test]
async fn everybody_who_is_promised_is_there() -> Result<()> {
    let demo = Demo::start().await?;
    let users = &demo.facts.users;
    let has = |account: &Option<String>, roles: &[&str]| {
        users.iter().any(|user| user.account == *account && user.roles == roles && user.realm == "CUSTOMER")
    };
    let home = &demo.facts.user("priya.nair@")?.account;
    for roles in [&["STANDARD"][..], &["BILLING"], &["TECHNICAL"], &["PRIMARY"], &["BILLING", "TECHNICAL"]] {
        assert!(has(home, roles), "{roles:?}");
    }
    let elsewhere = |user: &crate::demo::User| user.account != *home && user.roles == ["PRIMARY"];
    assert!(users.iter().any(elsewhere), "a Primary at a second account");
    assert!(users.iter().any(|user| user.realm == "STAFF" && user.roles.contains(&"ADMINISTRATOR".to_owned())));

    let viewer = "{ viewer { accounts { id } roles { key accountId } } }";
    let two = demo.running.data(Some(demo.token("dana.reyes@")?), viewer).await?;
    let roles = two["viewer"]["roles"].as_array().cloned().unwrap_or_default();
    let accounts: BTreeSet<&str> = roles.iter().filter_map(|role| role["accountId"].as_str()).collect();
    let keys: BTreeSet<&str> = roles.iter().filter_map(|role| role["key"].as_str()).collect();
    assert_eq!((accounts.len(), keys.len()), (2, 2), "{two}");
    Ok(())
}

#[tokio::test]
async fn every_token_is_its_owners() -> Result<()> {
    let demo = Demo::start().await?;
    for user in &demo.facts.users {
        let said = demo.running.data(Some(&user.token), "{ viewer { name email realm accounts { id } } }").await?;
        let viewer = &said["viewer"];
        assert_eq!(viewer["name"], user.name.as_str(), "{said}");
        assert_eq!(viewer["email"], user.email.as_str(), "{said}");
        assert_eq!(viewer["realm"], user.realm.as_str(), "{said}");
        if let Some(account) = &user.account {
            let accounts = viewer["accounts"].as_array().cloned().unwrap_or_default();
            assert!(accounts.iter().any(|known| known["id"] == account.as_str()), "{said}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_names_that_scripts_rely_on_are_served() -> Result<()> {
    let demo = Demo::start().await?;
    let token = Some(demo.administrator()?);
    let tickets = "{ tickets(first: 20) { totalCount nodes {
        id number subject status { group label } comments(first: 20) { nodes { id } } } } }";
    let said = demo.running.data(token, tickets).await?;
    let tickets = said["tickets"]["nodes"].as_array().cloned().unwrap_or_default();
    assert_eq!(tickets.len(), 20, "{said}");
    assert!(said["tickets"]["totalCount"].as_u64() > Some(20), "{said}");
    for ticket in &tickets {
        for name in ["/id", "/number", "/subject", "/status/group", "/status/label"] {
            assert!(ticket.pointer(name).is_some_and(|value| value.is_string()), "{name} of {ticket}");
        }
    }
    let said = demo.running.data(token, "{ invoices(first: 1) { nodes { id } } }").await?;
    let invoice = said["invoices"]["nodes"][0]["id"].clone();
    for id in [&tickets[0]["id"], &invoice] {
        let node = demo.running.data(token, &format!("{{ node(id: {id}) {{ id }} }}")).await?;
        assert_eq!(node["node"]["id"], *id);
    }
    Ok(())
}

#[tokio::test]
async fn without_a_folder_it_uses_a_temporary_one_and_takes_it_along() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let running = Running::start(dir.path(), &["demo", "--port", "0"]).await?;
    let folders = || -> Result<Vec<_>> {
        Ok(std::fs::read_dir(dir.path())?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
    };
    let [folder] = folders()?.try_into().map_err(|found| anyhow::anyhow!("one folder: {found:?}"))?;
    assert_eq!(Facts::read(&folder)?.graphql, format!("http://{}/graphql", running.address));
    assert!(running.stop().await?.success());
    assert_eq!(folders()?.len(), 0);
    Ok(())
}
