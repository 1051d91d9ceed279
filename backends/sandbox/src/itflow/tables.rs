//! The tables of ITFlow 26.08 (database version 2.6.7) that a portal reads or writes.

pub(super) mod books;
pub(super) mod desk;
pub(super) mod estate;
pub(super) mod firm;
pub(super) mod parties;

use super::table::Table;

/// All of them, in the order in which they are filled.
pub const TABLES: &[&Table] = &[
    &firm::SETTINGS,
    &firm::COMPANIES,
    &firm::USER_ROLES,
    &firm::USERS,
    &firm::TICKET_STATUSES,
    &firm::CATEGORIES,
    &firm::SLAS,
    &firm::SLA_ASSIGNMENTS,
    &firm::CUSTOM_LINKS,
    &firm::LOGS,
    &firm::NOTIFICATIONS,
    &firm::EMAIL_QUEUE,
    &parties::CLIENTS,
    &parties::LOCATIONS,
    &parties::CONTACTS,
    &desk::TICKETS,
    &desk::TICKET_REPLIES,
    &desk::TICKET_ATTACHMENTS,
    &desk::TICKET_WATCHERS,
    &desk::TICKET_HISTORY,
    &desk::SLA_HISTORY,
    &desk::TASKS,
    &desk::TASK_APPROVALS,
    &books::TAXES,
    &books::INVOICES,
    &books::INVOICE_ITEMS,
    &books::PAYMENTS,
    &books::RECURRING_INVOICES,
    &books::RECURRING_INVOICE_ITEMS,
    &books::QUOTES,
    &books::QUOTE_ITEMS,
    &books::PAYMENT_PROVIDERS,
    &books::CLIENT_SAVED_PAYMENT_METHODS,
    &books::RECURRING_PAYMENTS,
    &estate::VENDORS,
    &estate::ASSETS,
    &estate::ASSET_INTERFACES,
    &estate::DOMAINS,
    &estate::CERTIFICATES,
    &estate::FOLDERS,
    &estate::DOCUMENTS,
    &estate::FILES,
    &estate::DOCUMENT_FILES,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_used_once() {
        let names: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(names.len(), TABLES.len());
        for table in TABLES {
            let columns: BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
            for name in table.key.iter().chain(table.indexes) {
                assert!(columns.contains(name), "{} {name}", table.name);
            }
        }
    }
}
