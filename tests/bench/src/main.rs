//! `./x bench`: what Portico costs beside a handler written by hand on the same database, how it
//! grows with the world, and what its first fill takes. See `docs/benchmark.md`.

mod bound;
mod compare;
mod keep;
mod load;
mod measure;
mod operations;
mod place;
mod process;
mod profile;
mod report;
mod run;
mod statements;
mod world;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure Portico against a handler written by hand.
#[derive(Debug, Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    options: run::Options,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Serve the bound; the benchmark starts it itself.
    #[command(hide = true)]
    Bound(bound::Bound),
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    match cli.part {
        Some(Part::Bound(bound)) => bound.run().await.map(|()| ExitCode::SUCCESS),
        None => cli.options.run().await,
    }
}
