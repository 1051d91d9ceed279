//! The adapter against a small installation in SQLite, and against a real MariaDB where one is named.

mod changes;
mod fixture;
mod mariadb;
mod passes;
mod refusals;
mod sandbox;
