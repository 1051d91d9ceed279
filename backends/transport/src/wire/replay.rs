//! Answers from fixtures, and refuses what no fixture expects.

use super::record::Fixture;
use super::{Outgoing, Wire, redact};
use crate::locked;
use crate::response::Response;
use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use portico_contract::{Error, Result};
use serde_json::Value;
use std::path::Path;
use std::sync::Mutex;

/// A wire that answers from fixtures: each once, in their order where several fit.
///
/// Method, path and query must be the same; of the body its shape: the same keys, with values of the same sort.
#[derive(Debug)]
pub struct Replayer {
    left: Mutex<Vec<Fixture>>,
}

impl Replayer {
    /// Answers from these.
    #[must_use]
    pub fn new(fixtures: Vec<Fixture>) -> Self {
        Self { left: Mutex::new(fixtures) }
    }

    /// Answers from all `.json` files of a folder, in the order of their names.
    pub fn folder(folder: &Path) -> Result<Self> {
        let failed = |error| Error::internal(format!("{} cannot be read", folder.display())).with_source(error);
        let entries =
            std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(failed)?;
        let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let read = |file: &std::path::PathBuf| {
            let text = std::fs::read_to_string(file).map_err(failed)?;
            serde_json::from_str(&text)
                .map_err(|error| Error::internal(format!("{} is no fixture", file.display())).with_source(error))
        };
        files.iter().map(read).collect::<Result<_>>().map(Self::new)
    }

    /// Operations of the fixtures that nobody asked for.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        locked(&self.left).iter().map(|fixture| fixture.operation.clone()).collect()
    }
}

#[async_trait]
impl Wire for Replayer {
    async fn send(&self, outgoing: Outgoing) -> Result<Response> {
        if !outgoing.departure.leave() {
            return Err(Error::unavailable("stopped before it left"));
        }
        let fixture = {
            let mut left = locked(&self.left);
            let at = left.iter().position(|fixture| differences(fixture, &outgoing).is_empty());
            at.map(|at| left.remove(at)).ok_or_else(|| unexpected(&left, &outgoing))?
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &fixture.answer.headers {
            let header = (HeaderName::try_from(name), HeaderValue::try_from(value));
            let (Ok(name), Ok(value)) = header else {
                return Err(Error::internal(format!("{}: {name} is no header", fixture.operation)));
            };
            headers.insert(name, value);
        }
        let status = StatusCode::from_u16(fixture.answer.status)
            .map_err(|_| Error::internal(format!("{}: a status that is none", fixture.operation)))?;
        let body = Bytes::from(fixture.answer.bytes()?);
        Ok(Response { operation: outgoing.operation, status, headers, body })
    }
}

/// In what a request is not the one of a fixture.
fn differences(fixture: &Fixture, outgoing: &Outgoing) -> Vec<String> {
    let mut found = Vec::new();
    let (method, path) = (outgoing.method.as_str(), outgoing.url.path());
    if (fixture.method.as_str(), fixture.path.as_str()) != (method, path) {
        found.push(format!("{method} {path} instead of {} {}", fixture.method, fixture.path));
    }
    let query = redact::query(outgoing);
    let expected = if fixture.query.is_null() { Value::Object(serde_json::Map::new()) } else { fixture.query.clone() };
    if query != expected {
        found.push(format!("query {query} instead of {expected}"));
    }
    compare(&fixture.body, &redact::body(&outgoing.body), "body", &mut found);
    found
}

/// Compares shapes: keys of objects, lengths of lists, sorts of values.
fn compare(expected: &Value, found: &Value, at: &str, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                compare(value, found.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"), differences);
            }
            let more = found.keys().filter(|name| !expected.contains_key(*name));
            differences.extend(more.map(|name| format!("{at}.{name} was not expected")));
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (number, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(expected, found, &format!("{at}[{number}]"), differences);
            }
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        (expected, _) => differences.push(format!("{at} is not like {expected}")),
    }
}

/// Says what came, and how it differs from the nearest fixture.
fn unexpected(left: &[Fixture], outgoing: &Outgoing) -> Error {
    let nearest = left
        .iter()
        .map(|fixture| (fixture, differences(fixture, outgoing)))
        .min_by_key(|(fixture, found)| (fixture.operation != outgoing.operation, found.len()));
    let detail = match nearest {
        None => "no fixture is left".to_owned(),
        Some((fixture, found)) => format!("the nearest fixture is {}: {}", fixture.operation, found.join("; ")),
    };
    Error::internal(format!("{} was not expected: {}", outgoing.operation, redact::values(detail, outgoing)))
}
