//! The ways to go wrong, and at which request.

use http::{Method, StatusCode};
use rand::Rng;
use rand::rngs::StdRng;
use std::time::Duration;

/// One way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request goes on late, also if nobody waits for the answer any more.
    Delay(Duration),
    /// The request is read, and nothing more happens.
    Hang,
    /// The connection is reset before the PSA has seen the request.
    ResetBefore,
    /// The connection is reset after the PSA has answered: what was to be done is done, and nobody is told.
    ResetAfter,
    /// 429, perhaps with `Retry-After` in seconds; the PSA has not seen the request.
    TooMany(Option<u64>),
    /// 500; the PSA has not seen the request.
    ErrorBefore,
    /// 500 with an empty body, after the PSA has done what was to be done.
    ErrorAfter,
    /// Half of the PSA's answer.
    Truncated,
    /// 200 with a page for people, from something in between.
    Html,
    /// 200 with nothing in it, after the PSA has answered.
    Empty,
    /// The PSA gets the request twice.
    Duplicate,
    /// 401; the PSA has not seen the request.
    Unauthorized,
}

/// What a fault means: how often the request goes on to the PSA, and what comes back then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub wait: Duration,
    pub forwards: u8,
    pub reply: Reply,
}

impl Plan {
    /// Nothing goes wrong.
    pub const PLAIN: Self = Self { wait: Duration::ZERO, forwards: 1, reply: Reply::Theirs };
}

/// What comes back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reply {
    /// What the PSA said.
    Theirs,
    /// Half of what it said.
    Half,
    /// Something else: a status, `Retry-After`, a media type and a body.
    Ours(StatusCode, Option<u64>, &'static str, &'static str),
    /// A reset.
    Reset,
    /// Nothing, ever.
    Nothing,
}

const HTML: &str = "<!doctype html><title>Log in</title><p>Your session has ended.";
const REFUSED: &str = r#"{"error":"invalid_token"}"#;

impl Fault {
    pub(super) fn plan(self) -> Plan {
        let empty = |status| Reply::Ours(status, None, "text/html", "");
        let (forwards, reply) = match self {
            Self::Delay(_) => (1, Reply::Theirs),
            Self::Hang => (0, Reply::Nothing),
            Self::ResetBefore => (0, Reply::Reset),
            Self::ResetAfter => (1, Reply::Reset),
            Self::TooMany(wait) => (0, Reply::Ours(StatusCode::TOO_MANY_REQUESTS, wait, "text/plain", "slow down")),
            Self::ErrorBefore => (0, Reply::Ours(StatusCode::INTERNAL_SERVER_ERROR, None, "text/plain", "error")),
            Self::ErrorAfter => (1, empty(StatusCode::INTERNAL_SERVER_ERROR)),
            Self::Truncated => (1, Reply::Half),
            Self::Html => (0, Reply::Ours(StatusCode::OK, None, "text/html", HTML)),
            Self::Empty => (1, empty(StatusCode::OK)),
            Self::Duplicate => (2, Reply::Theirs),
            Self::Unauthorized => (0, Reply::Ours(StatusCode::UNAUTHORIZED, None, "application/json", REFUSED)),
        };
        let wait = if let Self::Delay(wait) = self { wait } else { Duration::ZERO };
        Plan { wait, forwards, reply }
    }
}

/// A fault and the requests that it is for. Of several rules that fit, the first one counts.
#[derive(Debug, Clone)]
pub struct Rule {
    fault: Fault,
    method: Option<Method>,
    path: Option<String>,
    chance: f64,
    from: u64,
    to: u64,
    met: u64,
}

impl Rule {
    /// For every request. The methods below narrow it.
    #[must_use]
    pub fn every(fault: Fault) -> Self {
        Self { fault, method: None, path: None, chance: 1.0, from: 1, to: u64::MAX, met: 0 }
    }

    /// For the first request that it fits, once.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self::every(fault).only(1, 1)
    }

    /// For requests with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// For requests whose path, without the query, ends so.
    #[must_use]
    pub fn path(mut self, end: &str) -> Self {
        self.path = Some(end.to_owned());
        self
    }

    /// From one request to another, of those that fit by method and path, counted from 1.
    #[must_use]
    pub fn only(mut self, from: u64, to: u64) -> Self {
        (self.from, self.to) = (from, to);
        self
    }

    /// For so many of the requests that fit otherwise: between 0 and 1.
    #[must_use]
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance.clamp(0.0, 1.0);
        self
    }

    /// Whether this request goes wrong by this rule. It counts the request.
    pub(super) fn meets(&mut self, method: &Method, path: &str, random: &mut StdRng) -> Option<Fault> {
        let fits = self.method.as_ref().is_none_or(|mine| mine == method)
            && self.path.as_ref().is_none_or(|end| path.ends_with(end));
        if !fits {
            return None;
        }
        self.met += 1;
        let now = (self.from..=self.to).contains(&self.met) && (self.chance >= 1.0 || random.random_bool(self.chance));
        now.then_some(self.fault)
    }
}
