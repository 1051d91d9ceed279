//! The envelope of a GraphQL request: `query`, `operationName`, `variables`, `extensions`.

use super::answer::Rejection;
use async_graphql::Variables;
use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Map, Value};

/// Nesting of variables; the parser of JSON has a bound of its own above this.
const NESTING: usize = 64;

/// What an envelope holds, with every part of the right type.
#[derive(Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `None` if the document was only named by its hash.
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
}

/// From the body of a POST.
pub fn from_json(text: &str) -> Result<Envelope, Rejection> {
    let json =
        serde_json::from_str(text).map_err(|error| Rejection::invalid(format!("The body is not JSON: {error}.")))?;
    match json {
        Value::Object(parts) => envelope(parts),
        Value::Array(_) => Err(Rejection::invalid("Batching is off: send one operation per request.")),
        _ => Err(Rejection::invalid("The body must be a JSON object with a `query`.")),
    }
}

/// From the address of a GET: texts as they are, maps as JSON.
pub fn from_address(uri: &Uri) -> Result<Envelope, Rejection> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| Rejection::invalid("The query string of the address cannot be read."))?;
    let mut parts = Map::new();
    for (name, text) in pairs {
        let value = match name.as_str() {
            "query" => Value::String(text),
            "operationName" if !text.is_empty() => Value::String(text),
            "variables" | "extensions" if !text.is_empty() => serde_json::from_str(&text)
                .map_err(|error| Rejection::invalid(format!("The parameter `{name}` is not JSON: {error}.")))?,
            _ => continue,
        };
        if parts.insert(name.clone(), value).is_some() {
            return Err(Rejection::invalid(format!("The parameter `{name}` is there twice.")));
        }
    }
    envelope(parts)
}

fn envelope(mut parts: Map<String, Value>) -> Result<Envelope, Rejection> {
    let extensions = object(&mut parts, "extensions")?;
    let query = string(&mut parts, "query")?;
    if query.is_none() && !extensions.contains_key("persistedQuery") {
        return Err(Rejection::invalid("The request has no `query`."));
    }
    let operation_name = string(&mut parts, "operationName")?.filter(|name| !name.is_empty());
    let variables = Value::Object(object(&mut parts, "variables")?);
    check(&variables)?;
    Ok(Envelope { query, operation_name, variables: Variables::from_json(variables) })
}

fn string(parts: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Rejection> {
    match parts.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.contains('\0') => {
            Err(Rejection::invalid(format!("`{name}` holds a NUL character.")))
        }
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Rejection::invalid(format!("`{name}` must be a string."))),
    }
}

fn object(parts: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Rejection> {
    match parts.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(Rejection::invalid(format!("`{name}` must be an object."))),
    }
}

/// Refuses variables that nest too deep, or hold a character that no database takes.
fn check(variables: &Value) -> Result<(), Rejection> {
    let mut open = vec![(variables, 0_usize)];
    while let Some((value, depth)) = open.pop() {
        if depth > NESTING {
            return Err(Rejection::invalid(format!("`variables` nest deeper than {NESTING} levels.")));
        }
        let has_nul = match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(items) => {
                open.extend(items.iter().map(|item| (item, depth + 1)));
                false
            }
            Value::Object(fields) => {
                open.extend(fields.values().map(|item| (item, depth + 1)));
                fields.keys().any(|key| key.contains('\0'))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        };
        if has_nul {
            return Err(Rejection::invalid("`variables` hold a NUL character."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    fn problem(text: &str) -> String {
        let rejection = from_json(text).unwrap_err();
        assert_eq!(rejection.status, StatusCode::BAD_REQUEST);
        rejection.message
    }

    #[test]
    fn every_part_must_have_its_type() {
        for (text, message) in [
            ("", "The body is not JSON: EOF while parsing a value at line 1 column 0."),
            ("[]", "Batching is off: send one operation per request."),
            ("[{\"query\":\"{a}\"}]", "Batching is off: send one operation per request."),
            ("1", "The body must be a JSON object with a `query`."),
            ("{}", "The request has no `query`."),
            (r#"{"query":null}"#, "The request has no `query`."),
            (r#"{"query":1}"#, "`query` must be a string."),
            (r#"{"query":"{a}","operationName":1}"#, "`operationName` must be a string."),
            (r#"{"query":"{a}","variables":[]}"#, "`variables` must be an object."),
            (r#"{"query":"{a}","variables":"{}"}"#, "`variables` must be an object."),
            (r#"{"query":"{a}","extensions":true}"#, "`extensions` must be an object."),
            ("{\"query\":\"{a}\\u0000\"}", "`query` holds a NUL character."),
            ("{\"query\":\"{a}\",\"variables\":{\"a\":[\"\\u0000\"]}}", "`variables` hold a NUL character."),
        ] {
            assert_eq!(problem(text), message, "{text}");
        }
    }

    #[test]
    fn hostile_json_is_refused() {
        let deep = |levels: usize| {
            format!(r#"{{"query":"{{a}}","variables":{{"a":{}1{}}}}}"#, "[".repeat(levels), "]".repeat(levels))
        };
        assert!(from_json(&deep(63)).is_ok());
        assert!(problem(&deep(64)).contains("nest"));
        assert!(problem(&deep(100_000)).contains("recursion limit"));
        assert!(problem(r#"{"query":"{a}","variables":{"a":1e400}}"#).contains("out of range"));
        assert!(problem(r#"{"query":"{a}","variables":{"a":"\ud800"}}"#).contains("JSON"));
        assert!(problem(r#"{"query":"{a}","variables":{"a":NaN}}"#).contains("JSON"));
    }

    #[test]
    fn nulls_and_empty_parts_are_absent() {
        let found =
            from_json(r#"{"query":"{a}","operationName":"","variables":null,"extensions":null,"id":7}"#).unwrap();
        assert_eq!(
            found,
            Envelope { query: Some("{a}".into()), operation_name: None, variables: Variables::default() }
        );
        let hashed = from_json(r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}"#).unwrap();
        assert_eq!(hashed.query, None);
    }

    #[test]
    fn addresses_hold_the_same() {
        let get = |address: &str| from_address(&address.parse().unwrap());
        let found = get("/graphql?query=%7Ba%7D&operationName=A&variables=%7B%22n%22%3A1%7D&other=x").unwrap();
        assert_eq!((found.query.as_deref(), found.operation_name.as_deref()), (Some("{a}"), Some("A")));
        assert_eq!(found.variables.len(), 1);
        assert!(get("/graphql?query={a}&variables=&operationName=").is_ok());
        for address in [
            "/graphql",
            "/graphql?query={a}&variables=x",
            "/graphql?query={a}&variables=[]",
            "/graphql?query=a&query=b",
        ] {
            assert_eq!(get(address).unwrap_err().status, StatusCode::BAD_REQUEST, "{address}");
        }
    }
}
