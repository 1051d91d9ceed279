//! Contacts, roles, and what somebody may do.

use super::{CLIENT, column, nodes};
use anyhow::Result;
use portico_tests::house::{BILLING, BILLING_TECHNICAL, PRIMARY, STANDARD, TECHNICAL};
use portico_tests::{House, Who};
use std::collections::BTreeSet;

/// Acceptance: A23 (ContactFilter.hasPortalAccess)
/// Acceptance in part: A22, P03 (Contact.portalAccess, Contact.name, Contact.title, Contact.department)
/// Acceptance in part: P03 (Contact.phone, Contact.email)
#[tokio::test]
async fn contacts_show_and_are_found_by_portal_access() -> Result<()> {
    let house = House::new().await?;
    let world = &house.world;
    let enabled = |user: i32| world.users.iter().any(|one| one.id == user && one.enabled && !one.archived.is_set());
    let live = world.contacts.iter().filter(|contact| contact.client == CLIENT && !contact.archived.is_set());
    let (with, without): (Vec<_>, Vec<_>) = live.partition(|contact| enabled(contact.user));
    assert!(!with.is_empty() && !without.is_empty());
    for (has, expected) in [(true, with), (false, without)] {
        let filter = format!("filter: {{ hasPortalAccess: {has} }}");
        let names: BTreeSet<String> = expected.iter().map(|contact| contact.name.clone()).collect();
        assert_eq!(column(&house, PRIMARY, "contacts", &filter, "name").await?, names);
    }
    let rows = nodes(&house, PRIMARY, "contacts", "", "name title department phone email portalAccess").await?;
    assert!(rows.iter().any(|row| row["email"].is_string() && row["title"].is_string()));
    Ok(())
}

/// Acceptance: R07, D16, I16 (Viewer.roles, Viewer.permissions)
/// Acceptance in part: R03, R04, R05, R06, P05 (Viewer.roles, Viewer.permissions)
#[tokio::test]
async fn types_of_contacts_are_roles_and_add_up() -> Result<()> {
    let house = House::new().await?;
    // Role keys, whether all tickets of the account, whether invoices.
    let cases: &[(Who<'_>, &[&str], bool, bool)] = &[
        (STANDARD, &["STANDARD"], false, false),
        (BILLING, &["BILLING"], false, true),
        (TECHNICAL, &["TECHNICAL"], true, false),
        (BILLING_TECHNICAL, &["BILLING", "TECHNICAL"], true, true),
        (PRIMARY, &["PRIMARY"], true, true),
    ];
    for (who, roles, all, invoices) in cases {
        let viewer = house.data(*who, "{ viewer { roles { key } permissions { permission reach } } }").await?;
        let viewer = &viewer["viewer"];
        let held: Vec<&str> =
            viewer["roles"].as_array().into_iter().flatten().filter_map(|role| role["key"].as_str()).collect();
        assert_eq!(&held, roles);
        let reach = |permission: &str| {
            let mut held = viewer["permissions"].as_array().into_iter().flatten();
            held.find(|one| one["permission"] == permission).and_then(|one| one["reach"].as_str())
        };
        assert_eq!(reach("TICKETS_READ"), Some(if *all { "ACCOUNT" } else { "OWN" }), "{who:?}");
        assert_eq!(reach("INVOICES_READ"), invoices.then_some("ACCOUNT"), "{who:?}");
    }
    Ok(())
}

/// Acceptance: R14 (Query.explainAccess, AccessExplanation.message, AccessExplanation.roles)
#[tokio::test]
async fn why_somebody_cannot_see_invoices_is_explained() -> Result<()> {
    let house = House::new().await?;
    let answer = house.ask(STANDARD, "{ invoices { totalCount } }").await?;
    assert!(answer["data"]["invoices"].is_null());
    let error = &answer["errors"][0]["extensions"];
    assert_eq!((error["code"].as_str(), error["permission"].as_str()), (Some("FORBIDDEN"), Some("INVOICES_READ")));
    let query = r#"{ explainAccess(field: "Query.invoices") { allowed permission roles message } }"#;
    let why = house.data(STANDARD, query).await?;
    assert_eq!(why["explainAccess"]["allowed"], false);
    let roles = why["explainAccess"]["roles"].to_string();
    assert!(roles.contains("BILLING") && roles.contains("PRIMARY") && !roles.contains("ADMINISTRATOR"), "{roles}");
    assert_eq!(house.data(PRIMARY, query).await?["explainAccess"]["allowed"], true);
    Ok(())
}

/// Acceptance in part: A07 (Query.provider, Provider.name, provider.name)
#[tokio::test]
async fn the_providers_name_is_public() -> Result<()> {
    let house = House::new().await?;
    let shown = house.data(Who::Nobody, "{ provider { name } }").await?;
    assert_eq!(shown["provider"]["name"], house.config.provider.name);
    Ok(())
}
