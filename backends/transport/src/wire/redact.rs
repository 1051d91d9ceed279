//! What is written down holds no secret.

use super::Outgoing;
use crate::request::Body;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "HIDDEN";

/// Parts of names whose values are secrets.
const SECRET: &[&str] = &["key", "token", "secret", "password", "passwd", "authorization", "cookie", "signature"];

/// Names with such parts whose values are none.
const HARMLESS: &[&str] = &["token_type", "monkey", "keyword", "keywords"];

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part)) && !HARMLESS.contains(&name.as_str())
}

/// The value of a name in a query or form.
pub(super) fn named(name: &str, value: &str) -> String {
    if is_secret(name) { HIDDEN.to_owned() } else { value.to_owned() }
}

/// JSON without the values of secret names.
pub(super) fn json(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let hide = |(name, value): (String, Value)| {
                let value = if is_secret(&name) && !value.is_object() { HIDDEN.into() } else { json(value) };
                (name, value)
            };
            Value::Object(object.into_iter().map(hide).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(json).collect()),
        other => other,
    }
}

/// A body as it is written down.
pub(super) fn body(body: &Body) -> Value {
    match body {
        Body::Empty => Value::Null,
        Body::Json(value) => json(value.clone()),
        Body::Form(pairs) => {
            Value::Object(pairs.iter().map(|(name, value)| (name.clone(), named(name, value).into())).collect())
        }
        Body::Bytes("application/x-www-form-urlencoded", bytes) => {
            let pairs = url::form_urlencoded::parse(bytes);
            let hide = |(name, value): (_, _)| -> (String, Value) {
                let (name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>) = (name, value);
                let hidden = named(&name, &value).into();
                (name.into_owned(), hidden)
            };
            Value::Object(pairs.map(hide).collect())
        }
        Body::Bytes(media, bytes) => json!({ "media_type": media, "bytes": bytes.len() }),
        Body::Multipart(parts) => {
            let part = |part: &crate::Part| json!({ "name": part.name, "file": part.file, "bytes": part.bytes.len() });
            Value::Array(parts.iter().map(part).collect())
        }
    }
}

/// The query, sorted, as names with their values.
pub(super) fn query(outgoing: &Outgoing) -> Value {
    let mut pairs: Vec<(String, String)> = outgoing.url.query_pairs().into_owned().collect();
    pairs.sort();
    let mut map = Map::new();
    for (name, value) in pairs {
        let value = named(&name, &value);
        match map.get_mut(&name) {
            None => drop(map.insert(name, value.into())),
            Some(Value::Array(several)) => several.push(value.into()),
            Some(one) => *one = Value::Array(vec![one.take(), value.into()]),
        }
    }
    Value::Object(map)
}

/// Takes the very values of secrets out of a text, wherever they stand.
pub(super) fn values(text: String, outgoing: &Outgoing) -> String {
    let known = outgoing.secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| secret.len() > 3);
    known.fold(text, |text, secret| text.replace(secret, HIDDEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_name() {
        for name in ["api_key", "Authorization", "accessToken", "client_secret", "password", "X-Api-Key"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["subject", "token_type", "page_size", "client_id"] {
            assert!(!is_secret(name), "{name}");
        }
        let hidden = json(json!({ "result": [{ "accessToken": "geheim", "name": "a" }], "token_type": "Bearer" }));
        assert_eq!(hidden, json!({ "result": [{ "accessToken": HIDDEN, "name": "a" }], "token_type": "Bearer" }));
    }
}
