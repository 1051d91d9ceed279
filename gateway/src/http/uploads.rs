//! `/uploads/{id}`: the bytes of a file that was announced. A page of another origin cannot send them unasked: `PUT` is
//! asked for first.

use super::answer::Rejection;
use super::caller::Caller;
use super::files::refused;
use super::{Site, origin};
use crate::files::NewFile;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, TryStreamExt};
use portico_contract::{Error, ErrorKind};
use std::sync::Arc;

const METHODS: &str = "PUT, OPTIONS";

pub async fn handle(State(site): State<Arc<Site>>, Path(id): Path<String>, request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = match *request.method() {
        Method::OPTIONS => origin::preflight(METHODS),
        Method::PUT => match receive(&site, id, request).await {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(rejection) => rejection.into_response(),
        },
        _ => Rejection::method(METHODS, "Send a file by PUT.").into_response(),
    };
    origin::admit(&mut response, origin.as_ref(), &site.settings);
    response
}

async fn receive(site: &Site, id: String, request: Request) -> Result<(), Rejection> {
    let (parts, body) = request.into_parts();
    let caller = Caller::of(&parts, &site.settings)?;
    origin::guard(&parts.method, &parts.headers, &caller.credential, &site.settings)?;
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        let message = "Send the file as it is, without a content encoding.";
        return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::Invalid, message));
    }
    let broken = |_| Error::invalid("The file could not be read to its end. Send it again.");
    let bytes = body.into_data_stream().map_err(broken).boxed();
    let file = NewFile { id, credential: caller.credential, bytes };
    site.files.receive(file).await.map_err(|error| refused(&error))
}
