//! Somebody who signs in.

use crate::accounts::Realm;
use sea_orm::entity::prelude::*;
use std::fmt;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub realm: Realm,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    /// Trimmed and in lower case; unique in its realm.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    pub disabled: bool,
    /// Moves whenever contacts, roles or access change.
    pub rights_version: i64,
    pub created_at: i64,
    /// None: signs in some other way.
    #[sea_orm(column_type = "Text", nullable)]
    pub password_hash: Option<String>,
    pub password_changed_at: Option<i64>,
}

/// Says who it is, and keeps the hash to itself.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("users::Model").field("id", &self.id).field("realm", &self.realm).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
