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
mod files;
mod frame;
mod graphiql;
mod graphql;
mod hooks;
mod json;
mod media;
mod origin;
mod patience;
mod portal;
mod serve;
pub mod settings;
#[cfg(test)]
mod tests;
mod uploads;

pub use portal::{PATH as PORTAL, Portal};
pub use serve::serve;
pub use settings::{DemoPerson, Example, HttpSettings};

use crate::executor::limits::Limits;
use crate::executor::request::Execute;
use crate::files::FileStore;
use crate::sync::Hear;
use axum::Router;
use axum::routing::{any, get};
use std::sync::Arc;

/// What every handler needs.
#[derive(Debug)]
struct Site {
    executor: Arc<dyn Execute>,
    files: Arc<dyn FileStore>,
    hooks: Arc<dyn Hear>,
    portal: Option<Portal>,
    settings: HttpSettings,
    limits: Limits,
}

/// What stands behind the server.
#[derive(Debug)]
pub struct Behind {
    pub executor: Arc<dyn Execute>,
    pub files: Arc<dyn FileStore>,
    pub hooks: Arc<dyn Hear>,
    pub portal: Option<Portal>,
}

/// `/graphql`, files, the portal, the playground and the health check. [`serve`] puts the frame around each answer.
pub fn router(behind: Behind, settings: HttpSettings, limits: Limits) -> Router {
    let Behind { executor, files, hooks, portal } = behind;
    let site = Arc::new(Site { executor, files, hooks, portal, settings, limits });
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/files/{id}", any(files::handle))
        .route("/uploads/{id}", any(uploads::handle))
        .route("/hooks/{backend}", any(hooks::handle))
        .route("/graphiql", get(graphiql::index))
        .route("/graphiql/", get(graphiql::index))
        .route("/graphiql/{*path}", get(graphiql::asset))
        .route("/", get(portal::home))
        .route("/portal", get(portal::enter))
        .route("/portal/", get(portal::index))
        .route("/portal/{*path}", get(portal::file))
        .route("/healthz", get(async || "ok"))
        .fallback(answer::not_found)
        .method_not_allowed_fallback(answer::method_not_allowed)
        .with_state(site)
}
