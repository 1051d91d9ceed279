//! Portico: one GraphQL API over the PSA systems of a managed service provider.

pub mod accounts;
pub mod app;
pub mod audit;
pub mod authz;
pub mod cli;
pub mod config;
pub mod executor;
pub mod files;
pub mod graphql;
pub mod http;
pub mod journal;
pub mod links;
pub mod readmodel;
pub mod registry;
pub mod sync;
