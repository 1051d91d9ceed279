//! The database's shape, step by step.
//!
//! A table whose name starts with `mirror_` can be dropped and pulled again; every other table is
//! durable. Times are epoch milliseconds in UTC, amounts are ten-thousandths, dates are ISO text:
//! one representation on both databases that sorts and compares without conversion.

use sea_orm_migration::prelude::*;

mod m0001_read_model;
mod m0002_accounts;
mod m0003_more_kinds;
mod m0004_sync;
mod m0005_search;
mod m0006_links;
mod m0007_protection;
mod m0008_safe_html;
mod m0009_journal;
mod m0010_teams;
mod m0011_shelf;
mod m0012_uploads;
mod m0013_absent;
mod m0014_ticket_subjects;
mod table;

#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_read_model::Migration),
            Box::new(m0002_accounts::Migration),
            Box::new(m0003_more_kinds::Migration),
            Box::new(m0004_sync::Migration),
            Box::new(m0005_search::Migration),
            Box::new(m0006_links::Migration),
            Box::new(m0007_protection::Migration),
            Box::new(m0008_safe_html::Migration),
            Box::new(m0009_journal::Migration),
            Box::new(m0010_teams::Migration),
            Box::new(m0011_shelf::Migration),
            Box::new(m0012_uploads::Migration),
            Box::new(m0013_absent::Migration),
            Box::new(m0014_ticket_subjects::Migration),
        ]
    }
}
