//! The adapter against a small installation in SQLite, and against a real MariaDB where one is named.

mod api;
mod approvals;
mod bench;
mod books;
mod changes;
mod conformance;
mod decisions;
mod estate;
mod explain;
mod files;
mod fixture;
mod mariadb;
mod passes;
mod place;
mod refusals;
mod replay;
mod sandbox;
mod traps;
mod update;
mod vouch;
mod writes;
