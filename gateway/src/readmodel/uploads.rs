//! Files on their way to a PSA: announced, received in parts, taken along by one command, and gone when that is
//! settled. Nobody but who announced one can fill it or send it.

use super::entity::{upload_parts as parts, uploads};
use super::store::{Store, db};
use portico_contract::command::Upload;
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uploads::Column as C;
use uuid::Uuid;

/// Files that one command takes along.
pub const MOST: usize = 10;
/// Files of one user that wait for a command.
const WAITING: u64 = 20;
/// A file that no command takes along goes after an hour.
pub const LIFE: i64 = 3_600_000;

/// What is known of a file.
pub use uploads::Model as Stored;

/// Where they wait.
#[derive(Debug, Clone)]
pub struct Uploads(Store);

fn gone() -> Error {
    Error::new(ErrorKind::NotFound, "There is no such upload of yours, or its hour is over. Announce it again.")
}

fn free(user: Uuid) -> sea_orm::Select<uploads::Entity> {
    uploads::Entity::find().filter(C::UserId.eq(user)).filter(C::CommandId.is_null())
}

impl Uploads {
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(store)
    }

    /// Makes a place for a file.
    pub async fn announce(&self, user: Uuid, name: &str, size: i64) -> Result<Stored> {
        self.expire().await?;
        let created_at = self.0.begin_time().await?;
        // Whoever announces many at once is counted one by one.
        let tx = self.0.begin().await?;
        if free(user).count(&tx).await.map_err(db)? >= WAITING {
            let text = format!("{WAITING} files of yours wait already. Send them with something, or wait an hour.");
            return Err(Error::new(ErrorKind::RateLimited, text));
        }
        let row = Stored {
            id: Uuid::new_v4(),
            user_id: user,
            name: name.to_owned(),
            size,
            created_at,
            media_type: None,
            attempt: None,
            command_id: None,
        };
        let insert = uploads::ActiveModel::from(row.clone());
        uploads::Entity::insert(insert).exec_without_returning(&tx).await.map_err(db)?;
        tx.commit().await.map_err(db)?;
        Ok(row)
    }

    /// A place that waits for its bytes. What an earlier attempt left in it goes.
    pub async fn open(&self, user: Uuid, id: Uuid) -> Result<Stored> {
        let since = self.0.begin_time().await? - LIFE;
        let row =
            free(user).filter(C::Id.eq(id)).filter(C::CreatedAt.gt(since)).one(&self.0.write).await.map_err(db)?;
        let row = row.ok_or_else(gone)?;
        if row.media_type.is_some() {
            return Err(Error::new(ErrorKind::Conflict, "This file is here already. Announce another one."));
        }
        self.drop_parts(id, None).await?;
        Ok(row)
    }

    pub async fn add_part(&self, id: Uuid, attempt: Uuid, part: i64, bytes: Vec<u8>) -> Result<()> {
        let row = parts::ActiveModel { upload_id: Set(id), attempt: Set(attempt), part: Set(part), bytes: Set(bytes) };
        parts::Entity::insert(row).exec_without_returning(&self.0.write).await.map_err(db)?;
        Ok(())
    }

    /// The bytes are all here, in so many parts, unless another attempt was faster.
    pub async fn finish(&self, id: Uuid, attempt: Uuid, count: u64, media_type: &str) -> Result<()> {
        let tx = self.0.begin().await?;
        let theirs = parts::Column::UploadId.eq(id).and(parts::Column::Attempt.eq(attempt));
        let whole = parts::Entity::find().filter(theirs).count(&tx).await.map_err(db)? == count;
        let done = uploads::Entity::update_many()
            .col_expr(C::MediaType, Expr::value(media_type))
            .col_expr(C::Attempt, Expr::value(attempt))
            .filter(C::Id.eq(id))
            .filter(C::MediaType.is_null())
            .exec(&tx)
            .await
            .map_err(db)?;
        if !whole || done.rows_affected == 0 {
            tx.rollback().await.map_err(db)?;
            self.drop_parts(id, Some(attempt)).await?;
            return Err(Error::new(ErrorKind::Conflict, "This file was sent twice at the same time. Send it once."));
        }
        tx.commit().await.map_err(db)
    }

    /// Parts of one attempt, or of all.
    pub async fn drop_parts(&self, id: Uuid, attempt: Option<Uuid>) -> Result<()> {
        let mut these = parts::Entity::delete_many().filter(parts::Column::UploadId.eq(id));
        if let Some(attempt) = attempt {
            these = these.filter(parts::Column::Attempt.eq(attempt));
        }
        these.exec(&self.0.write).await.map_err(db)?;
        Ok(())
    }

    /// A file of this user that is here and that no command takes along.
    pub async fn waiting(&self, user: Uuid, id: Uuid) -> Result<Option<Stored>> {
        let since = self.0.begin_time().await? - LIFE;
        let here = free(user).filter(C::Id.eq(id)).filter(C::CreatedAt.gt(since)).filter(C::MediaType.is_not_null());
        here.one(&self.0.read).await.map_err(db)
    }

    /// All bytes of a file.
    pub async fn bytes(&self, upload: &Upload) -> Result<Vec<u8>> {
        let lost =
            || Error::new(ErrorKind::Conflict, "A file of it is not here any more. Send it again with its files.");
        let row = uploads::Entity::find_by_id(upload.file).one(&self.0.write).await.map_err(db)?;
        let attempt = row.and_then(|row| row.attempt).ok_or_else(lost)?;
        let rows = parts::Entity::find()
            .filter(parts::Column::UploadId.eq(upload.file))
            .filter(parts::Column::Attempt.eq(attempt))
            .order_by_asc(parts::Column::Part);
        let mut bytes = Vec::with_capacity(usize::try_from(upload.size).unwrap_or_default());
        for row in rows.all(&self.0.write).await.map_err(db)? {
            bytes.extend_from_slice(&row.bytes);
        }
        if i64::try_from(bytes.len()).is_ok_and(|length| length == upload.size) { Ok(bytes) } else { Err(lost()) }
    }

    /// Forgets what no command took along in its hour.
    pub async fn expire(&self) -> Result<()> {
        let old = C::CreatedAt.lte(self.0.begin_time().await? - LIFE).and(C::CommandId.is_null());
        let any = uploads::Entity::find().filter(old.clone()).count(&self.0.read).await.map_err(db)?;
        if any > 0 {
            let tx = self.0.begin().await?;
            remove(&tx, old).await?;
            tx.commit().await.map_err(db)?;
        }
        Ok(())
    }
}

/// Binds files to the command that takes them along, in the transaction that accepts it.
pub async fn attach(tx: &DatabaseTransaction, user: Uuid, command: Uuid, files: &[Upload]) -> Result<()> {
    for file in files {
        let bound = uploads::Entity::update_many()
            .col_expr(C::CommandId, Expr::value(command))
            .filter(C::Id.eq(file.file))
            .filter(C::UserId.eq(user))
            .filter(C::CommandId.is_null())
            .exec(tx)
            .await
            .map_err(db)?;
        if bound.rows_affected == 0 {
            return Err(Error::new(
                ErrorKind::Conflict,
                "A file goes along with something else already. Send it again.",
            ));
        }
    }
    Ok(())
}

/// The command is settled: nobody needs its files any more.
pub async fn forget(tx: &DatabaseTransaction, command: Uuid) -> Result<()> {
    remove(tx, C::CommandId.eq(command)).await
}

/// These users are gone.
pub async fn forget_users(tx: &DatabaseTransaction, users: &[Uuid]) -> Result<()> {
    remove(tx, C::UserId.is_in(users.iter().copied())).await
}

async fn remove(tx: &DatabaseTransaction, which: sea_orm::sea_query::SimpleExpr) -> Result<()> {
    let ids = uploads::Entity::find().select_only().column(C::Id).filter(which.clone()).into_query();
    parts::Entity::delete_many().filter(parts::Column::UploadId.in_subquery(ids)).exec(tx).await.map_err(db)?;
    uploads::Entity::delete_many().filter(which).exec(tx).await.map_err(db)?;
    Ok(())
}
