//! Settings of the HTTP side.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port to listen on.
    pub listen: String,
    /// Origins of web pages on other hosts that may use the API with credentials, as `https://portal.example.com`.
    pub allowed_origins: Vec<String>,
    /// Where this server is reached from outside, as `https://api.example.com`; empty makes links to files relative.
    pub public_url: String,
    /// Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Folder of a built web portal, served at `/portal/`; empty: none.
    pub portal_dir: PathBuf,
    /// Name of the session cookie.
    pub cookie_name: String,
    /// Seconds a client has for the head of a request; an idle connection is closed after them too.
    pub header_seconds: u64,
    /// Seconds a client has for the body of a request.
    pub body_seconds: u64,
    /// Seconds that running requests get at shutdown.
    pub shutdown_seconds: u64,
    /// Who can be signed in as in the playground. The demo fills this; it cannot be set.
    #[serde(skip)]
    pub people: Vec<DemoPerson>,
    /// Documents that the playground offers. The demo fills this; it cannot be set.
    #[serde(skip)]
    pub examples: Vec<Example>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            allowed_origins: Vec::new(),
            public_url: String::new(),
            trusted_proxies: Vec::new(),
            portal_dir: PathBuf::new(),
            cookie_name: "portico_session".to_owned(),
            header_seconds: 10,
            body_seconds: 30,
            shutdown_seconds: 10,
            people: Vec::new(),
            examples: Vec::new(),
        }
    }
}

/// Somebody of the demo world. Nothing here is secret: the demo prints it.
#[derive(Debug, Clone, Serialize)]
pub struct DemoPerson {
    pub name: String,
    pub email: String,
    pub token: String,
    pub roles: Vec<String>,
    pub account: Option<String>,
    /// What the playground calls the accounts of this person.
    #[serde(rename = "accountName", skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Example {
    pub name: String,
    pub query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<serde_json::Value>,
}
