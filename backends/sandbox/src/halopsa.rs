//! The world as a HaloPSA tenant: its HTTP API on a loopback port, with the oddities that working clients met.
//!
//! Everything lives in memory. The clock is the caller's: tokens end by it and the rate limit counts by it. Times on the
//! wire are UTC without an offset. What nobody has published is decided here and named by a constant: tests of an
//! adapter configure it with these, as an administrator would after a look at the tenant.

mod answer;
mod door;
mod edit;
mod fill;
mod hook;
mod list;
mod resource;
mod row;
mod rule;
mod serve;
mod state;
#[cfg(test)]
mod tests;
mod write;

pub use door::{Fault, Seen};
pub use edit::NewAction;

use crate::error::Result;
use crate::itflow::api::Now;
use crate::world::World;
use door::Door;
use state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How far an id is from the id of the same thing in the world.
#[derive(Debug, Clone, Copy)]
pub struct Shift {
    pub client: i64,
    pub site: i64,
    pub user: i64,
    pub agent: i64,
    pub ticket: i64,
    pub asset: i64,
    pub invoice: i64,
    pub payment: i64,
    pub quote: i64,
    pub contract: i64,
    pub article: i64,
    pub attachment: i64,
    pub category: i64,
    /// From a site's id to that of its catch-all user.
    pub general_user: i64,
}

pub const SHIFT: Shift = Shift {
    client: 1,
    site: 2,
    user: 3,
    agent: 1,
    ticket: 4,
    asset: 5,
    invoice: 2,
    payment: 1,
    quote: 1,
    contract: 2,
    article: 3,
    attachment: 4,
    category: 10,
    general_user: 100_000,
};

pub const CLOSED: i64 = 9;
pub const PENDING: i64 = 20;
/// Where everything goes that has no customer.
pub const UNKNOWN_CLIENT: i64 = 1;
/// The agent that the API application logs in as.
pub const API_AGENT: i64 = 99;
pub const GENERAL_USER: &str = "General User";
/// The numbers of `web_access_level`.
pub const ACCESS_NONE: i64 = 0;
pub const ACCESS_OWN: i64 = 1;
pub const ACCESS_SITE: i64 = 2;
pub const ACCESS_CLIENT: i64 = 3;
/// The numbers of an approval's `result`.
pub const APPROVED: i64 = 1;
pub const REJECTED: i64 = 2;

/// What `record_count` says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counts {
    #[default]
    Total,
    Zero,
    Missing,
}

/// In what builds and tenants differ.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    /// Another key for a list; empty for a bare array.
    pub keys: BTreeMap<&'static str, &'static str>,
    /// Lists that this build does not have.
    pub absent: BTreeSet<&'static str>,
    pub counts: Counts,
    /// Single rows come in an array of one.
    pub wraps_single: bool,
    /// Seconds that a 429 of the rate limit names.
    pub retry_after: Option<u32>,
    /// Scopes that the application lacks are left out of the token instead of refused.
    pub drops_scopes: bool,
    /// A changed, hidden or deleted action leaves its ticket's times alone.
    pub quiet_edits: bool,
    /// Webhooks are sent twice.
    pub hooks_twice: bool,
    /// Of two webhooks that are due, the later goes first.
    pub hooks_disordered: bool,
}

/// A running tenant. It ends when this is dropped.
pub struct Halo {
    url: String,
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

struct Shared {
    inside: Mutex<Inside>,
    deliveries: tokio::sync::mpsc::UnboundedSender<hook::Delivery>,
}

struct Inside {
    state: State,
    door: Door,
    manners: Manners,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Halo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Halo").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Halo {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Halo {
    /// On a free port of this machine.
    pub async fn start(world: &World, now: Now) -> Result<Self> {
        Self::start_on(0, world, now).await
    }

    pub async fn start_on(port: u16, world: &World, now: Now) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (deliveries, due) = tokio::sync::mpsc::unbounded_channel();
        let door = Door::new(url.clone(), Arc::clone(&now));
        let inside = Inside { state: fill::tenant(world, now), door, manners: Manners::default() };
        let shared = Arc::new(Shared { inside: Mutex::new(inside), deliveries });
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&shared)));
        let sending = tokio::spawn(hook::send(due, Arc::downgrade(&shared)));
        Ok(Self { url, shared, tasks: [serving, sending] })
    }

    /// The host, without `/api`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn resource_url(&self) -> String {
        format!("{}/api", self.url)
    }

    #[must_use]
    pub fn auth_url(&self) -> String {
        format!("{}/auth", self.url)
    }

    #[must_use]
    pub fn tenant(&self) -> &'static str {
        door::TENANT
    }

    #[must_use]
    pub fn client_id(&self) -> &'static str {
        door::CLIENT_ID
    }

    #[must_use]
    pub fn client_secret(&self) -> String {
        self.shared.lock().door.secret.clone()
    }

    /// Changes what this build does differently.
    pub fn manners(&self, change: impl FnOnce(&mut Manners)) {
        let mut inside = self.shared.lock();
        change(&mut inside.manners);
        inside.state.quiet_edits = inside.manners.quiet_edits;
    }

    /// The next calls of `/api` (below this path, if one is named) fail like this.
    pub fn fail(&self, fault: Fault, path: Option<&str>, calls: usize) {
        let mut inside = self.shared.lock();
        let faults = std::iter::repeat_n((fault, path.map(str::to_owned)), calls);
        inside.door.faults.extend(faults);
    }

    /// Takes back the faults that nobody met.
    pub fn heal(&self) {
        self.shared.lock().door.faults.clear();
    }

    /// Every token so far is no longer good.
    pub fn revoke_tokens(&self) {
        self.shared.lock().door.tokens.clear();
    }

    /// Another client secret; the old one is `invalid_client` from now on.
    pub fn rotate_secret(&self) -> String {
        let mut inside = self.shared.lock();
        inside.door.secret.push('2');
        inside.door.secret.clone()
    }

    /// What the application may ask for. Tokens keep what they were issued with.
    pub fn grant(&self, scopes: &str) {
        self.shared.lock().door.granted = scopes.split_ascii_whitespace().map(str::to_owned).collect();
    }

    /// The customers that the application's agent may see; `None` for all. Tokens keep what they were issued with.
    pub fn restrict(&self, clients: Option<&[i64]>) {
        self.shared.lock().door.clients = clients.map(<[i64]>::to_vec);
    }

    /// How many calls go through in five minutes.
    pub fn set_limit(&self, calls: usize) {
        self.shared.lock().door.limit = calls;
    }

    /// The most calls that any five minutes saw, those refused by the rate limit included.
    #[must_use]
    pub fn busiest(&self) -> usize {
        self.shared.lock().door.busiest
    }

    /// How many calls the rate limit refused.
    #[must_use]
    pub fn limited(&self) -> usize {
        self.shared.lock().door.limited
    }

    /// Every call so far, the oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.lock().door.seen.clone()
    }

    /// The same without the first so many.
    #[must_use]
    pub fn seen_since(&self, first: usize) -> Vec<Seen> {
        self.shared.lock().door.seen.iter().skip(first).cloned().collect()
    }

    pub fn forget_seen(&self) {
        self.shared.lock().door.seen.clear();
    }

    /// Calls per method and list, tokens included: `GET Tickets`.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for seen in &self.shared.lock().door.seen {
            let list =
                seen.path.trim_start_matches("/api").trim_start_matches('/').split('/').next().unwrap_or_default();
            *counts.entry(format!("{} {list}", seen.method)).or_default() += 1;
        }
        counts
    }
}

/// A GUID that is always the same for a row.
fn guid(path: &str, (first, second): row::Key) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("{path}/{first}/{second}").as_bytes()).to_string()
}
