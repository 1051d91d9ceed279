//! One attempt at a command: taken, resolved, marked as being sent, sent, settled, read back.

use super::outcome::Verdict;
use super::resolve::Resolved;
use super::settle::free;
use super::store::{self, Held, save};
use super::{Journal, State};
use crate::readmodel::entity::journal_commands::ActiveModel;
use crate::readmodel::entity::tickets;
use crate::readmodel::store::db;
use crate::readmodel::uploads::Uploads;
use crate::readmodel::{pending, table};
use crate::sync::{Source, millis};
use async_trait::async_trait;
use bytes::Bytes;
use portico_contract::command::Upload;
use portico_contract::{Applied, CallCx, Command, Error, Files, Kind, Lane, NativeId, Result, Sent};
use sea_orm::{ActiveValue::Set, EntityTrait, TransactionTrait};
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// Between two looks whether what a command is about is there.
const LATER: i64 = 5_000;
/// What nobody waits for is read back so much later, unless a pull has brought it.
const READ_BACK: i64 = 30_000;
/// A backend that is not configured any more is looked for again after this.
const ABSENT: i64 = 60_000;

/// The files that commands take along.
#[derive(Debug)]
struct Kept(Uploads);

#[async_trait]
impl Files for Kept {
    async fn bytes(&self, upload: &Upload) -> Result<Bytes> {
        self.0.bytes(upload).await.map(Bytes::from)
    }
}

impl Journal {
    /// Tries a command, if it is due and nobody else does; `false`: it was not tried.
    pub(super) async fn attempt(&self, id: Uuid, lane: Lane) -> Result<bool> {
        let _busy = self.0.busy.read().await;
        let now = self.now().await?;
        let Some(held) = store::claim(&self.0.store, id, now, now + self.lease()).await? else { return Ok(false) };
        let Some(source) = self.0.sync.source(held.command.backend_id) else {
            let row = ActiveModel { next_at: Set(Some(now + ABSENT)), ..free() };
            save(&self.0.store.write, &held, row).await?;
            return Ok(true);
        };
        match held.command.state {
            State::Queued => self.send(source, held, lane).await?,
            State::Checking => self.check(source, held, lane).await?,
            State::Applied => self.read_back(source, &held, lane).await?,
            State::Sending | State::Rejected | State::Uncertain | State::Discarded => {}
        }
        Ok(true)
    }

    pub(super) fn lease(&self) -> i64 {
        millis(Duration::from_secs(self.0.settings.lease_seconds))
    }

    /// A context for one call, and how long it may take.
    pub(super) fn call(&self, lane: Lane) -> (CallCx, Duration) {
        let within = Duration::from_secs(self.0.settings.call_seconds);
        (CallCx::new(lane, within), within)
    }

    async fn send(&self, source: &Source, mut held: Held, lane: Lane) -> Result<()> {
        let command = match self.resolve(&held.command).await? {
            Resolved::Ready(command) => command,
            Resolved::Later => return self.put_off(&held, self.now().await? + LATER, None).await,
            Resolved::Never(error) => return self.rejected(&held, &error).await,
        };
        if let Err(error) = self.0.sync.afford(source, lane).await {
            let until = self.pause(source.id, self.now().await?, error.retry_after);
            return self.put_off(&held, until, Some(&error)).await;
        }
        // From here on the PSA may have it, whatever becomes of this process.
        let (now, before) = (self.now().await?, held.command.sent_at);
        let sent_at = before.unwrap_or(now);
        let row = ActiveModel {
            state: Set(State::Sending),
            sent_at: Set(Some(sent_at)),
            lease_until: Set(Some(now + self.lease())),
            ..ActiveModel::default()
        };
        if !save(&self.0.store.write, &held, row).await? {
            return Ok(());
        }
        (held.command.state, held.command.sent_at) = (State::Sending, Some(sent_at));
        match self.apply(source, &command, lane).await {
            Ok(applied) => self.succeeded(source, &held, &applied.target, lane).await,
            Err(error) => self.failed(source, &held, error, before).await,
        }
    }

    async fn apply(&self, source: &Source, command: &Command, lane: Lane) -> Result<Applied> {
        let (cx, within) = self.call(lane);
        let late = || Err(Error::unavailable("the write did not end by its deadline").sent(Sent::Maybe));
        let files = Kept(Uploads::new(self.0.store.clone()));
        let write = timeout(within, source.backend.apply_with(&cx, command, &files));
        self.0.sync.metered(source, lane, 1, write).await.unwrap_or_else(|_| late())
    }

    pub(super) async fn succeeded(&self, source: &Source, held: &Held, target: &NativeId, lane: Lane) -> Result<()> {
        self.resume(source.id);
        self.applied(held, target).await?;
        if lane == Lane::Background {
            // The pulls bring it; only what they do not bring is worth a call.
            let row = ActiveModel { next_at: Set(Some(self.now().await? + READ_BACK)), ..free() };
            return save(&self.0.store.write, held, row).await.map(drop);
        }
        self.read_back(source, held, lane).await
    }

    async fn failed(&self, source: &Source, held: &Held, error: Error, before: Option<i64>) -> Result<()> {
        let (backend, id) = (source.name(), held.command.id);
        tracing::warn!(backend, command = %id, error = %error.log(), sent = %error.sent, "a command failed");
        let now = self.now().await?;
        match Verdict::of(&error) {
            Verdict::Refused => {
                self.resume(source.id);
                self.rejected(held, &error).await
            }
            Verdict::Again => {
                let until = self.wait_after(source, held, &error, now);
                self.not_sent(held, until, &error, before).await
            }
            Verdict::Unclear => {
                let settled = now.saturating_add(millis(self.settle_time(source.id)));
                self.ask_later(held, settled, Some(&error)).await
            }
        }
    }

    /// When to try again: the whole backend waits if it could not be reached, else this command alone.
    pub(super) fn wait_after(&self, source: &Source, held: &Held, error: &Error, now: i64) -> i64 {
        use portico_contract::ErrorKind as K;
        let whole = matches!(error.kind, K::Unavailable | K::RateLimited | K::Credentials | K::Unauthenticated);
        if whole {
            return self.pause(source.id, now, error.retry_after);
        }
        now + self.back_off(u32::try_from(held.command.attempts).unwrap_or(u32::MAX))
    }

    /// Reads what a command has changed, unless a pull has brought it meanwhile.
    async fn read_back(&self, source: &Source, held: &Held, lane: Lane) -> Result<()> {
        let command = self.command(held.command.id).await?.unwrap_or_else(|| held.command.clone());
        let kind: Option<Kind> = command.object_kind.parse().ok();
        let since = command.settled_at.unwrap_or_default();
        let done = match kind {
            Some(kind) if !self.is_newer(kind, command.object_id, since).await? => {
                match self.native(kind, &command).await? {
                    Some(native) => self.0.sync.read_back(source, command.object_id, &native, lane).await,
                    None => Ok(true),
                }
            }
            _ => Ok(true),
        };
        let next_at = match &done {
            Ok(true) => None,
            Ok(false) | Err(_) => Some(self.now().await? + READ_BACK),
        };
        save(&self.0.store.write, held, ActiveModel { next_at: Set(next_at), ..free() }).await.map(drop)
    }

    /// Whether an object was read after a moment.
    async fn is_newer(&self, kind: Kind, id: Uuid, since: i64) -> Result<bool> {
        let Some(table) = table::of(kind) else { return Ok(true) };
        // Nobody who writes waits for this look.
        let tx = self.0.store.read.begin().await.map_err(db)?;
        let later = (table.later)(&tx, &[id], since).await?;
        Ok(!later.is_empty())
    }

    /// How its PSA knows the object that a command is about.
    async fn native(&self, kind: Kind, command: &super::CommandRow) -> Result<Option<NativeId>> {
        if command.target_kind.as_deref() == Some(kind.as_str()) {
            return Ok(command.target_key.clone().map(|key| NativeId { kind, key }));
        }
        let row = tickets::Entity::find_by_id(command.object_id).one(&self.0.store.read).await.map_err(db)?;
        let key = row.map(|row| row.native_key).filter(|key| pending::command_of(key).is_none());
        Ok(key.filter(|_| kind == Kind::Ticket).map(|key| NativeId { kind, key }))
    }
}
