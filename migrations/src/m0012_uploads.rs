//! Files on their way to a PSA. Their bytes lie beside the command that takes them along, in parts, since neither of
//! the databases likes to hold a large value whole.

use crate::table::Holds::{Bytes, Int, Text, Uuid};
use crate::table::{Columns, TableSpec};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

const TABLES: &[TableSpec] = &[
    // `media_type` and `attempt`: once the bytes are there. `command_id`: once a command takes it along.
    TableSpec {
        name: "uploads",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("user_id", Uuid), ("name", Text), ("size", Int), ("created_at", Int)],
            optional: &[("media_type", Text), ("attempt", Uuid), ("command_id", Uuid)],
        },
        unique: &[],
        indices: &[&["user_id"], &["command_id"], &["created_at"]],
    },
    TableSpec {
        name: "upload_parts",
        key: &[("upload_id", Uuid), ("attempt", Uuid), ("part", Int)],
        columns: Columns { required: &[("bytes", Bytes)], optional: &[] },
        unique: &[],
        indices: &[],
    },
];
