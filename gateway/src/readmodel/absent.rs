//! What each backend was last found not to have, for a restart and for the other replicas.

use super::entity::backends;
use super::store::{Store, db};
use portico_contract::{Absent, Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Store {
    /// Nothing where it is not known, or was written by a version with other words.
    pub async fn absent(&self, backend: Uuid) -> Result<Absent> {
        let row = backends::Entity::find_by_id(backend).one(&self.read).await.map_err(db)?;
        let kept = row.and_then(|row| row.absent);
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    pub async fn keep_absent(&self, backend: Uuid, absent: &Absent) -> Result<()> {
        let kept = match absent.is_empty() {
            true => None,
            false => Some(serde_json::to_string(absent).map_err(|error| Error::internal(error.to_string()))?),
        };
        let update = backends::Entity::update_many().col_expr(backends::Column::Absent, Expr::value(kept));
        update.filter(backends::Column::Id.eq(backend)).exec(&self.write).await.map_err(db).map(drop)
    }
}
