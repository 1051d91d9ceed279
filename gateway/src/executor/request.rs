//! What a transport hands to the executor, and what it gets back.

use async_graphql::{Response, Variables};
use async_trait::async_trait;
use secrecy::SecretString;
use std::fmt::Debug;

/// How a caller says who they are. The transport only finds it; the executor judges it.
#[derive(Debug, Clone, Default)]
pub enum Credential {
    #[default]
    None,
    /// `Authorization: Bearer …`.
    Bearer(SecretString),
    /// The session cookie of a browser.
    Cookie(SecretString),
}

/// One GraphQL request, whatever it came in through.
#[derive(Debug, Default)]
pub struct GraphqlRequest {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
    /// GET may only read.
    pub read_only: bool,
    pub credential: Credential,
    /// Narrows the scope to one account (`Portico-Account` header): a global id.
    pub account: Option<String>,
    /// Refuse the whole operation at the first denied field instead of nulling it (`Portico-Denied: reject`).
    pub reject_denied: bool,
    /// Address of the peer, for back-off only.
    pub peer: Option<std::net::IpAddr>,
    /// The request came over HTTPS (from a trusted proxy's word): cookies are marked `Secure`.
    pub secure: bool,
}

/// How far a request got: HTTP statuses hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Executed; `data` is present, perhaps null.
    Ran,
    /// Refused before execution; there is no `data`.
    Refused,
    /// A mutation came through a read-only transport.
    ReadOnly,
    /// The rate limit refuses; wait this many seconds.
    RateLimited(u64),
}

/// What to do with the session cookie of the answer.
#[derive(Debug, Clone)]
pub enum CookieChange {
    Set { token: SecretString, max_age_seconds: Option<i64> },
    Clear,
}

/// The answer to one request.
#[derive(Debug)]
pub struct Executed {
    pub outcome: Outcome,
    pub response: Response,
    pub cookie: Option<CookieChange>,
}

/// The one executor that every transport shares.
#[async_trait]
pub trait Execute: Send + Sync + Debug {
    async fn execute(&self, request: GraphqlRequest) -> Executed;
}
