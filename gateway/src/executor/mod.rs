//! The one executor that every transport shares: scan, parse, shape, validate, walk, freshen, execute, render.

mod admission;
pub mod cost;
mod known;
pub mod limits;
pub mod refusal;
pub mod render;
pub mod request;
pub mod scan;
pub mod shape;
mod sign_in;
mod stages;
pub(crate) mod watch;

use crate::accounts::AccountStore;
use crate::authz::policy::{Policy, PolicyError};
use crate::authz::realm::{RealmError, RealmSchema};
use crate::authz::scope::Realm;
use crate::authz::viewer::RightsSettings;
use crate::files::{Addresses, taken_endings};
use crate::graphql::{self, Provider, Schema, UploadLimits};
use crate::journal::Journal;
use crate::links::Links;
use crate::readmodel::Store;
use crate::readmodel::uploads::{self, Uploads};
use crate::sync::Sync;
use known::Known;
use limits::Limits;
use moka::sync::Cache;
use portico_contract::Timestamp;
use request::CookieChange;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of document text that may be remembered.
const CACHED_TEXT: u64 = 4 * 1024 * 1024;

/// Everything an operation needs.
pub struct Executor {
    schema: Schema,
    policy: Arc<Policy>,
    strangers: RealmSchema,
    customers: RealmSchema,
    staff: RealmSchema,
    limits: Limits,
    store: Store,
    accounts: Arc<AccountStore>,
    sync: Sync,
    rights: RightsSettings,
    documents: Cache<Arc<str>, Arc<Known>>,
    viewers: Cache<uuid::Uuid, sign_in::Remembered>,
}

impl std::fmt::Debug for Executor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Executor").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What the executor is made of.
#[derive(Debug)]
pub struct Parts {
    pub store: Store,
    pub accounts: Arc<AccountStore>,
    pub sync: Sync,
    pub journal: Journal,
    pub limits: Limits,
    pub rights: RightsSettings,
    pub provider: String,
    /// Where this server is reached from outside; empty where links are to be relative.
    pub public_url: String,
}

/// The schema cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Realm(#[from] RealmError),
}

fn upload_limits(limits: &Limits) -> UploadLimits {
    UploadLimits {
        max_bytes: i64::try_from(limits.upload_bytes).unwrap_or(i64::MAX),
        max_files: i64::try_from(uploads::MOST).unwrap_or(i64::MAX),
        endings: taken_endings().map(str::to_owned).collect(),
    }
}

impl Executor {
    /// Reads the policy from the printed schema and cuts each realm's part out of it.
    pub fn new(parts: Parts) -> Result<Self, BuildError> {
        let sdl = graphql::sdl();
        let policy = Arc::new(Policy::read(&sdl)?);
        let cut = |realm: Option<Realm>| RealmSchema::cut(&sdl, &|coordinate| policy.shows(coordinate, realm));
        let (strangers, customers, staff) = (cut(None)?, cut(Some(Realm::Customer))?, cut(Some(Realm::Staff))?);
        let schema = graphql::builder();
        let watch = || watch::Watch(Arc::clone(&policy));
        let schema = if cfg!(debug_assertions) { schema.extension(watch()).data(watch()) } else { schema };
        let schema = schema
            .data(Arc::clone(&policy))
            .data(Provider { name: parts.provider, uploads: upload_limits(&parts.limits) })
            .data(Addresses::new(&parts.public_url, parts.sync.clone()))
            .data(parts.sync.clone())
            .data(Uploads::new(parts.store.clone()))
            .data(parts.journal)
            .data(Arc::clone(&parts.accounts))
            .data(Arc::new(Links::new(parts.store.clone(), Arc::clone(&parts.accounts))))
            .finish();
        let weigh = |text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Ok(Self {
            schema,
            policy: Arc::clone(&policy),
            strangers,
            customers,
            staff,
            limits: parts.limits,
            store: parts.store,
            accounts: parts.accounts,
            sync: parts.sync,
            rights: parts.rights,
            documents: Cache::builder().max_capacity(CACHED_TEXT).weigher(move |text, _| weigh(text)).build(),
            viewers: Cache::builder().max_capacity(10_000).build(),
        })
    }

    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The part of the schema that a realm may know.
    #[must_use]
    pub fn realm(&self, realm: Option<Realm>) -> &RealmSchema {
        match realm {
            None => &self.strangers,
            Some(Realm::Customer) => &self.customers,
            Some(Realm::Staff) => &self.staff,
        }
    }
}

/// What a resolver may know of the caller beside their rights, and what it hands back to the transport.
#[derive(Debug)]
pub struct Caller {
    pub peer: Option<IpAddr>,
    pub now: Timestamp,
    cookie: Mutex<Option<CookieChange>>,
}

impl Caller {
    fn new(peer: Option<IpAddr>, now: Timestamp) -> Self {
        Self { peer, now, cookie: Mutex::default() }
    }

    pub fn set_cookie(&self, change: CookieChange) {
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    fn take_cookie(&self) -> Option<CookieChange> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
