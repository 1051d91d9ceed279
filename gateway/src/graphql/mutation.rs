//! The mutation root: one part per room, merged.

mod approvals;
mod catalogue;
mod commands;
mod contacts;
mod links;
mod owner;
mod payments;
mod quotes;
mod tickets;
mod uploads;
mod write;

pub use tickets::act as acts;

use super::directive::{inherits, public, signedIn};
use super::scalar::DateTime;
use crate::accounts::{self, AccountStore, SessionKind, SignIn, SignInRefused};
use crate::authz::scope::Realm;
use crate::authz::viewer::Viewer;
use crate::executor::Caller;
use crate::executor::request::CookieChange;
use async_graphql::{Context, Enum, InputObject, MergedObject, Object, SimpleObject};
use portico_contract::{Error, ErrorKind};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

use super::context::report;

/// Everything that can be changed.
#[derive(Debug, Clone, Copy, Default, MergedObject)]
pub struct Mutation(
    Sessions,
    links::Linking,
    tickets::TicketWrites,
    approvals::ApprovalWrites,
    contacts::ContactWrites,
    catalogue::CatalogueWrites,
    quotes::QuoteWrites,
    payments::PaymentWrites,
    uploads::UploadWrites,
    commands::CommandWrites,
);

/// Signing in and out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sessions;

/// Where the session's token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum TokenTransport {
    /// Into an HttpOnly cookie: for browsers.
    Cookie,
    /// Into the answer, to be sent as `Authorization: Bearer`.
    Bearer,
}

/// Who signs in.
#[derive(InputObject)]
pub struct SignInInput {
    /// Login: an e-mail address or a user name.
    login: String,
    /// Password.
    password: String,
    /// Customer or staff, where the login exists for both.
    realm: Option<Realm>,
    /// Stay signed in for longer.
    #[graphql(default)]
    remember: bool,
    /// Where the token goes.
    #[graphql(default_with = "TokenTransport::Bearer")]
    transport: TokenTransport,
}

/// What is wrong with an input, named after what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// Correct the input.
    BadUserInput,
    /// Login or password is wrong.
    Unauthenticated,
    /// Nothing that you may see has this id.
    NotFound,
    /// Read again, then decide.
    Conflict,
    /// You may not do this.
    Forbidden,
    /// The backend cannot do this.
    Unsupported,
    /// Wait and try again.
    RateLimited,
    /// The backend does not answer: try again later.
    BackendUnavailable,
    /// Something went wrong on our side.
    Internal,
}

/// What is wrong with an input.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UserError {
    /// In one word.
    code: UserErrorCode,
    /// What to do.
    message: String,
    /// Path of the input field.
    field: Option<Vec<String>>,
}

impl UserError {
    fn new(error: &Error, field: Option<&str>) -> Self {
        let path = field.map(|field| vec!["input".to_owned(), field.to_owned()]);
        Self::at(error, path)
    }

    fn at(error: &Error, field: Option<Vec<String>>) -> Self {
        if error.kind == ErrorKind::Internal {
            tracing::error!(error = %error.log(), "a mutation failed");
        }
        Self { code: code(error.kind), message: error.public.clone(), field }
    }
}

fn code(kind: ErrorKind) -> UserErrorCode {
    match kind {
        ErrorKind::Unauthenticated => UserErrorCode::Unauthenticated,
        ErrorKind::NotFound => UserErrorCode::NotFound,
        ErrorKind::Conflict => UserErrorCode::Conflict,
        ErrorKind::Forbidden => UserErrorCode::Forbidden,
        ErrorKind::Unsupported => UserErrorCode::Unsupported,
        ErrorKind::RateLimited => UserErrorCode::RateLimited,
        ErrorKind::Unavailable => UserErrorCode::BackendUnavailable,
        ErrorKind::Internal => UserErrorCode::Internal,
        _ => UserErrorCode::BadUserInput,
    }
}

/// What signing in led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct SignInPayload {
    /// The token, unless it went into a cookie. It is shown once.
    token: Option<String>,
    /// When the session ends by itself.
    expires_at: Option<DateTime>,
    /// What is wrong with the input; empty when signed in.
    user_errors: Vec<UserError>,
}

/// What signing out led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct SignOutPayload {
    /// Whether a session was ended.
    signed_out: bool,
    /// What is wrong with the input.
    user_errors: Vec<UserError>,
}

impl From<Realm> for accounts::Realm {
    fn from(realm: Realm) -> Self {
        match realm {
            Realm::Customer => Self::Customer,
            Realm::Staff => Self::Staff,
        }
    }
}

impl From<accounts::Realm> for Realm {
    fn from(realm: accounts::Realm) -> Self {
        match realm {
            accounts::Realm::Customer => Self::Customer,
            accounts::Realm::Staff => Self::Staff,
        }
    }
}

#[Object]
impl Sessions {
    /// Signs in with a login and a password.
    #[graphql(directive = public::apply())]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInInput,
    ) -> Option<SignInPayload> {
        let (Some(store), Some(caller)) = (ctx.data_opt::<Arc<AccountStore>>(), ctx.data_opt::<Arc<Caller>>()) else {
            report(ctx, &Error::internal("no accounts"));
            return None;
        };
        let cookie = input.transport == TokenTransport::Cookie;
        let attempt = SignIn {
            login: input.login,
            password: SecretString::from(input.password),
            realm: input.realm.map(Into::into),
            remember: input.remember,
            kind: if cookie { SessionKind::Browser } else { SessionKind::Bearer },
            peer: caller.peer,
        };
        let signed_in = match store.sign_in(attempt).await {
            Ok(signed_in) => signed_in,
            Err(refused) => {
                let field = matches!(refused, SignInRefused::ChooseRealm).then_some("realm");
                let errors = vec![UserError::new(&refused.into(), field)];
                return Some(SignInPayload { user_errors: errors, ..SignInPayload::default() });
            }
        };
        let expires_at = Some(DateTime(signed_in.expires_at));
        let token = if cookie {
            let left = signed_in.expires_at.signed_duration_since(caller.now).num_seconds();
            let max_age_seconds = input.remember.then_some(left);
            caller.set_cookie(CookieChange::Set { token: signed_in.token, max_age_seconds });
            None
        } else {
            Some(signed_in.token.expose_secret().to_owned())
        };
        Some(SignInPayload { token, expires_at, user_errors: Vec::new() })
    }

    /// Ends the session that the request came with.
    #[graphql(directive = signedIn::apply())]
    async fn sign_out(&self, ctx: &Context<'_>) -> Option<SignOutPayload> {
        let (store, who) = (ctx.data_opt::<Arc<AccountStore>>()?, ctx.data_opt::<Arc<Viewer>>()?);
        if let Err(error) = store.sign_out(who.session).await {
            report(ctx, &error);
            return None;
        }
        if let Some(caller) = ctx.data_opt::<Arc<Caller>>() {
            caller.set_cookie(CookieChange::Clear);
        }
        Some(SignOutPayload { signed_out: true, user_errors: Vec::new() })
    }
}
