//! What every list asks for again: the names of people, and accounts. Kept in memory for a moment.
//!
//! A change that this process stores is seen at once; one that another process stores, after at most
//! 3 seconds. Accounts are kept unfenced here and leave through [`super::Desk::accounts`] alone.

use super::entity::accounts;
use moka::sync::Cache;
use portico_contract::Kind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// How long another process may have changed something unnoticed.
const MEMORY_MILLIS: i64 = 3_000;
const PEOPLE: u64 = 20_000;
const ACCOUNTS: u64 = 5_000;

/// The moment before a read: what the read found counts as long as nothing has changed since.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    at: i64,
    generation: u64,
}

#[derive(Debug, Clone)]
struct Kept<T> {
    value: T,
    since: Since,
}

/// The memory of one process.
#[derive(Debug, Clone)]
pub struct Known(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    generation: AtomicU64,
    people: Cache<Uuid, Kept<Arc<str>>>,
    accounts: Cache<Uuid, Kept<Arc<accounts::Model>>>,
}

impl Default for Known {
    fn default() -> Self {
        let (people, accounts) = (Cache::new(PEOPLE), Cache::new(ACCOUNTS));
        Self(Arc::new(Inner { generation: AtomicU64::new(0), people, accounts }))
    }
}

impl Known {
    /// To be taken before a read whose result is to be kept.
    #[must_use]
    pub fn since(&self, now: i64) -> Since {
        Since { at: now, generation: self.0.generation.load(Ordering::SeqCst) }
    }

    /// After rows of these kinds have changed: nothing that was read before counts any more.
    pub fn changed(&self, kinds: impl IntoIterator<Item = Kind>) {
        if kinds.into_iter().any(|kind| matches!(kind, Kind::Account | Kind::Contact | Kind::Agent)) {
            self.0.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn counts<T>(&self, kept: Kept<T>, now: i64) -> Option<T> {
        let since = self.since(now);
        let fresh = (0..MEMORY_MILLIS).contains(&(now - kept.since.at));
        (fresh && kept.since.generation == since.generation).then_some(kept.value)
    }

    #[must_use]
    pub fn person(&self, id: Uuid, now: i64) -> Option<Arc<str>> {
        self.counts(self.0.people.get(&id)?, now)
    }

    pub fn keep_person(&self, id: Uuid, name: Arc<str>, since: Since) {
        self.0.people.insert(id, Kept { value: name, since });
    }

    #[must_use]
    pub(super) fn account(&self, id: Uuid, now: i64) -> Option<Arc<accounts::Model>> {
        self.counts(self.0.accounts.get(&id)?, now)
    }

    pub(super) fn keep_account(&self, row: Arc<accounts::Model>, since: Since) {
        self.0.accounts.insert(row.id, Kept { value: row, since });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_and_time_end_what_is_known() {
        let (known, id) = (Known::default(), Uuid::from_u128(1));
        known.keep_person(id, "Ada".into(), known.since(1_000));
        assert_eq!(known.person(id, 3_999).as_deref(), Some("Ada"));
        assert_eq!(known.person(id, 4_000), None, "another process may have changed it");
        assert_eq!(known.person(id, 999), None, "a clock that went back proves nothing");
        known.changed([Kind::Ticket]);
        assert!(known.person(id, 1_500).is_some());
        let before = known.since(1_500);
        known.changed([Kind::Contact]);
        assert_eq!(known.person(id, 1_500), None);
        known.keep_person(id, "Ada".into(), before);
        assert_eq!(known.person(id, 1_500), None, "it was read before the change");
    }
}
