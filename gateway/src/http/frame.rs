//! What every answer has in common, whatever it answers.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use tower_service::Service;
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, in the log and in the answer, and an answer the headers that all have.
pub async fn frame(request: Request, mut router: Router) -> Response {
    let id = Uuid::new_v4().to_string();
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let span = tracing::info_span!("request", id = %id, method = %request.method(), path = %request.uri().path());
    let Ok(mut response) = router.call(request).instrument(span).await;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if chunked {
        // A length that contradicted the chunks was dropped before we saw it: what follows may be smuggled.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
