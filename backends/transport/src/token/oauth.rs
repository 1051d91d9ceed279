//! OAuth 2.0: client credentials, and refresh tokens that may rotate.

use super::renewing::{Fetched, Grant};
use crate::request::Body;
use crate::wire::{Departure, Outgoing, Wire};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use portico_contract::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The answer of a place that gives out tokens is small.
const MAX_ANSWER: usize = 1 << 20;

/// Who asks for tokens, and where.
#[derive(Debug, Clone)]
pub struct OauthClient {
    /// The token endpoint, with whatever its query must hold.
    pub token_url: String,
    /// The id of the application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// What is asked for; empty: what the application has.
    pub scopes: Vec<String>,
}

impl OauthClient {
    fn client(&self) -> Result<Client> {
        let url = TokenUrl::new(self.token_url.clone())
            .map_err(|_| Error::credentials("The token URL of this backend is not a URL: check it."))?;
        Ok(BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(url))
    }

    fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.scopes.iter().cloned().map(Scope::new)
    }

    /// Carries a request of the library over our wire.
    async fn carry(&self, wire: &Arc<dyn Wire>, request: HttpRequest) -> Result<HttpResponse> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string())
            .map_err(|_| Error::credentials("The token URL of this backend is not a URL: check it."))?;
        let outgoing = Outgoing {
            operation: "oauth.token",
            template: "token",
            method: head.method,
            url,
            headers: head.headers,
            body: Body::Bytes("application/x-www-form-urlencoded", Bytes::from(body)),
            max_answer: MAX_ANSWER,
            secrets: vec![self.client_secret.clone()],
            departure: Departure::default(),
        };
        let answer = wire.send(outgoing).await?;
        match answer.status {
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                Err(Error::unavailable(answer.summary()))
            }
            status if status.is_redirection() => {
                let public = "The token URL of this backend leads elsewhere: check it.";
                Err(Error::credentials(public).with_detail(answer.summary()))
            }
            status => {
                let mut response = HttpResponse::new(answer.body.to_vec());
                *response.status_mut() = status;
                *response.headers_mut() = answer.headers;
                Ok(response)
            }
        }
    }
}

/// The library's HTTP client: our wire. It owns what it needs, so that its futures may move between threads.
struct Carrier(OauthClient, Arc<dyn Wire>);

impl<'c> AsyncHttpClient<'c> for Carrier {
    type Error = Error;
    type Future = BoxFuture<'c, Result<HttpResponse>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.carry(&self.1, request))
    }
}

/// What a failed request for a token means. The library's own texts may hold the answer's body: they are not used.
fn failed(error: RequestTokenError<Error, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(answer) => {
            let kind = match answer.error() {
                BasicErrorResponseType::Extension(_) => "extension",
                known => known.as_ref(),
            };
            let public = "The PSA gives this backend no token. Check client id, secret, refresh token and scopes.";
            Error::credentials(public).with_detail(format!("oauth.token: {kind}"))
        }
        RequestTokenError::Parse(error, body) => {
            Error::contract(format!("oauth.token: unreadable at {} ({} bytes)", error.path(), body.len()))
        }
        RequestTokenError::Other(_) => Error::contract("oauth.token: an answer without a token"),
    }
}

fn fetched(response: &BasicTokenResponse) -> Fetched {
    let secret = SecretString::from(response.access_token().secret().clone());
    Fetched { secret, lifetime: response.expires_in() }
}

/// The grant of a service: a new token each time, nothing to keep.
#[derive(Debug, Clone)]
pub struct ClientCredentials(pub OauthClient);

#[async_trait]
impl Grant for ClientCredentials {
    async fn fetch(&self, wire: &Arc<dyn Wire>) -> Result<Fetched> {
        let client = self.0.client()?;
        let request = client.exchange_client_credentials().add_scopes(self.0.scopes());
        let carrier = Carrier(self.0.clone(), Arc::clone(wire));
        request.request_async(&carrier).await.map(|response| fetched(&response)).map_err(failed)
    }
}

/// Where a refresh token is kept across restarts.
#[async_trait]
pub trait TokenStore: Send + Sync + Debug {
    /// The one to use.
    async fn load(&self) -> Result<SecretString>;

    /// Its successor. It is kept before the token that came with it is used: the old one works no more.
    async fn save(&self, token: &SecretString) -> Result<()>;
}

/// The grant of somebody who has signed in once.
#[derive(Debug)]
pub struct RefreshToken {
    client: OauthClient,
    store: Arc<dyn TokenStore>,
    /// A successor that could not be kept yet: the only one that works.
    unsaved: Mutex<Option<SecretString>>,
}

impl RefreshToken {
    /// Refreshes with the token of a store.
    #[must_use]
    pub fn new(client: OauthClient, store: Arc<dyn TokenStore>) -> Self {
        Self { client, store, unsaved: Mutex::default() }
    }
}

#[async_trait]
impl Grant for RefreshToken {
    async fn fetch(&self, wire: &Arc<dyn Wire>) -> Result<Fetched> {
        let mut unsaved = self.unsaved.lock().await;
        if let Some(token) = &*unsaved {
            self.store.save(token).await?;
            *unsaved = None;
        }
        let current = self.store.load().await?;
        let current = oauth2::RefreshToken::new(current.expose_secret().to_owned());
        let client = self.client.client()?;
        let request = client.exchange_refresh_token(&current).add_scopes(self.client.scopes());
        let carrier = Carrier(self.client.clone(), Arc::clone(wire));
        let response = request.request_async(&carrier).await.map_err(failed)?;
        if let Some(next) = response.refresh_token().filter(|next| next.secret() != current.secret()) {
            let next = SecretString::from(next.secret().clone());
            if let Err(error) = self.store.save(&next).await {
                *unsaved = Some(next);
                return Err(kept(error));
            }
        }
        Ok(fetched(&response))
    }
}

/// A successor that is not kept is a matter of this side, and of now.
fn kept(error: Error) -> Error {
    match error.kind {
        ErrorKind::Unavailable => error,
        _ => Error::unavailable("the new refresh token could not be kept").with_source(error),
    }
}
