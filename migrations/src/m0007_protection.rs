//! Whom Portico has been told to forget. No text of theirs is kept: hashes only, to know it again when a PSA sends it.

use crate::table::Holds::{Int, Text, Uuid};
use crate::table::{Columns, TableSpec};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const ERASURES: TableSpec = TableSpec {
    name: "erasures",
    key: &[("id", Uuid)],
    columns: Columns {
        required: &[
            ("backend_id", Uuid),
            ("kind", Text),
            ("account_id", Uuid),
            ("salt", Text),
            ("traces", Text),
            ("erased_at", Int),
        ],
        optional: &[],
    },
    unique: &[],
    indices: &[&["backend_id"]],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ERASURES.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ERASURES.drop(manager).await
    }
}
