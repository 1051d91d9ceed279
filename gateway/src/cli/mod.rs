//! The command line.

mod check;
mod demo;
mod erase;
pub mod log;
pub mod people;
mod probe;
mod sandbox;
mod serve;
mod signal;
mod sync;
pub mod user;

use crate::config::{self, Config};
use crate::registry;
use anyhow::{Result, anyhow};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};

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
    /// Make the search index anew from what was read.
    Reindex,
    /// Print the GraphQL schema.
    Schema,
    /// Check the configuration and probe every backend.
    Check(check::Check),
    /// Ask a PSA what its documentation leaves open.
    Probe(probe::Probe),
    /// Make a PSA in a box to develop against.
    Sandbox(sandbox::Sandbox),
    /// Erase a contact or an account from everything Portico holds.
    Erase(erase::Erase),
    /// Make users and bind them to contacts or staff roles.
    User(user::User),
}

/// The configuration with all that is wrong with it, the adapters' settings included.
fn load(file: Option<&Path>) -> Result<Config> {
    Config::load(file, config::environment(), registry::problems).map_err(|problems| {
        let many = problems.0.len();
        anyhow!("the configuration has {many} problem{}:\n{problems}", if many == 1 { "" } else { "s" })
    })
}

/// Runs one command.
pub async fn run(cli: Cli) -> Result<()> {
    let load = || load(cli.config.as_deref());
    match cli.command {
        Command::Schema => {
            print!("{}", crate::graphql::sdl());
            Ok(())
        }
        Command::Serve => serve::run(load()?).await,
        Command::Demo(demo) => demo.run().await,
        Command::Sync(sync) => sync.run(load()?).await,
        Command::Migrate => sync::migrate(load()?).await,
        Command::Reindex => sync::reindex(load()?).await,
        Command::Check(check) => check.run(load).await,
        Command::Probe(probe) => probe.run(load()?).await,
        Command::Sandbox(sandbox) => sandbox.run().await,
        Command::Erase(erase) => erase.run(load()?).await,
        Command::User(user) => user.run(load()?).await,
    }
}
