//! What can be asked for in the service catalogue.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_catalogue_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub backend_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub native_key: String,
    pub hash: i64,
    pub version: i64,
    pub read_at: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub active: bool,
    pub account_id: Option<Uuid>,
    pub category_id: Option<Uuid>,
    pub form_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub icon: Option<String>,
    pub price: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub currency: Option<String>,
    pub needs_approval: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
