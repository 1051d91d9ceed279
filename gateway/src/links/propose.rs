//! Looking for pairs of accounts that a person should be asked about.
//!
//! Accounts and the addresses of contacts are read once, in pages. Only keys are held in memory, and a key
//! that many accounts share says nothing and is dropped.

use super::Links;
use super::rules::{Features, RULES, domain};
use crate::audit::{Act, Action, record};
use crate::readmodel::entity::account_link_proposals::{self as proposals, Rule, State};
use crate::readmodel::entity::{account_links, accounts, contacts};
use crate::readmodel::store::db;
use portico_contract::{Kind, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows read at once.
const PAGE: u64 = 2_000;
/// Accounts that may share a key; more of them are no customer but a street, a reseller, a call centre.
const CROWD: usize = 5;
/// Proposals made by one look: a person has to read them.
const MOST: usize = 1_000;

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposed {
    pub count: usize,
    /// Another look would find more.
    pub more: bool,
}

#[derive(Debug, FromQueryResult)]
struct Account {
    id: Uuid,
    backend_id: Uuid,
    name: String,
    website: Option<String>,
    phone: Option<String>,
}

/// Which accounts have a key.
#[derive(Debug, Default)]
struct Keys {
    backends: HashMap<Uuid, Uuid>,
    held: HashMap<(Rule, String), Vec<Uuid>>,
}

impl Keys {
    fn add(&mut self, account: Uuid, rule: Rule, key: Option<String>) {
        let Some(key) = key else { return };
        let holders = self.held.entry((rule, key)).or_default();
        if holders.len() <= CROWD && !holders.contains(&account) {
            holders.push(account);
        }
    }

    /// Pairs of accounts of different backends, each with the first rule that finds it.
    fn pairs(&self) -> Vec<(Uuid, Uuid, Rule, &str)> {
        let mut found: HashMap<(Uuid, Uuid), (usize, Rule, &str)> = HashMap::new();
        for ((rule, key), holders) in self.held.iter().filter(|(_, holders)| holders.len() <= CROWD) {
            for (at, one) in holders.iter().enumerate() {
                for other in holders.iter().skip(at + 1) {
                    if self.backends.get(one) != self.backends.get(other) {
                        let pair = (*one.min(other), *one.max(other));
                        let better = (strength(*rule), *rule, key.as_str());
                        let best = found.entry(pair).or_insert(better);
                        if (better.0, better.2) < (best.0, best.2) {
                            *best = better;
                        }
                    }
                }
            }
        }
        let mut pairs: Vec<_> = found.into_iter().map(|((a, b), (_, rule, key))| (a, b, rule, key)).collect();
        pairs.sort_by_key(|(a, b, rule, key)| (strength(*rule), *key, *a, *b));
        pairs
    }
}

/// Position among the rules, the surest first.
fn strength(rule: Rule) -> usize {
    [Rule::Website, Rule::EmailDomain, Rule::Phone, Rule::Name].iter().position(|it| *it == rule).unwrap_or_default()
}

impl Links {
    /// Looks for pairs by every rule and proposes those that were never proposed and are not linked.
    pub async fn propose(&self, actor: Uuid) -> Result<Proposed> {
        let _alone = self.looking.lock().await;
        let keys = keys(&self.store.read).await?;
        let (asked, customers) = (asked(&self.store.read).await?, customers(&self.store.read).await?);
        let linked = |a: &Uuid, b: &Uuid| customers.get(a).is_some_and(|customer| customers.get(b) == Some(customer));
        let mut new = keys.pairs();
        new.retain(|(a, b, ..)| !asked.contains(&(*a, *b)) && !linked(a, b));
        let more = new.len() > MOST;
        new.truncate(MOST);
        let (tx, now) = (self.store.begin().await?, self.now());
        let rows: Vec<_> = new.iter().map(|(a, b, rule, key)| row(now, *a, *b, *rule, key)).collect();
        let count = if rows.is_empty() {
            0
        } else {
            // Somebody else may have looked at the same time.
            let once =
                OnConflict::columns([proposals::Column::AccountId, proposals::Column::OtherId]).do_nothing().to_owned();
            let insert = proposals::Entity::insert_many(rows).on_conflict(once);
            usize::try_from(insert.exec_without_returning(&tx).await.map_err(db)?).unwrap_or_default()
        };
        let act = Act::on(Action::AccountLinksProposed, Kind::Account, &[]).detail(format!("{count} proposed"));
        record(&tx, now, actor, &[act]).await?;
        self.commit(tx).await?;
        Ok(Proposed { count, more })
    }
}

fn row(now: i64, account: Uuid, other: Uuid, rule: Rule, evidence: &str) -> proposals::ActiveModel {
    proposals::ActiveModel {
        id: Set(Uuid::new_v4()),
        account_id: Set(account),
        other_id: Set(other),
        rule: Set(rule),
        evidence: Set(evidence.to_owned()),
        state: Set(State::Proposed),
        proposed_at: Set(now),
        decided_at: Set(None),
        decided_by: Set(None),
    }
}

/// The keys of every account in use.
async fn keys(read: &DatabaseConnection) -> Result<Keys> {
    use accounts::Column as C;
    let (mut keys, mut after) = (Keys::default(), Uuid::nil());
    loop {
        let page: Vec<Account> = accounts::Entity::find()
            .select_only()
            .columns([C::Id, C::BackendId, C::Name, C::Website, C::Phone])
            .filter(C::Active.eq(true))
            .filter(C::Id.gt(after))
            .order_by_asc(C::Id)
            .limit(PAGE)
            .into_model()
            .all(read)
            .await
            .map_err(db)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for account in &page {
            keys.backends.insert(account.id, account.backend_id);
            let features =
                Features { name: &account.name, website: account.website.as_deref(), phone: account.phone.as_deref() };
            for (rule, key) in RULES {
                keys.add(account.id, *rule, key(&features));
            }
        }
    }
    domains(read, &mut keys).await?;
    Ok(keys)
}

/// Adds the e-mail domains of the contacts of these accounts.
async fn domains(read: &DatabaseConnection, keys: &mut Keys) -> Result<()> {
    use contacts::Column as C;
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Uuid, Uuid, String)> = contacts::Entity::find()
            .select_only()
            .columns([C::Id, C::AccountId, C::Email])
            .filter(C::Active.eq(true))
            .filter(C::Email.is_not_null())
            .filter(C::Id.gt(after))
            .order_by_asc(C::Id)
            .limit(PAGE)
            .into_tuple()
            .all(read)
            .await
            .map_err(db)?;
        let Some((last, ..)) = page.last() else { return Ok(()) };
        after = *last;
        for (_, account, address) in &page {
            if keys.backends.contains_key(account) {
                keys.add(*account, Rule::EmailDomain, domain(address));
            }
        }
    }
}

/// Pairs that somebody was asked about already, whatever the answer.
async fn asked(read: &DatabaseConnection) -> Result<HashSet<(Uuid, Uuid)>> {
    let select = proposals::Entity::find().select_only();
    let pairs: Vec<(Uuid, Uuid)> = select
        .columns([proposals::Column::AccountId, proposals::Column::OtherId])
        .into_tuple()
        .all(read)
        .await
        .map_err(db)?;
    Ok(pairs.into_iter().collect())
}

/// The customer of each linked account.
async fn customers(read: &DatabaseConnection) -> Result<HashMap<Uuid, Uuid>> {
    let select = account_links::Entity::find().select_only();
    let pairs: Vec<(Uuid, Uuid)> = select
        .columns([account_links::Column::AccountId, account_links::Column::CustomerId])
        .into_tuple()
        .all(read)
        .await
        .map_err(db)?;
    Ok(pairs.into_iter().collect())
}
