//! Which accounts of several backends are one customer, which contacts one person, what is proposed, and
//! who did what. All of it is durable: ids of records stay when the mirror is pulled again.

use crate::table::Holds::{Int, Text, Uuid};
use crate::table::{Columns, TableSpec};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            table.create(manager).await?;
        }
        for statement in append_only(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            table.drop(manager).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION audit_stays()").await?;
        }
        Ok(())
    }
}

/// What was written down cannot be written over or taken away by any statement of Portico.
fn append_only(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Postgres => &[
            "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
            "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit \
             FOR EACH ROW EXECUTE FUNCTION audit_stays()",
        ],
        _ => &[
            "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit \
             BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
            "CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit \
             BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        ],
    }
}

const TABLES: &[TableSpec] = &[
    // Accounts with one `customer_id` are one customer.
    TableSpec {
        name: "account_links",
        key: &[("account_id", Uuid)],
        columns: Columns {
            required: &[("customer_id", Uuid), ("backend_id", Uuid), ("linked_at", Int), ("linked_by", Uuid)],
            optional: &[],
        },
        unique: &[],
        indices: &[&["customer_id"]],
    },
    // Two rows for each link, one from either end. The accounts are those of the moment of linking.
    TableSpec {
        name: "contact_links",
        key: &[("contact_id", Uuid), ("linked_id", Uuid)],
        columns: Columns {
            required: &[("account_id", Uuid), ("linked_account_id", Uuid), ("linked_at", Int), ("linked_by", Uuid)],
            optional: &[],
        },
        unique: &[],
        indices: &[&["account_id"], &["linked_account_id"]],
    },
    // `account_id` is the smaller of the two: a pair is proposed once.
    TableSpec {
        name: "account_link_proposals",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("other_id", Uuid),
                ("rule", Text),
                ("evidence", Text),
                ("state", Text),
                ("proposed_at", Int),
            ],
            optional: &[("decided_at", Int), ("decided_by", Uuid)],
        },
        unique: &[&["account_id", "other_id"]],
        indices: &[&["proposed_at", "id"], &["other_id"]],
    },
    // `objects` is a list of global ids.
    TableSpec {
        name: "audit",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("at", Int), ("action", Text), ("objects", Text), ("detail", Text)],
            optional: &[("actor", Uuid)],
        },
        unique: &[],
        indices: &[&["at", "id"]],
    },
];
