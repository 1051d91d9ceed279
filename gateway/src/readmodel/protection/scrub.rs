//! What was deleted is still in free pages and in the log of a database until somebody sweeps there.

use crate::readmodel::search;
use crate::readmodel::store::{Store, db};
use portico_contract::Result;
use sea_orm::{ConnectionTrait, DbBackend};

/// The log is emptied when no reader holds it: they are done in a moment.
const TRIES: u32 = 50;
const WAIT: std::time::Duration = std::time::Duration::from_millis(100);

impl Store {
    /// Makes the bytes of deleted rows go away. `false`: readers held SQLite's log all the time, and old pages stay in
    /// it until its next checkpoint.
    pub async fn scrub(&self) -> Result<bool> {
        let tx = self.begin().await?;
        search::compact(&tx).await?;
        tx.commit().await.map_err(db)?;
        self.write.execute_unprepared("VACUUM").await.map_err(db)?;
        if self.write.get_database_backend() != DbBackend::Sqlite {
            return Ok(true);
        }
        for _ in 0..TRIES {
            let statement = sea_orm::Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
            let row = self.write.query_one_raw(statement).await.map_err(db)?;
            let busy: i32 = row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(db)?;
            if busy == 0 {
                return Ok(true);
            }
            tokio::time::sleep(WAIT).await;
        }
        Ok(false)
    }
}
