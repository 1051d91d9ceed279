//! `portico sandbox`: a PSA in a box, for people who develop without one.

use super::signal;
use anyhow::Result;
use clap::{Args, Subcommand};
use portico_contract::Clock;
use portico_sandbox::{Halo, ItflowSandbox, Seed, World, halopsa, write_uploads};
use std::path::PathBuf;
use std::sync::Arc;

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
    /// A HaloPSA tenant with the seeded world: its HTTP API, in memory, until it is told to stop.
    Halopsa {
        /// Port on 127.0.0.1; 0 picks a free one.
        #[arg(long, default_value_t = 8090)]
        port: u16,
        /// Tickets per account.
        #[arg(long, default_value_t = 15)]
        tickets: usize,
        /// Accounts beside the five of the world.
        #[arg(long, default_value_t = 0)]
        accounts: usize,
    },
}

fn world(tickets: usize, accounts: usize) -> World {
    World::seeded(&Seed {
        tickets_per_account: tickets,
        extra_accounts: accounts,
        visible_canaries: false,
        ..Seed::at(Clock::system().now().naive_utc())
    })
}

/// What the numbers of this tenant mean: an administrator finds that out for theirs.
const MEANINGS: [(&str, i64); 13] = [
    ("web_access_none", halopsa::ACCESS_NONE),
    ("web_access_own", halopsa::ACCESS_OWN),
    ("web_access_site", halopsa::ACCESS_SITE),
    ("web_access_customer", halopsa::ACCESS_CLIENT),
    ("reply_outcome", 2),
    ("note_outcome", 7),
    ("closed_status", halopsa::CLOSED),
    ("resolved_status", halopsa::PENDING),
    ("approval_approved", halopsa::APPROVED),
    ("approval_declined", halopsa::REJECTED),
    ("score_good", 5),
    ("score_bad", 1),
    ("payment_method", 1),
];

/// Prints the settings of a backend that reads it, then the line that scripts wait for, and serves.
async fn tenant(port: u16, world: &World) -> Result<()> {
    let stop = signal::stop()?;
    let halo = Halo::start_on(port, world, Arc::new(|| Clock::system().now().naive_utc())).await?;
    println!("kind = \"halopsa\"");
    println!("resource_url = {:?}", halo.resource_url());
    println!("auth_url = {:?}", halo.auth_url());
    println!("client_id = {:?}", halo.client_id());
    println!("client_secret = {:?}", halo.client_secret());
    println!("allow_http = true\nallow_local = true\ncurrency = \"USD\"\nact_as_users = true");
    for (setting, value) in MEANINGS {
        println!("{setting} = {value}");
    }
    println!("followers_field = \"emailcclist\"");
    println!("ready {}", halo.url());
    stop.await;
    Ok(())
}

impl Sandbox {
    pub async fn run(self) -> Result<()> {
        let (data, url, world) = match self.vendor {
            Vendor::Itflow { data, url, tickets, accounts } => (data, url, world(tickets, accounts)),
            Vendor::Halopsa { port, tickets, accounts } => return tenant(port, &world(tickets, accounts)).await,
        };
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
