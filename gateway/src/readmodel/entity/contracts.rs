//! Contracts with their amounts and past periods.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_contracts")]
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
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub contract_type: String,
    #[sea_orm(column_type = "Text")]
    pub type_label: String,
    #[sea_orm(column_type = "Text")]
    pub type_native: String,
    pub active: bool,
    pub is_default: bool,
    #[sea_orm(column_type = "Text")]
    pub starts_on: String,
    #[sea_orm(column_type = "Text")]
    pub ends_on: String,
    #[sea_orm(column_type = "Text")]
    pub history: String,
    pub site_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub number: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub status: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub billing_info: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub sla: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub billing_cycle: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub currency: Option<String>,
    pub setup_fee: Option<i64>,
    pub billing_price: Option<i64>,
    pub billed: Option<i64>,
    pub remaining: Option<i64>,
    pub consumed: Option<i64>,
    pub prepaid_seconds: Option<i64>,
    pub used_seconds: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
