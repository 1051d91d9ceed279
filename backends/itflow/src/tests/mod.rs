//! The adapter against a small installation in SQLite, and against a real MariaDB where one is named.

mod approvals;
mod books;
mod changes;
mod estate;
mod explain;
mod files;
mod fixture;
mod mariadb;
mod passes;
mod refusals;
mod sandbox;
mod traps;
mod vouch;
