//! Articles: what the provider has written for many to read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_articles")]
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
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    pub views: i64,
    pub published_at: i64,
    pub updated_at: i64,
    pub account_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub topic: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub department: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
