//! Who did what: rows that are written in the transaction of the act itself, and never changed.

use crate::readmodel::GlobalId;
use crate::readmodel::entity::audit;
use crate::readmodel::store::db;
use portico_contract::{Kind, Result};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

pub use crate::readmodel::entity::audit::Action;

/// Rows in one statement.
const ROWS: usize = 1_000;

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Act {
    pub action: Action,
    pub objects: Vec<GlobalId>,
    /// What else there is to know: never a secret, and nothing that names anybody, as it cannot be erased.
    pub detail: String,
}

impl Act {
    #[must_use]
    pub fn on(action: Action, kind: Kind, objects: &[Uuid]) -> Self {
        let objects = objects.iter().map(|id| GlobalId::new(kind, *id)).collect();
        Self { action, objects, detail: String::new() }
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// Writes down what a user did, in the transaction in which it is done.
pub async fn record(on: &impl ConnectionTrait, now: i64, actor: Uuid, acts: &[Act]) -> Result<()> {
    for acts in acts.chunks(ROWS) {
        let rows = acts.iter().map(|act| {
            let objects: Vec<String> = act.objects.iter().map(ToString::to_string).collect();
            audit::ActiveModel {
                id: Set(Uuid::new_v4()),
                at: Set(now),
                action: Set(act.action),
                objects: Set(serde_json::Value::from(objects).to_string()),
                detail: Set(act.detail.clone()),
                actor: Set(Some(actor)),
            }
        });
        audit::Entity::insert_many(rows).exec_without_returning(on).await.map_err(db)?;
    }
    Ok(())
}
