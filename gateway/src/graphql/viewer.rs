//! The viewer, and why they may or may not see a field.

use super::account::Account;
use super::actions::{self, ViewerAction};
use super::contact::Contact;
use super::context::{NOT_FOUND, desk, id, place, selection};
use super::directive::{inherits, signedIn};
use crate::authz::permission::Permission;
use crate::authz::policy::{Policy, Rule};
use crate::authz::role;
use crate::authz::scope::{Reach, Realm};
use crate::authz::viewer::Viewer as Who;
use crate::readmodel::entity::{accounts, contacts};
use crate::sync::Sync;
use async_graphql::{Context, ID, SimpleObject};
use portico_contract::{Error, ErrorKind, Kind, Result};
use std::sync::Arc;

/// Whoever asks.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = signedIn::apply())]
pub struct Viewer {
    /// Opaque and stable.
    id: ID,
    /// Name of the user.
    name: String,
    /// E-mail address of the user.
    email: String,
    /// Customer or staff.
    realm: Realm,
    /// Roles the user holds, with the account each is held at.
    roles: Vec<HeldRole>,
    /// Permissions that follow from the roles, in the active scope.
    permissions: Vec<HeldPermission>,
    /// What they can do without an object to do it to.
    can: Vec<ViewerAction>,
    /// Accounts of the active scope; empty for staff who reach every account.
    accounts: Vec<Account>,
    /// The user's own contacts.
    contacts: Vec<Contact>,
}

/// A role of the viewer.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct HeldRole {
    /// Key of the role, such as `PRIMARY`.
    key: String,
    /// Name of the role.
    name: String,
    /// The account it is held at; absent for staff.
    account_id: Option<ID>,
}

/// A permission of the viewer.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct HeldPermission {
    /// What is allowed.
    permission: Permission,
    /// How far it reaches.
    reach: Reach,
    /// The account it is held at; absent where it reaches everything.
    account_id: Option<ID>,
}

impl Viewer {
    pub async fn load(ctx: &Context<'_>) -> Result<Option<Self>> {
        let Some(who) = ctx.data_opt::<Arc<Who>>() else { return Ok(None) };
        let (desk, selection, place) = (desk(ctx)?, selection(ctx), place(ctx));
        let (mut accounts, mut contacts) = (Vec::new(), Vec::new());
        for child in &selection.children {
            let below = place.then(&child.key);
            if child.name == "accounts" && !desk.scope.accounts.is_empty() {
                let ids: Vec<_> = desk.scope.accounts.iter().copied().collect();
                accounts = desk.by_ids_with::<accounts::Entity>(&ids, child, below, &[accounts::Column::Name]).await?;
            } else if child.name == "contacts" && !desk.scope.contacts.is_empty() {
                let ids: Vec<_> = desk.scope.contacts.iter().copied().collect();
                contacts = desk.by_ids::<contacts::Entity>(&ids, child, below).await?;
            }
        }
        accounts.sort_by(|a, b| a.name.cmp(&b.name));
        contacts.sort_by_key(|contact| contact.id);
        let account_id = |account: Option<_>| account.map(|uuid| id(Kind::Account, uuid));
        Ok(Some(Self {
            id: format!("user_{}", who.user.simple()).into(),
            name: who.name.clone(),
            email: who.email.clone(),
            realm: who.realm,
            roles: who
                .roles
                .iter()
                .map(|held| HeldRole {
                    key: held.key.clone(),
                    name: role::role(&held.key).map_or_else(|| held.key.clone(), |role| role.name.to_owned()),
                    account_id: account_id(held.account),
                })
                .collect(),
            permissions: who
                .grants
                .iter()
                .filter(|grant| grant.account.is_none_or(|account| desk.scope.accounts.contains(&account)))
                .map(|grant| HeldPermission {
                    permission: grant.permission,
                    reach: grant.reach,
                    account_id: account_id(grant.account),
                })
                .collect(),
            can: ctx.data::<Sync>().map(|sync| actions::of_viewer(sync, &desk.scope)).unwrap_or_default(),
            accounts: accounts.into_iter().map(Account).collect(),
            contacts: contacts.into_iter().map(Contact).collect(),
        }))
    }
}

/// Why the viewer may or may not see a field.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct AccessExplanation {
    /// The field, such as `Ticket.timeEntries`.
    field: String,
    /// Whether the viewer may see it in the active scope.
    allowed: bool,
    /// The permission it needs; absent where signing in is enough.
    permission: Option<Permission>,
    /// Keys of the roles of the viewer's realm that hold the permission.
    roles: Vec<String>,
    /// The same in a sentence.
    message: String,
}

impl AccessExplanation {
    pub fn of(ctx: &Context<'_>, field: &str) -> Result<Self> {
        let unknown = || Error::new(ErrorKind::NotFound, NOT_FOUND);
        let policy = ctx.data::<Arc<Policy>>().map_err(|_| Error::internal("no policy"))?;
        let who = ctx.data::<Arc<Who>>().map_err(|_| unknown())?;
        let (owner, name) = field.split_once('.').ok_or_else(unknown)?;
        let rule = policy.rule(owner, name).ok_or_else(unknown)?;
        if !policy.visible(rule, Some(who.realm)) {
            return Err(unknown());
        }
        let allowed = desk(ctx)?.scope.allowed;
        let Rule::Requires(permission) = rule else {
            let message = "Everybody who may see the object that holds it may see this field.".to_owned();
            return Ok(Self { field: field.to_owned(), allowed: true, permission: None, roles: Vec::new(), message });
        };
        let roles: Vec<String> = role::ROLES
            .iter()
            .filter(|role| role.staff == (who.realm == Realm::Staff))
            .filter(|role| role.grants.iter().any(|(held, _)| *held == permission))
            .map(|role| role.key.to_owned())
            .collect();
        let word = permission.word();
        let allowed = allowed.contains(permission);
        let message = if allowed {
            format!("You hold {word}.")
        } else {
            format!("It needs {word}, which these roles give: {}. Ask your administrator for one.", roles.join(", "))
        };
        Ok(Self { field: field.to_owned(), allowed, permission: Some(permission), roles, message })
    }
}
