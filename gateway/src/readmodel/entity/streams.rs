//! Where each stream of each backend stands.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_streams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub backend_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream: String,
    pub done: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub checkpoint: Option<String>,
    pub confirmed_at: Option<i64>,
    pub full_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub pass: Option<String>,
    pub pass_began_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub pass_checkpoint: Option<String>,
    pub total: Option<i64>,
    pub failed_since: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    pub nudged_at: Option<i64>,
    pub tried_at: Option<i64>,
    pub ids_at: Option<i64>,
    pub pass_calls: Option<i64>,
    pub full_rows: Option<i64>,
    pub full_calls: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub fill_owner: Option<String>,
    pub fill_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
