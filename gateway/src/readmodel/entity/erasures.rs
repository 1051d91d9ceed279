//! Contacts and accounts that were erased: their ids, and hashes that tell their traces in texts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub backend_id: Uuid,
    /// `contact` or `account`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The account itself, or the contact's.
    pub account_id: Uuid,
    /// The same for all of a backend, so that each word of a text is hashed once.
    #[sea_orm(column_type = "Text")]
    pub salt: String,
    #[sea_orm(column_type = "Text")]
    pub traces: String,
    pub erased_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
