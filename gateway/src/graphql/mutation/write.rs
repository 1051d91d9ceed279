//! What mutations that write to a PSA share: who asks, what they may, what they named, and how it went.
//!
//! What an input names is looked up at the desk first: what the viewer may not see does not exist. Then the right to
//! do it is asked of the row's own account, then the state, then whether the backend can.

use super::UserError;
use crate::authz::permission::Permission;
use crate::authz::scope::Realm;
use crate::authz::viewer::Viewer;
use crate::graphql::context::{NOT_FOUND, desk, place};
use crate::journal::{Author, CommandRow, Delivery, Draft, Journal, Key, State};
use crate::readmodel::entity::contacts;
use crate::readmodel::fence::Fenced;
use crate::readmodel::relation::{Related, Selection};
use crate::readmodel::uploads::Uploads;
use crate::readmodel::{Desk, GlobalId, html};
use crate::sync::{Source, Sync};
use async_graphql::{Context, InputType};
use portico_contract::{Actor, CommandKind, Error, ErrorKind, Html, Kind, NativeId, Result};
use sea_orm::FromQueryResult;
use std::sync::Arc;
use uuid::Uuid;

/// Bytes of a text that somebody writes.
const LONGEST: usize = 60_000;
const LONGEST_KEY: usize = 200;

/// The way to an input field.
pub type Field = &'static [&'static str];

/// What is wrong, and with which field.
#[derive(Debug)]
pub struct Wrong {
    error: Error,
    at: Option<Box<Spot>>,
}

/// A field, and which of several within it.
#[derive(Debug)]
struct Spot {
    field: Field,
    within: Option<String>,
}

impl Spot {
    fn of(field: Field) -> Option<Box<Self>> {
        Some(Box::new(Self { field, within: None }))
    }

    fn path(self) -> Vec<String> {
        self.field.iter().map(|name| (*name).to_owned()).chain(self.within).collect()
    }
}

impl Wrong {
    pub fn at(field: Field, kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { error: Error::new(kind, text), at: Spot::of(field) }
    }

    pub fn invalid(field: Field, text: impl Into<String>) -> Self {
        Self::at(field, ErrorKind::Invalid, text)
    }

    /// One text for what is unknown and for what the viewer may not see.
    pub fn missing(field: Field) -> Self {
        Self::at(field, ErrorKind::NotFound, NOT_FOUND)
    }

    /// The same, within the field.
    #[must_use]
    pub fn below(mut self, name: &str) -> Self {
        if let Some(spot) = &mut self.at {
            spot.within = Some(name.to_owned());
        }
        self
    }

    pub fn told(self) -> UserError {
        UserError::at(&self.error, self.at.map(|spot| spot.path()))
    }
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self { error, at: None }
    }
}

pub type Checked<T> = std::result::Result<T, Wrong>;

/// How a write stands, as every payload says it.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub delivery: Option<Delivery>,
    pub user_errors: Vec<UserError>,
}

impl Written {
    pub fn of(command: &CommandRow) -> Self {
        let delivery = Delivery::from(command.state);
        let refused = (delivery == Delivery::Rejected).then(|| refusal(command));
        Self { delivery: Some(delivery), user_errors: refused.into_iter().collect() }
    }

    pub fn wrong(wrong: Wrong) -> Self {
        Self { delivery: None, user_errors: vec![wrong.told()] }
    }
}

/// Why the PSA refused it.
fn refusal(command: &CommandRow) -> UserError {
    let kind = command.error_code.as_deref().and_then(|code| code.parse().ok()).unwrap_or(ErrorKind::Conflict);
    let given_up = "It was given up. Ask your provider.";
    let text = if command.state == State::Discarded { None } else { command.error_text.as_deref() };
    UserError::at(&Error::new(kind, text.unwrap_or(given_up)), None)
}

/// Somebody who writes.
pub struct Writer<'a> {
    ctx: &'a Context<'a>,
    pub desk: &'a Desk,
    pub journal: &'a Journal,
    pub sync: &'a Sync,
    pub uploads: &'a Uploads,
    pub who: &'a Viewer,
}

impl<'a> Writer<'a> {
    pub fn of(ctx: &'a Context<'a>) -> Checked<Self> {
        let missing = |_| Error::internal("a mutation without the journal");
        let journal = ctx.data::<Journal>().map_err(missing)?;
        let sync = ctx.data::<Sync>().map_err(missing)?;
        let uploads = ctx.data::<Uploads>().map_err(missing)?;
        let who = ctx.data::<Arc<Viewer>>().map_err(missing)?;
        Ok(Self { ctx, desk: desk(ctx)?, journal, sync, uploads, who })
    }

    /// The row that an input names, if the viewer may see it, with these columns.
    pub async fn row<E>(&self, field: Field, id: &str, columns: &[E::Column]) -> Checked<Arc<E::Model>>
    where
        E: Fenced,
        E::Model: Related + FromQueryResult,
    {
        let id: GlobalId = id.parse().map_err(|_| Wrong::missing(field))?;
        if id.kind != E::KIND {
            return Err(Wrong::missing(field));
        }
        self.known::<E>(id.uuid, columns).await?.ok_or_else(|| Wrong::missing(field))
    }

    pub async fn known<E>(&self, id: Uuid, columns: &[E::Column]) -> Result<Option<Arc<E::Model>>>
    where
        E: Fenced,
        E::Model: Related + FromQueryResult,
    {
        let nothing = Selection::default();
        Ok(self.desk.by_ids_with::<E>(&[id], &nothing, place(self.ctx), columns).await?.pop())
    }

    /// Whether the viewer may do this to what belongs there.
    pub fn may(
        &self,
        field: Field,
        permission: Permission,
        (account, contact, site): (Uuid, Option<Uuid>, Option<Uuid>),
    ) -> Checked<()> {
        if self.desk.scope.rows(permission).admits(account, contact, site) {
            return Ok(());
        }
        let text = format!("It needs {}, which you do not hold for this. Ask your administrator.", permission.word());
        Err(Wrong::at(field, ErrorKind::Forbidden, text))
    }

    /// The backend, if it can do this.
    pub fn can(&self, backend: Uuid, kind: CommandKind) -> Checked<&'a Source> {
        let source = self.sync.source(backend).ok_or_else(|| Error::unavailable("the backend is not configured"))?;
        if source.can(kind) {
            return Ok(source);
        }
        let what = kind.as_str().to_lowercase().replace('_', " ");
        Err(Error::unsupported(&format!("this ({what})")).into())
    }

    /// The viewer's contact at an account, by a right that they hold there.
    #[must_use]
    pub fn own_contact(&self, permission: Permission, account: Uuid) -> Option<Uuid> {
        let held = |grant: &&crate::authz::scope::Grant| {
            grant.permission == permission && grant.account == Some(account) && grant.contact.is_some()
        };
        self.who.grants.iter().find(held).and_then(|grant| grant.contact)
    }

    /// On whose behalf it is done: the viewer's contact at this account, or the agent that they are in this PSA.
    pub async fn author(&self, backend: Uuid, account: Uuid, permission: Permission) -> Checked<Author> {
        if self.who.realm == Realm::Staff {
            let text = "The PSA knows no agent with your e-mail address. Ask its administrator to add one.";
            let agent = self.journal.agent(backend, &self.who.email).await?;
            return agent.ok_or_else(|| Error::new(ErrorKind::Forbidden, text).into());
        }
        let nobody = || Error::new(ErrorKind::Forbidden, "You are no contact of this account.");
        let id = self.own_contact(permission, account).ok_or_else(nobody)?;
        let columns = [contacts::Column::NativeKey];
        let row = self.known::<contacts::Entity>(id, &columns).await?.ok_or_else(nobody)?;
        let native = NativeId { kind: Kind::Contact, key: row.native_key.clone() };
        Ok(Author { actor: Actor::Contact(native), id })
    }

    /// The key of this wish, if it has one. `about`: what is named beside the input.
    pub fn key(
        &self,
        mutation: &'static str,
        key: Option<&str>,
        about: &str,
        input: &impl InputType,
    ) -> Checked<Option<Key>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > LONGEST_KEY {
            let text = format!("Must have 1 to {LONGEST_KEY} letters.");
            return Err(Wrong::invalid(&["input", "idempotencyKey"], text));
        }
        let asked = format!("{about}\n{}", input.to_value());
        Ok(Some(Key::new(self.who.user, mutation, key, &asked)))
    }

    /// The command that this wish led to before.
    pub async fn before(&self, key: Option<&Key>) -> Checked<Option<CommandRow>> {
        match key {
            Some(key) => self
                .journal
                .known(key)
                .await
                .map_err(|error| Wrong { error, at: Spot::of(&["input", "idempotencyKey"]) }),
            None => Ok(None),
        }
    }

    pub async fn submit(&self, draft: Draft) -> Checked<CommandRow> {
        Ok(self.journal.submit(draft).await?)
    }
}

/// A text that somebody wrote, made safe; never empty.
pub fn text(field: Field, text: &str) -> Checked<Html> {
    if text.len() > LONGEST {
        return Err(Wrong::invalid(field, format!("Must have at most {LONGEST} bytes.")));
    }
    let safe = html::written(text);
    if text.trim().is_empty() || safe.trim().is_empty() {
        return Err(Wrong::invalid(field, "Is empty. Write something."));
    }
    Ok(Html(safe))
}

/// One line of text.
pub fn line(field: Field, text: &str, most: usize) -> Checked<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if length == 0 || length > most {
        return Err(Wrong::invalid(field, format!("Must have 1 to {most} letters.")));
    }
    Ok(text)
}
