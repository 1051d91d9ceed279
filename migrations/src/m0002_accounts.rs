//! Users, what they are bound to, their sessions, and failed sign-ins. All of it is durable.

use crate::table::Holds::{Bool, Int, Text, Uuid};
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
    // `login` is kept in lower case, so the unique index ignores case.
    TableSpec {
        name: "users",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("realm", Text),
                ("name", Text),
                ("email", Text),
                ("login", Text),
                ("disabled", Bool),
                ("rights_version", Int),
                ("created_at", Int),
            ],
            optional: &[("password_hash", Text), ("password_changed_at", Int)],
        },
        unique: &[&["realm", "login"]],
        indices: &[&["login"]],
    },
    // Whose rights a user has: a contact of a backend, never an e-mail address that may move.
    TableSpec {
        name: "user_contacts",
        key: &[("user_id", Uuid), ("contact_id", Uuid)],
        columns: Columns { required: &[("backend_id", Uuid)], optional: &[] },
        unique: &[],
        indices: &[&["contact_id"]],
    },
    TableSpec {
        name: "user_roles",
        key: &[("user_id", Uuid), ("role_key", Text)],
        columns: Columns { required: &[], optional: &[] },
        unique: &[],
        indices: &[&["role_key"]],
    },
    // `token_hash` is SHA-256 in hexadecimal; the token itself is nowhere.
    TableSpec {
        name: "sessions",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("token_hash", Text),
                ("user_id", Uuid),
                ("kind", Text),
                ("created_at", Int),
                ("last_seen_at", Int),
                ("expires_at", Int),
            ],
            optional: &[("revoked_at", Int), ("name", Text)],
        },
        unique: &[&["token_hash"]],
        indices: &[&["user_id"], &["expires_at"]],
    },
    // `key` is a hash of the login or of the peer.
    TableSpec {
        name: "sign_in_failures",
        key: &[("key", Text)],
        columns: Columns { required: &[("failures", Int), ("last_at", Int), ("blocked_until", Int)], optional: &[] },
        unique: &[],
        indices: &[&["last_at"]],
    },
];
