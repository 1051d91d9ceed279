//! `portico sync`, `portico migrate` and `portico reindex`.

use super::log;
use crate::app::{App, say};
use crate::config::Config;
use crate::readmodel::Store;
use crate::registry;
use crate::sync::progress::peak_memory_kib;
use anyhow::{Result, bail};
use clap::Args;
use portico_contract::{Clock, Stream};
use secrecy::ExposeSecret;
use std::io::IsTerminal;

/// Read every backend whole once.
#[derive(Debug, Args)]
pub struct SyncOnce {
    /// Only these streams, such as `tickets`.
    #[arg(value_name = "STREAM")]
    streams: Vec<String>,
    /// Drop the read model first: ids, users and rights stay.
    #[arg(long)]
    rebuild: bool,
}

impl SyncOnce {
    pub async fn run(self, config: Config) -> Result<()> {
        log::start(&config.log);
        let streams = self.streams.iter().map(|word| stream(word)).collect::<Result<Vec<_>>>()?;
        let clock = Clock::system();
        let backends = registry::backends(&config.backends, &clock)?;
        if backends.is_empty() {
            bail!("no backend is configured: add a [[backends]] section");
        }
        if self.rebuild {
            open(&config).await?.drop_mirror().await.map_err(|e| say(&e))?;
        }
        let app = App::start(&config, backends, clock).await?;
        let only = (!streams.is_empty()).then_some(streams.as_slice());
        let filled = app.sync.fill(std::io::stderr().is_terminal(), only).await.map_err(|e| say(&e))?;
        for source in app.sync.sources() {
            for stream in source.streams() {
                let state = app.sync.state(source.id, stream);
                println!("{} {stream}: {} read", source.backend.info().instance, state.done);
            }
        }
        println!("{} records in {:.1?}, {} a second", filled.records, filled.took, filled.per_second());
        if let Some(kib) = peak_memory_kib() {
            println!("peak memory: {} MiB", kib / 1_024);
        }
        Ok(())
    }
}

fn stream(word: &str) -> Result<Stream> {
    word.parse().map_err(|_| {
        let known: Vec<&str> = Stream::ALL.iter().map(|stream| stream.as_str()).collect();
        anyhow::anyhow!("there is no stream {word:?}; the streams are: {}", known.join(", "))
    })
}

async fn open(config: &Config) -> Result<Store> {
    std::fs::create_dir_all(&config.data.dir)?;
    let url = config.database.url.expose_secret();
    Store::open(url, config.database.max_connections, Clock::system()).await.map_err(|e| say(&e))
}

/// Brings the database to this version's shape.
pub async fn migrate(config: Config) -> Result<()> {
    log::start(&config.log);
    open(&config).await?;
    println!("the database has this version's shape");
    Ok(())
}

/// Makes the search index anew from what the read model holds.
pub async fn reindex(config: Config) -> Result<()> {
    log::start(&config.log);
    let records = open(&config).await?.reindex().await.map_err(|e| say(&e))?;
    println!("{records} records can be searched");
    Ok(())
}
