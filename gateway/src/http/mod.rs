//! GraphQL over HTTP: from bytes to a [`GraphqlRequest`] and back.
//!
//! This room knows media types, headers, sizes and cookies. It does not know the schema, and it judges nobody: the one
//! executor behind [`Execute`] does.
//!
//! [`GraphqlRequest`]: crate::executor::request::GraphqlRequest

mod answer;
mod body;
mod caller;
mod envelope;
mod frame;
mod graphiql;
mod graphql;
mod media;
mod origin;
mod serve;
pub mod settings;
#[cfg(test)]
mod tests;

pub use serve::serve;
pub use settings::{DemoPerson, Example, HttpSettings};

use crate::executor::limits::Limits;
use crate::executor::request::Execute;
use axum::Router;
use axum::routing::{any, get};
use std::sync::Arc;

/// What every handler needs.
#[derive(Debug)]
struct Site {
    executor: Arc<dyn Execute>,
    settings: HttpSettings,
    limits: Limits,
}

/// `/graphql`, the playground and the health check.
pub fn router(executor: Arc<dyn Execute>, settings: HttpSettings, limits: Limits) -> Router {
    let site = Arc::new(Site { executor, settings, limits });
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphiql", get(graphiql::index))
        .route("/graphiql/", get(graphiql::index))
        .route("/graphiql/{*path}", get(graphiql::asset))
        .route("/healthz", get(async || "ok"))
        .fallback(answer::not_found)
        .method_not_allowed_fallback(answer::method_not_allowed)
        .layer(axum::middleware::from_fn(frame::frame))
        .with_state(site)
}
