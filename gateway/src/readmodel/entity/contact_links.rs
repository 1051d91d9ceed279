//! Contacts of several backends that are one person: two rows for each link, one from either end.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub linked_id: Uuid,
    /// The account of `contact_id` when the link was made: elsewhere the link says nothing.
    pub account_id: Uuid,
    /// The account of `linked_id` when the link was made.
    pub linked_account_id: Uuid,
    pub linked_at: i64,
    /// The user who linked them.
    pub linked_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
