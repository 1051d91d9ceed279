//! Writes what goes over another wire into files, one for each call, for a replayer to answer from.

use super::{Outgoing, Wire, redact};
use crate::response::Response;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_contract::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// One call as a file. Secrets are hidden in it; read it before it is checked in all the same: names and texts of
/// people are not secrets to a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The operation.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, by name.
    #[serde(default)]
    pub query: Value,
    /// The body, as JSON.
    #[serde(default)]
    pub body: Value,
    /// The answer.
    pub answer: Answer,
}

/// The answer of a [`Fixture`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers that mean something.
    pub headers: BTreeMap<String, String>,
    /// The body, if it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body, if it is another text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body in base64, if it is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// Headers of an answer that are kept.
const HEADERS: &[&str] = &["content-type", "retry-after"];

/// A wire that keeps a record.
#[derive(Debug)]
pub struct Recorder {
    wire: Arc<dyn Wire>,
    folder: PathBuf,
    count: AtomicU32,
}

impl Recorder {
    /// Records into a folder, which must be there.
    #[must_use]
    pub fn new(wire: Arc<dyn Wire>, folder: impl Into<PathBuf>) -> Self {
        Self { wire, folder: folder.into(), count: AtomicU32::new(1) }
    }
}

#[async_trait]
impl Wire for Recorder {
    async fn send(&self, outgoing: Outgoing) -> Result<Response> {
        let copy = Outgoing {
            headers: outgoing.headers.clone(),
            url: outgoing.url.clone(),
            method: outgoing.method.clone(),
            body: outgoing.body.clone(),
            secrets: outgoing.secrets.clone(),
            departure: outgoing.departure.clone(),
            ..outgoing
        };
        let answer = self.wire.send(outgoing).await?;
        let failed = |why: &str| Error::internal(format!("{}: the record could not be written: {why}", copy.operation));
        let text = serde_json::to_string_pretty(&fixture(&copy, &answer)).map_err(|_| failed("no JSON"))?;
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let file = self.folder.join(format!("{number:05}-{}.json", copy.operation));
        let text = redact::values(text, &copy) + "\n";
        tokio::fs::write(file, text).await.map_err(|error| failed("no file").with_source(error))?;
        Ok(answer)
    }
}

fn fixture(outgoing: &Outgoing, answer: &Response) -> Fixture {
    let kept = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), answer.header(name)?.to_owned())));
    let mut written =
        Answer { status: answer.status.as_u16(), headers: kept.collect(), json: None, text: None, base64: None };
    match (serde_json::from_slice(&answer.body), std::str::from_utf8(&answer.body)) {
        (Ok(json), _) => written.json = Some(redact::json(json)),
        (_, Ok("")) => {}
        (_, Ok(text)) => written.text = Some(text.to_owned()),
        _ => written.base64 = Some(STANDARD.encode(&answer.body)),
    }
    Fixture {
        operation: outgoing.operation.to_owned(),
        method: outgoing.method.to_string(),
        path: outgoing.url.path().to_owned(),
        query: redact::query(outgoing),
        body: redact::body(&outgoing.body),
        answer: written,
    }
}

impl Answer {
    /// The body as it came.
    pub(super) fn bytes(&self) -> Result<Vec<u8>> {
        let unreadable = |_| Error::internal("the base64 of a fixture cannot be read");
        match self {
            Self { json: Some(json), .. } => Ok(json.to_string().into_bytes()),
            Self { text: Some(text), .. } => Ok(text.clone().into_bytes()),
            Self { base64: Some(text), .. } => STANDARD.decode(text).map_err(unreadable),
            _ => Ok(Vec::new()),
        }
    }
}
