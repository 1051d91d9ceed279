//! What can be asked for: every list with its names, its filters and its manners, as `files/halopsa-lists.json` has them.

use crate::rest::row::{Fields, among};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One list of the API. Names stand in one text, with spaces between.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Resource {
    pub(super) path: &'static str,
    /// The key that the list comes under; empty for a bare array.
    pub(super) key: &'static str,
    /// `read:` and `edit:` of this are needed; empty for every token.
    pub(super) scope: &'static str,
    /// Another list with the same fields and parameters.
    like: Option<&'static str>,
    pub(super) fields: Fields,
    /// Only in the answer to one id with `includedetails`.
    detail: &'static str,
    /// Parameters that take one id, as `name` or `name=field`.
    one: &'static str,
    /// Parameters that take ids with commas between.
    many: &'static str,
    /// What `search` looks into.
    pub(super) search: &'static str,
    /// Knows `pageinate`, and never gives more rows at once; 0: everything, always.
    pub(super) pages: usize,
    /// Knows the size, not the page: gives the beginning again and again.
    pub(super) stuck: bool,
    /// Parameters with a rule of their own: see [`rule`](super::rule).
    pub(super) rules: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Facts {
    /// A name beside an id: the field, the id's field, the list it is in and the name's field there.
    #[serde(borrow)]
    pub(super) labels: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    /// Names that rows of tickets and actions hold only when asked, and the parameter that asks.
    pub(super) switched: BTreeMap<&'static str, &'static str>,
    lists: Vec<Resource>,
}

pub(super) static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let mut facts: Facts = serde_json::from_str(include_str!("../../files/halopsa-lists.json")).unwrap_or_default();
    let known = facts.lists.clone();
    for list in &mut facts.lists {
        if let Some(other) = known.iter().find(|other| list.like == Some(other.path)) {
            *list = Resource { path: list.path, key: list.key, scope: list.scope, ..other.clone() };
        }
    }
    facts
});

/// The list under this path, if Halo has it.
pub(super) fn resource(path: &str) -> Option<&'static Resource> {
    FACTS.lists.iter().find(|resource| resource.path == path)
}

impl Resource {
    /// Whether its rows are counted within a ticket.
    pub(super) fn within(&self) -> bool {
        matches!(self.path, "Actions" | "TicketApproval")
    }

    pub(super) fn only_in_detail(&self, name: &str) -> bool {
        among(self.detail, name).is_some()
    }

    /// The field that a parameter filters by, and whether it takes several ids.
    pub(super) fn filter(&self, param: &str) -> Option<(&'static str, bool)> {
        let of = |words: &'static str| {
            let mut pairs = words.split_ascii_whitespace().map(|word| word.split_once('=').unwrap_or((word, word)));
            pairs.find(|(name, _)| *name == param).map(|(_, field)| field)
        };
        of(self.one).map(|field| (field, false)).or_else(|| of(self.many).map(|field| (field, true)))
    }

    pub(super) fn known(&self, param: &str) -> bool {
        self.filter(param).is_some() || self.rules.contains_key(param)
    }
}
