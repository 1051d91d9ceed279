//! A Portico that follows one tenant, wherever that runs, while time passes.

use crate::replicas::{number, replica, sqlite};
use anyhow::{Context, Result, ensure};
use portico::config::BackendSettings;
use portico::registry;
use portico::sync::{Source, Sync, SyncSettings};
use portico_contract::Clock;
use portico_tests::tenant::Time;
use std::time::Duration;
use tempfile::TempDir;

pub const BEAT: Duration = Duration::from_secs(10);
/// Of each stream, as `SyncSettings` promise it; beats go on meanwhile.
pub const SWEEP: Duration = Duration::from_secs(900);

pub struct Follower {
    pub clock: Clock,
    pub time: Time,
    pub sync: Sync,
    pub url: String,
    settings: BackendSettings,
    _dir: TempDir,
}

async fn process(settings: &BackendSettings, url: &str, clock: &Clock) -> Result<Sync> {
    let backend = registry::backends(std::slice::from_ref(settings), clock)?.remove(0);
    replica(url, backend, clock, SyncSettings::default()).await
}

impl Follower {
    pub async fn start(settings: BackendSettings, clock: Clock, time: Time) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let url = sqlite(&dir);
        let sync = process(&settings, &url, &clock).await?;
        Ok(Self { clock, time, sync, url, settings, _dir: dir })
    }

    pub fn source(&self) -> Result<&Source> {
        self.sync.sources().first().context("no backend")
    }

    /// Another process goes on with the same database.
    pub async fn restart(&mut self) -> Result<()> {
        self.sync = process(&self.settings, &self.url, &self.clock).await?;
        Ok(())
    }

    /// Time passes as the background loop sees it.
    pub async fn pass(&self, span: Duration) {
        let mut left = span;
        while !left.is_zero() {
            let step = left.min(BEAT);
            self.time.pass(step).await;
            self.time.doing(self.sync.tick()).await;
            left -= step;
        }
    }

    /// Until every stream was read whole since `since`, and every thread with it; gives how long it took.
    pub async fn until_swept(&self, since: i64) -> Result<Duration> {
        let id = self.source()?.id;
        let started = self.clock.now();
        loop {
            let took = (self.clock.now() - started).to_std()?;
            let swept = self.source()?.streams().all(|stream| self.sync.state(id, stream).full_at >= Some(since));
            let thin = number(&self.url, "SELECT COUNT(*) FROM mirror_tickets WHERE thin_at IS NOT NULL").await?;
            if swept && thin == 0 {
                return Ok(took);
            }
            ensure!(took < SWEEP * 20, "it does not end: {thin} threads are missing, {}", self.standing()?);
            self.pass(BEAT).await;
        }
    }

    fn standing(&self) -> Result<String> {
        let source = self.source()?;
        let state = |stream| {
            let state = self.sync.state(source.id, stream);
            format!("{stream}: {:?} {:?} {:?}", state.full_at, state.failure, state.pass.map(|pass| pass.pass))
        };
        Ok(source.streams().map(state).collect::<Vec<_>>().join("\n"))
    }
}
