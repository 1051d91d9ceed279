//! Accounts of several backends that are one customer, and contacts that are one person.
//!
//! * [`accounts`], [`contacts`]: linking and undoing it. * [`decide`]: confirming and declining what was proposed.
//! * [`rules`], [`propose`]: which pairs a person is asked about.
//!
//! Whoever calls has checked that the viewer may see what is named. Every act is one transaction: what it
//! changes, its line in the audit, and the rights that move with it. What a link gives to whom is decided in
//! `readmodel::rights`; linked accounts alone give nothing to anybody.

#![expect(clippy::disallowed_methods, reason = "links lie behind no fence: what is shown of them is read at the desk")]

mod accounts;
mod contacts;
mod decide;
mod propose;
mod rules;

pub use propose::Proposed;

use crate::accounts::{AccountStore, rights_moved};
use crate::readmodel::entity::{contact_links, contacts as people};
use crate::readmodel::store::db;
use crate::readmodel::{NOT_FOUND, Store};
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::sync::Arc;
use uuid::Uuid;

/// The handle on links. One per process, shared.
#[derive(Debug)]
pub struct Links {
    store: Store,
    accounts: Arc<AccountStore>,
    /// The rules look at everything: one look at a time.
    looking: tokio::sync::Mutex<()>,
}

impl Links {
    #[must_use]
    pub fn new(store: Store, accounts: Arc<AccountStore>) -> Self {
        Self { store, accounts, looking: tokio::sync::Mutex::default() }
    }

    fn now(&self) -> i64 {
        self.store.now().timestamp_millis()
    }

    /// Ends an act: from now on everybody's rights are what the links say.
    async fn commit(&self, tx: DatabaseTransaction) -> Result<()> {
        tx.commit().await.map_err(db)?;
        self.accounts.forget_sessions();
        Ok(())
    }
}

/// The rights of everybody at these accounts have to be computed anew: who is bound to a contact there, or to
/// one that was there when it was linked.
async fn moved(on: &impl ConnectionTrait, accounts: &[Uuid]) -> Result<()> {
    let here = people::Entity::find()
        .select_only()
        .column(people::Column::Id)
        .filter(people::Column::AccountId.is_in(accounts.iter().copied()));
    let linked = contact_links::Entity::find()
        .select_only()
        .column(contact_links::Column::ContactId)
        .filter(contact_links::Column::AccountId.is_in(accounts.iter().copied()));
    rights_moved(on, here.into_query()).await?;
    rights_moved(on, linked.into_query()).await
}

fn not_found() -> Error {
    Error::new(ErrorKind::NotFound, NOT_FOUND)
}

fn conflict(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Conflict, text)
}
