//! More of what a PSA holds: sites, assets, recurring invoices, quotes, approvals, documents, domains
//! and certificates.

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
        manager.create_index(payments_by_day()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(BY_DAY).table(Alias::new("mirror_payments")).to_owned()).await?;
        for table in TABLES.iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

const BY_DAY: &str = "ix_mirror_payments_paid_on_id";

/// Payments are listed by themselves as well as below their invoice.
fn payments_by_day() -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(BY_DAY).table(Alias::new("mirror_payments")).col(Alias::new("paid_on")).col(Alias::new("id"));
    index
}

const NATIVE: &[&[&str]] = &[&["backend_id", "native_key"]];

const TABLES: &[TableSpec] = &[
    TableSpec {
        name: "mirror_sites",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("account_id", Uuid), ("name", Text), ("is_primary", Bool), ("active", Bool)],
            optional: &[
                ("address", Text),
                ("city", Text),
                ("region", Text),
                ("postal_code", Text),
                ("country", Text),
                ("phone", Text),
                ("notes", Text),
            ],
        },
        unique: NATIVE,
        indices: &[&["account_id", "name", "id"], &["name", "id"]],
    },
    TableSpec {
        name: "mirror_assets",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("name", Text),
                ("key_fields", Text),
                ("installed_on", Text),
                ("purchased_on", Text),
                ("warranty_expires_on", Text),
                ("active", Bool),
            ],
            optional: &[
                ("site_id", Uuid),
                ("contact_id", Uuid),
                ("number", Text),
                ("asset_type", Text),
                ("status", Text),
                ("make", Text),
                ("model", Text),
                ("serial", Text),
                ("operating_system", Text),
                ("url", Text),
                ("notes", Text),
            ],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "name", "id"],
            &["account_id", "contact_id", "name", "id"],
            &["account_id", "warranty_expires_on", "id"],
            &["site_id", "name", "id"],
            &["name", "id"],
            &["warranty_expires_on", "id"],
        ],
    },
    TableSpec {
        name: "mirror_recurring_invoices",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("amount", Int),
                ("currency", Text),
                ("next_on", Text),
                ("last_on", Text),
                ("active", Bool),
            ],
            optional: &[("number", Text), ("title", Text), ("frequency", Text), ("autopay", Bool)],
        },
        unique: NATIVE,
        indices: &[&["account_id", "next_on", "id"], &["next_on", "id"]],
    },
    TableSpec {
        name: "mirror_quotes",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("number", Text),
                ("status_group", Text),
                ("status_label", Text),
                ("status_native", Text),
                ("visibility", Text),
                ("currency", Text),
                ("total", Int),
                ("issued_on", Text),
                ("expires_on", Text),
                ("lines", Text),
            ],
            optional: &[("title", Text), ("discount", Int), ("note", Text)],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "issued_on", "id"],
            &["account_id", "status_group", "issued_on", "id"],
            &["issued_on", "id"],
        ],
    },
    TableSpec {
        name: "mirror_approvals",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("ticket_id", Uuid),
                ("subject", Text),
                ("status_group", Text),
                ("status_label", Text),
                ("status_native", Text),
                ("approvers", Text),
                ("visibility", Text),
                ("created_at", Int),
            ],
            optional: &[
                ("any_with", Text),
                ("requester_contact_id", Uuid),
                ("requester_agent_id", Uuid),
                ("requester_name", Text),
                ("decider_contact_id", Uuid),
                ("decider_agent_id", Uuid),
                ("decider_name", Text),
                ("decided_at", Int),
            ],
        },
        unique: NATIVE,
        indices: &[&["ticket_id", "created_at", "id"], &["created_at", "id"]],
    },
    TableSpec {
        name: "mirror_documents",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("name", Text),
                ("body", Text),
                ("visibility", Text),
                ("created_at", Int),
                ("updated_at", Int),
            ],
            optional: &[("folder", Text), ("description", Text)],
        },
        unique: NATIVE,
        indices: &[&["account_id", "name", "id"], &["account_id", "updated_at", "id"], &["name", "id"]],
    },
    TableSpec {
        name: "mirror_domains",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("account_id", Uuid), ("name", Text), ("expires_on", Text)],
            optional: &[("registrar", Text), ("name_servers", Text), ("records", Text), ("notes", Text)],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "name", "id"],
            &["account_id", "expires_on", "id"],
            &["name", "id"],
            &["expires_on", "id"],
        ],
    },
    TableSpec {
        name: "mirror_certificates",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("account_id", Uuid), ("name", Text), ("expires_on", Text)],
            optional: &[("domain_id", Uuid), ("host", Text), ("issuer", Text), ("notes", Text)],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "name", "id"],
            &["account_id", "expires_on", "id"],
            &["name", "id"],
            &["expires_on", "id"],
        ],
    },
];
