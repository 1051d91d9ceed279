//! The walk: what a denied field does to the answer around it.

use super::cast::{self, codes, coordinates};
use super::sight::Sight;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, PRIMARY, STANDARD, Who};
use serde_json::{Value, json};

const FINANCE: &str = "FINANCE";

/// Staff without the desk's permissions: they may name `Account.contacts.notes`, and may not see it.
async fn finance(house: &House) -> Result<cast::Viewer> {
    cast::holder(house, cast::role(FINANCE)?).await
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().into_iter().flat_map(|fields| fields.keys().map(String::as_str)).collect()
}

async fn a_ticket(house: &House) -> Result<String> {
    let world = &house.world;
    let primary = Sight::of(world, &cast::person(house, "priya.nair@")?);
    house.id(Kind::Ticket, primary.rows(Kind::Ticket).next().context("no ticket")?)
}

#[tokio::test]
async fn a_denied_field_is_null_and_says_what_is_missing() -> Result<()> {
    let house = House::new().await?;
    let answer = house.ask(STANDARD, "{ provider { name } invoices { nodes { number } } viewer { name } }").await?;
    assert_eq!(keys(&answer["data"]), ["provider", "invoices", "viewer"], "keys keep their order");
    assert!(answer["data"]["invoices"].is_null());
    assert!(answer["data"]["provider"]["name"].is_string() && answer["data"]["viewer"]["name"].is_string());
    let errors = answer["errors"].as_array().context("no errors")?;
    assert_eq!(errors.len(), 1, "{answer}");
    assert_eq!(
        answer["errors"][0]["extensions"],
        json!({ "code": "FORBIDDEN", "coordinate": "Query.invoices", "permission": "INVOICES_READ" })
    );
    Ok(())
}

#[tokio::test]
async fn lists_keep_their_shape_around_a_denied_field() -> Result<()> {
    let house = House::new().await?;
    let who = finance(&house).await?;
    let query = "{ contacts(first: 5) { totalCount nodes { id b: notes a: notes name notes } } }";
    let answer = house.ask(who.who(), query).await?;
    let nodes = answer["data"]["contacts"]["nodes"].as_array().context("no nodes")?;
    assert_eq!(nodes.len(), 5);
    for node in nodes {
        assert_eq!(keys(node), ["id", "b", "a", "name", "notes"]);
        assert!(node["b"].is_null() && node["a"].is_null() && node["notes"].is_null() && node["name"].is_string());
    }
    assert_eq!(coordinates(&answer), ["Contact.notes"], "one error, however many rows and aliases");
    Ok(())
}

#[tokio::test]
async fn fragments_and_interfaces_hide_nothing_from_the_walk() -> Result<()> {
    let house = House::new().await?;
    let who = finance(&house).await?;
    let id = a_ticket(&house).await?;
    for (query, denied) in [
        ("{ contacts(first: 1) { nodes { ...N } } } fragment N on Contact { notes name }", "Contact.notes"),
        ("{ contacts(first: 1) { nodes { ... on Contact { notes name } } } }", "Contact.notes"),
        ("{ contacts(first: 1) { nodes { ... { ... on Node { ... on Contact { notes name } } } } } }", "Contact.notes"),
        ("{ ...R } fragment R on Query { backends { name } provider { name } }", "Query.backends"),
        (
            "{ contacts(first: 1) { ...C } } fragment C on ContactConnection { edges { node { ...N } } } fragment N on Contact { notes }",
            "Contact.notes",
        ),
    ] {
        let answer = house.ask(who.who(), query).await?;
        assert_eq!(coordinates(&answer), [denied], "{query}: {answer}");
        assert!(!answer.to_string().contains("cnry-acct1-contact1-notes"), "{query}: {answer}");
        assert!(!answer.to_string().contains("__portico"), "{query}: {answer}");
    }
    let query = format!("{{ node(id: \"{id}\") {{ id ... on Ticket {{ internalNote subject }} }} }}");
    let answer = house.ask(who.who(), &query).await?;
    assert!(answer["data"]["node"].is_null(), "{answer}");
    assert_eq!(coordinates(&answer), ["Ticket.internalNote", "Ticket.subject"]);
    Ok(())
}

#[tokio::test]
async fn one_fragment_serves_allowed_and_denied_places() -> Result<()> {
    let house = House::new().await?;
    let query = "{ a: viewer { ...V } b: viewer { ...V } } fragment V on Viewer { contacts { name notes } }";
    let answer = house.ask(ADMINISTRATOR, query).await?;
    assert!(answer.get("errors").is_none(), "{answer}");
    let answer = house.ask(PRIMARY, query).await?;
    assert_eq!(codes(&answer), ["GRAPHQL_VALIDATION_FAILED"], "not in a customer's schema: {answer}");
    Ok(())
}

#[tokio::test]
async fn directives_stay_on_denied_fields() -> Result<()> {
    let house = House::new().await?;
    let query = "query($yes: Boolean!) { a: invoices @include(if: $yes) { totalCount } \
                 b: invoices @skip(if: $yes) { totalCount } \
                 ... @include(if: $yes) { c: invoices { totalCount } } \
                 ... @skip(if: $yes) { d: invoices { totalCount } } }";
    for (yes, expected) in [(true, json!({ "a": null, "c": null })), (false, json!({ "b": null, "d": null }))] {
        let answer = house.ask_with(STANDARD, query, json!({ "yes": yes })).await?;
        assert_eq!(answer["data"], expected, "{answer}");
        assert_eq!(coordinates(&answer), ["Query.invoices"]);
    }
    Ok(())
}

#[tokio::test]
async fn variables_of_a_denied_field_trouble_nobody() -> Result<()> {
    let house = House::new().await?;
    let query = "query($n: Int!, $f: InvoiceFilter) { invoices(first: $n, filter: $f) { totalCount } viewer { name } }";
    let variables = json!({ "n": 3, "f": { "number": { "eq": "INV-1" } } });
    let answer = house.ask_with(STANDARD, query, variables).await?;
    assert!(answer["data"]["viewer"]["name"].is_string() && answer["data"]["invoices"].is_null(), "{answer}");
    Ok(())
}

#[tokio::test]
async fn the_mode_reject_refuses_before_anything_runs() -> Result<()> {
    let house = House::new().await?;
    let who = cast::person(&house, "sam.whitlock@")?;
    let mut request = who.request("{ provider { name } invoices { totalCount } }", json!({}));
    request.reject_denied = true;
    let answer = cast::answer(&house, request).await?;
    assert!(answer.get("data").is_none(), "{answer}");
    assert_eq!(coordinates(&answer), ["Query.invoices"]);
    let mut request = who.request("{ provider { name } }", json!({}));
    request.reject_denied = true;
    assert!(cast::answer(&house, request).await?["data"]["provider"]["name"].is_string());
    Ok(())
}

#[tokio::test]
async fn twenty_denied_coordinates_are_named_and_the_rest_counted() -> Result<()> {
    let house = House::new().await?;
    let id = a_ticket(&house).await?;
    let invoice = "number title issuedOn dueOn purchaseOrder periodFrom periodTo salesRepresentative project terms \
                   sentAt note internalNote status { label } total { amount } paid { amount } balance { amount }";
    let ticket = "number subject description category source feedback createdAt updatedAt";
    let query = format!(
        "{{ node(id: \"{id}\") {{ ... on Invoice {{ {invoice} }} ... on Ticket {{ {ticket} }} }} viewer {{ name }} }}"
    );
    let house_staff = cast::holder(&house, cast::role("FINANCE")?).await?;
    let answer = house.ask(house_staff.who(), &query).await?;
    assert_eq!(coordinates(&answer).len(), 8, "the desk alone: {answer}");
    let agent = cast::holder(&house, cast::role("AGENT")?).await?;
    let answer = house.ask(agent.who(), &query).await?;
    assert_eq!(coordinates(&answer).len(), 17, "the books alone: {answer}");
    let asked = invoice.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    assert!(asked > 17, "{asked}");
    let query = query.replace(ticket, "id").replace("... on Ticket { id }", "... on Payment { paidOn method reference } ... on Invoice { lines { name } subtotal { amount } tax { amount } discount { amount } payments { totalCount } }");
    let answer = house.ask(agent.who(), &query).await?;
    let errors = answer["errors"].as_array().context("no errors")?;
    assert_eq!(coordinates(&answer).len(), 20, "{answer}");
    let last = errors.iter().rfind(|error| error["extensions"]["code"] == "FORBIDDEN").context("no count")?;
    assert!(last["extensions"].get("coordinate").is_none(), "{last}");
    assert!(last["message"].as_str().is_some_and(|text| text.starts_with("4 more ")), "{last}");
    Ok(())
}

#[tokio::test]
async fn what_strangers_may_not_name_asks_for_a_sign_in() -> Result<()> {
    let house = House::new().await?;
    for query in ["{ viewer { name } }", "{ tickets { totalCount } }", "{ provider { name } node(id: \"x\") { id } }"] {
        let answer = house.ask(Who::Nobody, query).await?;
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{query}: {answer}");
        assert!(answer.get("data").is_none());
    }
    for query in ["{ backends { name } }", "{ nonsense }", "{ tickets { nodes { internalNote } } }"] {
        let answer = house.ask(Who::Nobody, query).await?;
        assert!(codes(&answer).iter().all(|code| *code == "GRAPHQL_VALIDATION_FAILED"), "{query}: {answer}");
    }
    Ok(())
}

#[tokio::test]
async fn what_only_staff_have_is_unknown_to_customers_as_nonsense_is() -> Result<()> {
    let house = House::new().await?;
    for field in ["internalNote", "billable"] {
        let said = house.ask(PRIMARY, &format!("{{ tickets {{ nodes {{ {field} }} }} }}")).await?.to_string();
        let nonsense = house.ask(PRIMARY, "{ tickets { nodes { nonsense } } }").await?.to_string();
        let width = |text: &str| text.replace(field, "…").replace("nonsense", "…");
        assert_eq!(width(&said), width(&nonsense));
    }
    Ok(())
}

#[tokio::test]
async fn the_walks_own_names_are_taken() -> Result<()> {
    let house = House::new().await?;
    for query in [
        "{ __portico0: provider { name } invoices { totalCount } }",
        "{ ...F } fragment F on Query { provider { __portico1: name } }",
    ] {
        let answer = house.ask(STANDARD, query).await?;
        assert!(answer.get("data").is_none(), "{answer}");
        assert_eq!(codes(&answer), ["BAD_USER_INPUT"], "{answer}");
    }
    Ok(())
}
