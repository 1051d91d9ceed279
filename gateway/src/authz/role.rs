//! Roles: named sets of permissions with a reach, as data. Adding a role is adding a row.

use super::permission::Permission as P;
use super::scope::Reach::{self, Account, All, Own};

/// A built-in role.
#[derive(Debug)]
pub struct Role {
    pub key: &'static str,
    pub name: &'static str,
    /// Only staff can hold it.
    pub staff: bool,
    pub grants: &'static [(P, Reach)],
}

/// What belongs to oneself.
const SELF: &[(P, Reach)] = &[
    (P::AccountsRead, Account),
    (P::ContactsRead, Own),
    (P::TicketsRead, Own),
    (P::TimeEntriesRead, Own),
    (P::ApprovalsRead, Own),
    (P::AssetsRead, Own),
    (P::ArticlesRead, Account),
    (P::AnnouncementsRead, Account),
    (P::TicketsCreate, Own),
    (P::TicketsComment, Own),
    (P::TicketsResolve, Own),
    (P::TicketsRate, Own),
    (P::TicketsFollow, Own),
    (P::ApprovalsDecide, Own),
];
/// One's own, and the account's money.
const MONEY: &[(P, Reach)] = &[
    (P::AccountsRead, Account),
    (P::ContactsRead, Own),
    (P::TicketsRead, Own),
    (P::TimeEntriesRead, Own),
    (P::InvoicesRead, Account),
    (P::QuotesRead, Account),
    (P::RecurringInvoicesRead, Account),
    (P::ApprovalsRead, Own),
    (P::AssetsRead, Own),
    (P::ArticlesRead, Account),
    (P::AnnouncementsRead, Account),
    (P::TicketsCreate, Own),
    (P::TicketsComment, Own),
    (P::TicketsResolve, Own),
    (P::TicketsRate, Own),
    (P::TicketsFollow, Own),
    (P::ApprovalsDecide, Own),
];
/// One's own, and the account's tickets.
const ALL_TICKETS: &[(P, Reach)] = &[
    (P::AccountsRead, Account),
    (P::ContactsRead, Account),
    (P::TicketsRead, Account),
    (P::TimeEntriesRead, Account),
    (P::ApprovalsRead, Account),
    (P::AssetsRead, Own),
    (P::ArticlesRead, Account),
    (P::AnnouncementsRead, Account),
    (P::TicketsCreate, Own),
    (P::TicketsComment, Account),
    (P::TicketsResolve, Account),
    (P::TicketsRate, Account),
    (P::TicketsFollow, Account),
    (P::ApprovalsDecide, Own),
];
/// The account's tickets and all that the provider looks after for it.
const ESTATE: &[(P, Reach)] = &[
    (P::AccountsRead, Account),
    (P::ContactsRead, Account),
    (P::TicketsRead, Account),
    (P::TimeEntriesRead, Account),
    (P::ApprovalsRead, Account),
    (P::SitesRead, Account),
    (P::AssetsRead, Account),
    (P::DocumentsRead, Account),
    (P::DomainsRead, Account),
    (P::CertificatesRead, Account),
    (P::ArticlesRead, Account),
    (P::AnnouncementsRead, Account),
    (P::TicketsCreate, Own),
    (P::TicketsComment, Account),
    (P::TicketsResolve, Account),
    (P::TicketsRate, Account),
    (P::TicketsFollow, Account),
    (P::ApprovalsDecide, Own),
    (P::ContactsManage, Account),
];
/// Everything of the account that is for customers.
const EVERYTHING: &[(P, Reach)] = &[
    (P::AccountsRead, Account),
    (P::ContactsRead, Account),
    (P::TicketsRead, Account),
    (P::TimeEntriesRead, Account),
    (P::InvoicesRead, Account),
    (P::QuotesRead, Account),
    (P::RecurringInvoicesRead, Account),
    (P::ApprovalsRead, Account),
    (P::SitesRead, Account),
    (P::AssetsRead, Account),
    (P::DocumentsRead, Account),
    (P::DomainsRead, Account),
    (P::CertificatesRead, Account),
    (P::ContractsRead, Account),
    (P::CatalogueRead, Account),
    (P::ArticlesRead, Account),
    (P::AnnouncementsRead, Account),
    (P::TicketsCreate, Own),
    (P::TicketsComment, Account),
    (P::TicketsResolve, Account),
    (P::TicketsRate, Account),
    (P::TicketsFollow, Account),
    (P::ApprovalsDecide, Account),
    (P::ContactsManage, Account),
    (P::CatalogueRequest, Own),
    (P::QuotesDecide, Account),
];
/// One thing more, where a PSA grants it by itself.
const CONTRACTS: &[(P, Reach)] = &[(P::AccountsRead, Account), (P::ContractsRead, Account)];
const CATALOGUE: &[(P, Reach)] =
    &[(P::AccountsRead, Account), (P::ContactsRead, Own), (P::CatalogueRead, Account), (P::CatalogueRequest, Own)];
const QUOTES: &[(P, Reach)] = &[(P::AccountsRead, Account), (P::QuotesRead, Account)];
const DECISIONS: &[(P, Reach)] =
    &[(P::AccountsRead, Account), (P::ContactsRead, Own), (P::QuotesRead, Account), (P::QuotesDecide, Account)];
const DESK: &[(P, Reach)] = &[
    (P::AccountsRead, All),
    (P::AccountsInternalRead, All),
    (P::ContactsRead, All),
    (P::ContactsInternalRead, All),
    (P::TicketsRead, All),
    (P::TicketsInternalRead, All),
    (P::TimeEntriesRead, All),
    (P::ApprovalsRead, All),
    (P::SitesRead, All),
    (P::AssetsRead, All),
    (P::AssetsInternalRead, All),
    (P::DocumentsRead, All),
    (P::DocumentsInternalRead, All),
    (P::DomainsRead, All),
    (P::CertificatesRead, All),
    (P::ContractsRead, All),
    (P::CatalogueRead, All),
    (P::ArticlesRead, All),
    (P::AnnouncementsRead, All),
    (P::KnowledgeInternalRead, All),
    (P::AgentsRead, All),
    (P::AccountLinksRead, All),
    (P::TicketsCreate, All),
    (P::TicketsComment, All),
    (P::TicketsInternalWrite, All),
    (P::TicketsResolve, All),
    (P::TicketsFollow, All),
    (P::TicketsUpdate, All),
    (P::ContactsManage, All),
    (P::CatalogueRequest, All),
    (P::CommandsRead, All),
];
const BOOKS: &[(P, Reach)] = &[
    (P::AccountsRead, All),
    (P::AccountsInternalRead, All),
    (P::ContactsRead, All),
    (P::InvoicesRead, All),
    (P::InvoicesInternalRead, All),
    (P::QuotesRead, All),
    (P::RecurringInvoicesRead, All),
    (P::SitesRead, All),
    (P::ContractsRead, All),
    (P::ContractsInternalRead, All),
    (P::ArticlesRead, All),
    (P::AnnouncementsRead, All),
    (P::PaymentsRecord, All),
];
const WHOLE: &[(P, Reach)] = &[
    (P::AccountsRead, All),
    (P::AccountsInternalRead, All),
    (P::ContactsRead, All),
    (P::ContactsInternalRead, All),
    (P::TicketsRead, All),
    (P::TicketsInternalRead, All),
    (P::TimeEntriesRead, All),
    (P::InvoicesRead, All),
    (P::InvoicesInternalRead, All),
    (P::QuotesRead, All),
    (P::RecurringInvoicesRead, All),
    (P::ApprovalsRead, All),
    (P::SitesRead, All),
    (P::AssetsRead, All),
    (P::AssetsInternalRead, All),
    (P::DocumentsRead, All),
    (P::DocumentsInternalRead, All),
    (P::DomainsRead, All),
    (P::CertificatesRead, All),
    (P::ContractsRead, All),
    (P::ContractsInternalRead, All),
    (P::CatalogueRead, All),
    (P::CatalogueInternalRead, All),
    (P::ArticlesRead, All),
    (P::AnnouncementsRead, All),
    (P::KnowledgeInternalRead, All),
    (P::AgentsRead, All),
    (P::BackendsRead, All),
    (P::AccountLinksRead, All),
    (P::AuditRead, All),
    (P::CommandsRead, All),
];
/// What changes who is one customer, and with it who may see what; and all that is written to the PSAs.
const ACTS: &[(P, Reach)] = &[
    (P::AccountLinksManage, All),
    (P::TicketsCreate, All),
    (P::TicketsComment, All),
    (P::TicketsInternalWrite, All),
    (P::TicketsResolve, All),
    (P::TicketsFollow, All),
    (P::TicketsUpdate, All),
    (P::ContactsManage, All),
    (P::CatalogueRequest, All),
    (P::QuotesDecide, All),
    (P::PaymentsRecord, All),
    (P::CommandsManage, All),
];
const MANAGEMENT: &[(P, Reach)] = &joined::<{ WHOLE.len() + ACTS.len() }>(WHOLE, ACTS);

/// Both lists, one after the other.
#[expect(clippy::indexing_slicing, reason = "worked out while compiling: a wrong index is no build")]
const fn joined<const N: usize>(first: &[(P, Reach)], then: &[(P, Reach)]) -> [(P, Reach); N] {
    let mut all = [(P::AccountsRead, Own); N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { then[at - first.len()] };
        at += 1;
    }
    all
}

const fn customer(key: &'static str, name: &'static str, grants: &'static [(P, Reach)]) -> Role {
    Role { key, name, staff: false, grants }
}

const fn staff(key: &'static str, name: &'static str, grants: &'static [(P, Reach)]) -> Role {
    Role { key, name, staff: true, grants }
}

/// Every built-in role.
pub const ROLES: &[Role] = &[
    customer("STANDARD", "Standard", SELF),
    customer("BILLING", "Billing", MONEY),
    customer("TECHNICAL", "Technical", ESTATE),
    customer("PRIMARY", "Primary", EVERYTHING),
    customer("EXTERNAL_USER", "External User", SELF),
    customer("EXTERNAL_MANAGER", "External Manager", EVERYTHING),
    customer("SERVICE_CONTACT", "Service Contact", SELF),
    customer("PRIMARY_SERVICE_CONTACT", "Primary Service Contact", EVERYTHING),
    customer("REQUESTER", "Requester", SELF),
    customer("ACCOUNT_REQUESTER", "Account Requester", ALL_TICKETS),
    customer("CONTRACT_VIEWER", "Contract Viewer", CONTRACTS),
    customer("CATALOGUE_REQUESTER", "Catalogue Requester", CATALOGUE),
    customer("QUOTE_VIEWER", "Quote Viewer", QUOTES),
    customer("QUOTE_APPROVER", "Quote Approver", DECISIONS),
    staff("AGENT", "Agent", DESK),
    staff("DISPATCHER", "Dispatcher", DESK),
    staff("FINANCE", "Finance", BOOKS),
    staff("ADMINISTRATOR", "Administrator", MANAGEMENT),
    staff("AUDITOR", "Auditor", WHOLE),
];

/// The role with this key.
#[must_use]
pub fn role(key: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_never_hold_what_is_for_staff() {
        for role in ROLES.iter().filter(|role| !role.staff) {
            for (permission, reach) in role.grants {
                assert!(!permission.facts().staff_only, "{} holds {permission:?}", role.key);
                assert_ne!(*reach, All, "{} reaches everything", role.key);
            }
        }
    }

    #[test]
    fn keys_are_unique() {
        let mut keys: Vec<_> = ROLES.iter().map(|role| role.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), ROLES.len());
    }
}
