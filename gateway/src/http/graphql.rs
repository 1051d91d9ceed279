//! `/graphql`: GET and POST by the rules of GraphQL over HTTP.

use super::answer::{self, Rejection, coded};
use super::caller::Caller;
use super::envelope::{self, Envelope};
use super::media::{self, Media};
use super::{Site, body, origin};
use crate::executor::request::{CookieChange, Executed, GraphqlRequest, Outcome};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use portico_contract::ErrorKind;
use secrecy::ExposeSecret;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

pub async fn handle(State(site): State<Arc<Site>>, request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        origin::preflight("GET, POST, OPTIONS")
    } else {
        match media::accepted(request.headers()) {
            Some(media) => operate(&site, request, media).await.unwrap_or_else(|rejection| rejection.answer(media)),
            None => not_acceptable().answer(Media::Json),
        }
    };
    origin::admit(&mut response, origin.as_ref(), &site.settings);
    response
}

fn not_acceptable() -> Rejection {
    let message = "Accept application/json or application/graphql-response+json.";
    Rejection::new(StatusCode::NOT_ACCEPTABLE, ErrorKind::Invalid, message)
}

async fn operate(site: &Arc<Site>, request: Request, media: Media) -> Result<Response, Rejection> {
    let (parts, body) = request.into_parts();
    let read_only = match parts.method {
        Method::GET => true,
        Method::POST => false,
        _ => return Err(Rejection::method("GET, POST", "Send GET or POST.")),
    };
    let caller = Caller::of(&parts, &site.settings)?;
    origin::guard(&parts.method, &parts.headers, &caller.credential, &site.settings)?;
    let envelope = if read_only {
        envelope::from_address(&parts.uri)?
    } else {
        if !media::is_json(&parts.headers) {
            let message = "Send the content type application/json, in UTF-8.";
            return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::Invalid, message));
        }
        let within = Duration::from_secs(site.settings.body_seconds);
        envelope::from_json(&body::text(&parts.headers, body, site.limits.body_bytes, within).await?)?
    };
    let secure = caller.secure;
    let Some(request) = request_of(envelope, caller, read_only) else {
        return Ok(answer::executed(unknown_document(), media, &site.limits));
    };
    let executed = run(site, request).await?;
    let cookie = executed.cookie.as_ref().map(|change| set_cookie(change, &site.settings.cookie_name, secure));
    let mut response = answer::executed(executed, media, &site.limits);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie.ok_or_else(Rejection::internal)?);
    }
    Ok(response)
}

/// `None` if the document was only named by its hash.
fn request_of(envelope: Envelope, caller: Caller, read_only: bool) -> Option<GraphqlRequest> {
    Some(GraphqlRequest {
        query: envelope.query?,
        operation_name: envelope.operation_name,
        variables: envelope.variables,
        read_only,
        credential: caller.credential,
        account: caller.account,
        reject_denied: caller.reject_denied,
        peer: caller.peer,
        secure: caller.secure,
    })
}

/// No documents are stored by their hash, so a client that tries is told to send the text.
fn unknown_document() -> Executed {
    let error = coded("PersistedQueryNotFound".to_owned(), "PERSISTED_QUERY_NOT_FOUND");
    let response = async_graphql::Response::from_errors(vec![error]);
    Executed { outcome: Outcome::Refused, response, cookie: None }
}

/// A panic ends this request and nothing else: what it held of this request is dropped with it.
async fn run(site: &Arc<Site>, request: GraphqlRequest) -> Result<Executed, Rejection> {
    AssertUnwindSafe(site.executor.execute(request)).catch_unwind().await.map_err(|_panic| {
        tracing::error!("an operation ended without an answer");
        Rejection::internal()
    })
}

fn set_cookie(change: &CookieChange, name: &str, secure: bool) -> Option<HeaderValue> {
    let (value, age) = match change {
        CookieChange::Set { token, max_age_seconds } => (token.expose_secret(), *max_age_seconds),
        CookieChange::Clear => ("", Some(0)),
    };
    let mut text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    if let Some(seconds) = age {
        text.push_str(&format!("; Max-Age={seconds}"));
    }
    if secure {
        text.push_str("; Secure");
    }
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
