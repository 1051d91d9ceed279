//! The schema: thin types over rows. Resolvers do no I/O of their own but at the roots, and every
//! root begins at the desk.

mod account;
mod actions;
mod approval;
mod article;
mod asset;
mod audit;
mod backend;
mod catalogue;
mod choice;
mod command;
mod comment;
mod connection;
mod contact;
pub mod context;
mod contract;
mod custom;
mod dashboard;
pub mod directive;
mod document;
mod domain;
mod filter;
mod invoice;
mod links;
mod mutation;
mod node;
mod person;
mod query;
mod quote;
mod row;
pub mod scalar;
mod search;
mod site;
mod ticket;
mod viewer;

pub use backend::backend_id;
pub use mutation::Mutation;
pub use query::{Provider, Query, UploadLimits};

use crate::authz::realm;
use async_graphql::{EmptySubscription, SchemaBuilder, ValidationMode};

pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema with everything every request shares still to be added.
#[must_use]
pub fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    // Documents are validated against the part of the schema that a realm may know, before the walk
    // rewrites them: strictness here would only be work done twice.
    async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
}

/// The printed schema: what `schema.graphql` holds and what the policy is read from.
#[must_use]
pub fn sdl() -> String {
    builder().finish().sdl_with_options(realm::printed_as())
}
