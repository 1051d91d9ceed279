//! The world as a HaloPSA tenant: its HTTP API on a loopback port, with the oddities that working clients met.
//!
//! Everything lives in memory. The clock is the caller's: tokens end by it and the rate limit counts by it. Times on the
//! wire are UTC without an offset. What nobody has published is decided here and named by a constant: tests of an
//! adapter configure it with these, as an administrator would after a look at the tenant.

mod answer;
mod edit;
mod fill;
mod hook;
mod list;
mod resource;
mod rule;
mod scope;
mod serve;
mod single;
mod tenant;
#[cfg(test)]
mod tests;
mod write;

pub use crate::rest::{Fault, Seen};
pub use edit::NewAction;

use crate::error::Result;
use crate::itflow::api::Now;
use crate::rest::Server;
use crate::world::World;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use tenant::{TENANT, Tenant};

/// How far an id is from the id of the same thing in the world.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
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

/// As `files/halopsa-world.json` has them.
pub static SHIFT: LazyLock<Shift> =
    LazyLock::new(|| serde_json::from_value(json!(fill::WORLD.steps.shifts)).unwrap_or_default());

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
pub type Halo = Server<Tenant>;

impl Halo {
    /// On a free port of this machine.
    pub async fn start(world: &World, now: Now) -> Result<Self> {
        Self::start_on(0, world, now).await
    }

    pub async fn start_on(port: u16, world: &World, now: Now) -> Result<Self> {
        Self::serve(port, |url| fill::tenant(Tenant::new(url, now), world)).await
    }

    #[must_use]
    pub fn resource_url(&self) -> String {
        format!("{}/api", self.url())
    }

    #[must_use]
    pub fn auth_url(&self) -> String {
        format!("{}/auth", self.url())
    }

    #[must_use]
    pub fn tenant(&self) -> &'static str {
        TENANT
    }

    /// Changes what this build does differently.
    pub fn manners(&self, change: impl FnOnce(&mut Manners)) {
        let mut tenant = self.lock();
        change(&mut tenant.manners);
        tenant.door.retry_after = tenant.manners.retry_after;
    }
}
