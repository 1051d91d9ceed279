//! Web pages of other origins: who may call, and who may read the answer.
//!
//! A browser sends the session cookie along whoever asks. So a request that is known by its cookie must come from our
//! own pages or from a configured origin, and a GET must carry a header that no page can set without asking first.

use super::answer::Rejection;
use super::settings::HttpSettings;
use crate::executor::request::Credential;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use portico_contract::ErrorKind;

const PREFLIGHT: &str = "graphql-require-preflight";
const MAY_SEND: &str = "authorization, content-type, graphql-require-preflight, portico-account, portico-denied";
const MAY_READ: &str = "retry-after, x-request-id";

/// Refuses what a foreign page could make a browser send with our cookie.
pub fn guard(
    method: &Method,
    headers: &HeaderMap,
    credential: &Credential,
    settings: &HttpSettings,
) -> Result<(), Rejection> {
    if !matches!(credential, Credential::Cookie(_)) {
        return Ok(());
    }
    if method == Method::GET && !headers.contains_key(PREFLIGHT) {
        return Err(forbidden(format!("With a session cookie, send the header {PREFLIGHT} or use POST.")));
    }
    guard_reading(headers, credential, settings)
}

/// Refuses a page of another origin the cookie. Following a link is no page's request: it may carry the cookie, and
/// its answer is read by nobody but the person.
pub fn guard_reading(headers: &HeaderMap, credential: &Credential, settings: &HttpSettings) -> Result<(), Rejection> {
    if !matches!(credential, Credential::Cookie(_)) {
        return Ok(());
    }
    match headers.get(header::ORIGIN) {
        Some(origin) if !is_own(origin, headers) && !is_allowed(origin, settings) => {
            let message = "This origin may not use the session cookie. Add it to allowed_origins if it should.";
            Err(forbidden(message.to_owned()))
        }
        _ => Ok(()),
    }
}

fn forbidden(message: String) -> Rejection {
    Rejection::new(StatusCode::FORBIDDEN, ErrorKind::Forbidden, message)
}

fn is_allowed(origin: &HeaderValue, settings: &HttpSettings) -> bool {
    settings.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
}

/// The scheme is not compared: behind a proxy that ends TLS it is not known here.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let (Ok(origin), Some(Ok(host))) = (origin.to_str(), headers.get(header::HOST).map(HeaderValue::to_str)) else {
        return false;
    };
    match origin.split_once("://") {
        Some(("http", authority)) => bare(authority, ":80").eq_ignore_ascii_case(bare(host, ":80")),
        Some(("https", authority)) => bare(authority, ":443").eq_ignore_ascii_case(bare(host, ":443")),
        _ => false,
    }
}

fn bare<'a>(authority: &'a str, usual_port: &str) -> &'a str {
    authority.strip_suffix(usual_port).unwrap_or(authority)
}

/// The answer to OPTIONS: what a browser asks before it sends a request of another origin.
pub fn preflight(methods: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ALLOW, methods),
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, MAY_SEND),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets pages of a configured origin read the answer.
pub fn admit(response: &mut Response, origin: Option<&HeaderValue>, settings: &HttpSettings) {
    const CREDENTIALS: HeaderName = header::ACCESS_CONTROL_ALLOW_CREDENTIALS;
    let headers = response.headers_mut();
    if !settings.allowed_origins.is_empty() {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    let Some(origin) = origin.filter(|origin| is_allowed(origin, settings)) else {
        for name in
            [header::ACCESS_CONTROL_ALLOW_METHODS, header::ACCESS_CONTROL_ALLOW_HEADERS, header::ACCESS_CONTROL_MAX_AGE]
        {
            headers.remove(name);
        }
        return;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(MAY_READ));
}
