//! Introspection shows each realm its own part of the schema.

use super::cast::{self, Viewer, at, codes};
use super::sdl::{ROOTS, Sdl};
use anyhow::{Context, Result};
use portico::authz::permission::PERMISSIONS;
use portico_tests::House;
use portico_tests::house::{ADMINISTRATOR, PRIMARY, STANDARD, Who};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SHAPE: &str = "{ __schema { types { name fields { name } inputFields { name } enumValues { name } } } }";

/// Members of every type as a realm is shown them.
async fn shown(house: &House, who: Who<'_>) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let data = house.data(who, SHAPE).await?;
    let types = at(&data, "/__schema/types").as_array().context("no types")?;
    let names = |value: &Value| -> BTreeSet<String> {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(|item| at(item, "/name").as_str().map(str::to_owned)).collect()
    };
    let members = |it: &Value| -> BTreeSet<String> {
        ["/fields", "/inputFields", "/enumValues"].into_iter().flat_map(|place| names(at(it, place))).collect()
    };
    Ok(types.iter().filter_map(|it| Some((at(it, "/name").as_str()?.to_owned(), members(it)))).collect())
}

/// Output fields that a realm can reach through fields that it may know.
fn reachable(sdl: &Sdl, viewer: &Viewer) -> BTreeSet<String> {
    let (mut open, mut found) = (ROOTS.map(str::to_owned).to_vec(), BTreeSet::new());
    let mut met = BTreeSet::new();
    while let Some(owner) = open.pop() {
        if !met.insert(owner.clone()) {
            continue;
        }
        open.extend(sdl.interfaces.get(&owner).into_iter().flatten().cloned());
        for field in sdl.fields(&owner).iter().filter(|field| viewer.knows(&field.rule)) {
            found.insert(format!("{owner}.{}", field.name));
            open.push(field.gives.clone());
        }
    }
    found
}

#[tokio::test]
async fn each_realm_is_shown_the_fields_it_may_know() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    for viewer in [Viewer::nobody(), cast::person(&house, "priya.nair@")?, cast::person(&house, "kit.marsh@")?] {
        let shown = shown(&house, viewer.who()).await?;
        let outputs = shown.iter().filter(|(name, _)| sdl.is_composite(name));
        let outputs: BTreeSet<String> =
            outputs.flat_map(|(name, members)| members.iter().map(move |it| format!("{name}.{it}"))).collect();
        assert_eq!(outputs, reachable(&sdl, &viewer), "{}", viewer.label);
    }
    Ok(())
}

#[tokio::test]
async fn permissions_of_staff_are_no_customers_business() -> Result<()> {
    let house = House::new().await?;
    let staff: BTreeSet<&str> = PERMISSIONS.iter().filter(|it| it.staff_only).map(|it| it.word).collect();
    for who in [Who::Nobody, PRIMARY] {
        let text = house.ask(who, "{ __schema { types { name description fields { name description } enumValues { name description } } } }").await?;
        for (name, members) in shown(&house, who).await? {
            let told: Vec<_> = members.iter().filter(|it| staff.contains(it.as_str())).collect();
            assert!(told.is_empty(), "{name} tells {told:?}");
        }
        for word in &staff {
            assert!(!text.to_string().contains(word), "{word} stands in a description");
        }
    }
    assert_eq!(shown(&house, ADMINISTRATOR).await?["Permission"].len(), PERMISSIONS.len());
    Ok(())
}

#[tokio::test]
async fn a_type_outside_the_realm_is_no_type() -> Result<()> {
    let house = House::new().await?;
    let query = "{ __type(name: \"Backend\") { name } other: __type(name: \"Nonsense\") { name } }";
    for who in [Who::Nobody, STANDARD] {
        let data = house.data(who, query).await?;
        assert_eq!(data, json!({ "__type": null, "other": null }));
    }
    assert_eq!(house.data(ADMINISTRATOR, query).await?["__type"]["name"], "Backend");
    Ok(())
}

#[tokio::test]
async fn introspection_stands_beside_data() -> Result<()> {
    let house = House::new().await?;
    let query = "query($t: String!) { before: provider { name } a: __type(name: $t) { name kind } invoices { totalCount } \
                 ...I after: viewer { name } } fragment I on Query { __schema { queryType { name } } b: __type(name: \"Money\") { name } }";
    let answer = house.ask_with(STANDARD, query, json!({ "t": "Ticket" })).await?;
    let data = &answer["data"];
    let keys: Vec<&String> = data.as_object().context("no data")?.keys().collect();
    assert_eq!(keys, ["before", "a", "invoices", "__schema", "b", "after"], "{answer}");
    assert_eq!(data["a"], json!({ "name": "Ticket", "kind": "OBJECT" }));
    assert_eq!(data["__schema"], json!({ "queryType": { "name": "Query" } }));
    assert_eq!(data["b"], json!({ "name": "Money" }));
    assert!(data["before"]["name"].is_string() && data["after"]["name"].is_string() && data["invoices"].is_null());
    Ok(())
}

#[tokio::test]
async fn typename_is_nobodys_secret() -> Result<()> {
    let house = House::new().await?;
    let data = house.data(Who::Nobody, "{ __typename provider { __typename } }").await?;
    assert_eq!(data, json!({ "__typename": "Query", "provider": { "__typename": "Provider" } }));
    Ok(())
}

#[tokio::test]
async fn explanations_stop_at_the_realm() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let query = "query($of: String!) { explainAccess(field: $of) { allowed permission roles message } }";
    for viewer in [cast::person(&house, "sam.whitlock@")?, cast::person(&house, "kit.marsh@")?] {
        for (owner, fields) in &sdl.types {
            for field in fields {
                let of = json!({ "of": format!("{owner}.{}", field.name) });
                let answer = house.ask_with(viewer.who(), query, of.clone()).await?;
                if viewer.knows(&field.rule) {
                    assert_eq!(answer["data"]["explainAccess"]["allowed"], viewer.may(&field.rule), "{of}: {answer}");
                } else {
                    let nonsense = house.ask_with(viewer.who(), query, json!({ "of": "No.such" })).await?;
                    assert_eq!(answer, nonsense, "{of}");
                    assert_eq!(codes(&answer), ["NOT_FOUND"]);
                }
            }
        }
    }
    Ok(())
}
