//! Taking a command in: what is written before anybody is answered.

use super::keys::Key;
use super::{CommandRow, Journal, State, store};
use crate::readmodel::entity::journal_commands as commands;
use crate::readmodel::entity::{agents, attributions};
use crate::readmodel::store::db;
use crate::readmodel::{GlobalId, pending, uploads};
use portico_contract::{Actor, Command, Error, Intent, Kind, Lane, NativeId, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use std::time::Duration;
use uuid::{NoContext, Timestamp, Uuid};

/// On whose behalf something is asked for: as the PSA knows them, and as Portico does.
#[derive(Debug, Clone)]
pub struct Author {
    pub actor: Actor,
    pub id: Uuid,
}

/// A command that is asked for. Whoever makes it has checked that it may be.
#[derive(Debug, Clone)]
pub struct Draft {
    pub backend: Uuid,
    /// What it is about; nothing where it makes something new.
    pub object: Option<GlobalId>,
    pub user: Uuid,
    pub account: Uuid,
    /// Whom it is for.
    pub contact: Option<Uuid>,
    pub author: Author,
    pub intent: Intent,
    pub key: Option<Key>,
}

impl Journal {
    /// The command that a key led to.
    pub async fn known(&self, key: &Key) -> Result<Option<CommandRow>> {
        match key.known(&self.0.store.read).await? {
            Some(id) => self.command(id).await,
            None => Ok(None),
        }
    }

    pub async fn command(&self, id: Uuid) -> Result<Option<CommandRow>> {
        commands::Entity::find_by_id(id).one(&self.0.store.write).await.map_err(db)
    }

    /// Keeps a command and tries it at once, for as long as a mutation waits. What it gives is how it stands then.
    pub async fn submit(&self, draft: Draft) -> Result<CommandRow> {
        let (command, new) = self.accept(draft).await?;
        if !new || self.is_paused(command.backend_id, self.now().await?) {
            self.0.wake.notify_one();
            return Ok(command);
        }
        let (journal, id) = (self.clone(), command.id);
        // It goes on by itself when nobody waits any more.
        let attempt = tokio::spawn(async move { journal.attempt(id, Lane::Interactive).await });
        match tokio::time::timeout(Duration::from_millis(self.0.settings.wait_ms), attempt).await {
            Ok(Ok(Err(error))) => tracing::error!(error = %error.log(), command = %id, "a command could not be tried"),
            Ok(Err(panic)) => tracing::error!(%panic, command = %id, "a command could not be tried"),
            Ok(Ok(Ok(_))) | Err(_) => {}
        }
        self.0.wake.notify_one();
        Ok(self.command(id).await?.unwrap_or(command))
    }

    /// Writes a command down, with what it will make and the key it came by; `false`: it was known already.
    pub async fn accept(&self, draft: Draft) -> Result<(CommandRow, bool)> {
        let now = self.now().await?;
        let tx = self.0.store.begin().await?;
        if let Some(key) = &draft.key
            && let Some(id) = key.known(&tx).await?
        {
            let known = commands::Entity::find_by_id(id).one(&tx).await.map_err(db)?;
            return known.map(|row| (row, false)).ok_or_else(|| Error::internal("a key without its command"));
        }
        let row = insert(&tx, &draft, now).await?;
        pending::put(&self.0.store, &tx, &row).await?;
        if matches!(draft.intent, Intent::AddComment(_)) {
            attribute(&tx, &row, &draft.author).await?;
        }
        uploads::attach(&tx, draft.user, row.id, draft.intent.uploads()).await?;
        if let Some(key) = &draft.key {
            key.remember(&tx, row.id, now).await?;
        }
        tx.commit().await.map_err(db)?;
        Ok((row, true))
    }

    /// The agent that a member of the staff is in a PSA, by the address: it is written into what they do there, and
    /// gives no right.
    pub async fn agent(&self, backend: Uuid, email: &str) -> Result<Option<Author>> {
        use agents::Column as C;
        let same = Expr::expr(Func::lower(Expr::col(C::Email))).eq(email.to_lowercase());
        let found = agents::Entity::find()
            .filter(C::BackendId.eq(backend))
            .filter(C::Active.eq(true))
            .filter(same)
            .order_by_asc(C::Id)
            .one(&self.0.store.read);
        let author = |row: agents::Model| {
            let actor = Actor::Agent(NativeId { kind: Kind::Agent, key: row.native_key });
            Author { actor, id: row.id }
        };
        Ok(found.await.map_err(db)?.map(author))
    }

    pub(super) async fn now(&self) -> Result<i64> {
        self.0.store.begin_time().await
    }
}

async fn insert(tx: &DatabaseTransaction, draft: &Draft, now: i64) -> Result<CommandRow> {
    let id = id(now);
    let object = draft.object.unwrap_or(GlobalId::new(made(&draft.intent), id));
    let command = Command { id, actor: draft.author.actor.clone(), intent: draft.intent.clone() };
    let intent =
        serde_json::to_string(&command).map_err(|e| Error::internal("a command does not serialise").with_source(e))?;
    let row = CommandRow {
        id,
        seq: store::next_seq(tx).await?,
        backend_id: draft.backend,
        kind: draft.intent.kind().as_str().to_owned(),
        object_kind: object.kind.as_str().to_owned(),
        object_id: object.uuid,
        user_id: draft.user,
        account_id: draft.account,
        contact_id: draft.contact,
        intent,
        state: State::Queued,
        attempts: 0,
        created_at: now,
        next_at: Some(now),
        lease_owner: None,
        lease_until: None,
        sent_at: None,
        settled_at: None,
        target_kind: None,
        target_key: None,
        error_code: None,
        error_text: None,
        detail: None,
    };
    let insert: commands::ActiveModel = row.clone().into();
    commands::Entity::insert(insert).exec_without_returning(tx).await.map_err(db)?;
    Ok(row)
}

/// Later ones are greater: what somebody writes twice in a second stays in order.
fn id(now: i64) -> Uuid {
    let (seconds, nanos) = (now.div_euclid(1_000), now.rem_euclid(1_000) * 1_000_000);
    let (seconds, nanos) = (u64::try_from(seconds).unwrap_or_default(), u32::try_from(nanos).unwrap_or_default());
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanos))
}

/// What a command makes that names no object.
fn made(intent: &Intent) -> Kind {
    if matches!(intent, Intent::UpsertContact(_)) { Kind::Contact } else { Kind::Ticket }
}

async fn attribute(tx: &DatabaseTransaction, row: &CommandRow, author: &Author) -> Result<()> {
    let is_contact = matches!(author.actor, Actor::Contact(_));
    let row = attributions::ActiveModel {
        id: Set(row.id),
        backend_id: Set(row.backend_id),
        contact_id: Set(is_contact.then_some(author.id)),
        agent_id: Set((!is_contact).then_some(author.id)),
    };
    attributions::Entity::insert(row).exec_without_returning(tx).await.map_err(db)?;
    Ok(())
}
