//! `/files/{id}`: one file, as a download that no browser runs.

use super::answer::Rejection;
use super::caller::Caller;
use super::{Site, origin};
use crate::files::{self, File, FileRequest};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use portico_contract::{Error, ErrorKind};
use std::io;
use std::sync::Arc;

const METHODS: &str = "GET, HEAD, OPTIONS";

/// What the answer is allowed to do in a browser: nothing but be stored, by its receiver alone.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", "sandbox; default-src 'none'"),
    ("cache-control", "private, no-store"),
    ("cross-origin-resource-policy", "same-origin"),
];

pub async fn handle(State(site): State<Arc<Site>>, Path(id): Path<String>, request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = match *request.method() {
        Method::OPTIONS => origin::preflight(METHODS),
        Method::GET | Method::HEAD => download(&site, id, request).await.unwrap_or_else(IntoResponse::into_response),
        _ => Rejection::method(METHODS, "A file can only be read.").into_response(),
    };
    origin::admit(&mut response, origin.as_ref(), &site.settings);
    response
}

async fn download(site: &Site, id: String, request: Request) -> Result<Response, Rejection> {
    let (parts, _) = request.into_parts();
    let caller = Caller::of(&parts, &site.settings)?;
    origin::guard_reading(&parts.headers, &caller.credential, &site.settings)?;
    let wanted = FileRequest { id, credential: caller.credential, account: caller.account };
    let file = site.files.open(wanted).await.map_err(|error| refused(&error))?;
    Ok(sent(file, parts.method == Method::HEAD))
}

fn sent(file: File, head_only: bool) -> Response {
    let File { name, media_type, size, bytes } = file;
    let broken = |error: Error| {
        tracing::warn!(error = %error.log(), "a file could not be sent to its end");
        io::Error::other("the file could not be read")
    };
    let body = if head_only { Body::empty() } else { Body::from_stream(bytes.map_err(broken)) };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let disposition = HeaderValue::try_from(files::disposition(&name));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    if let Some(size) = size {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The public half of an error; the other half goes to the log.
pub(super) fn refused(error: &Error) -> Rejection {
    let status = status(error.kind);
    if status.is_server_error() && error.kind != ErrorKind::Unsupported {
        tracing::warn!(error = %error.log(), "a file could not be handed out");
    }
    Rejection::new(status, error.kind, error.public.clone())
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Unsupported => StatusCode::NOT_IMPLEMENTED,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Credentials | ErrorKind::Contract => StatusCode::BAD_GATEWAY,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
