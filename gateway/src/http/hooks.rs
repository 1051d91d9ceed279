//! `/hooks/{backend}`: where PSAs say that something has changed. The adapter verifies it; the answer waits for nothing
//! that is done about it.

use super::answer::Rejection;
use super::files::refused;
use super::{Site, body};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

pub async fn handle(State(site): State<Arc<Site>>, Path(backend): Path<String>, request: Request) -> Response {
    if request.method() != Method::POST {
        return Rejection::method("POST", "Webhooks are sent by POST.").into_response();
    }
    match hear(&site, &backend, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(rejection) => rejection.into_response(),
    }
}

async fn hear(site: &Site, backend: &str, request: Request) -> Result<(), Rejection> {
    let (parts, body) = request.into_parts();
    let within = Duration::from_secs(site.settings.body_seconds);
    let text = body::text(&parts.headers, body, site.limits.body_bytes, within).await?;
    site.hooks.hear(backend, named(&parts.headers), text.into()).map_err(|error| refused(&error))
}

fn named(headers: &HeaderMap) -> Vec<(String, String)> {
    let text =
        headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    text.collect()
}
