//! Who may come in: tokens, scopes, the rate limit, and the faults that tests order.

use super::Manners;
use super::answer::Answer;
use super::state::with;
use crate::itflow::api::Now;
use chrono::{NaiveDateTime, TimeDelta};
use hyper::StatusCode;
use serde_json::{Value as Json, json};
use std::collections::{BTreeSet, VecDeque};

pub(super) const TENANT: &str = "northlight";
pub(super) const CLIENT_ID: &str = "7c1f3a0e-5b1e-4c53-9f7e-1d2f6a8e0b44";
const SECRET: &str = "halo-client-secret";
const LIFETIME: TimeDelta = TimeDelta::hours(1);
const WINDOW: TimeDelta = TimeDelta::minutes(5);
const LIMIT: usize = 700;
const READ_OR_EDIT: &str = "tickets calendar customers crm timesheets contracts suppliers items projects sales quotes sos \
                            pos invoices reporting software softwarelicensing kb assets";
const OTHER_SCOPES: &str =
    "all all:standard admin editMine:timesheets access:chat access:adpasswordreset offline_access";

/// What may go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status without a body, and nothing done.
    Status(u16),
    /// Over the limit of somebody else's making, with or without `Retry-After`.
    Limited(Option<u32>),
    /// A page for people, with status 200, and nothing done.
    Html,
    /// Done, and half of the answer's text.
    Truncated,
    /// The connection ends before anything is done.
    Reset,
    /// Done, and then the connection ends.
    ResetAfter,
    /// Done, and then an empty 500.
    FailedAfter,
    /// No answer, ever, and nothing done.
    Hang,
    /// The list's first page, whatever page was asked for.
    FirstPage,
}

/// One request as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub at: NaiveDateTime,
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// JSON, where it was JSON.
    pub body: Option<Json>,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    text: String,
    refresh: Option<String>,
    until: NaiveDateTime,
    scopes: BTreeSet<String>,
    /// The customers of the agent's role, as they were at the time of issue.
    pub(super) clients: Option<Vec<i64>>,
}

pub(super) struct Door {
    url: String,
    now: Now,
    pub(super) secret: String,
    pub(super) granted: BTreeSet<String>,
    pub(super) clients: Option<Vec<i64>>,
    pub(super) tokens: Vec<Token>,
    issued: u32,
    pub(super) limit: usize,
    calls: VecDeque<(NaiveDateTime, bool)>,
    pub(super) busiest: usize,
    pub(super) limited: usize,
    pub(super) faults: VecDeque<(Fault, Option<String>)>,
    pub(super) seen: Vec<Seen>,
}

impl Door {
    pub(super) fn new(url: String, now: Now) -> Self {
        Self {
            url,
            now,
            secret: SECRET.to_owned(),
            granted: ["all", "admin", "offline_access"].map(str::to_owned).into(),
            clients: None,
            tokens: Vec::new(),
            issued: 0,
            limit: LIMIT,
            calls: VecDeque::new(),
            busiest: 0,
            limited: 0,
            faults: VecDeque::new(),
            seen: Vec::new(),
        }
    }

    /// What anybody may know.
    pub(super) fn auth_info(&self) -> Answer {
        let url = format!("{}/auth", self.url);
        Answer::json(StatusCode::OK, &json!({ "auth_url": url, "tenant_id": TENANT, "auth_type": 0 }))
    }

    /// The fault that is due for this path, taken.
    pub(super) fn fault(&mut self, path: &str) -> Option<Fault> {
        let due = |(_, place): &(Fault, Option<String>)| {
            place.as_ref().is_none_or(|place| path.split('/').nth(2) == Some(place.as_str()))
        };
        let at = self.faults.iter().position(due)?;
        self.faults.remove(at).map(|(fault, _)| fault)
    }

    /// Counts a call; refuses it where the last five minutes had enough.
    pub(super) fn count(&mut self, manners: &Manners) -> Result<(), Answer> {
        let now = (self.now)();
        while self.calls.front().is_some_and(|(at, _)| *at + WINDOW <= now) {
            self.calls.pop_front();
        }
        let admitted = self.calls.iter().filter(|(_, admitted)| *admitted).count() < self.limit;
        self.calls.push_back((now, admitted));
        self.busiest = self.busiest.max(self.calls.len());
        if admitted {
            return Ok(());
        }
        self.limited += 1;
        Err(Answer::limited(self.limit, manners.retry_after))
    }

    /// The token of a request: unknown and old ones are 401, without a word.
    pub(super) fn token(&self, header: Option<&str>) -> Result<&Token, Answer> {
        let text = header.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
        let known = self.tokens.iter().find(|token| token.text == text && token.until > (self.now)());
        known.ok_or_else(|| Answer::empty(StatusCode::UNAUTHORIZED))
    }

    /// The token endpoint.
    pub(super) fn issue(&mut self, form: bool, body: &[u8], query: &[(String, String)], manners: &Manners) -> Answer {
        let refuse = |status, error: &str| Answer::json(status, &json!({ "error": error }));
        let bad = |error| refuse(StatusCode::BAD_REQUEST, error);
        if !form {
            return bad("invalid_request");
        }
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
        let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let tenant = query.iter().find(|(name, _)| name == "tenant").map(|(_, value)| value.as_str());
        if tenant.or(field("tenant")).is_some_and(|tenant| tenant != TENANT) {
            return bad("invalid_request");
        }
        if field("client_id") != Some(CLIENT_ID) || field("client_secret") != Some(&self.secret) {
            return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let scopes = match field("grant_type") {
            Some("client_credentials") => match self.scopes(field("scope").unwrap_or("all"), manners) {
                Some(scopes) => scopes,
                None => return bad("invalid_scope"),
            },
            Some("refresh_token") => {
                let mut known = self.tokens.iter_mut().filter(|token| token.refresh.is_some());
                let Some(old) = known.find(|token| token.refresh.as_deref() == field("refresh_token")) else {
                    return bad("invalid_grant");
                };
                old.refresh = None;
                old.scopes.clone()
            }
            Some(_) => return bad("unauthorized_client"),
            None => return bad("invalid_request"),
        };
        self.give(scopes)
    }

    fn give(&mut self, scopes: BTreeSet<String>) -> Answer {
        self.issued += 1;
        let text = format!("halo-token-{}", self.issued);
        let refresh = scopes.contains("offline_access").then(|| format!("halo-refresh-{}", self.issued));
        let mut body = json!({ "access_token": text, "token_type": "Bearer", "expires_in": LIFETIME.num_seconds(),
            "scope": scopes.iter().cloned().collect::<Vec<_>>().join(" "), "id_token": format!("id-{}", self.issued) });
        if let Some(refresh) = &refresh {
            body = with(body, "refresh_token", json!(refresh));
        }
        let (until, clients) = ((self.now)() + LIFETIME, self.clients.clone());
        self.tokens.push(Token { text, refresh, until, scopes, clients });
        Answer::json(StatusCode::OK, &body)
    }

    /// The scopes of a token, if everything that is asked for exists and was granted.
    fn scopes(&self, asked: &str, manners: &Manners) -> Option<BTreeSet<String>> {
        let mut scopes = BTreeSet::new();
        for scope in asked.split_ascii_whitespace() {
            let exists = OTHER_SCOPES.split_ascii_whitespace().any(|known| known == scope) || pair(scope).is_some();
            let granted = self.granted.contains(scope) || covers(&self.granted, scope);
            if exists && granted {
                scopes.insert(scope.to_owned());
            } else if !exists || !manners.drops_scopes {
                return None;
            }
        }
        Some(scopes)
    }
}

impl Token {
    /// Whether this may be read or edited with it.
    pub(super) fn may(&self, verb: &str, scope: &str) -> bool {
        scope.is_empty()
            || if scope == "admin" {
                self.scopes.contains("admin")
            } else {
                covers(&self.scopes, &format!("{verb}:{scope}"))
            }
    }
}

fn pair(scope: &str) -> Option<&str> {
    let name = scope.strip_prefix("read:").or_else(|| scope.strip_prefix("edit:"))?;
    READ_OR_EDIT.split_ascii_whitespace().any(|known| known == name).then_some(name)
}

/// Whether these scopes include a pair's one; to edit is to read as well.
fn covers(scopes: &BTreeSet<String>, scope: &str) -> bool {
    let Some(name) = pair(scope) else { return scopes.contains(scope) };
    let wide = scopes.contains("all") || (scopes.contains("all:standard") && name != "reporting");
    wide || scopes.contains(scope) || scopes.contains(&format!("edit:{name}"))
}
