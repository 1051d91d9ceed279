//! Replies and notes on tickets.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_comments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub backend_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub native_key: String,
    pub hash: i64,
    pub version: i64,
    pub read_at: i64,
    pub ticket_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    pub requires_action: bool,
    pub created_at: i64,
    pub author_contact_id: Option<Uuid>,
    pub author_agent_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub author_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub marker: Option<String>,
    pub updated_at: Option<i64>,
    /// How the delivery of a pending one stands; nothing once its PSA has it.
    #[sea_orm(column_type = "Text", nullable)]
    pub delivery: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
