//! The tables of the read model as sea-orm entities. Times are epoch milliseconds, amounts
//! ten-thousandths, dates ISO text.

pub mod account_link_proposals;
pub mod account_links;
pub mod accounts;
pub mod agents;
pub mod aliases;
pub mod approvals;
pub mod assets;
pub mod attachments;
pub mod attributions;
pub mod audit;
pub mod backends;
pub mod certificates;
pub mod choices;
pub mod comments;
pub mod contact_links;
pub mod contacts;
pub mod documents;
pub mod domains;
pub mod erasures;
pub mod idempotency_keys;
pub mod invoices;
pub mod journal_commands;
pub mod outbox;
pub mod payments;
pub mod quotes;
pub mod recurring_invoices;
pub mod search;
pub mod sites;
pub mod streams;
pub mod teams;
pub mod tickets;
pub mod time_entries;
pub mod tombstones;
