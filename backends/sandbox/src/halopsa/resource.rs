//! What can be asked for: every list with its names, its filters and its manners, as `files/halopsa-lists.json` has them.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One list of the API. Names stand in one text, with spaces between.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Resource {
    pub(super) path: &'static str,
    /// The key that the list comes under; empty for a bare array.
    pub(super) key: &'static str,
    /// `read:` and `edit:` of this are needed; empty for every token.
    pub(super) scope: &'static str,
    ints: &'static str,
    reals: &'static str,
    flags: &'static str,
    texts: &'static str,
    pub(super) times: &'static str,
    /// Lists and objects within a row.
    nested: &'static str,
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

/// What most lists are; the file names only what differs.
impl Default for Resource {
    fn default() -> Self {
        let (path, key, scope, reals, flags, times, nested, detail, one, many) = Default::default();
        let (ints, texts, search, rules) = ("id", "name", "name", BTreeMap::new());
        let (pages, stuck) = (0, false);
        Self {
            path,
            key,
            scope,
            ints,
            reals,
            flags,
            texts,
            times,
            nested,
            detail,
            one,
            many,
            search,
            pages,
            stuck,
            rules,
        }
    }
}

static ALL: LazyLock<Vec<Resource>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../files/halopsa-lists.json")).unwrap_or_default());

/// The list under this path, if Halo has it.
pub(super) fn resource(path: &str) -> Option<&'static Resource> {
    ALL.iter().find(|resource| resource.path == path)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Real,
    Flag,
    Text,
    Time,
    Nested,
}

fn among(words: &'static str, name: &str) -> Option<&'static str> {
    words.split_ascii_whitespace().find(|word| *word == name)
}

impl Resource {
    /// The field of this name: a copy of the name that stays, and what it holds.
    pub(super) fn field(&self, name: &str) -> Option<(&'static str, Kind)> {
        let groups = [
            (self.ints, Kind::Int),
            (self.reals, Kind::Real),
            (self.flags, Kind::Flag),
            (self.texts, Kind::Text),
            (self.times, Kind::Time),
            (self.nested, Kind::Nested),
        ];
        groups.into_iter().find_map(|(words, kind)| among(words, name).map(|name| (name, kind)))
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

/// A name beside an id: the field, the id's field, the list it is in and the name's field there.
pub(super) const NAMES: [(&str, &str, &str, &str); 14] = [
    ("client_name", "client_id", "Client", "name"),
    ("site_name", "site_id", "Site", "name"),
    ("user_name", "user_id", "Users", "name"),
    ("user_email", "user_id", "Users", "emailaddress"),
    ("agent_name", "agent_id", "Agent", "name"),
    ("status_name", "status_id", "Status", "name"),
    ("new_status_name", "new_status", "Status", "name"),
    ("tickettype_name", "tickettype_id", "TicketType", "name"),
    ("sla_name", "sla_id", "SLA", "name"),
    ("assettype_name", "assettype_id", "AssetType", "name"),
    ("main_site_name", "main_site_id", "Site", "name"),
    ("service_category_name", "service_category_id", "ServiceCategory", "name"),
    ("category_name", "categoryid_1", "Category", "value"),
    ("invoice_invoicenumber", "invoice_id", "Invoice", "invoicenumber"),
];

/// Names that ticket lists hold only when asked.
pub(super) const SWITCHED: [(&str, &str); 4] = [
    ("status_name", "includestatus"),
    ("tickettype_name", "includetickettype"),
    ("agent_name", "includeagent"),
    ("note_html", "includehtmlnote"),
];
