//! What keeping in step needs beside the streams' own state: when a stream was last tried, how large
//! its passes are, who completes thin rows, which rows those are, and the calls that were made.

use crate::table::Holds::{Int, Text, Uuid};
use crate::table::{self, Columns, Holds, TableSpec};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column, holds) in COLUMNS {
            let mut column = table::column(column, *holds, false);
            let alter = Table::alter().table(Alias::new(*name)).add_column(&mut column).take();
            manager.alter_table(alter).await?;
        }
        for name in THIN {
            manager.create_index(queue(name)).await?;
        }
        CALLS.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        CALLS.drop(manager).await?;
        for name in THIN {
            manager.drop_index(Index::drop().name(queue_name(name)).table(Alias::new(*name)).to_owned()).await?;
        }
        for (name, column, _) in COLUMNS.iter().rev() {
            let alter = Table::alter().table(Alias::new(*name)).drop_column(Alias::new(*column)).take();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}

const COLUMNS: &[(&str, &str, Holds)] = &[
    ("mirror_streams", "tried_at", Int),
    ("mirror_streams", "ids_at", Int),
    ("mirror_streams", "pass_calls", Int),
    ("mirror_streams", "full_rows", Int),
    ("mirror_streams", "full_calls", Int),
    ("mirror_streams", "fill_owner", Text),
    ("mirror_streams", "fill_until", Int),
    ("mirror_tickets", "thin_at", Int),
    ("mirror_invoices", "thin_at", Int),
];

/// Tables whose rows may come without their children.
const THIN: &[&str] = &["mirror_tickets", "mirror_invoices"];

fn queue_name(table: &str) -> String {
    format!("ix_{table}_thin")
}

/// The rows that lack their children, and no others: empty where every snapshot is whole.
fn queue(table: &str) -> IndexCreateStatement {
    let newest = if table == "mirror_tickets" { "updated_at" } else { "issued_on" };
    let mut index = Index::create();
    index.name(queue_name(table)).table(Alias::new(table));
    for column in ["backend_id", newest, "id"] {
        index.col(Alias::new(column));
    }
    index.and_where(Expr::col(Alias::new("thin_at")).is_not_null());
    index
}

/// Calls to a PSA by the slice of time they fall into; durable, for the PSA counts on too.
const CALLS: TableSpec = TableSpec {
    name: "upstream_calls",
    key: &[("backend_id", Uuid), ("slice", Int), ("lane", Text)],
    columns: Columns { required: &[("calls", Int)], optional: &[] },
    unique: &[],
    indices: &[],
};
