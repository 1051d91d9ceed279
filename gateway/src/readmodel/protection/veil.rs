//! What a pull may not bring back. A PSA goes on sending what Portico was told to forget or not to keep.
//!
//! The veil of a backend is made once per page, in the page's own transaction. Whole snapshots of erased contacts and
//! accounts, and things that are older than they are kept, are left out; what is stored of the rest loses the traces
//! of erased people and, of a backend that is only indexed, its bodies.

use super::Rules;
use super::bodies::{self, Cells};
use super::retention;
use super::traces::{ERASED, Trace, Traces};
use crate::readmodel::entity::{backends, erasures};
use crate::readmodel::ids::Refs;
use crate::readmodel::store::db;
use crate::readmodel::table::Mirrored;
use portico_contract::{Kind, NativeId, Record, Result, Snapshot};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryFilter, QueryOrder, Value,
};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// What somebody wrote: who in which column, and the columns of their words.
const AUTHORED: &[(Kind, &str, &[&str])] = &[
    (Kind::Ticket, "contact_id", &["description"]),
    (Kind::Comment, "author_contact_id", &["body", "author_name"]),
    (Kind::Approval, "requester_contact_id", &["requester_name"]),
    (Kind::Approval, "decider_contact_id", &["decider_name"]),
];

/// Columns that say what something or somebody else is called: somebody of the same name keeps it.
const OTHERS: &[(Kind, &[&str])] = &[
    (Kind::Account, &["name", "phone", "website"]),
    (Kind::Site, &["name", "phone"]),
    (Kind::Contact, &["name", "email", "phone", "mobile", "user_name"]),
    (Kind::Agent, &["name", "email"]),
    (Kind::Team, &["name"]),
    (Kind::Choice, &["list", "value", "label"]),
];

/// Columns that are Portico's or the PSA's own words.
const TECHNICAL: &[&str] = &[
    "native_key",
    "status_group",
    "status_native",
    "visibility",
    "source",
    "currency",
    "contract_type",
    "type_native",
    "icon",
];

/// What is hidden of one backend.
#[derive(Debug, Default)]
pub struct Veil {
    contacts: HashSet<Uuid>,
    accounts: HashSet<Uuid>,
    /// Traces to look for everywhere, and at each account where somebody was erased.
    everywhere: Traces,
    at_account: HashMap<Uuid, Traces>,
    cutoffs: retention::Cutoffs,
    index: bool,
    /// Bodies that were left out, where somebody waits for them.
    opened: Option<Mutex<Vec<(Uuid, Cells)>>>,
}

impl Veil {
    /// The veil of a backend as it is now.
    pub async fn of(on: &impl ConnectionTrait, backend: Uuid, rules: &Rules, now: i64) -> Result<Self> {
        let erased = erasures::Entity::find()
            .filter(erasures::Column::BackendId.eq(backend))
            .order_by_asc(erasures::Column::ErasedAt)
            .all(on)
            .await
            .map_err(db)?;
        let mut veil = Self::over(&erased);
        veil.cutoffs = retention::Cutoffs::new(&rules.retention, now);
        if !rules.index.is_empty() {
            let row = backends::Entity::find_by_id(backend).one(on).await.map_err(db)?;
            veil.index = row.is_some_and(|row| rules.index.contains(&row.instance));
        }
        Ok(veil)
    }

    /// Nothing but these erasures of one backend.
    #[must_use]
    pub fn over(erased: &[erasures::Model]) -> Self {
        let mut veil = Self::default();
        let mut traces: Vec<(Uuid, Trace)> = Vec::new();
        for row in erased {
            let contact = row.kind == Kind::Contact.as_str();
            if contact { &mut veil.contacts } else { &mut veil.accounts }.insert(row.id);
            let found: Vec<Trace> = serde_json::from_str(&row.traces).unwrap_or_default();
            traces.extend(found.into_iter().map(|trace| (row.account_id, trace)));
        }
        let Some(salt) = erased.first().map(|row| row.salt.as_str()) else { return veil };
        let wide = || traces.iter().filter(|(_, trace)| trace.wide);
        veil.everywhere = Traces::new(salt, wide().map(|(_, trace)| trace));
        for account in traces.iter().map(|(account, _)| *account).collect::<HashSet<_>>() {
            let here = traces.iter().filter(|(at, trace)| *at == account || trace.wide);
            veil.at_account.insert(account, Traces::new(salt, here.map(|(_, trace)| trace)));
        }
        veil
    }

    /// Nothing but the bodies.
    #[must_use]
    pub fn over_bodies() -> Self {
        Self { index: true, ..Self::default() }
    }

    #[must_use]
    pub fn is_index(&self) -> bool {
        self.index
    }

    /// Whether a snapshot is stored at all.
    #[must_use]
    pub fn admits(&self, snapshot: &Snapshot, refs: &Refs) -> bool {
        let Some(root) = snapshot.records.first() else { return false };
        let erased = self.accounts.contains(&refs.id(root.id())) || self.contacts.contains(&refs.id(root.id()));
        !erased && self.keeps(root) && account(root).is_none_or(|id| !self.accounts.contains(&refs.id(id)))
    }

    /// Whether a record is young enough to be stored.
    #[must_use]
    pub fn keeps(&self, record: &Record) -> bool {
        self.cutoffs.keep(record)
    }

    /// Remembers the bodies that are left out from now on.
    #[must_use]
    pub fn opening(mut self, opening: bool) -> Self {
        self.opened = (opening && self.index).then(Mutex::default);
        self
    }

    /// The bodies that were left out.
    #[must_use]
    pub fn into_bodies(self) -> Vec<(Uuid, Cells)> {
        self.opened.map(|opened| opened.into_inner().unwrap_or_else(PoisonError::into_inner)).unwrap_or_default()
    }

    /// Takes out of a row what must not be stored.
    pub fn cover<E: Mirrored>(&self, row: &mut E::Model, account: Option<Uuid>) {
        self.unlink::<E>(row);
        let traces = account.and_then(|account| self.at_account.get(&account)).unwrap_or(&self.everywhere);
        if !traces.is_empty() {
            let others = OTHERS.iter().filter(|(kind, _)| *kind == E::KIND).flat_map(|(_, columns)| *columns);
            let others: Vec<&str> = others.chain(TECHNICAL).copied().collect();
            for column in E::Column::iter().filter(|column| !others.contains(&column.as_str())) {
                let Value::String(Some(text)) = row.get(column) else { continue };
                if let Some(clean) = cleaned(&text, traces) {
                    set::<E>(row, column, Value::String(Some(clean)));
                }
            }
        }
        if self.index {
            let cells = bodies::take::<E>(row);
            if let (Some(opened), Some(Value::Uuid(Some(id)))) = (&self.opened, E::column("id").map(|id| row.get(id))) {
                opened.lock().unwrap_or_else(PoisonError::into_inner).push((id, cells));
            }
        }
    }

    /// A text, or every text within JSON, without the traces of those who were erased at this account; `None` if it
    /// has none.
    #[must_use]
    pub fn clean(&self, text: &str, account: Uuid) -> Option<String> {
        let traces = self.at_account.get(&account).unwrap_or(&self.everywhere);
        cleaned(text, traces)
    }

    /// Nothing points to an erased contact any more, and what they wrote is gone.
    fn unlink<E: Mirrored>(&self, row: &mut E::Model) {
        if self.contacts.is_empty() {
            return;
        }
        for column in E::Column::iter().filter(|column| column.as_str() != "id") {
            match row.get(column) {
                Value::Uuid(Some(id)) if self.contacts.contains(&id) => {
                    let own = AUTHORED.iter().filter(|(kind, by, _)| *kind == E::KIND && *by == column.as_str());
                    for name in own.flat_map(|(_, _, columns)| *columns) {
                        blank::<E>(row, name);
                    }
                    set::<E>(row, column, Value::Uuid(None));
                }
                Value::String(Some(list)) if list.starts_with('[') => {
                    if let Some(rest) = self.strangers(&list) {
                        set::<E>(row, column, Value::String(Some(rest)));
                    }
                }
                _ => {}
            }
        }
    }

    /// A list of ids without those of erased contacts; `None` if it names none.
    fn strangers(&self, list: &str) -> Option<String> {
        let mut ids: Vec<Uuid> = serde_json::from_str(list).ok()?;
        let all = ids.len();
        ids.retain(|id| !self.contacts.contains(id));
        (ids.len() < all).then(|| serde_json::to_string(&ids).ok()).flatten()
    }
}

fn blank<E: Mirrored>(row: &mut E::Model, name: &str) {
    let Some(column) = E::column(name) else { return };
    if matches!(row.get(column), Value::String(Some(text)) if !text.is_empty()) {
        set::<E>(row, column, Value::String(Some(ERASED.to_owned())));
    }
}

/// A column that refuses is one that cannot be empty: it holds no reference to a contact.
fn set<E: Mirrored>(row: &mut E::Model, column: E::Column, value: Value) {
    if let Err(error) = row.try_set(column, value) {
        tracing::error!(column = column.as_str(), %error, "a column could not be cleaned");
    }
}

/// The account that a snapshot's first record belongs to.
fn account(record: &Record) -> Option<&NativeId> {
    match record {
        Record::Account(own) => Some(&own.id),
        Record::Site(site) => Some(&site.account),
        Record::Contact(contact) => Some(&contact.account),
        Record::Ticket(ticket) => Some(&ticket.account),
        Record::Asset(asset) => Some(&asset.account),
        Record::Contract(contract) => Some(&contract.account),
        Record::Invoice(invoice) => Some(&invoice.account),
        Record::RecurringInvoice(invoice) => Some(&invoice.account),
        Record::Quote(quote) => Some(&quote.account),
        Record::Document(document) => Some(&document.account),
        Record::Domain(domain) => Some(&domain.account),
        Record::Certificate(certificate) => Some(&certificate.account),
        Record::CatalogueItem(item) => item.account.as_ref(),
        Record::Article(article) => article.account.as_ref(),
        Record::Announcement(announcement) => announcement.account.as_ref(),
        _ => None,
    }
}

/// The account of a snapshot, for all that travels in it.
#[must_use]
pub fn account_of(snapshot: &Snapshot, refs: &Refs) -> Option<Uuid> {
    snapshot.records.first().and_then(account).map(|id| refs.id(id))
}

/// A text, or every text within a list or an object.
fn cleaned(text: &str, traces: &Traces) -> Option<String> {
    if text.starts_with(['{', '['])
        && let Ok(mut json) = serde_json::from_str::<Json>(text)
    {
        return clean_json(&mut json, traces).then(|| json.to_string());
    }
    traces.out_of(text)
}

fn clean_json(json: &mut Json, traces: &Traces) -> bool {
    match json {
        Json::String(text) => match traces.out_of(text) {
            Some(clean) => {
                *text = clean;
                true
            }
            None => false,
        },
        // Every one of them, not only the first.
        Json::Array(items) => items.iter_mut().fold(false, |any, item| clean_json(item, traces) | any),
        Json::Object(fields) => fields.values_mut().fold(false, |any, field| clean_json(field, traces) | any),
        _ => false,
    }
}
