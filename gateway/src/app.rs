//! The whole product in one value: what `serve`, `demo`, `sync` and the tests start from.

use crate::accounts::AccountStore;
use crate::authz::viewer::RightsSettings;
use crate::config::{Config, Mirror};
use crate::executor::{Executor, Parts};
use crate::files::Files;
use crate::journal::Journal;
use crate::readmodel::Store;
use crate::readmodel::protection::Rules;
use crate::readmodel::uploads::Uploads;
use crate::sync::{Sync, SyncSettings};
use anyhow::Context;
use portico_contract::{Backend, Clock};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;

/// A started Portico without its transports.
#[derive(Debug, Clone)]
pub struct App {
    pub store: Store,
    pub accounts: Arc<AccountStore>,
    pub sync: Sync,
    pub journal: Journal,
    pub executor: Arc<Executor>,
}

impl App {
    /// Opens the database, registers the backends and builds the schema.
    pub async fn start(config: &Config, backends: Vec<Arc<dyn Backend>>, clock: Clock) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data.dir)
            .with_context(|| format!("the data folder {} cannot be made", config.data.dir.display()))?;
        let url = config.database.url.expose_secret();
        let store = Store::open(url, config.database.max_connections, clock.clone()).await.map_err(|e| say(&e))?;
        let store = store.with_rules(rules(config));
        store.strip_bodies().await.map_err(|e| say(&e))?;
        let auth = config.auth.clone();
        let rights_max_age = auth.rights_max_age_seconds;
        let accounts = AccountStore::new(store.read.clone(), store.write.clone(), clock, auth).await;
        let accounts = Arc::new(accounts.map_err(|e| say(&e))?);
        let sync = Sync::new(store.clone(), backends, settings(config)).await.map_err(|e| say(&e))?;
        if sync.knows_passwords() {
            accounts.trust(Arc::new(sync.clone()));
        }
        let maps = sync.sources().iter().map(|source| (source.id, source.backend.info().roles.clone())).collect();
        let rights = RightsSettings {
            maps,
            show_time_entries: config.provider.show_time_entries,
            max_age_millis: i64::try_from(rights_max_age).unwrap_or(i64::MAX).saturating_mul(1_000),
        };
        let journal = Journal::new(store.clone(), sync.clone(), config.journal.clone());
        let executor = Executor::new(Parts {
            journal: journal.clone(),
            store: store.clone(),
            accounts: Arc::clone(&accounts),
            sync: sync.clone(),
            limits: config.limits.clone(),
            rights,
            provider: config.provider.name.clone(),
            public_url: config.server.public_url.clone(),
        })?;
        Ok(Self { store, accounts, sync, journal, executor: Arc::new(executor) })
    }

    /// What hands out the files of the PSAs.
    #[must_use]
    pub fn files(&self, config: &Config) -> Files {
        Files {
            executor: Arc::clone(&self.executor),
            uploads: Uploads::new(self.store.clone()),
            sync: self.sync.clone(),
            limit: config.limits.file_bytes,
            within: Duration::from_secs(config.limits.seconds),
        }
    }
}

fn rules(config: &Config) -> Rules {
    let index = config.backends.iter().filter(|backend| backend.mirror == Mirror::Index);
    Rules::new(config.retention.clone(), index.map(|backend| backend.id.clone()).collect())
}

fn settings(config: &Config) -> SyncSettings {
    SyncSettings {
        every: config.sync.every(),
        full_every: config.sync.full_every(),
        max_staleness: config.sync.max_staleness(),
        max_age: config.sync.max_age(),
        wait: config.sync.wait(),
        lease: config.sync.lease(),
        ..SyncSettings::default()
    }
}

/// An operator at a terminal may read both halves of an error.
#[must_use]
pub fn say(error: &portico_contract::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", error.log())
}
