//! What links give to whom, and that undoing them leaves nothing.

use super::{
    MEMORY, PRIYA, SAM, beat, count, done, editor, here, link_accounts, link_both, listed, people, there, told, two,
    unlink,
};
use crate::cast::{self, at};
use anyhow::{Context, Result, ensure};
use portico_contract::Kind;
use portico_tests::house::{PRIMARY, STANDARD};
use portico_tests::{House, Options};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn accounts_alone_give_nothing() -> Result<()> {
    accounts_alone(two()).await
}

pub async fn accounts_alone(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let cast = ["priya.nair@", "sam.whitlock@", "dana.reyes@"].map(|email| cast::person(&house, email));
    for viewer in cast {
        let viewer = viewer?;
        let before = told(&house, &viewer).await?;
        link_accounts(&house).await?;
        let after = told(&house, &viewer).await?;
        for (before, after) in before.iter().zip(&after) {
            ensure!(before == after, "{}\nbefore: {before}\nafter:  {after}", viewer.label);
        }
        ensure!(before.len() == after.len());
        unlink(&house).await?;
    }
    Ok(())
}

#[tokio::test]
async fn both_links_give_what_the_other_contact_has() -> Result<()> {
    both_links(two()).await
}

pub async fn both_links(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let (_, statements) = house.counted(STANDARD, "{ tickets(first: 100) { nodes { id } } }").await?;
    link_both(&house).await?;
    for (kind, list) in [(Kind::Ticket, "tickets"), (Kind::Invoice, "invoices"), (Kind::Account, "accounts")] {
        let mut expected = here(&house, "sam.whitlock@", kind)?;
        expected.extend(there(&house, PRIYA, kind)?);
        assert_eq!(listed(&house, STANDARD, list).await?, expected, "{list}");
    }
    ensure!(!there(&house, PRIYA, Kind::Invoice)?.is_empty());
    let linked = "{ accounts { nodes { id linkedAccounts { id } } } viewer { accounts { id } contacts { id } } }";
    let data = house.data(STANDARD, linked).await?;
    for node in at(&data, "/accounts/nodes").as_array().context("no accounts")? {
        assert_eq!(node["linkedAccounts"].as_array().map(Vec::len), Some(1), "{data}");
    }
    assert_eq!(data["viewer"]["contacts"].as_array().map(Vec::len), Some(2), "{data}");
    house.pass(MEMORY);
    let (_, again) = house.counted(STANDARD, "{ tickets(first: 100) { nodes { id } } }").await?;
    ensure!(again <= statements, "{again} statements instead of {statements}");
    // Nobody else has got anything, and the other way round it counts as well: not for those who are not Sam.
    assert_eq!(listed(&house, PRIMARY, "tickets").await?, here(&house, "priya.nair@", Kind::Ticket)?);
    Ok(())
}

#[tokio::test]
async fn undoing_gives_the_answers_of_before() -> Result<()> {
    undoing(two()).await
}

pub async fn undoing(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let viewer = cast::person(&house, "sam.whitlock@")?;
    let before = told(&house, &viewer).await?;
    link_both(&house).await?;
    ensure!(told(&house, &viewer).await? != before, "the links gave nothing");
    unlink(&house).await?;
    assert_eq!(told(&house, &viewer).await?, before);
    assert_eq!(count(&house, "account_links").await? + count(&house, "contact_links").await?, 0);
    // The accounts are linked again, and the contacts are not.
    link_accounts(&house).await?;
    assert_eq!(told(&house, &viewer).await?, before);
    done(&house, "linkContacts", &people(&house, SAM, PRIYA)?, "").await?;
    ensure!(told(&house, &viewer).await? != before);
    let input = people(&house, SAM, PRIYA)?;
    let turned = json!({ "contact": input["otherContact"], "otherContact": input["contact"] });
    for input in [turned, input] {
        let payload = done(&house, "unlinkContacts", &input, "contact { linkedContacts { id } }").await?;
        assert_eq!(payload["contact"]["linkedContacts"], json!([]), "from either end, and again");
    }
    assert_eq!(told(&house, &viewer).await?, before);
    Ok(())
}

#[tokio::test]
async fn each_psa_decides_over_its_own() -> Result<()> {
    each_psa(two()).await
}

pub async fn each_psa(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let (own, all) = (here(&house, "sam.whitlock@", Kind::Ticket)?, there(&house, PRIYA, Kind::Ticket)?);
    let both: BTreeSet<String> = own.union(&all).cloned().collect();
    link_both(&house).await?;
    let (here, there) = (house.editor(), editor(&house)?);
    let seen = || listed(&house, STANDARD, "tickets");
    assert_eq!(seen().await?, both);
    there.set_sign_in(PRIYA, false, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?, own, "locked there");
    there.set_sign_in(PRIYA, true, house.psa_now()).await?;
    there.archive_contact(PRIYA, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?, own, "inactive there");
    there.unarchive_contact(PRIYA, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?, both);
    there.move_contact(PRIYA, 2, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?, own, "at an account there that is not linked");
    there.move_contact(PRIYA, 1, house.psa_now()).await?;
    here.archive_contact(SAM, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?, all, "the first PSA has no word on the second");
    here.unarchive_contact(SAM, house.psa_now()).await?;
    here.move_contact(SAM, 2, house.psa_now()).await?;
    beat(&house).await?;
    assert_eq!(seen().await?.intersection(&all).count(), 0, "whoever left the customer left it everywhere");
    Ok(())
}

#[tokio::test]
async fn choosing_an_account_chooses_its_customer() -> Result<()> {
    choosing(two()).await
}

pub async fn choosing(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    link_both(&house).await?;
    let (one, other) = (house.id(Kind::Account, 1)?, house.other_id(Kind::Account, 1)?);
    let mut own = here(&house, "sam.whitlock@", Kind::Ticket)?;
    own.extend(there(&house, PRIYA, Kind::Ticket)?);
    let query = "{ tickets(first: 100) { nodes { id account { id } } } accounts { nodes { id } } }";
    for account in [&one, &other] {
        for email in ["sam.whitlock@", "kit.marsh@"] {
            let viewer = cast::person(&house, email)?;
            let mut request = viewer.request(query, json!({}));
            request.account = Some(account.clone());
            let answer = cast::answer(&house, request).await?;
            let ids = |place: &str, below: &str| -> BTreeSet<String> {
                let nodes = at(&answer, place).as_array().into_iter().flatten();
                nodes.filter_map(|node| at(node, below).as_str().map(str::to_owned)).collect()
            };
            let accounts = BTreeSet::from([one.clone(), other.clone()]);
            assert_eq!(ids("/data/accounts/nodes", "/id"), accounts, "{email}: {answer}");
            assert_eq!(ids("/data/tickets/nodes", "/account/id"), accounts, "{email}");
            if !viewer.is_staff() {
                assert_eq!(ids("/data/tickets/nodes", "/id"), own, "{email}");
            }
        }
    }
    Ok(())
}
