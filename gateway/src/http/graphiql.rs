//! The playground: files built with the project, and what they need to know about this server.

use super::Site;
use super::answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde_json::json;
use std::sync::Arc;

/// Nothing from anywhere else, and nobody may frame it.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "graphiql/dist"]
#[allow_missing = true]
struct Files;

/// Stands in for the page while its files have not been built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Portico</title>\
    <p>The playground is not part of this build. Run <code>./x demo</code> to build and start it.</p></html>";

pub async fn index() -> Response {
    match Files::get("index.html") {
        Some(file) => page("index.html", file.data.into_owned()),
        None => page("index.html", NOT_BUILT.into()),
    }
}

pub async fn asset(State(site): State<Arc<Site>>, Path(path): Path<String>) -> Response {
    if path == "config.json" {
        return config(&site);
    }
    // The names are those of the embedded files; in a debug build they are looked up in a folder, so no way leads up.
    match Some(&path)
        .filter(|path| !path.split('/').any(|part| part.starts_with('.')))
        .and_then(|path| Files::get(path))
    {
        Some(file) => page(&path, file.data.into_owned()),
        None => answer::not_found().await.into_response(),
    }
}

/// What the page shows besides the schema: outside the demo, nothing.
fn config(site: &Site) -> Response {
    let settings = &site.settings;
    let config = json!({ "endpoint": "/graphql", "people": settings.people, "examples": settings.examples });
    page("config.json", config.to_string().into_bytes())
}

fn page(name: &str, content: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer::content_type(name)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
