//! Teams: whose queue a ticket is in.

use crate::table::Holds::{Bool, Text, Uuid};
use crate::table::{Columns, TableSpec};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TEAMS.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TEAMS.drop(manager).await
    }
}

const TEAMS: TableSpec = TableSpec {
    name: "mirror_teams",
    key: &[("id", Uuid)],
    columns: Columns { required: &[("name", Text), ("active", Bool)], optional: &[] },
    unique: &[&["backend_id", "native_key"]],
    indices: &[],
};
