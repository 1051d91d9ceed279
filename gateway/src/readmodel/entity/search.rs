//! What the search index knows: one row per record. Its words lie beside it, in the database's own full text.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_search")]
pub struct Model {
    /// Later records have greater ones.
    #[sea_orm(primary_key, auto_increment = false)]
    pub docid: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub record_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
