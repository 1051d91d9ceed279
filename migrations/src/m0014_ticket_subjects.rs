//! What tickets are filtered by stands in the index that lists them.
//!
//! A filter by words has to look at every ticket of an account. Those lie on as many pages as there are tickets, unless
//! the account owns most of the table; the index has them side by side. PostgreSQL neither looks at such a column before
//! it has read the row, nor takes an index entry as long as a subject may be.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        listed(manager, &["status_group", "subject"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        listed(manager, &[]).await
    }
}

const TABLE: &str = "mirror_tickets";
const NAME: &str = "ix_mirror_tickets_account_id_created_at_id";

async fn listed(manager: &SchemaManager<'_>, with: &[&'static str]) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let mut old = Index::drop();
    old.name(NAME).table(Alias::new(TABLE));
    manager.drop_index(old).await?;
    let mut index = Index::create();
    index.name(NAME).table(Alias::new(TABLE));
    for name in ["account_id", "created_at", "id"].iter().chain(with) {
        index.col(Alias::new(*name));
    }
    manager.create_index(index).await
}
