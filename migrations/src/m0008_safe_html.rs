//! Rich text is stored safe from here on. What was stored before is dropped, and pulled again with every id kept.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const TABLES: &[&str] = &[
    "mirror_streams",
    "mirror_attachments",
    "mirror_time_entries",
    "mirror_comments",
    "mirror_approvals",
    "mirror_tickets",
    "mirror_payments",
    "mirror_invoices",
    "mirror_quotes",
    "mirror_documents",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let drop = Query::delete().from_table(Alias::new(*table)).to_owned();
            manager.exec_stmt(drop).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
