//! Search keys inherit the rule of the field that they reveal.

use super::cast::{self, Viewer, codes, coordinates};
use super::sdl::{Rule, Sdl};
use anyhow::{Context, Result, ensure};
use portico::authz::permission::{Permission, PermissionSet};
use portico::authz::policy::Policy;
use portico::authz::role::ROLES;
use portico::authz::walk::{Fault, walk};
use portico_tests::House;
use serde_json::{Value, json};

/// A filter or order that uses one search key, and the field that the key reveals.
struct Key {
    coordinate: String,
    reveals: String,
    /// The list, the argument and its type.
    list: String,
    argument: String,
    takes: String,
    literal: String,
    json: Value,
}

fn value(sdl: &Sdl, takes: &str) -> Option<(String, Value)> {
    if let Some(words) = sdl.enums.get(takes) {
        let word = &words.first()?.name;
        return Some((word.clone(), json!(word)));
    }
    if let Some(fields) = sdl.inputs.get(takes) {
        let field = fields.iter().find(|field| !field.list)?;
        let (literal, json) = value(sdl, &field.takes)?;
        return Some((format!("{{ {}: {literal} }}", field.name), json!({ &field.name: json })));
    }
    let json = match takes {
        "Boolean" => json!(true),
        "Int" => json!(1),
        "Date" => json!("2026-01-01"),
        "DateTime" => json!("2026-01-01T00:00:00Z"),
        _ => json!("x"),
    };
    Some((json.to_string(), json))
}

/// Every search key of every list.
fn keys(sdl: &Sdl) -> Result<Vec<Key>> {
    let mut found = Vec::new();
    for list in sdl.fields("Query") {
        for argument in &list.arguments {
            for field in sdl.inputs.get(&argument.takes).into_iter().flatten() {
                let key = |reveals: &str, literal: String, json: Value, name: &str| Key {
                    coordinate: name.to_owned(),
                    reveals: reveals.to_owned(),
                    list: list.name.clone(),
                    argument: argument.name.clone(),
                    takes: argument.takes.clone(),
                    literal: format!("{{ {}: {literal} }}", field.name),
                    json: json!({ &field.name: json }),
                };
                if let Some(reveals) = &field.reveals {
                    let (literal, json) = value(sdl, &field.takes).context("no value")?;
                    found.push(key(reveals, literal, json, &format!("{}.{}", argument.takes, field.name)));
                }
                for word in sdl.enums.get(&field.takes).into_iter().flatten() {
                    if let Some(reveals) = &word.reveals {
                        let name = format!("{}.{}", field.takes, word.name);
                        found.push(key(reveals, word.name.clone(), json!(word.name), &name));
                    }
                }
            }
        }
    }
    Ok(found)
}

/// The three ways to hand a value over: in the text, in a variable, as a variable's default.
fn asked(key: &Key) -> [(String, Value); 3] {
    let Key { list, argument, takes, literal, json, .. } = key;
    [
        (format!("{{ {list}({argument}: {literal}) {{ __typename }} }}"), json!({})),
        (format!("query($v: {takes}) {{ {list}({argument}: $v) {{ __typename }} }}"), json!({ "v": json })),
        (format!("query($v: {takes} = {literal}) {{ {list}({argument}: $v) {{ __typename }} }}"), json!({})),
    ]
}

async fn holds(house: &House, sdl: &Sdl, viewer: &Viewer, key: &Key) -> Result<bool> {
    let (list, revealed) = (sdl.rule(&format!("Query.{}", key.list)), sdl.rule(&key.reveals));
    for (query, variables) in asked(key) {
        let answer = house.ask_with(viewer.who(), &query, variables).await?;
        let right = if !viewer.knows(&list) || !viewer.knows(&revealed) {
            answer.get("data").is_none() && codes(&answer).contains(&"GRAPHQL_VALIDATION_FAILED")
        } else if !viewer.may(&list) {
            coordinates(&answer) == [format!("Query.{}", key.list)]
        } else if viewer.may(&revealed) {
            answer.get("errors").is_none()
        } else {
            answer.get("data").is_none() && coordinates(&answer) == [key.reveals.as_str()]
        };
        ensure!(right, "{} {}: {query}: {answer}", viewer.label, key.coordinate);
    }
    Ok(viewer.may(&list) && !viewer.may(&revealed))
}

#[tokio::test]
async fn search_keys_are_refused_with_the_field_they_reveal() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let keys = keys(&sdl)?;
    ensure!(keys.len() > 20, "only {} keys", keys.len());
    for role in ROLES {
        let viewer = cast::holder(&house, role).await?;
        for key in &keys {
            holds(&house, &sdl, &viewer, key).await?;
        }
    }
    Ok(())
}

#[test]
fn every_search_key_says_what_it_reveals() -> Result<()> {
    let sdl = Sdl::read()?;
    for (name, fields) in &sdl.inputs {
        for field in fields {
            if name.ends_with("Filter") && sdl.inputs.keys().any(|it| it == name) && is_search(&sdl, name) {
                assert!(field.reveals.is_some(), "{name}.{} reveals something and does not say what", field.name);
            }
        }
    }
    for (name, words) in &sdl.enums {
        for word in words.iter().filter(|_| name.ends_with("OrderField")) {
            assert!(word.reveals.is_some(), "{name}.{} reveals something and does not say what", word.name);
        }
    }
    Ok(())
}

/// Whether a list takes this filter, as opposed to a comparator inside one.
fn is_search(sdl: &Sdl, filter: &str) -> bool {
    let mut lists = sdl.types.values().flatten().flat_map(|field| &field.arguments);
    lists.any(|argument| argument.takes == filter)
}

#[test]
fn what_is_revealed_exists() -> Result<()> {
    let sdl = Sdl::read()?;
    for key in keys(&sdl)? {
        assert_ne!(sdl.rule(&key.reveals), Rule::Missing, "{}", key.coordinate);
    }
    Ok(())
}

/// A schema in which a list may be seen and a search key of it may not.
const SMALL: &str = r#"
    directive @public on FIELD_DEFINITION
    directive @inherits on OBJECT
    directive @requiresPermission(permission: String!) on FIELD_DEFINITION | OBJECT
    directive @reveals(field: String!) on INPUT_FIELD_DEFINITION | ENUM_VALUE
    type Query { things(filter: Filter, any: [Filter!], orderBy: Order): Thing @public }
    type Thing @inherits { name: String cost: Int @requiresPermission(permission: INVOICES_READ) }
    input Filter { name: String @reveals(field: "Thing.name") cost: Int @reveals(field: "Thing.cost") and: [Filter!] }
    input Order { field: OrderField! }
    enum OrderField { NAME @reveals(field: "Thing.name") COST @reveals(field: "Thing.cost") }
"#;

/// What the walk says of a document and its variables.
fn fault(rights: PermissionSet, document: &str, variables: Value) -> Result<Option<Fault>> {
    let policy = Policy::read(SMALL)?;
    let document = async_graphql_parser::parse_query(document)?;
    let plan = walk(&policy, Some(rights), &document, None).context("no operation")?;
    let (_, operation) = document.operations.iter().next().context("no operation")?;
    let variables = async_graphql::Variables::from_json(variables);
    Ok(plan.refused.clone().or_else(|| plan.check_variables(&policy, Some(rights), &operation.node, &variables)))
}

#[test]
fn a_search_key_is_found_however_it_is_handed_over() -> Result<()> {
    let (without, with) = (PermissionSet::default(), PermissionSet::from_iter([Permission::InvoicesRead]));
    let cases = [
        ("{ things(filter: { cost: 1 }) { name } }", json!({})),
        ("{ things(filter: { cost: null }) { name } }", json!({})),
        ("{ things(filter: { and: [{ name: \"x\" }, { and: [{ cost: 1 }] }] }) { name } }", json!({})),
        ("{ things(any: [{ cost: 1 }]) { name } }", json!({})),
        ("{ things(orderBy: { field: COST }) { name } }", json!({})),
        ("query($f: Filter) { things(filter: $f) { name } }", json!({ "f": { "cost": 1 } })),
        ("query($f: Filter) { things(filter: $f) { name } }", json!({ "f": { "and": [{ "cost": 1 }] } })),
        ("query($f: Filter = { cost: 1 }) { things(filter: $f) { name } }", json!({})),
        ("query($f: [Filter!]) { things(any: $f) { name } }", json!({ "f": [{ "name": "x" }, { "cost": 1 }] })),
        ("query($f: [Filter!]) { things(any: $f) { name } }", json!({ "f": { "cost": 1 } })),
        ("query($c: Int) { things(filter: { cost: $c }) { name } }", json!({ "c": 1 })),
        ("query($o: OrderField!) { things(orderBy: { field: $o }) { name } }", json!({ "o": "COST" })),
        ("query($o: OrderField! = COST) { things(orderBy: { field: $o }) { name } }", json!({})),
        ("query($o: Order) { things(orderBy: $o) { name } }", json!({ "o": { "field": "COST" } })),
        ("{ ...F } fragment F on Query { a: things { name } b: things(filter: { cost: 1 }) { name } }", json!({})),
    ];
    for (document, variables) in cases {
        let refused = fault(without, document, variables.clone())?;
        let named = matches!(&refused, Some(Fault::Denied(denied)) if denied.coordinate == "Thing.cost");
        assert!(named, "{document} {variables}: {refused:?}");
        assert_eq!(fault(with, document, variables)?, None, "{document}");
    }
    for (document, variables) in [
        ("{ things(filter: { name: \"COST\" }, orderBy: { field: NAME }) { name } }", json!({})),
        ("query($f: Filter = { cost: 1 }) { things(filter: $f) { name } }", json!({ "f": { "name": "x" } })),
        ("query($n: String) { things(filter: { name: $n }) { name } }", json!({ "n": "cost" })),
    ] {
        assert_eq!(fault(without, document, variables)?, None, "{document} reveals nothing");
    }
    Ok(())
}
