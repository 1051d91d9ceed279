//! Tickets.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_tickets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub backend_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub native_key: String,
    pub hash: i64,
    pub version: i64,
    pub read_at: i64,
    pub account_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub number: String,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[sea_orm(column_type = "Text")]
    pub status_group: String,
    #[sea_orm(column_type = "Text")]
    pub status_label: String,
    #[sea_orm(column_type = "Text")]
    pub status_native: String,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    pub created_at: i64,
    pub updated_at: i64,
    #[sea_orm(column_type = "Text")]
    pub followers: String,
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    pub contact_id: Option<Uuid>,
    pub site_id: Option<Uuid>,
    pub asset_id: Option<Uuid>,
    pub contract_id: Option<Uuid>,
    pub assignee_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub priority_group: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub priority_label: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub priority_native: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub category_label: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub category_native: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub type_label: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub type_native: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub urgency_label: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub urgency_native: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub impact_label: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub impact_native: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub sla_name: Option<String>,
    pub sla_paused: Option<bool>,
    pub response_due_at: Option<i64>,
    pub resolution_due_at: Option<i64>,
    pub first_response_at: Option<i64>,
    pub response_met: Option<bool>,
    pub resolution_met: Option<bool>,
    #[sea_orm(column_type = "Text", nullable)]
    pub feedback: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub marker: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub internal_note: Option<String>,
    pub billable: Option<bool>,
    pub due_at: Option<i64>,
    pub resolved_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub last_comment_id: Option<Uuid>,
    pub detail_at: Option<i64>,
    /// Since when its children are not all known; nothing once they are.
    pub thin_at: Option<i64>,
    /// How the delivery of a pending one stands; nothing once its PSA has it.
    #[sea_orm(column_type = "Text", nullable)]
    pub delivery: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
