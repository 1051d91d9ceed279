//! Files that a user announced or sent, until the command that takes them along is settled.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// As announced, and as received: a file of another length is not taken.
    pub size: i64,
    pub created_at: i64,
    /// By its content, once that is here.
    #[sea_orm(column_type = "Text", nullable)]
    pub media_type: Option<String>,
    /// Which of the attempts at sending it was whole.
    pub attempt: Option<Uuid>,
    pub command_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
