//! Decisions that a ticket waits for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_approvals")]
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
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub status_group: String,
    #[sea_orm(column_type = "Text")]
    pub status_label: String,
    #[sea_orm(column_type = "Text")]
    pub status_native: String,
    #[sea_orm(column_type = "Text")]
    pub approvers: String,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    pub created_at: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub any_with: Option<String>,
    pub requester_contact_id: Option<Uuid>,
    pub requester_agent_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub requester_name: Option<String>,
    pub decider_contact_id: Option<Uuid>,
    pub decider_agent_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub decider_name: Option<String>,
    pub decided_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
