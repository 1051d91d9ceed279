//! The tables of the read model as sea-orm entities. Times are epoch milliseconds, amounts
//! ten-thousandths, dates ISO text.

pub mod accounts;
pub mod agents;
pub mod aliases;
pub mod attachments;
pub mod backends;
pub mod choices;
pub mod comments;
pub mod contacts;
pub mod invoices;
pub mod outbox;
pub mod payments;
pub mod streams;
pub mod tickets;
pub mod time_entries;
pub mod tombstones;
