//! Errors and extensions of an answer.

use crate::authz::walk::Denied;
use crate::sync::Stale;
use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError, Value};
use portico_contract::{Error, ErrorKind};

/// Denied coordinates that are named one by one; the rest is a count.
pub const MAX_DENIED: usize = 20;

/// What is said beside the data.
#[derive(Debug)]
pub struct Extensions<'a> {
    pub cost: u64,
    pub limit: u64,
    pub stale: &'a [Stale],
}

#[must_use]
pub fn coded(mut error: ServerError, code: &str) -> ServerError {
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if extensions.get("code").is_none() {
        extensions.set("code", code);
    }
    error
}

#[must_use]
pub fn server_error(error: &Error) -> ServerError {
    if error.kind == ErrorKind::Internal {
        tracing::error!(error = %error.log(), "a request failed");
    }
    coded(ServerError::new(error.public.clone(), None), error.kind.as_str())
}

#[must_use]
pub fn sign_in() -> Error {
    Error::new(ErrorKind::Unauthenticated, "Sign in to see this.")
}

/// The error of one denied coordinate: it names what is missing.
#[must_use]
pub fn forbidden(denied: &Denied, signed_in: bool) -> ServerError {
    let Denied { coordinate, permission } = denied;
    let error = match permission {
        Some(permission) if signed_in => Error::new(
            ErrorKind::Forbidden,
            format!(
                "You need {} to see or use {coordinate}. explainAccess says which roles give it.",
                permission.word()
            ),
        ),
        _ if signed_in => Error::new(ErrorKind::Forbidden, format!("You may not see or use {coordinate}.")),
        _ => Error::new(ErrorKind::Unauthenticated, format!("Sign in to see or use {coordinate}.")),
    };
    let mut error = server_error(&error);
    if let Some(extensions) = &mut error.extensions {
        extensions.set("coordinate", coordinate.as_str());
        if let Some(permission) = permission.filter(|_| signed_in) {
            extensions.set("permission", permission.word());
        }
    }
    error
}

/// A step in an answer: the place in a list, or a key.
type Segment = (usize, String);

/// Where an error belongs: the place in the document, then the place in the answer.
fn place(error: &ServerError) -> (Option<(usize, usize)>, Vec<Segment>) {
    let segment = |segment: &PathSegment| match segment {
        PathSegment::Field(name) => (0, name.clone()),
        PathSegment::Index(at) => (*at, String::new()),
    };
    let position = error.locations.first().map(|position| (position.line, position.column));
    (position, error.path.iter().map(segment).collect())
}

/// Gives every error of the engine a code and a text that may be shown, then adds the denied ones.
pub fn errors(response: &mut Response, denied: &[Denied], signed_in: bool) {
    for error in &mut response.errors {
        let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
        if has_code {
            continue;
        }
        // Scalars refuse their own input while the operation runs.
        let input = error.message.starts_with("Failed to parse") || error.message.starts_with("Invalid value");
        if !input {
            tracing::error!(error = error.message, "the engine failed");
            "Something went wrong on our side.".clone_into(&mut error.message);
        }
        let code = if input { ErrorKind::Invalid } else { ErrorKind::Internal };
        *error = coded(error.clone(), code.as_str());
    }
    // Fields run side by side: which of them failed first is chance, and nobody's business.
    response.errors.sort_by_cached_key(place);
    response.errors.extend(denied.iter().take(MAX_DENIED).map(|denied| forbidden(denied, signed_in)));
    if let Some(more) = denied.len().checked_sub(MAX_DENIED).filter(|more| *more > 0) {
        let text = format!("{more} more fields were left out because you may not see them.");
        response.errors.push(server_error(&Error::new(ErrorKind::Forbidden, text)));
    }
}

pub fn extensions(response: &mut Response, extensions: &Extensions<'_>) {
    let cost = [("requested", extensions.cost), ("limit", extensions.limit)];
    let cost = cost.into_iter().map(|(name, value)| (async_graphql::Name::new(name), Value::from(value)));
    response.extensions.insert("cost".to_owned(), Value::Object(cost.collect()));
    if !extensions.stale.is_empty() {
        let stale = serde_json::to_value(extensions.stale).ok().and_then(|json| Value::from_json(json).ok());
        response.extensions.insert("freshness".to_owned(), stale.unwrap_or_default());
    }
}
