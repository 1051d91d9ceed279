//! Global ids: a kind and a UUID. Opaque to clients, re-authorized on every use.

use super::html;
use portico_contract::{Kind, NativeId};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// The id a client sees: `ticket_0f3c…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlobalId {
    pub kind: Kind,
    pub uuid: Uuid,
}

impl GlobalId {
    #[must_use]
    pub fn new(kind: Kind, uuid: Uuid) -> Self {
        Self { kind, uuid }
    }
}

impl fmt::Display for GlobalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        f.write_str("_")?;
        f.write_str(self.uuid.simple().encode_lower(&mut uuid::Uuid::encode_buffer()))
    }
}

/// The text is no id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

impl FromStr for GlobalId {
    type Err = NotAnId;

    /// Accepts exactly the spelling that [`fmt::Display`] writes: one object has one id.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (kind, key) = text.rsplit_once('_').ok_or(NotAnId)?;
        let kind: Kind = kind.parse().map_err(|_| NotAnId)?;
        let canonical = key.len() == 32 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let uuid = if canonical { Uuid::try_parse(key).map_err(|_| NotAnId)? } else { return Err(NotAnId) };
        Ok(Self { kind, uuid })
    }
}

/// The UUID of a pulled record that Portico did not make.
#[must_use]
pub fn derived(backend: Uuid, id: &NativeId) -> Uuid {
    Uuid::new_v5(&backend, format!("{}\u{0}{}", id.kind, id.key).as_bytes())
}

/// Turns native ids into UUIDs while rows are made.
#[derive(Debug)]
pub struct Refs {
    pub backend: Uuid,
    aliases: HashMap<NativeId, Uuid>,
    /// Who really wrote what: a contact or an agent, by the object's id.
    authors: HashMap<Uuid, [Option<Uuid>; 2]>,
    asked: Option<Mutex<HashSet<NativeId>>>,
}

impl Refs {
    #[must_use]
    pub fn new(backend: Uuid, aliases: HashMap<NativeId, Uuid>) -> Self {
        Self { backend, aliases, authors: HashMap::new(), asked: None }
    }

    /// Knows no alias, and remembers every id it is asked for.
    #[must_use]
    pub fn probe(backend: Uuid) -> Self {
        Self { asked: Some(Mutex::default()), ..Self::new(backend, HashMap::new()) }
    }

    #[must_use]
    pub fn with_authors(mut self, authors: HashMap<Uuid, [Option<Uuid>; 2]>) -> Self {
        self.authors = authors;
        self
    }

    /// The contact or the agent who really wrote this, where the PSA's word is of the service's account.
    #[must_use]
    pub fn author(&self, object: Uuid) -> Option<[Option<Uuid>; 2]> {
        self.authors.get(&object).copied()
    }

    pub fn id(&self, native: &NativeId) -> Uuid {
        if let Some(id) = self.aliases.get(native) {
            return *id;
        }
        if let Some(asked) = &self.asked {
            asked.lock().unwrap_or_else(PoisonError::into_inner).insert(native.clone());
        }
        derived(self.backend, native)
    }

    pub fn opt(&self, native: Option<&NativeId>) -> Option<Uuid> {
        native.map(|native| self.id(native))
    }

    /// HTML as it is stored. A probe is asked for ids alone, and cleaning is most of what a row costs.
    #[must_use]
    pub fn html(&self, text: &str) -> String {
        if self.asked.is_some() { String::new() } else { html::safe(text) }
    }

    /// What a probe was asked for.
    #[must_use]
    pub fn asked(&self) -> Vec<NativeId> {
        let asked = self.asked.iter();
        asked
            .flat_map(|asked| asked.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect::<Vec<_>>())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = GlobalId::new(Kind::TimeEntry, Uuid::from_u128(7));
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for bad in [text.to_uppercase(), format!("{text}0"), text.replace('_', "-"), String::new(), "ticket_".into()] {
            assert_eq!(bad.parse::<GlobalId>(), Err(NotAnId), "{bad}");
        }
    }

    #[test]
    fn kinds_and_backends_do_not_collide() {
        let a = Uuid::from_u128(1);
        let ticket = derived(a, &NativeId::new(Kind::Ticket, 1001));
        assert_ne!(ticket, derived(a, &NativeId::new(Kind::Invoice, 1001)));
        assert_ne!(ticket, derived(Uuid::from_u128(2), &NativeId::new(Kind::Ticket, 1001)));
        assert_eq!(ticket, derived(a, &NativeId::new(Kind::Ticket, 1001)));
    }
}
