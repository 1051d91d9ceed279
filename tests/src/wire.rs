//! HTTP by hand: a test may send what no client library would.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Call {
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A POST to the API with these bytes as JSON.
    #[must_use]
    pub fn post(body: impl Into<Vec<u8>>) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("accept", "application/graphql-response+json, application/json;q=0.9"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { method: "POST", path: "/graphql".to_owned(), headers, body: body.into() }
    }

    #[must_use]
    pub fn query(query: &str) -> Self {
        Self::post(json!({ "query": query }).to_string())
    }

    /// Sets a header, instead of one of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn bearer(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.header("authorization", &format!("Bearer {token}")),
            None => self,
        }
    }

    /// Sends it on a connection of its own.
    pub async fn send(&self, address: &str) -> Result<Answer> {
        timeout(PATIENCE, self.exchange(address)).await.context("no answer in time")?
    }

    async fn exchange(&self, address: &str) -> Result<Answer> {
        let (mut input, mut output) = TcpStream::connect(address).await?.into_split();
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let mut read = Vec::new();
        // A server that refuses a body answers before it is sent, and may close: what was read counts.
        let (_, _) = tokio::join!(
            async {
                output.write_all(head.as_bytes()).await?;
                output.write_all(&self.body).await
            },
            input.read_to_end(&mut read)
        );
        Answer::parse(&read)
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// As text; what is not UTF-8 is replaced.
    pub body: String,
    /// As it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, rest) = bytes.split_at(end.with_context(|| format!("half an answer: {}", bytes.escape_ascii()))?);
        let head = std::str::from_utf8(head).context("a head in UTF-8")?;
        let bytes = rest.get(4..).unwrap_or_default().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("a status")?.parse()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        Ok(Self { status, headers, body, bytes })
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("{} {}", self.status, self.body))
    }

    /// The code of the first error; empty without one.
    #[must_use]
    pub fn code(&self) -> String {
        let code = self.json().ok().and_then(|json| json.pointer("/errors/0/extensions/code").cloned());
        code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
