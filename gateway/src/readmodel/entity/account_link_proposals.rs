//! Pairs of accounts that a rule takes for one customer, and what became of each.

use sea_orm::entity::prelude::*;

/// Why two accounts are taken for one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AccountLinkRule")]
pub enum Rule {
    /// Their web sites are on one host.
    Website,
    /// Their contacts have addresses of one e-mail domain.
    EmailDomain,
    /// Their telephone numbers are the same.
    Phone,
    /// Their names are the same but for case, punctuation and legal form.
    Name,
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AccountLinkState")]
pub enum State {
    /// Nobody has decided yet.
    Proposed,
    /// The accounts were linked.
    Confirmed,
    /// They are not to be linked, or no longer. It is not proposed again.
    Declined,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_link_proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The smaller of the two ids.
    pub account_id: Uuid,
    pub other_id: Uuid,
    pub rule: Rule,
    /// What the two have in common.
    #[sea_orm(column_type = "Text")]
    pub evidence: String,
    pub state: State,
    pub proposed_at: i64,
    pub decided_at: Option<i64>,
    pub decided_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
