//! The command line.

mod check;
mod demo;
mod log;
pub mod people;
mod sandbox;
mod serve;
mod signal;
mod sync;
pub mod user;

use crate::config::{self, Config};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// One GraphQL API over the PSA systems of a managed service provider.
#[derive(Debug, Parser)]
#[command(name = "portico", version, about)]
pub struct Cli {
    /// Configuration file; without it PORTICO_CONFIG, else portico.toml if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and keep the read model in step.
    Serve,
    /// Run the product on sandboxes with one seeded world.
    Demo(demo::Demo),
    /// Read every backend whole once, with progress.
    Sync(sync::SyncOnce),
    /// Bring the database to this version's shape.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Check the configuration and probe every backend.
    Check(check::Check),
    /// Make a PSA in a box to develop against.
    Sandbox(sandbox::Sandbox),
    /// Make users and bind them to contacts or staff roles.
    User(user::User),
}

/// Runs one command.
pub async fn run(cli: Cli) -> Result<()> {
    let load = || Config::load(cli.config.as_deref(), config::environment()).map_err(anyhow::Error::from);
    match cli.command {
        Command::Schema => {
            print!("{}", crate::graphql::sdl());
            Ok(())
        }
        Command::Serve => serve::run(load()?).await,
        Command::Demo(demo) => demo.run().await,
        Command::Sync(sync) => sync.run(load()?).await,
        Command::Migrate => sync::migrate(load()?).await,
        Command::Check(check) => check.run(load).await,
        Command::Sandbox(sandbox) => sandbox.run().await,
        Command::User(user) => user.run(load()?).await,
    }
}
