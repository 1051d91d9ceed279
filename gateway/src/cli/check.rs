//! `portico check`: the configuration, then each backend.

use crate::app::say;
use crate::config::{self, Config};
use crate::readmodel::Store;
use crate::registry;
use anyhow::{Result, bail};
use clap::Args;
use portico_contract::{Backend, CallCx, Clock, HealthState, Lane};
use secrecy::ExposeSecret;
use std::time::Duration;

/// Check the configuration and probe every backend.
#[derive(Debug, Args)]
pub struct Check {
    /// Print a sample configuration with every key and its default.
    #[arg(long)]
    sample: bool,
}

impl Check {
    pub async fn run(self, load: impl FnOnce() -> Result<Config>) -> Result<()> {
        if self.sample {
            print!("{}", config::SAMPLE);
            return Ok(());
        }
        let config = load()?;
        let backends = registry::backends(&config.backends, &Clock::system())?;
        let many = if backends.len() == 1 { "1 backend".to_owned() } else { format!("{} backends", backends.len()) };
        println!("configuration: ok, {many}");
        // A SQLite file is made at the first start; a server must be there already.
        if !config.database.is_sqlite() {
            Store::reach(config.database.url.expose_secret()).await.map_err(|e| say(&e))?;
            println!("database: OK");
        }
        let mut failed = 0;
        for backend in &backends {
            failed += usize::from(!probe(backend.as_ref()).await);
        }
        if failed > 0 {
            bail!("{failed} of {many} need attention: see the problems above");
        }
        Ok(())
    }
}

async fn probe(backend: &dyn Backend) -> bool {
    let info = backend.info();
    let name = format!("{} ({})", info.instance, info.kind);
    let cx = CallCx::new(Lane::Interactive, Duration::from_secs(10));
    match backend.probe(&cx).await {
        Ok(health) => {
            println!("{name}: {}, version {}", health.state, health.version.as_deref().unwrap_or("unknown"));
            for (setting, value) in &health.found {
                println!("  found {setting} = {value}");
            }
            for problem in &health.problems {
                println!("  problem: {problem}");
            }
            health.state == HealthState::Ok
        }
        Err(error) => {
            println!("{name}: {}", HealthState::Down);
            println!("  problem: {}", error.log());
            false
        }
    }
}
