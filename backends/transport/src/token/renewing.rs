//! Tokens that run out: fetched once for all who wait, early enough, and once more when the PSA refuses one.

use super::{Place, Token, TokenSource};
use crate::wire::Wire;
use async_trait::async_trait;
use portico_contract::{Clock, Error, ErrorKind, Result, Timestamp};
use secrecy::SecretString;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// A token as it was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The token.
    pub secret: SecretString,
    /// How long it is good from now, if that was said.
    pub lifetime: Option<Duration>,
}

/// A way to get tokens, such as a grant of OAuth 2.0 or a vendor's log-in.
#[async_trait]
pub trait Grant: Send + Sync + Debug + 'static {
    /// Fetches one token. It is called by one task at a time, and never cancelled by a caller that gives up: a rotated
    /// refresh token would be lost with the answer.
    async fn fetch(&self, wire: &Arc<dyn Wire>) -> Result<Fetched>;
}

/// For one fetch.
const FETCH: Duration = Duration::from_secs(30);

/// A token is replaced this long before it runs out, or after four fifths of its life if that is later.
const LEEWAY: Duration = Duration::from_secs(60);

/// Where nothing is said about the lifetime.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// For so long nobody asks again after wrong credentials, and no renewed token is renewed once more.
const PATIENCE: Duration = Duration::from_secs(60);

/// A [`Grant`] kept fresh.
#[derive(Debug, Clone)]
pub struct Renewing {
    place: Place,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    grant: Box<dyn Grant>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Fetches so far, which also numbers the tokens.
    fetches: u64,
    held: Option<Held>,
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Held {
    token: Token,
    replace_at: Timestamp,
    /// When it was fetched in place of a refused one.
    renewed_at: Option<Instant>,
}

/// The last fetch failed.
#[derive(Debug)]
struct Failure {
    at: Instant,
    kind: ErrorKind,
    public: String,
    detail: Option<String>,
    retry_after: Option<Duration>,
}

impl Failure {
    fn of(error: &Error) -> Self {
        let Error { kind, public, detail, retry_after, .. } = error;
        let (public, detail) = (public.clone(), detail.clone());
        Self { at: Instant::now(), kind: *kind, public, detail, retry_after: *retry_after }
    }

    fn error(&self) -> Error {
        let mut error = Error::new(self.kind, self.public.clone());
        error.detail.clone_from(&self.detail);
        error.retry_after = self.retry_after;
        error
    }
}

impl Renewing {
    /// Keeps the tokens of a grant; their life is measured by this clock.
    #[must_use]
    pub fn new(place: Place, grant: impl Grant, clock: Clock) -> Self {
        Self { place, shared: Arc::new(Shared { grant: Box::new(grant), clock, state: Mutex::default() }) }
    }

    /// Works in a task of its own: callers may give up, the fetch goes on for the others.
    async fn get(&self, wire: &Arc<dyn Wire>, refused: Option<u64>) -> Result<Option<Token>> {
        let (shared, wire) = (Arc::clone(&self.shared), Arc::clone(wire));
        let asked = Instant::now();
        let task = tokio::spawn(async move { shared.get(&wire, refused, asked).await });
        task.await.map_err(|error| Error::internal("the task that fetches tokens died").with_source(error))?
    }
}

impl Shared {
    /// The token that is held if it is good, else a new one; `None` if a refused one cannot be replaced.
    async fn get(&self, wire: &Arc<dyn Wire>, refused: Option<u64>, asked: Instant) -> Result<Option<Token>> {
        let mut state = self.state.lock().await;
        if let Some(held) = &state.held {
            let this_one = refused == Some(held.token.number);
            if this_one && held.renewed_at.is_some_and(|at| at.elapsed() < PATIENCE) {
                return Ok(None);
            }
            if !this_one && self.clock.now() < held.replace_at {
                return Ok(Some(held.token.clone()));
            }
        }
        if let Some(failure) = &state.failure {
            // Who asked before the failure shares it; wrong credentials stay wrong for a while.
            let hopeless = failure.kind == ErrorKind::Credentials && failure.at.elapsed() < PATIENCE;
            if hopeless || asked < failure.at {
                return Err(failure.error());
            }
        }
        self.fetch(&mut state, wire, refused.is_some()).await.map(Some)
    }

    async fn fetch(&self, state: &mut State, wire: &Arc<dyn Wire>, renewal: bool) -> Result<Token> {
        let fetched = match timeout(FETCH, self.grant.fetch(wire)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(Error::unavailable("the place that gives out tokens does not answer")),
        };
        state.fetches += 1;
        let fetched = fetched.inspect_err(|error| state.failure = Some(Failure::of(error)))?;
        let life = fetched.lifetime.unwrap_or(LIFETIME);
        let good = life.saturating_sub(LEEWAY).max(life * 4 / 5);
        let token = Token { secret: fetched.secret, number: state.fetches };
        let replace_at = self.clock.now() + good;
        let renewed_at = renewal.then(Instant::now);
        state.failure = None;
        state.held = Some(Held { token: token.clone(), replace_at, renewed_at });
        Ok(token)
    }
}

#[async_trait]
impl TokenSource for Renewing {
    fn place(&self) -> Place {
        self.place
    }

    async fn token(&self, wire: &Arc<dyn Wire>) -> Result<Token> {
        let token = self.get(wire, None).await?;
        token.ok_or_else(|| Error::internal("no token although none was refused"))
    }

    async fn renew(&self, wire: &Arc<dyn Wire>, refused: &Token) -> Result<Option<Token>> {
        self.get(wire, Some(refused.number)).await
    }
}
