//! What is no link, which ids are unknown, and who may link.

use super::proposals::{PROPOSALS, proposals, propose};
use super::{PRIYA, SAM, clients, count, done, link_accounts, people, two, wrong};
use crate::cast::{self, at, codes, coordinates};
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::House;
use portico_tests::house::{AGENT, PRIMARY, Who};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn what_is_no_link_is_refused() -> Result<()> {
    let house = House::with(two()).await?;
    let own = |id: i32| house.id(Kind::Account, id);
    let same = json!({ "account": own(1)?, "otherAccount": own(2)? });
    assert_eq!(wrong(&house, "linkAccounts", &same).await?, "BAD_USER_INPUT", "of one backend");
    let itself = json!({ "account": own(1)?, "otherAccount": own(1)? });
    assert_ne!(wrong(&house, "linkAccounts", &itself).await?, "");
    assert_eq!(wrong(&house, "linkContacts", &people(&house, SAM, PRIYA)?).await?, "BAD_USER_INPUT", "accounts first");
    link_accounts(&house).await?;
    done(&house, "linkAccounts", &clients(&house, 2, 2)?, "").await?;
    assert_eq!(wrong(&house, "linkAccounts", &clients(&house, 1, 2)?).await?, "CONFLICT", "two customers");
    assert_eq!(count(&house, "account_links").await?, 4);
    let colleagues = [house.id(Kind::Contact, SAM)?, house.id(Kind::Contact, PRIYA)?];
    let colleagues = json!({ "contact": colleagues[0], "otherContact": colleagues[1] });
    assert_eq!(wrong(&house, "linkContacts", &colleagues).await?, "BAD_USER_INPUT", "of one backend");
    let foreign = house.world.contacts.iter().find(|it| it.client == 2 && !it.archived.is_set()).context("nobody")?.id;
    assert_eq!(wrong(&house, "linkContacts", &people(&house, SAM, foreign)?).await?, "BAD_USER_INPUT", "of others");
    assert_eq!(count(&house, "contact_links").await?, 0);
    Ok(())
}

#[tokio::test]
async fn ids_that_may_not_be_seen_are_unknown() -> Result<()> {
    let house = House::with(two()).await?;
    let viewer = cast::person(&house, "robin.vale@")?;
    let (account, contact) = (house.other_id(Kind::Account, 1)?, house.other_id(Kind::Contact, PRIYA)?);
    let hidden = [house.id(Kind::Account, 2)?, house.id(Kind::Contact, 5)?, "account_x".into(), String::new()];
    for (field, take, other) in [
        ("linkAccounts", "account", Some(("otherAccount", &account))),
        ("linkAccounts", "otherAccount", Some(("account", &account))),
        ("unlinkAccounts", "account", None),
        ("linkContacts", "contact", Some(("otherContact", &contact))),
        ("unlinkContacts", "otherContact", Some(("contact", &contact))),
        ("confirmAccountLink", "proposal", None),
        ("declineAccountLink", "proposal", None),
    ] {
        let mut answers = BTreeSet::new();
        for id in &hidden {
            let other = other.map(|(name, id)| format!("{name}: \"{id}\"")).unwrap_or_default();
            let query = format!(
                "mutation {{ {field}(input: {{ {take}: \"{id}\" {other} }}) {{ userErrors {{ code message field }} }} }}"
            );
            let mut request = viewer.request(&query, json!({}));
            // Of the second PSA's first account alone.
            request.account = Some(account.clone());
            let answer = cast::answer(&house, request).await?;
            let place = format!("/data/{field}/userErrors/0");
            assert_eq!(*at(&answer, &format!("{place}/code")), "NOT_FOUND", "{query}: {answer}");
            assert_eq!(*at(&answer, &format!("{place}/field")), json!(["input", take]), "{answer}");
            answers.insert(answer.to_string());
        }
        assert_eq!(answers.len(), 1, "{field} tells ids apart: {answers:?}");
    }
    assert_eq!(count(&house, "audit").await?, 0);
    Ok(())
}

#[tokio::test]
async fn linking_is_for_those_who_may() -> Result<()> {
    let house = House::with(two()).await?;
    let input = |input: Value| json!({ "input": input });
    let (account, contact, proposal) =
        (clients(&house, 1, 1)?, people(&house, SAM, PRIYA)?, json!({ "proposal": "x" }));
    let mutations = [
        ("linkAccounts", "LinkAccountsInput", account.clone()),
        ("unlinkAccounts", "UnlinkAccountsInput", json!({ "account": account["account"] })),
        ("linkContacts", "LinkContactsInput", contact.clone()),
        ("unlinkContacts", "UnlinkContactsInput", contact),
        ("confirmAccountLink", "ConfirmAccountLinkInput", proposal.clone()),
        ("declineAccountLink", "DeclineAccountLinkInput", proposal),
    ];
    for (field, takes, value) in mutations {
        let query = format!("mutation($input: {takes}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
        for (who, staff) in [(AGENT, true), (PRIMARY, false), (Who::Nobody, false)] {
            let answer = house.ask_with(who, &query, input(value.clone())).await?;
            assert!(answer.get("data").is_none(), "{answer}");
            if staff {
                assert_eq!(coordinates(&answer), [format!("Mutation.{field}")], "{answer}");
                assert_eq!(codes(&answer), ["FORBIDDEN"]);
            } else {
                assert!(codes(&answer).iter().all(|code| *code == "GRAPHQL_VALIDATION_FAILED"), "{answer}");
            }
        }
    }
    let auditor = cast::holder(&house, cast::role("AUDITOR")?).await?;
    let query = "mutation { proposeAccountLinks { proposed } }";
    assert_eq!(codes(&house.ask(auditor.who(), query).await?), ["FORBIDDEN"]);
    propose(&house).await?;
    assert!(!proposals(&house, auditor.who()).await?.is_empty(), "reading is another right");
    assert_eq!(coordinates(&house.ask(AGENT, "{ auditLog { totalCount } }").await?), ["Query.auditLog"]);
    let finance = cast::holder(&house, cast::role("FINANCE")?).await?;
    assert_eq!(coordinates(&house.ask(finance.who(), PROPOSALS).await?), ["Query.accountLinkProposals"]);
    assert_eq!((count(&house, "account_links").await?, count(&house, "audit").await?), (0, 1));

    let shape = "{ __schema { types { name fields { name } inputFields { name } } } }";
    let shown = house.data(PRIMARY, shape).await?.to_string();
    for word in
        ["Propos", "proposeAccount", "AuditEntry", "auditLog", "linkedContacts", "LinkAccounts", "UnlinkContacts"]
    {
        assert!(!shown.contains(word), "customers are shown {word}");
    }
    Ok(())
}
