//! Writes answers: the one place that joins outcomes, media types and statuses.

use super::json::Bounded;
use super::media::Media;
use crate::executor::limits::Limits;
use crate::executor::refusal::TOO_COMPLEX;
use crate::executor::request::{Executed, Outcome};
use async_graphql::{ErrorExtensionValues, ServerError, Value};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portico_contract::ErrorKind;
use std::collections::BTreeMap;
use std::io;

/// A request that never became an operation.
#[derive(Debug)]
pub struct Rejection {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub allow: Option<&'static str>,
}

impl Rejection {
    pub fn new(status: StatusCode, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { status, code: kind.as_str(), message: message.into(), allow: None }
    }

    /// 400: the caller can correct it.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorKind::Invalid, message)
    }

    pub fn method(allow: &'static str, message: impl Into<String>) -> Self {
        let mut rejection = Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::Invalid, message);
        rejection.allow = Some(allow);
        rejection
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorKind::Internal,
            "Something went wrong on our side. Quote the header x-request-id when you report it.",
        )
    }

    pub fn answer(self, media: Media) -> Response {
        let body = Body::refused(vec![coded(self.message, self.code)]);
        let mut response = written(media, self.status, body.to_vec(usize::MAX).unwrap_or_default());
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

/// For what is answered before the media type is known.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.answer(Media::Json)
    }
}

pub async fn not_found() -> Rejection {
    let message = "There is nothing here. The API is at /graphql, its playground at /graphiql.";
    Rejection::new(StatusCode::NOT_FOUND, ErrorKind::NotFound, message)
}

pub async fn method_not_allowed() -> Rejection {
    Rejection::new(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::Invalid, "This address can only be read.")
}

/// The body of an answer. Data stand in it as soon as an operation ran, null or not.
#[derive(Debug)]
struct Body {
    data: Option<Value>,
    errors: Vec<ServerError>,
    extensions: BTreeMap<String, Value>,
}

impl Body {
    fn refused(errors: Vec<ServerError>) -> Self {
        Self { data: None, errors, extensions: BTreeMap::new() }
    }

    /// At most `limit` bytes.
    fn to_vec(&self, limit: usize) -> Option<Vec<u8>> {
        let mut out = Bounded::new(limit);
        self.write(&mut out).ok().map(|()| out.into_bytes())
    }

    fn write(&self, out: &mut Bounded) -> io::Result<()> {
        out.open()?;
        if let Some(data) = &self.data {
            out.key("data")?;
            out.value(data)?;
        }
        if !self.errors.is_empty() {
            out.key("errors")?;
            out.any(&self.errors)?;
        }
        if !self.extensions.is_empty() {
            out.key("extensions")?;
            out.any(&self.extensions)?;
        }
        out.close()
    }
}

/// The answer to an operation, without its cookie.
pub fn executed(executed: Executed, media: Media, limits: &Limits) -> Response {
    let Executed { outcome, response, .. } = executed;
    let data = matches!(outcome, Outcome::Ran).then_some(response.data);
    let mut body = Body { data, errors: response.errors, extensions: response.extensions };
    if body.data.is_none() && body.errors.is_empty() {
        body.errors.push(coded("The operation was refused.".to_owned(), ErrorKind::Invalid.as_str()));
    }
    let Some(bytes) = body.to_vec(limits.response_bytes) else {
        let limit = limits.response_bytes;
        let message = format!("The answer is larger than {limit} bytes. Ask for fewer fields or smaller pages.");
        let small = Body::refused(vec![coded(message, TOO_COMPLEX)]);
        return written(media, status(Outcome::Refused, media), small.to_vec(usize::MAX).unwrap_or_default());
    };
    let mut response = written(media, status(outcome, media), bytes);
    match outcome {
        Outcome::ReadOnly => {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        Outcome::RateLimited(seconds) => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        Outcome::Ran | Outcome::Refused => {}
    }
    response
}

fn status(outcome: Outcome, media: Media) -> StatusCode {
    match (outcome, media) {
        (Outcome::Ran, _) | (Outcome::Refused, Media::Json) => StatusCode::OK,
        (Outcome::Refused, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Outcome::ReadOnly, _) => StatusCode::METHOD_NOT_ALLOWED,
        (Outcome::RateLimited(_), _) => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn written(media: Media, status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response()
}

/// An error with a code of the one list.
pub fn coded(message: String, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}

/// The type of a file of ours by the ending of its name.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("ttf") => "font/ttf",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
