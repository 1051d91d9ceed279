//! Every name and type that is answered is a published one.

use super::start;
use serde_json::{Map, Value};

const FACTS: &str = include_str!("../../../fixtures/halopsa-fields.json");

fn fits(value: &Value, kind: &str) -> bool {
    match (value, kind) {
        (Value::Null, _) | (Value::Bool(_), "bool") | (Value::Array(_), "list") | (Value::Object(_), "object") => true,
        (Value::Number(number), "int") => number.is_i64(),
        (Value::Number(number), "number") => number.is_f64(),
        (Value::String(text), "datetime") => crate::rest::row::time_of(text).is_some(),
        (Value::String(_), "string") => true,
        _ => false,
    }
}

#[tokio::test]
async fn names_types_and_keys_are_the_published_ones() {
    let house = start().await;
    house.halo.set_limit(usize::MAX);
    let facts: Value = serde_json::from_str(FACTS).expect("facts");
    let fields = facts["fields"].as_object().expect("lists");
    let mut seen = 0;
    for (list, known) in fields {
        let answer =
            house.get(&format!("{list}?includeinactive=true&includedetails=true&includelines=true")).await.json();
        if let Some(key) = facts["lists"][list].as_str() {
            let shape = if key.is_empty() { answer.is_array() } else { answer[key].is_array() };
            assert!(shape, "{list}: {key}");
        }
        let rows = answer.as_object().and_then(|body| body.values().find(|value| value.is_array())).unwrap_or(&answer);
        let mut rows = rows.as_array().expect("rows").clone();
        let keys =
            house.halo.ids(list).into_iter().filter(|key| key.1 == 0 && list != "Priority" && list != "Attachment");
        for (id, _) in keys.take(30) {
            rows.push(house.get(&format!("{list}/{id}?includedetails=true")).await.json());
        }
        for row in &rows {
            seen += checked(list, known.as_object().expect("names"), row);
        }
    }
    assert!(seen > 10_000, "{seen}");
}

fn checked(list: &str, known: &Map<String, Value>, row: &Value) -> usize {
    let row = row.as_object().expect("an object");
    for (name, value) in row.iter().filter(|(name, _)| !name.starts_with('_')) {
        let kind = known.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{list}.{name} is not published"));
        assert!(fits(value, kind), "{list}.{name} should be {kind}: {value}");
    }
    row.len()
}
