//! What is written behind everybody's back: when sessions were last seen, and what is over.

use super::entity::{sessions, sign_in_failures as failures};
use super::store::{AccountStore, db};
use portico_contract::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60);

impl AccountStore {
    /// Runs until it is dropped. Failures are logged and tried again on the next beat.
    pub async fn keep_house(&self) {
        let mut beat = tokio::time::interval(EVERY);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Err(error) = self.tidy().await {
                tracing::warn!(error = %error.log(), "housekeeping of sessions failed");
            }
        }
    }

    /// One beat: notes who was seen, deletes what has expired.
    pub async fn tidy(&self) -> Result<()> {
        let seen = self.sessions.take_seen();
        let now = self.now();
        let forget = i64::try_from(self.settings.back_off_forget_seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
        let tx = self.begin().await?;
        for (session, at) in seen {
            sessions::Entity::update_many()
                .col_expr(sessions::Column::LastSeenAt, Expr::value(at))
                .filter(sessions::Column::Id.eq(session))
                .filter(sessions::Column::LastSeenAt.lt(at))
                .exec(&tx)
                .await
                .map_err(db)?;
        }
        sessions::Entity::delete_many().filter(sessions::Column::ExpiresAt.lte(now)).exec(&tx).await.map_err(db)?;
        failures::Entity::delete_many()
            .filter(failures::Column::LastAt.lt(now.saturating_sub(forget)))
            .filter(failures::Column::BlockedUntil.lte(now))
            .exec(&tx)
            .await
            .map_err(db)?;
        tx.commit().await.map_err(db)
    }
}
