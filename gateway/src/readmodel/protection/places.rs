//! Every table of the database, and what erasure does there. A new table is named here first: a test asks for it.

/// What erasure does to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Rows of the contact or the account go; what stays loses every trace of the person.
    Rewritten,
    /// Made anew from rewritten rows, in their own transaction.
    Derived,
    /// Rows of those who are nobody else go, whole.
    Removed,
    /// Holds ids, times, hashes and Portico's own words; the reason.
    Nothing(&'static str),
}

use Reach::{Derived, Nothing, Removed, Rewritten};

pub const PLACES: &[(&str, Reach)] = &[
    ("account_link_proposals", Removed),
    ("account_links", Removed),
    ("aliases", Nothing("ids by which an erased contact is known again")),
    ("attributions", Nothing("ids of who wrote what")),
    ("audit", Nothing("who of the staff did what, by ids; nobody may change it")),
    ("backends", Nothing("names of the configuration")),
    ("contact_links", Removed),
    ("erasures", Nothing("ids and salted hashes of those who were erased")),
    ("idempotency_keys", Nothing("ids and hashes, forgotten after 30 days")),
    ("journal_commands", Rewritten),
    ("mirror_accounts", Rewritten),
    ("mirror_agents", Rewritten),
    ("mirror_announcements", Rewritten),
    ("mirror_approvals", Rewritten),
    ("mirror_articles", Rewritten),
    ("mirror_assets", Rewritten),
    ("mirror_attachments", Rewritten),
    ("mirror_catalogue_categories", Rewritten),
    ("mirror_catalogue_items", Rewritten),
    ("mirror_certificates", Rewritten),
    ("mirror_choices", Rewritten),
    ("mirror_comments", Rewritten),
    ("mirror_contacts", Rewritten),
    ("mirror_contracts", Rewritten),
    ("mirror_documents", Rewritten),
    ("mirror_domains", Rewritten),
    ("mirror_forms", Rewritten),
    ("mirror_invoices", Rewritten),
    ("mirror_payments", Rewritten),
    ("mirror_quotes", Rewritten),
    ("mirror_recurring_invoices", Rewritten),
    ("mirror_search", Derived),
    ("mirror_search_local", Derived),
    ("mirror_search_text", Derived),
    ("mirror_sites", Rewritten),
    ("mirror_streams", Nothing("checkpoints and Portico's own words about failures")),
    ("mirror_teams", Rewritten),
    ("mirror_tickets", Rewritten),
    ("mirror_time_entries", Rewritten),
    ("mirror_tombstones", Nothing("ids and times")),
    ("outbox", Nothing("ids and versions; subscribers learn from it that something went")),
    ("seaql_migrations", Nothing("names of the database's shapes")),
    ("sessions", Removed),
    ("sign_in_failures", Nothing("a hash of the login, forgotten after auth.back_off_forget_seconds")),
    ("upload_parts", Removed),
    ("uploads", Removed),
    ("upstream_calls", Nothing("numbers of calls")),
    ("user_contacts", Removed),
    ("user_roles", Removed),
    ("users", Removed),
];
