//! A web portal beside the API: the files of one folder, read once at start and served at `/portal/`.
//!
//! What is not in the folder at start is not served, so no address leads to the disk. Addresses without an ending are
//! places inside the portal: its page answers for them.

use super::Site;
use super::answer;
use anyhow::{Context, Result, ensure};
use axum::extract::{Path as Place, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub const PATH: &str = "/portal/";
const PAGE: &str = "index.html";

/// Bundlers put files here whose names change with their content.
const HASHED: &str = "assets/";

/// Its own scripts and styles, its own API, nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// A folder that holds more is no portal.
const LARGEST: usize = 64 * 1024 * 1024;

/// The files by their path in the folder.
#[derive(Debug, Default)]
pub struct Portal(HashMap<String, Bytes>);

impl Portal {
    /// Reads the folder; it must hold a page.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = HashMap::new();
        collect(folder, "", &mut files, &mut 0).with_context(|| format!("{} cannot be read", folder.display()))?;
        ensure!(files.contains_key(PAGE), "{} holds no {PAGE}: build the portal first", folder.display());
        Ok(Self(files))
    }

    /// The file of this path, or the page where the path can be a place inside the portal.
    fn find(&self, path: &str) -> Option<(&str, Bytes)> {
        let last = path.rsplit('/').next().unwrap_or_default();
        let name = if self.0.contains_key(path) || last.contains('.') { path } else { PAGE };
        self.0.get_key_value(name).map(|(name, content)| (name.as_str(), content.clone()))
    }
}

/// Hidden files are left out.
fn collect(folder: &Path, prefix: &str, files: &mut HashMap<String, Bytes>, size: &mut usize) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files, size)?;
            continue;
        }
        let content = std::fs::read(entry.path())?;
        *size = size.saturating_add(content.len());
        ensure!(*size <= LARGEST, "it holds more than {LARGEST} bytes");
        files.insert(path, content.into());
    }
    Ok(())
}

/// `/`: the portal where there is one, else the playground.
pub async fn home(State(site): State<Arc<Site>>) -> Redirect {
    Redirect::temporary(if site.portal.is_some() { PATH } else { "/graphiql" })
}

/// `/portal`: the page asks for its files beside itself.
pub async fn enter(State(site): State<Arc<Site>>) -> Response {
    match site.portal {
        Some(_) => Redirect::temporary(PATH).into_response(),
        None => answer::not_found().await.into_response(),
    }
}

pub async fn index(State(site): State<Arc<Site>>) -> Response {
    serve(&site, PAGE).await
}

pub async fn file(State(site): State<Arc<Site>>, Place(path): Place<String>) -> Response {
    serve(&site, &path).await
}

async fn serve(site: &Site, path: &str) -> Response {
    let Some((name, content)) = site.portal.as_ref().and_then(|portal| portal.find(path)) else {
        return answer::not_found().await.into_response();
    };
    let kept = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = content.into_response();
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, answer::content_type(name)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, kept),
    ] {
        headers.insert(header, HeaderValue::from_static(value));
    }
    response
}
