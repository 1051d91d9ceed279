//! Writes that were asked for, from before they are sent until they are settled, and after.

use sea_orm::entity::prelude::*;

/// How far a command has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "CommandState")]
pub enum State {
    /// It waits to be sent.
    Queued,
    /// It is being sent.
    Sending,
    /// It may have been sent: after a while the PSA is asked whether it has it.
    Checking,
    /// The PSA has it.
    Applied,
    /// The PSA refused it.
    Rejected,
    /// It may have been sent, and nobody can tell.
    Uncertain,
    /// Staff gave it up.
    Discarded,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_commands")]
pub struct Model {
    /// Also the id of the object that a create makes, and its marker in the PSA.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The order in which commands were accepted.
    pub seq: i64,
    pub backend_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// What it is about; commands about one object are sent one after the other.
    #[sea_orm(column_type = "Text")]
    pub object_kind: String,
    pub object_id: Uuid,
    pub user_id: Uuid,
    pub account_id: Uuid,
    /// Whom it is for.
    pub contact_id: Option<Uuid>,
    /// The command as it will be sent, with placeholders for what the PSA does not have yet. Nothing once applied.
    #[sea_orm(column_type = "Text")]
    pub intent: String,
    pub state: State,
    pub attempts: i64,
    pub created_at: i64,
    /// When it is looked at next; of an applied one, when it is read back.
    pub next_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    /// When the attempt began that may have reached the PSA; nothing if none can have.
    pub sent_at: Option<i64>,
    pub settled_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub target_kind: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub target_key: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error_code: Option<String>,
    /// For everybody.
    #[sea_orm(column_type = "Text", nullable)]
    pub error_text: Option<String>,
    /// For the operator.
    #[sea_orm(column_type = "Text", nullable)]
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
