//! A Halo tenant before Portico: its settings, and a time that moves only as told.

use crate::House;
use crate::apart::Apart;
use anyhow::Result;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::registry;
use portico_contract::Clock;
use portico_sandbox::{Halo, World, halopsa};
use std::cell::Cell;
use std::future::poll_fn;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// The configured name.
pub const HALO: &str = "halo";
/// How many calls in five minutes a tenant allows everybody together.
pub const CALLS: u32 = 300;

/// A tenant that holds this world and lives by this clock.
pub async fn tenant(world: &World, clock: &Clock) -> Result<Halo> {
    let now = clock.clone();
    Ok(Halo::start(world, Arc::new(move || now.now().naive_utc())).await?)
}

/// The tenant as a backend: the settings that an administrator would have found.
#[must_use]
pub fn backend(halo: &Halo, calls: u32) -> BackendSettings {
    backend_with(halo, calls, toml::Table::new())
}

/// The same with more that an administrator has found.
#[must_use]
pub fn backend_with(halo: &Halo, calls: u32, more: toml::Table) -> BackendSettings {
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
    table.extend(more);
    BackendSettings::new(HALO, "halopsa", table)
}

/// Puts a tenant beside the house's own PSA, filled.
pub async fn beside(house: &mut House, world: &World, calls: u32) -> Result<Halo> {
    let halo = tenant(world, &house.clock).await?;
    join(house, &halo, backend(&halo, calls)).await?;
    Ok(halo)
}

/// The same with a tenant that runs already.
pub async fn join(house: &mut House, halo: &Halo, settings: BackendSettings) -> Result<()> {
    halo.set_limit(usize::MAX);
    house.config.backends.push(settings);
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map(drop).map_err(|e| say(&e))
}

/// Both clocks: the one that times are told by, and the one that waits are measured by. They stand still unless moved.
#[derive(Debug)]
pub struct Time {
    clock: Clock,
    /// A tenant in another process, which has the same time.
    apart: Option<Arc<Apart>>,
    /// While a blocking task runs, a stopped clock does not run ahead of the network.
    _held: mpsc::Sender<()>,
}

/// How often it is looked whether work is done before time goes on.
const LOOK: Duration = Duration::from_millis(2);
/// What waits for time, and was not woken for so many looks, gets a little at first, and then more and more.
const LOOKS: u32 = 20;
const STEP: Duration = Duration::from_millis(20);
const DOUBLINGS: u32 = 6;

impl Drop for Time {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}

impl Time {
    /// Stops the runtime's clock, which must be of one thread.
    #[must_use]
    pub fn stopped(clock: &Clock) -> Self {
        Self::shared(clock, None)
    }

    /// The same, and a tenant in another process goes by it.
    #[must_use]
    pub fn shared(clock: &Clock, apart: Option<Arc<Apart>>) -> Self {
        tokio::time::pause();
        let (held, until) = mpsc::channel();
        tokio::task::spawn_blocking(move || until.recv().is_ok());
        Self { clock: clock.clone(), apart, _held: held }
    }

    pub async fn pass(&self, span: Duration) {
        self.clock.advance(span);
        if let Some(apart) = &self.apart {
            // A tenant that has ended is found by the next call.
            let _ = apart.move_to(self.clock.now().timestamp_millis());
        }
        tokio::time::advance(span).await;
    }

    /// Does work to its end. Time passes only while nothing wakes it.
    pub async fn doing<T>(&self, work: impl Future<Output = T>) -> T {
        let woken = Cell::new(false);
        tokio::pin!(work);
        // It is polled when it was woken, and not whenever somebody looks.
        let mut watched = FuturesUnordered::from_iter([poll_fn(|cx| {
            woken.set(true);
            work.as_mut().poll(cx)
        })]);
        let mut idle = 0_u32;
        loop {
            let nap = tokio::task::spawn_blocking(|| std::thread::sleep(LOOK));
            tokio::select! {
                biased;
                Some(done) = watched.next() => return done,
                _ = nap => {}
            }
            idle = if woken.take() { 0 } else { idle + 1 };
            // What is done there wakes nothing here until its answer comes.
            if idle % LOOKS == LOOKS - 1 && self.apart.as_ref().is_some_and(|apart| apart.was_called().unwrap_or(false))
            {
                idle = 0;
            }
            if idle >= LOOKS {
                self.pass(STEP * (1 << (idle / LOOKS - 1).min(DOUBLINGS))).await;
            }
        }
    }
}
