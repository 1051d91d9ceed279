//! What is on the shelf: announcements, articles, contracts, and the catalogue with its forms.

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

const NATIVE: &[&[&str]] = &[&["backend_id", "native_key"]];

const TABLES: &[TableSpec] = &[
    TableSpec {
        name: "mirror_announcements",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("title", Text), ("body", Text), ("visibility", Text), ("starts_at", Int), ("ends_at", Int)],
            optional: &[("account_id", Uuid)],
        },
        unique: NATIVE,
        indices: &[&["backend_id", "starts_at", "id"], &["account_id", "starts_at", "id"], &["starts_at", "id"]],
    },
    TableSpec {
        name: "mirror_articles",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("title", Text),
                ("body", Text),
                ("visibility", Text),
                ("views", Int),
                ("published_at", Int),
                ("updated_at", Int),
            ],
            optional: &[("account_id", Uuid), ("topic", Text), ("department", Text)],
        },
        unique: NATIVE,
        indices: &[
            &["backend_id", "published_at", "id"],
            &["account_id", "published_at", "id"],
            &["published_at", "id"],
            &["views", "id"],
        ],
    },
    TableSpec {
        name: "mirror_contracts",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("name", Text),
                ("contract_type", Text),
                ("type_label", Text),
                ("type_native", Text),
                ("active", Bool),
                ("is_default", Bool),
                ("starts_on", Text),
                ("ends_on", Text),
                ("history", Text),
            ],
            optional: &[
                ("site_id", Uuid),
                ("number", Text),
                ("status", Text),
                ("description", Text),
                ("billing_info", Text),
                ("sla", Text),
                ("billing_cycle", Text),
                ("currency", Text),
                ("setup_fee", Int),
                ("billing_price", Int),
                ("billed", Int),
                ("remaining", Int),
                ("consumed", Int),
                ("prepaid_seconds", Int),
                ("used_seconds", Int),
            ],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "name", "id"],
            &["account_id", "ends_on", "id"],
            &["name", "id"],
            &["ends_on", "id"],
        ],
    },
    TableSpec {
        name: "mirror_catalogue_categories",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("name", Text), ("position", Int), ("active", Bool)],
            optional: &[("parent_id", Uuid), ("description", Text)],
        },
        unique: NATIVE,
        indices: &[&["backend_id", "position", "id"], &["position", "id"]],
    },
    TableSpec {
        name: "mirror_catalogue_items",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("name", Text), ("active", Bool)],
            optional: &[
                ("account_id", Uuid),
                ("category_id", Uuid),
                ("form_id", Uuid),
                ("description", Text),
                ("icon", Text),
                ("price", Int),
                ("currency", Text),
                ("needs_approval", Bool),
            ],
        },
        unique: NATIVE,
        indices: &[&["backend_id", "name", "id"], &["category_id", "name", "id"], &["name", "id"]],
    },
    TableSpec {
        name: "mirror_forms",
        key: &[("id", Uuid)],
        columns: Columns { required: &[("name", Text), ("fields", Text), ("active", Bool)], optional: &[] },
        unique: NATIVE,
        indices: &[],
    },
];
