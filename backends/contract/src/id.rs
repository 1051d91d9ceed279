//! Names of things: kinds, the streams they travel in, and the ids a PSA gives them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Writes an enum whose variants are plain words together with its stable spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The stable spelling: stored, logged and used in configuration.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::UnknownWord;
            fn from_str(word: &str) -> Result<Self, $crate::id::UnknownWord> {
                match word { $($word => Ok($name::$variant),)+ _ => Err($crate::id::UnknownWord(word.to_owned())) }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
pub(crate) use words;

/// A word that belongs to none of the values of the vocabulary it was read for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(pub String);

words! {
    /// What a record is. The word is part of every id: it never changes.
    Kind {
        Account = "account", Site = "site", Contact = "contact", Agent = "agent", Team = "team",
        Choice = "choice", Form = "form", Ticket = "ticket", Comment = "comment",
        Attachment = "attachment", TimeEntry = "time_entry", Approval = "approval", Asset = "asset",
        Contract = "contract", Invoice = "invoice", Payment = "payment",
        RecurringInvoice = "recurring_invoice", Quote = "quote",
        CatalogueCategory = "catalogue_category", CatalogueItem = "catalogue_item",
        Article = "article", Document = "document", Domain = "domain", Certificate = "certificate",
        Announcement = "announcement",
    }
}

words! {
    /// A bundle of kinds that a backend is pulled for together.
    Stream {
        Accounts = "accounts", Sites = "sites", Contacts = "contacts", Agents = "agents",
        Teams = "teams", Choices = "choices", Forms = "forms",
        /// Ticket, comments, attachments, time entries and approvals.
        Tickets = "tickets",
        Assets = "assets", Contracts = "contracts",
        /// Invoices with their lines, and payments.
        Invoices = "invoices",
        RecurringInvoices = "recurring_invoices", Quotes = "quotes", Catalogue = "catalogue",
        Articles = "articles", Documents = "documents", Domains = "domains",
        Certificates = "certificates", Announcements = "announcements",
    }
}

impl Kind {
    /// The stream whose pull brings this kind.
    #[must_use]
    pub const fn stream(self) -> Stream {
        match self {
            Kind::Account => Stream::Accounts,
            Kind::Site => Stream::Sites,
            Kind::Contact => Stream::Contacts,
            Kind::Agent => Stream::Agents,
            Kind::Team => Stream::Teams,
            Kind::Choice => Stream::Choices,
            Kind::Form => Stream::Forms,
            Kind::Ticket | Kind::Comment | Kind::Attachment | Kind::TimeEntry | Kind::Approval => Stream::Tickets,
            Kind::Asset => Stream::Assets,
            Kind::Contract => Stream::Contracts,
            Kind::Invoice | Kind::Payment => Stream::Invoices,
            Kind::RecurringInvoice => Stream::RecurringInvoices,
            Kind::Quote => Stream::Quotes,
            Kind::CatalogueCategory | Kind::CatalogueItem => Stream::Catalogue,
            Kind::Article => Stream::Articles,
            Kind::Document => Stream::Documents,
            Kind::Domain => Stream::Domains,
            Kind::Certificate => Stream::Certificates,
            Kind::Announcement => Stream::Announcements,
        }
    }

    /// The kind whose record owns this one: a child lives and is seen with its parent only.
    #[must_use]
    pub const fn parent(self) -> Option<Kind> {
        match self {
            Kind::Comment | Kind::Attachment | Kind::TimeEntry | Kind::Approval => Some(Kind::Ticket),
            Kind::Payment => Some(Kind::Invoice),
            _ => None,
        }
    }
}

impl Stream {
    /// The kinds that a full pass over this stream lists, parents before children.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(move |kind| kind.stream() == self)
    }
}

/// The id a PSA knows a record by. The key may be composite (`"12/7"`): it is never taken apart
/// outside the adapter that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NativeId {
    pub kind: Kind,
    pub key: String,
}

impl NativeId {
    pub fn new(kind: Kind, key: impl ToString) -> Self {
        Self { kind, key: key.to_string() }
    }

    /// `None` for the id 0, by which several PSAs say "not set".
    pub fn from_row(kind: Kind, key: i64) -> Option<Self> {
        (key > 0).then(|| Self::new(kind, key))
    }
}

impl fmt::Display for NativeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.key)
    }
}

/// Where the bytes of a file are, in the adapter's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativeFile {
    pub owner: NativeId,
    pub reference: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_every_child_travels_with_its_parent() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>(), Ok(*kind));
            if let Some(parent) = kind.parent() {
                assert_eq!(parent.stream(), kind.stream());
            }
        }
        assert!("tickets".parse::<Kind>().is_err());
    }

    #[test]
    fn zero_is_no_id() {
        assert_eq!(NativeId::from_row(Kind::Site, 0), None);
        assert_eq!(NativeId::from_row(Kind::Site, 7).map(|id| id.to_string()), Some("site:7".into()));
    }
}
