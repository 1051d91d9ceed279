//! What a list comes in: an array, or an object with the array under a key that differs from build to build.

use crate::query::Endpoint;
use portico_contract::{Error, Result};
use serde_json::Value;

/// The rows of an answer, and how many there are in all if that was said.
#[derive(Debug, PartialEq)]
pub(crate) struct Listed {
    pub rows: Vec<Value>,
    pub total: Option<u64>,
}

pub(crate) fn rows(endpoint: &Endpoint, answer: Value) -> Result<Listed> {
    let mut object = match answer {
        Value::Array(rows) => return Ok(Listed { rows, total: None }),
        Value::Object(object) => object,
        _ => return Err(Error::contract(format!("{}: neither a list nor an object", endpoint.name))),
    };
    let total = object.get("record_count").and_then(Value::as_u64);
    let known = endpoint.keys.iter().copied().find(|key| object.get(*key).is_some_and(Value::is_array));
    let key = known.map(str::to_owned).or_else(|| only_array(&object));
    match key.and_then(|key| object.remove(&key)) {
        Some(Value::Array(rows)) => Ok(Listed { rows, total }),
        _ if total == Some(0) => Ok(Listed { rows: Vec::new(), total }),
        _ => Err(Error::contract(format!("{}: no list under a known key", endpoint.name))),
    }
}

/// A key that nobody has met yet, if there is no doubt about it.
fn only_array(object: &serde_json::Map<String, Value>) -> Option<String> {
    let mut arrays = object.iter().filter(|(key, value)| value.is_array() && key.as_str() != "columns");
    let (key, _) = arrays.next()?;
    arrays.next().is_none().then(|| key.clone())
}

/// What a write answers with: the object, or an array of which the last one counts.
pub(crate) fn written(answer: Value) -> Option<Value> {
    match answer {
        Value::Array(mut rows) => rows.pop().filter(Value::is_object),
        Value::Object(_) => Some(answer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{AGENTS, TICKETS};
    use serde_json::json;

    fn count(endpoint: &Endpoint, answer: Value) -> Option<(usize, Option<u64>)> {
        rows(endpoint, answer).ok().map(|listed| (listed.rows.len(), listed.total))
    }

    #[test]
    fn a_list_comes_bare_under_its_key_or_under_the_only_one() {
        for (answer, expected) in [
            (json!([{"id": 1}]), Some((1, None))),
            (json!({"record_count": 9, "tickets": [{"id": 1}]}), Some((1, Some(9)))),
            (json!({"record_count": 9, "columns": [], "tickets": [{"id": 1}]}), Some((1, Some(9)))),
            (json!({"rows": [{"id": 1}, {"id": 2}], "columns": [1]}), Some((2, None))),
            (json!({"record_count": 0}), Some((0, Some(0)))),
            (json!({"record_count": 3}), None),
            (json!({"a": [], "b": []}), None),
            (json!("<html>"), None),
            (json!(null), None),
        ] {
            assert_eq!(count(&TICKETS, answer.clone()), expected, "{answer}");
        }
        assert_eq!(count(&AGENTS, json!({"results": [1]})), count(&AGENTS, json!({"agents": [1]})));
    }

    #[test]
    fn a_write_answers_with_the_object_or_the_last_of_several() {
        assert_eq!(written(json!({"id": 1})), Some(json!({"id": 1})));
        assert_eq!(written(json!([{"id": 1}, {"id": 2}])), Some(json!({"id": 2})));
        assert_eq!((written(json!([])), written(json!("ok"))), (None, None));
    }
}
