//! What a backend was found not to have, as JSON: a restart remembers it until the backend is asked again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const BACKENDS: &str = "backends";
const ABSENT: &str = "absent";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new(Alias::new(ABSENT));
        column.text();
        manager.alter_table(Table::alter().table(Alias::new(BACKENDS)).add_column(&mut column).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(Alias::new(BACKENDS)).drop_column(Alias::new(ABSENT)).take()).await
    }
}
