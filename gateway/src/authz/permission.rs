//! Permissions: what can be allowed, as data.

use async_graphql::Enum;
use serde::{Deserialize, Serialize};

/// Something that a role can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
pub enum Permission {
    /// See accounts: name, currency, web site.
    AccountsRead,
    /// See the provider's own remarks on accounts.
    AccountsInternalRead,
    /// See contacts: names, addresses, telephone numbers, roles.
    ContactsRead,
    /// See the provider's own remarks on contacts.
    ContactsInternalRead,
    /// See tickets with their public comments and files.
    TicketsRead,
    /// See internal notes, hidden files and the provider's remarks on tickets.
    TicketsInternalRead,
    /// See time worked on tickets.
    TimeEntriesRead,
    /// See issued invoices and their payments.
    InvoicesRead,
    /// See invoices and quotes that are not issued, recurring invoices that have ended, and internal
    /// remarks and references on invoices.
    InvoicesInternalRead,
    /// See quotes.
    QuotesRead,
    /// See invoices that are issued again and again.
    RecurringInvoicesRead,
    /// See decisions that tickets wait for.
    ApprovalsRead,
    /// See the places of an account.
    SitesRead,
    /// See assets: devices, their warranties, and who uses them.
    AssetsRead,
    /// See retired assets, and the provider's own remarks on assets, domains and certificates.
    AssetsInternalRead,
    /// See documents that the provider keeps for customers to read.
    DocumentsRead,
    /// See documents that are not for customers.
    DocumentsInternalRead,
    /// See domain names and when they expire.
    DomainsRead,
    /// See certificates and when they expire.
    CertificatesRead,
    /// See contracts that run, with their amounts.
    ContractsRead,
    /// See contracts that have ended.
    ContractsInternalRead,
    /// See what can be asked for.
    CatalogueRead,
    /// See what the catalogue holds and does not offer.
    CatalogueInternalRead,
    /// See articles that are for customers.
    ArticlesRead,
    /// See announcements that are for customers.
    AnnouncementsRead,
    /// See articles and announcements that are not for customers.
    KnowledgeInternalRead,
    /// See the provider's people as records, with their addresses.
    AgentsRead,
    /// See the configured backends and how they are.
    BackendsRead,
    /// See which accounts and contacts of several backends are linked, and which links are proposed.
    AccountLinksRead,
    /// Link accounts and contacts of several backends, decide proposals, and undo links.
    AccountLinksManage,
    /// See who did what.
    AuditRead,
    /// Open tickets.
    TicketsCreate,
    /// Answer tickets.
    TicketsComment,
    /// Write internal notes on tickets.
    TicketsInternalWrite,
    /// Say that a ticket is solved, that it is not, or that it is done with.
    TicketsResolve,
    /// Say how a ticket was dealt with.
    TicketsRate,
    /// Say who follows a ticket.
    TicketsFollow,
    /// Change who works on a ticket, how urgent it is, how it stands and what it is about.
    TicketsUpdate,
    /// Decide what tickets wait for, as far as the PSA asks oneself.
    ApprovalsDecide,
    /// Add contacts and change them.
    ContactsManage,
    /// Ask for what the catalogue offers.
    CatalogueRequest,
    /// Accept quotes and decline them.
    QuotesDecide,
    /// Record that an invoice was paid.
    PaymentsRecord,
    /// See what was written to the backends, and how far it has come.
    CommandsRead,
    /// Send again what was not written to a backend, or give it up.
    CommandsManage,
}

/// Where a permission is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// By the row predicate: a row uses its own account's grants, so holding it anywhere opens the field.
    PerRow,
    /// By the walk: it counts only if every account in the active scope grants it.
    PerScope,
}

/// What there is to know of a permission.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub permission: Permission,
    pub word: &'static str,
    pub decided: Decided,
    /// Customers can never hold it; their schema does not show what it guards.
    pub staff_only: bool,
}

const fn facts(permission: Permission, word: &'static str, decided: Decided, staff_only: bool) -> Facts {
    Facts { permission, word, decided, staff_only }
}

use Decided::{PerRow, PerScope};
use Permission as P;

/// Every permission, in declaration order.
pub const PERMISSIONS: &[Facts] = &[
    facts(P::AccountsRead, "ACCOUNTS_READ", PerRow, false),
    facts(P::AccountsInternalRead, "ACCOUNTS_INTERNAL_READ", PerScope, true),
    facts(P::ContactsRead, "CONTACTS_READ", PerRow, false),
    facts(P::ContactsInternalRead, "CONTACTS_INTERNAL_READ", PerScope, true),
    facts(P::TicketsRead, "TICKETS_READ", PerRow, false),
    facts(P::TicketsInternalRead, "TICKETS_INTERNAL_READ", PerScope, true),
    facts(P::TimeEntriesRead, "TIME_ENTRIES_READ", PerRow, false),
    facts(P::InvoicesRead, "INVOICES_READ", PerRow, false),
    facts(P::InvoicesInternalRead, "INVOICES_INTERNAL_READ", PerScope, true),
    facts(P::QuotesRead, "QUOTES_READ", PerRow, false),
    facts(P::RecurringInvoicesRead, "RECURRING_INVOICES_READ", PerRow, false),
    facts(P::ApprovalsRead, "APPROVALS_READ", PerRow, false),
    facts(P::SitesRead, "SITES_READ", PerRow, false),
    facts(P::AssetsRead, "ASSETS_READ", PerRow, false),
    facts(P::AssetsInternalRead, "ASSETS_INTERNAL_READ", PerScope, true),
    facts(P::DocumentsRead, "DOCUMENTS_READ", PerRow, false),
    facts(P::DocumentsInternalRead, "DOCUMENTS_INTERNAL_READ", PerScope, true),
    facts(P::DomainsRead, "DOMAINS_READ", PerRow, false),
    facts(P::CertificatesRead, "CERTIFICATES_READ", PerRow, false),
    facts(P::ContractsRead, "CONTRACTS_READ", PerRow, false),
    facts(P::ContractsInternalRead, "CONTRACTS_INTERNAL_READ", PerScope, true),
    facts(P::CatalogueRead, "CATALOGUE_READ", PerRow, false),
    facts(P::CatalogueInternalRead, "CATALOGUE_INTERNAL_READ", PerScope, true),
    facts(P::ArticlesRead, "ARTICLES_READ", PerRow, false),
    facts(P::AnnouncementsRead, "ANNOUNCEMENTS_READ", PerRow, false),
    facts(P::KnowledgeInternalRead, "KNOWLEDGE_INTERNAL_READ", PerScope, true),
    facts(P::AgentsRead, "AGENTS_READ", PerRow, true),
    facts(P::BackendsRead, "BACKENDS_READ", PerScope, true),
    facts(P::AccountLinksRead, "ACCOUNT_LINKS_READ", PerScope, true),
    facts(P::AccountLinksManage, "ACCOUNT_LINKS_MANAGE", PerScope, true),
    facts(P::AuditRead, "AUDIT_READ", PerScope, true),
    facts(P::TicketsCreate, "TICKETS_CREATE", PerRow, false),
    facts(P::TicketsComment, "TICKETS_COMMENT", PerRow, false),
    facts(P::TicketsInternalWrite, "TICKETS_INTERNAL_WRITE", PerScope, true),
    facts(P::TicketsResolve, "TICKETS_RESOLVE", PerRow, false),
    facts(P::TicketsRate, "TICKETS_RATE", PerRow, false),
    facts(P::TicketsFollow, "TICKETS_FOLLOW", PerRow, false),
    facts(P::TicketsUpdate, "TICKETS_UPDATE", PerScope, true),
    facts(P::ApprovalsDecide, "APPROVALS_DECIDE", PerRow, false),
    facts(P::ContactsManage, "CONTACTS_MANAGE", PerRow, false),
    facts(P::CatalogueRequest, "CATALOGUE_REQUEST", PerRow, false),
    facts(P::QuotesDecide, "QUOTES_DECIDE", PerRow, false),
    facts(P::PaymentsRecord, "PAYMENTS_RECORD", PerScope, true),
    facts(P::CommandsRead, "COMMANDS_READ", PerScope, true),
    facts(P::CommandsManage, "COMMANDS_MANAGE", PerScope, true),
];

const STRICTEST: Facts = facts(P::BackendsRead, "", PerScope, true);

impl Permission {
    #[must_use]
    pub fn facts(self) -> &'static Facts {
        // The table is complete and in order: a test holds it to the enum.
        PERMISSIONS.get(self as usize).unwrap_or(&STRICTEST)
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        self.facts().word
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        PERMISSIONS.iter().find(|facts| facts.word == word).map(|facts| facts.permission)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of permissions, as one word: part of cache keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(u64);

impl PermissionSet {
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= permission.bit();
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        PERMISSIONS.iter().map(|facts| facts.permission).filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        permissions.into_iter().for_each(|p| set.insert(p));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::resolver_utils::EnumType;

    #[test]
    fn the_table_holds_every_permission_once_in_order() {
        let words: Vec<_> = PERMISSIONS.iter().map(|facts| facts.word).collect();
        let items: Vec<_> = Permission::items().iter().map(|item| item.name).collect();
        assert_eq!(words, items);
        for (at, facts) in PERMISSIONS.iter().enumerate() {
            assert_eq!(facts.permission as usize, at);
            assert_eq!(Permission::from_word(facts.word), Some(facts.permission));
        }
    }
}
