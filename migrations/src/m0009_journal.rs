//! The journal: what was asked of a PSA, kept before it is sent; keys by which a repeated wish is known; and who really
//! wrote what the account of the service posted. All of it is durable. A pending object shows how its delivery stands.

use crate::table::Holds::{Int, Text, Uuid};
use crate::table::{self, Columns, TableSpec};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            table.create(manager).await?;
        }
        for name in PENDING {
            let mut column = table::column("delivery", Text, false);
            let alter = Table::alter().table(Alias::new(*name)).add_column(&mut column).take();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in PENDING {
            let alter = Table::alter().table(Alias::new(*name)).drop_column(Alias::new("delivery")).take();
            manager.alter_table(alter).await?;
        }
        for table in TABLES.iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

/// Tables of what can be shown before its PSA has it.
const PENDING: &[&str] = &["mirror_tickets", "mirror_comments"];

const TABLES: &[TableSpec] = &[
    TableSpec {
        name: "journal_commands",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("seq", Int),
                ("backend_id", Uuid),
                ("kind", Text),
                ("object_kind", Text),
                ("object_id", Uuid),
                ("user_id", Uuid),
                ("account_id", Uuid),
                ("intent", Text),
                ("state", Text),
                ("attempts", Int),
                ("created_at", Int),
            ],
            optional: &[
                ("contact_id", Uuid),
                ("next_at", Int),
                ("lease_owner", Text),
                ("lease_until", Int),
                ("sent_at", Int),
                ("settled_at", Int),
                ("target_kind", Text),
                ("target_key", Text),
                ("error_code", Text),
                ("error_text", Text),
                ("detail", Text),
            ],
        },
        unique: &[&["seq"]],
        indices: &[&["backend_id", "state", "next_at"], &["object_id", "seq"], &["account_id"]],
    },
    // `key` and `input` are hashes: what somebody calls a wish is nobody else's business.
    TableSpec {
        name: "idempotency_keys",
        key: &[("user_id", Uuid), ("mutation", Text), ("key", Text)],
        columns: Columns { required: &[("input", Text), ("command_id", Uuid), ("created_at", Int)], optional: &[] },
        unique: &[],
        indices: &[&["created_at"]],
    },
    TableSpec {
        name: "attributions",
        key: &[("id", Uuid)],
        columns: Columns { required: &[("backend_id", Uuid)], optional: &[("contact_id", Uuid), ("agent_id", Uuid)] },
        unique: &[],
        indices: &[],
    },
];
