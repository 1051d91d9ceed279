//! The endpoints of each stream, and how they are walked. Data only.

use crate::query::{
    AGENTS, ARTICLES, ASSETS, CLIENTS, CONTRACTS, Endpoint, INVOICES, ITEMS, PAYMENTS, POPUPS, QUOTES, RECURRING,
    SERVICE_CATEGORIES, SERVICES, SITES, TEAMS, TICKETS, TYPES, USERS,
};
use portico_contract::{Follows, Kind, Stream};

/// One list of a stream.
#[derive(Debug)]
pub(crate) struct Part {
    pub kind: Kind,
    pub endpoint: &'static Endpoint,
    /// Without these Halo leaves out what is inactive or closed, or what a record is made of.
    pub always: &'static [(&'static str, &'static str)],
    /// Instead of these in a list of ids, where not everything that comes with them is kept.
    pub there: Option<&'static [(&'static str, &'static str)]>,
    /// The switch for a list of ids alone.
    pub ids: Option<&'static str>,
    /// Rows of the list do not say enough: each thing is read on its own, one call after the other.
    pub each: bool,
    /// Looked at for what is new only, in a pass over changes: its rows name things of the part before it.
    pub names_others: bool,
    /// Only where a setting asks for it.
    pub products: bool,
}

impl Part {
    /// Whether the stream does without it where a build has no such list.
    pub(crate) fn is_extra(&self) -> bool {
        self.names_others || self.products
    }
}

const PART: Part = Part {
    kind: Kind::Ticket,
    endpoint: &TICKETS,
    always: &[],
    there: None,
    ids: None,
    each: false,
    names_others: false,
    products: false,
};

const ACTIVE_OR_NOT: &[(&str, &str)] = &[("includeactive", "true"), ("includeinactive", "true")];
const ACTIVE: &[(&str, &str)] = &[("includeactive", "true"), ("includeinactive", "false")];
const WITH_ADDRESS: &[(&str, &str)] =
    &[("includeactive", "true"), ("includeinactive", "true"), ("includeaddress", "true")];

/// A stream and its lists.
#[derive(Debug)]
pub(crate) struct Feed {
    pub stream: Stream,
    pub parts: &'static [Part],
    pub follows: Follows,
    /// Calls of a beat that finds nothing new.
    pub calls_per_beat: u32,
}

/// Streams whose lists every build has: where one of them is not there, something else answers than Halo.
pub(crate) const NEEDED: &[Stream] = &[Stream::Accounts, Stream::Sites, Stream::Contacts, Stream::Tickets];

/// Every stream but the choices, which come from many small lists.
pub(crate) const FEEDS: &[Feed] = &[
    Feed {
        stream: Stream::Accounts,
        parts: &[Part { kind: Kind::Account, endpoint: &CLIENTS, always: ACTIVE_OR_NOT, ids: Some("idonly"), ..PART }],
        follows: Follows::UpdatedSince,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Sites,
        parts: &[Part { kind: Kind::Site, endpoint: &SITES, always: WITH_ADDRESS, ids: Some("idonly"), ..PART }],
        follows: Follows::UpdatedSince,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Contacts,
        parts: &[Part {
            kind: Kind::Contact,
            endpoint: &USERS,
            always: ACTIVE_OR_NOT,
            ids: Some("idonly"),
            each: true,
            ..PART
        }],
        follows: Follows::UpdatedSince,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Agents,
        parts: &[Part {
            kind: Kind::Agent,
            endpoint: &AGENTS,
            always: &[("includeenabled", "true"), ("includedisabled", "true")],
            ..PART
        }],
        follows: Follows::FullScan,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Teams,
        parts: &[Part {
            kind: Kind::Team,
            endpoint: &TEAMS,
            always: &[("showall", "true"), ("includeagentsforteams", "true")],
            ..PART
        }],
        follows: Follows::FullScan,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Tickets,
        parts: &[Part { always: &[("domain", "reqs"), ("includeclosed", "true")], ids: Some("ticketidonly"), ..PART }],
        follows: Follows::UpdatedSince,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Assets,
        parts: &[Part {
            kind: Kind::Asset,
            endpoint: &ASSETS,
            always: ACTIVE_OR_NOT,
            there: Some(ACTIVE),
            ids: Some("idonly"),
            ..PART
        }],
        follows: Follows::UpdatedSince,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Contracts,
        parts: &[Part {
            kind: Kind::Contract,
            endpoint: &CONTRACTS,
            always: &[("includeinactive", "true")],
            each: true,
            ..PART
        }],
        follows: Follows::AscendingIds,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Invoices,
        parts: &[
            Part {
                kind: Kind::Invoice,
                endpoint: &INVOICES,
                always: &[("includelines", "true"), ("includeinvoices", "true")],
                ids: Some("idonly"),
                ..PART
            },
            Part { kind: Kind::Invoice, endpoint: &PAYMENTS, names_others: true, ..PART },
        ],
        follows: Follows::AscendingIds,
        calls_per_beat: 2,
    },
    Feed {
        stream: Stream::RecurringInvoices,
        parts: &[Part { kind: Kind::RecurringInvoice, endpoint: &RECURRING, ..PART }],
        follows: Follows::AscendingIds,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Quotes,
        parts: &[Part { kind: Kind::Quote, endpoint: &QUOTES, always: &[("includelines", "true")], ..PART }],
        follows: Follows::AscendingIds,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Forms,
        parts: &[Part { kind: Kind::Form, endpoint: &TYPES, always: &[("showall", "true")], each: true, ..PART }],
        follows: Follows::AscendingIds,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Catalogue,
        parts: &[
            Part { kind: Kind::CatalogueCategory, endpoint: &SERVICE_CATEGORIES, ..PART },
            Part { kind: Kind::CatalogueItem, endpoint: &SERVICES, ..PART },
            Part { kind: Kind::CatalogueItem, endpoint: &ITEMS, always: ACTIVE_OR_NOT, products: true, ..PART },
        ],
        follows: Follows::FullScan,
        calls_per_beat: 2,
    },
    Feed {
        stream: Stream::Articles,
        parts: &[Part { kind: Kind::Article, endpoint: &ARTICLES, always: ACTIVE_OR_NOT, each: true, ..PART }],
        follows: Follows::AscendingIds,
        calls_per_beat: 1,
    },
    Feed {
        stream: Stream::Announcements,
        parts: &[Part { kind: Kind::Announcement, endpoint: &POPUPS, always: &[("showall", "true")], ..PART }],
        follows: Follows::FullScan,
        calls_per_beat: 1,
    },
];

impl Feed {
    pub(crate) fn of(stream: Stream) -> Option<&'static Feed> {
        FEEDS.iter().find(|feed| feed.stream == stream)
    }

    /// Whether ids alone can be listed: then all of them in one call.
    pub(crate) fn id_sweep(&self) -> bool {
        self.parts.iter().filter(|part| !part.names_others).all(|part| part.ids.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    #[test]
    fn every_list_is_asked_only_what_its_endpoint_knows() {
        for part in FEEDS.iter().flat_map(|feed| feed.parts) {
            let always = part.always.iter().chain(part.there.into_iter().flatten());
            let query = always.fold(Query::of(part.endpoint), |query, (name, value)| query.with(name, value));
            let query = part.ids.into_iter().fold(query, |query, name| query.with(name, true));
            let paged = part.endpoint.pages();
            let query = if paged { query.page(1, 9).with("order", "id").with("orderdesc", false) } else { query };
            query.request().unwrap();
        }
        for feed in FEEDS.iter().filter(|feed| feed.follows == Follows::UpdatedSince) {
            assert!(
                feed.parts.iter().all(|part| part.endpoint.params.contains(&"lastupdatefromdate")),
                "{}",
                feed.stream
            );
        }
    }
}
