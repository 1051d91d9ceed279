//! Who did what, when: rows are added and never changed.

use sea_orm::entity::prelude::*;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AuditAction")]
pub enum Action {
    /// The rules looked for accounts that are one customer.
    AccountLinksProposed,
    /// A proposal was confirmed: its accounts are one customer.
    AccountLinkConfirmed,
    /// A proposal was declined.
    AccountLinkDeclined,
    /// Accounts became one customer.
    AccountsLinked,
    /// An account was taken out of its customer.
    AccountsUnlinked,
    /// Contacts became one person.
    ContactsLinked,
    /// Contacts are no longer one person.
    ContactsUnlinked,
    /// A command was sent again.
    CommandRetried,
    /// A command was given up.
    CommandDiscarded,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub action: Action,
    /// Global ids, as a JSON list.
    #[sea_orm(column_type = "Text")]
    pub objects: String,
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    /// The user; none where Portico did it by itself.
    pub actor: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
