//! A Halo tenant before Portico: its settings, and a time that moves only as told.

use crate::House;
use anyhow::Result;
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::registry;
use portico_contract::Clock;
use portico_sandbox::{Halo, World, halopsa};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// The configured name.
pub const HALO: &str = "halo";

/// A tenant that holds this world and lives by this clock.
pub async fn tenant(world: &World, clock: &Clock) -> Result<Halo> {
    let now = clock.clone();
    Ok(Halo::start(world, Arc::new(move || now.now().naive_utc())).await?)
}

/// The tenant as a backend: the settings that an administrator would have found.
#[must_use]
pub fn backend(halo: &Halo, calls: u32) -> BackendSettings {
    let texts = [
        ("resource_url", halo.resource_url()),
        ("auth_url", halo.auth_url()),
        ("client_id", halo.client_id().to_owned()),
        ("client_secret", halo.client_secret()),
        ("currency", "USD".to_owned()),
    ];
    let numbers = [
        ("calls", i64::from(calls)),
        ("web_access_none", halopsa::ACCESS_NONE),
        ("web_access_own", halopsa::ACCESS_OWN),
        ("web_access_site", halopsa::ACCESS_SITE),
        ("web_access_customer", halopsa::ACCESS_CLIENT),
        ("resolved_status", halopsa::PENDING),
        ("approval_approved", halopsa::APPROVED),
        ("approval_declined", halopsa::REJECTED),
        ("call_timeout_seconds", 3),
    ];
    let mut table = toml::Table::new();
    table.extend(texts.map(|(key, value)| (key.to_owned(), toml::Value::String(value))));
    table.extend(numbers.map(|(key, value)| (key.to_owned(), toml::Value::Integer(value))));
    table.extend(["allow_http", "allow_local"].map(|key| (key.to_owned(), toml::Value::Boolean(true))));
    BackendSettings::new(HALO, "halopsa", table)
}

/// Puts a tenant beside the house's own PSA, filled.
pub async fn beside(house: &mut House, world: &World, calls: u32) -> Result<Halo> {
    let halo = tenant(world, &house.clock).await?;
    halo.set_limit(usize::MAX);
    house.config.backends.push(backend(&halo, calls));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    Ok(halo)
}

/// Both clocks: the one that times are told by, and the one that waits are measured by. They stand still unless moved.
#[derive(Debug)]
pub struct Time {
    clock: Clock,
    /// While a blocking task runs, a stopped clock does not run ahead of the network.
    _held: mpsc::Sender<()>,
}

/// How often it is looked whether work is done before time goes on.
const LOOK: Duration = Duration::from_millis(2);
/// A process that did less than this between two looks waits.
const IDLE: Duration = Duration::from_micros(400);
/// What waits for time gets a little at first, and then more and more.
const STEP: Duration = Duration::from_millis(20);
const LOOKS: u32 = 8;
const DOUBLINGS: u32 = 6;

/// How long the threads of this process have worked, or waited for a processor.
fn worked() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
        .map(|stat| stat.split_whitespace().take(2).filter_map(|part| part.parse::<u64>().ok()).sum::<u64>());
    Duration::from_nanos(nanos.sum())
}

impl Time {
    /// Stops the runtime's clock, which must be of one thread.
    #[must_use]
    pub fn stopped(clock: &Clock) -> Self {
        tokio::time::pause();
        let (held, until) = mpsc::channel();
        tokio::task::spawn_blocking(move || until.recv().is_ok());
        Self { clock: clock.clone(), _held: held }
    }

    pub async fn pass(&self, span: Duration) {
        self.clock.advance(span);
        tokio::time::advance(span).await;
    }

    /// Does work to its end. Time passes only when nothing else is left to do.
    pub async fn doing<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let (mut idle, mut before) = (0_u32, worked());
        loop {
            let nap = tokio::task::spawn_blocking(|| std::thread::sleep(LOOK));
            tokio::select! {
                biased;
                done = &mut work => return done,
                _ = nap => {}
            }
            let now = worked();
            idle = if now.saturating_sub(before) < IDLE { idle + 1 } else { 0 };
            before = now;
            if idle >= LOOKS {
                self.pass(STEP * (1 << (idle / LOOKS - 1).min(DOUBLINGS))).await;
                before = worked();
            }
        }
    }
}
