//! The mirror of the PSAs, and what must survive when it is dropped: backends, aliases, outbox.

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
        manager.create_table(outbox()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new("outbox")).take()).await?;
        for table in TABLES.iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

/// One row for each change of a mirrored object, written in the change's own transaction.
fn outbox() -> TableCreateStatement {
    Table::create()
        .table(Alias::new("outbox"))
        .col(ColumnDef::new(Alias::new("seq")).big_integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new(Alias::new("kind")).text().not_null())
        .col(ColumnDef::new(Alias::new("object_id")).uuid().not_null())
        .col(ColumnDef::new(Alias::new("account_id")).uuid().null())
        .col(ColumnDef::new(Alias::new("version")).big_integer().not_null())
        .col(ColumnDef::new(Alias::new("change")).text().not_null())
        .col(ColumnDef::new(Alias::new("at")).big_integer().not_null())
        .take()
}

const NATIVE: &[&[&str]] = &[&["backend_id", "native_key"]];

const TABLES: &[TableSpec] = &[
    TableSpec {
        name: "backends",
        key: &[("id", Uuid)],
        columns: Columns { required: &[("instance", Text), ("kind", Text), ("created_at", Int)], optional: &[] },
        unique: &[&["instance"]],
        indices: &[],
    },
    TableSpec {
        name: "aliases",
        key: &[("backend_id", Uuid), ("kind", Text), ("native_key", Text)],
        columns: Columns { required: &[("id", Uuid)], optional: &[] },
        unique: &[],
        indices: &[&["id"]],
    },
    TableSpec {
        name: "mirror_streams",
        key: &[("backend_id", Uuid), ("stream", Text)],
        columns: Columns {
            required: &[("done", Int)],
            optional: &[
                ("checkpoint", Text),
                ("confirmed_at", Int),
                ("full_at", Int),
                ("pass", Text),
                ("pass_began_at", Int),
                ("pass_checkpoint", Text),
                ("total", Int),
                ("failed_since", Int),
                ("failure", Text),
                ("lease_owner", Text),
                ("lease_until", Int),
                ("nudged_at", Int),
            ],
        },
        unique: &[],
        indices: &[],
    },
    TableSpec {
        name: "mirror_tombstones",
        key: &[("id", Uuid)],
        columns: Columns { required: &[("read_at", Int)], optional: &[] },
        unique: &[],
        indices: &[],
    },
    TableSpec {
        name: "mirror_accounts",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("name", Text), ("active", Bool)],
            optional: &[("currency", Text), ("website", Text), ("phone", Text), ("notes", Text), ("created_at", Int)],
        },
        unique: NATIVE,
        indices: &[&["name", "id"]],
    },
    TableSpec {
        name: "mirror_contacts",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("account_id", Uuid), ("name", Text), ("facts", Text), ("active", Bool)],
            optional: &[
                ("site_id", Uuid),
                ("title", Text),
                ("department", Text),
                ("email", Text),
                ("phone", Text),
                ("mobile", Text),
                ("portal_access", Bool),
                ("user_name", Text),
                ("notes", Text),
                ("created_at", Int),
            ],
        },
        unique: NATIVE,
        indices: &[&["account_id", "name", "id"]],
    },
    TableSpec {
        name: "mirror_agents",
        key: &[("id", Uuid)],
        columns: Columns { required: &[("name", Text), ("active", Bool)], optional: &[("email", Text)] },
        unique: NATIVE,
        indices: &[],
    },
    TableSpec {
        name: "mirror_choices",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("list", Text), ("value", Text), ("label", Text), ("position", Int), ("active", Bool)],
            optional: &[("meaning", Text), ("parent_id", Uuid), ("colour", Text)],
        },
        unique: NATIVE,
        indices: &[&["backend_id", "list", "position"]],
    },
    TableSpec {
        name: "mirror_tickets",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("account_id", Uuid),
                ("number", Text),
                ("subject", Text),
                ("description", Text),
                ("status_group", Text),
                ("status_label", Text),
                ("status_native", Text),
                ("source", Text),
                ("created_at", Int),
                ("updated_at", Int),
                ("followers", Text),
                ("custom", Text),
            ],
            optional: &[
                ("contact_id", Uuid),
                ("site_id", Uuid),
                ("asset_id", Uuid),
                ("contract_id", Uuid),
                ("assignee_id", Uuid),
                ("team_id", Uuid),
                ("priority_group", Text),
                ("priority_label", Text),
                ("priority_native", Text),
                ("category_label", Text),
                ("category_native", Text),
                ("type_label", Text),
                ("type_native", Text),
                ("urgency_label", Text),
                ("urgency_native", Text),
                ("impact_label", Text),
                ("impact_native", Text),
                ("sla_name", Text),
                ("sla_paused", Bool),
                ("response_due_at", Int),
                ("resolution_due_at", Int),
                ("first_response_at", Int),
                ("response_met", Bool),
                ("resolution_met", Bool),
                ("feedback", Text),
                ("marker", Text),
                ("internal_note", Text),
                ("billable", Bool),
                ("due_at", Int),
                ("resolved_at", Int),
                ("closed_at", Int),
                ("last_comment_id", Uuid),
                ("detail_at", Int),
            ],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "created_at", "id"],
            &["account_id", "updated_at", "id"],
            &["account_id", "contact_id", "created_at", "id"],
            &["account_id", "status_group", "created_at", "id"],
            &["created_at", "id"],
            &["updated_at", "id"],
        ],
    },
    TableSpec {
        name: "mirror_comments",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("ticket_id", Uuid),
                ("body", Text),
                ("visibility", Text),
                ("requires_action", Bool),
                ("created_at", Int),
            ],
            optional: &[
                ("author_contact_id", Uuid),
                ("author_agent_id", Uuid),
                ("author_name", Text),
                ("marker", Text),
                ("updated_at", Int),
            ],
        },
        unique: NATIVE,
        indices: &[&["ticket_id", "created_at", "id"]],
    },
    TableSpec {
        name: "mirror_attachments",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("ticket_id", Uuid),
                ("name", Text),
                ("reference", Text),
                ("visibility", Text),
                ("created_at", Int),
            ],
            optional: &[("comment_id", Uuid), ("media_type", Text), ("size", Int)],
        },
        unique: NATIVE,
        indices: &[&["ticket_id", "created_at", "id"], &["comment_id"]],
    },
    TableSpec {
        name: "mirror_time_entries",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[
                ("ticket_id", Uuid),
                ("seconds", Int),
                ("note", Text),
                ("visibility", Text),
                ("started_at", Int),
            ],
            optional: &[("comment_id", Uuid), ("agent_id", Uuid), ("billable", Bool)],
        },
        unique: NATIVE,
        indices: &[&["ticket_id", "started_at", "id"]],
    },
    TableSpec {
        name: "mirror_invoices",
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
                ("due_on", Text),
                ("lines", Text),
            ],
            optional: &[
                ("recurring_id", Uuid),
                ("title", Text),
                ("purchase_order", Text),
                ("subtotal", Int),
                ("tax", Int),
                ("discount", Int),
                ("paid", Int),
                ("balance", Int),
                ("note", Text),
                ("internal_note", Text),
                ("sales_representative", Text),
                ("project", Text),
                ("terms", Text),
                ("period_from", Text),
                ("period_to", Text),
                ("sent_at", Int),
                ("detail_at", Int),
            ],
        },
        unique: NATIVE,
        indices: &[
            &["account_id", "issued_on", "id"],
            &["account_id", "status_group", "issued_on", "id"],
            &["issued_on", "id"],
        ],
    },
    TableSpec {
        name: "mirror_payments",
        key: &[("id", Uuid)],
        columns: Columns {
            required: &[("invoice_id", Uuid), ("amount", Int), ("currency", Text), ("paid_on", Text)],
            optional: &[("method", Text), ("reference", Text)],
        },
        unique: NATIVE,
        indices: &[&["invoice_id", "paid_on", "id"]],
    },
];
