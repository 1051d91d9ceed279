//! The search index: one row per record, its words in the database's own full text.
//!
//! SQLite keeps the words in FTS5 tables that hold no text, PostgreSQL in `tsvector` columns. It is filled by
//! whoever opens the database after this step.

use crate::table::Holds::{Int, Text, Uuid};
use crate::table::{Columns, TableSpec};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const INDEX: TableSpec = TableSpec {
    name: "mirror_search",
    key: &[("docid", Int)],
    columns: Columns { required: &[("kind", Text), ("record_id", Uuid)], optional: &[] },
    unique: &[],
    indices: &[&["record_id"]],
};

const SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE mirror_search_text USING fts5(owners, public_text, internal_text, \
     content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE VIRTUAL TABLE mirror_search_local USING fts5(owners, local_text, \
     content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')",
];

const POSTGRES: &[&str] = &[
    "ALTER TABLE mirror_search ADD COLUMN public_text tsvector NOT NULL",
    "ALTER TABLE mirror_search ADD COLUMN internal_text tsvector NOT NULL",
    "ALTER TABLE mirror_search ADD COLUMN local_text tsvector NOT NULL",
    "CREATE INDEX ix_mirror_search_public_text ON mirror_search USING gin (public_text) WITH (fastupdate = off)",
    "CREATE INDEX ix_mirror_search_internal_text ON mirror_search USING gin (internal_text) WITH (fastupdate = off)",
    "CREATE INDEX ix_mirror_search_local_text ON mirror_search USING gin (local_text) WITH (fastupdate = off)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        INDEX.create(manager).await?;
        let steps = if manager.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE };
        for step in steps {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            for table in ["mirror_search_text", "mirror_search_local"] {
                manager.get_connection().execute_unprepared(&format!("DROP TABLE {table}")).await?;
            }
        }
        INDEX.drop(manager).await
    }
}
