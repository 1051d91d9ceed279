//! The token endpoint of OAuth as services use it: a secret gives a token, and a refresh token another, once.

use super::answer::Answer;
use super::call::Query;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Map, json};
use std::collections::BTreeSet;

/// The scope that lets a token be refreshed.
const OFFLINE: &str = "offline_access";

#[derive(Debug, Clone)]
pub(crate) struct Token {
    text: String,
    refresh: Option<String>,
    until: NaiveDateTime,
    pub(crate) scopes: BTreeSet<String>,
    /// The customers that its account could see when it was issued; `None` for all.
    pub(crate) sees: Option<Vec<i64>>,
}

#[derive(Debug)]
pub struct Tokens {
    pub(crate) client_id: &'static str,
    pub(crate) secret: String,
    lifetime: TimeDelta,
    pub(crate) given: Vec<Token>,
    issued: u32,
    /// The scopes of the application.
    pub(crate) granted: BTreeSet<String>,
    /// The customers that the account may see.
    pub(crate) sees: Option<Vec<i64>>,
}

pub(crate) fn refused(status: u16, error: &str) -> Answer {
    Answer::json(status, &json!({ "error": error }))
}

impl Tokens {
    pub(crate) fn new(client_id: &'static str, secret: &str, lifetime: TimeDelta, granted: &str) -> Self {
        let (given, issued, sees) = Default::default();
        let granted = granted.split_ascii_whitespace().map(str::to_owned).collect();
        Self { client_id, secret: secret.to_owned(), lifetime, given, issued, granted, sees }
    }

    /// The token with this text, if it is still good.
    pub(crate) fn good(&self, text: &str, now: NaiveDateTime) -> Option<&Token> {
        self.given.iter().find(|token| token.text == text && token.until > now)
    }

    /// The answer to a form. Which scopes are given for those that are asked for, the product says.
    pub(crate) fn issue(
        &mut self,
        form: Query<'_>,
        now: NaiveDateTime,
        scopes: impl FnOnce(Option<&str>) -> Option<BTreeSet<String>>,
    ) -> Answer {
        if form.get("client_id") != Some(self.client_id) || form.get("client_secret") != Some(&self.secret) {
            return refused(401, "invalid_client");
        }
        match form.get("grant_type") {
            Some("client_credentials") => match scopes(form.get("scope")) {
                Some(scopes) => self.give(scopes, now),
                None => refused(400, "invalid_scope"),
            },
            Some("refresh_token") => match self.taken(form.get("refresh_token")) {
                Some(scopes) => self.give(scopes, now),
                None => refused(400, "invalid_grant"),
            },
            Some(_) => refused(400, "unauthorized_client"),
            None => refused(400, "invalid_request"),
        }
    }

    /// The scopes of the token that this one refreshes, which does so once.
    fn taken(&mut self, refresh: Option<&str>) -> Option<BTreeSet<String>> {
        let mut known = self.given.iter_mut().filter(|token| token.refresh.is_some());
        let old = known.find(|token| token.refresh.as_deref() == refresh)?;
        old.refresh = None;
        Some(old.scopes.clone())
    }

    fn give(&mut self, scopes: BTreeSet<String>, now: NaiveDateTime) -> Answer {
        self.issued += 1;
        let text = format!("token-{}", self.issued);
        let refresh = scopes.contains(OFFLINE).then(|| format!("refresh-{}", self.issued));
        let mut body = Map::new();
        body.insert("access_token".to_owned(), json!(text));
        body.insert("token_type".to_owned(), json!("Bearer"));
        body.insert("expires_in".to_owned(), json!(self.lifetime.num_seconds()));
        body.insert("scope".to_owned(), json!(scopes.iter().cloned().collect::<Vec<_>>().join(" ")));
        body.insert("id_token".to_owned(), json!(format!("id-{}", self.issued)));
        if let Some(refresh) = &refresh {
            body.insert("refresh_token".to_owned(), json!(refresh));
        }
        self.given.push(Token { text, refresh, until: now + self.lifetime, scopes, sees: self.sees.clone() });
        Answer::json(200, &body.into())
    }
}
