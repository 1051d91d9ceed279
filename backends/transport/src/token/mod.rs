//! Who calls: where a token comes from, and where in a request it goes.

pub mod oauth;
pub mod renewing;

use crate::request::Body;
use crate::wire::{Outgoing, Wire};
use async_trait::async_trait;
use http::{HeaderName, HeaderValue, Method, header};
use portico_contract::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::fmt::Debug;
use std::sync::Arc;

/// Where in a request a token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `Authorization: Bearer …`
    Bearer,
    /// A header of its own, with what stands before the token: `("authorization", "Zoho-oauthtoken ")`.
    Header(&'static str, &'static str),
    /// A parameter of the query of a `GET`, else a key of the JSON body: ITFlow's way.
    QueryOrJson(&'static str),
    /// Nowhere.
    Nowhere,
}

/// A token and which one it is.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub secret: SecretString,
    /// Tokens of one source are numbered, so that a refused one is told from its successor.
    pub number: u64,
}

/// Where tokens come from. Must not hold up calls longer than it needs for one token.
#[async_trait]
pub trait TokenSource: Send + Sync + Debug {
    /// Where in a request the token goes.
    fn place(&self) -> Place;

    /// A token that should be good now.
    async fn token(&self, wire: &Arc<dyn Wire>) -> Result<Token>;

    /// Another one, after the PSA refused this one; `None` when there is no other to be had.
    async fn renew(&self, wire: &Arc<dyn Wire>, refused: &Token) -> Result<Option<Token>>;
}

/// A key that stays, or none at all.
#[derive(Debug, Clone)]
pub struct Fixed {
    place: Place,
    key: SecretString,
}

impl Fixed {
    /// A key of the configuration.
    #[must_use]
    pub fn key(place: Place, key: SecretString) -> Self {
        Self { place, key }
    }

    /// For a PSA, or a path, that asks for none.
    #[must_use]
    pub fn none() -> Self {
        Self { place: Place::Nowhere, key: SecretString::from("") }
    }
}

#[async_trait]
impl TokenSource for Fixed {
    fn place(&self) -> Place {
        self.place
    }

    async fn token(&self, _wire: &Arc<dyn Wire>) -> Result<Token> {
        Ok(Token { secret: self.key.clone(), number: 0 })
    }

    async fn renew(&self, _wire: &Arc<dyn Wire>, _refused: &Token) -> Result<Option<Token>> {
        Ok(None)
    }
}

impl Place {
    /// Puts a token in.
    pub(crate) fn put(self, token: &Token, outgoing: &mut Outgoing) -> Result<()> {
        let secret = token.secret.expose_secret();
        match self {
            Self::Nowhere => return Ok(()),
            Self::Bearer => put_header(outgoing, header::AUTHORIZATION, "Bearer ", secret)?,
            Self::Header(name, before) => {
                let name = HeaderName::try_from(name).map_err(|_| Error::internal(format!("{name} is no header")))?;
                put_header(outgoing, name, before, secret)?;
            }
            Self::QueryOrJson(name) if outgoing.method == Method::GET => {
                outgoing.url.query_pairs_mut().append_pair(name, secret);
            }
            Self::QueryOrJson(name) => put_json(outgoing, name, secret)?,
        }
        outgoing.secrets.push(token.secret.clone());
        Ok(())
    }
}

fn put_header(outgoing: &mut Outgoing, name: HeaderName, before: &str, secret: &str) -> Result<()> {
    let value = HeaderValue::try_from(format!("{before}{secret}"));
    let mut value = value.map_err(|_| Error::credentials("The key of this backend cannot be sent: enter it again."))?;
    value.set_sensitive(true);
    outgoing.headers.insert(name, value);
    Ok(())
}

fn put_json(outgoing: &mut Outgoing, name: &str, secret: &str) -> Result<()> {
    if matches!(outgoing.body, Body::Empty) {
        outgoing.body = Body::Json(Value::Object(Map::new()));
    }
    let Body::Json(Value::Object(object)) = &mut outgoing.body else {
        return Err(Error::internal(format!("{}: the key has no place in this body", outgoing.operation)));
    };
    object.insert(name.to_owned(), Value::String(secret.to_owned()));
    Ok(())
}
