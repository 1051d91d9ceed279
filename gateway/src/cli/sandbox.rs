//! `portico sandbox`: a PSA in a box, for people who develop without one.

use anyhow::Result;
use clap::{Args, Subcommand};
use portico_contract::Clock;
use portico_sandbox::{ItflowSandbox, Seed, World, write_uploads};
use std::path::PathBuf;

/// Make a PSA in a box.
#[derive(Debug, Args)]
pub struct Sandbox {
    #[command(subcommand)]
    vendor: Vendor,
}

#[derive(Debug, Subcommand)]
enum Vendor {
    /// A database in ITFlow's layout, filled with the seeded world.
    Itflow {
        /// Folder for the SQLite file.
        #[arg(long, value_name = "DIR", required_unless_present = "url")]
        data: Option<PathBuf>,
        /// Fill this (empty) MariaDB database instead.
        #[arg(long, value_name = "URL", conflicts_with = "data")]
        url: Option<String>,
        /// Tickets per account.
        #[arg(long, default_value_t = 15)]
        tickets: usize,
        /// Accounts beside the five of the world.
        #[arg(long, default_value_t = 0)]
        accounts: usize,
    },
}

impl Sandbox {
    pub async fn run(self) -> Result<()> {
        let Vendor::Itflow { data, url, tickets, accounts } = self.vendor;
        let seed = Seed {
            tickets_per_account: tickets,
            extra_accounts: accounts,
            visible_canaries: false,
            ..Seed::at(Clock::system().now().naive_utc())
        };
        let world = World::seeded(&seed);
        let sandbox = match (data, url) {
            (_, Some(url)) => ItflowSandbox::on(&url, &world).await?,
            (Some(dir), None) => {
                std::fs::create_dir_all(&dir)?;
                let uploads = dir.canonicalize()?.join("uploads");
                write_uploads(&uploads, &world)?;
                println!("uploads_dir = {:?}", uploads.display().to_string());
                ItflowSandbox::create(&dir, &world).await?
            }
            (None, None) => anyhow::bail!("say where: --data DIR or --url URL"),
        };
        if sandbox.url().starts_with("sqlite:") {
            println!("database_url = {:?}", sandbox.url());
        } else {
            println!("the database is filled");
        }
        Ok(())
    }
}
