//! Accounts: customer organisations.

use super::asset::Asset;
use super::command::CommandKind;
use super::connection::Connection;
use super::contact::Contact;
use super::context::{children, id, linked};
use super::directive::{requiresPermission, signedIn};
use super::row::Row;
use super::site::Site;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, assets, contacts, sites};
use crate::sync::Sync;
use async_graphql::{Context, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// A customer organisation.
#[derive(Debug, Clone)]
pub struct Account(pub Arc<accounts::Model>);

/// A customer organisation.
#[Object(directive = requiresPermission::apply(Permission::AccountsRead))]
impl Account {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Account, self.0.id)
    }

    /// Name of the organisation.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// ISO 4217 code of the account's usual currency.
    async fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// Web site as the PSA has it.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Whether the provider still serves this account.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// What this account's PSA can be asked for, whoever asks.
    async fn features(&self, ctx: &Context<'_>) -> Vec<CommandKind> {
        let source = ctx.data::<Sync>().ok().and_then(|sync| sync.source(self.0.backend_id));
        source.into_iter().flat_map(|source| source.commands()).map(Into::into).collect()
    }

    /// The provider's own remarks. Requires ACCOUNTS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The accounts in other PSAs that are the same customer, by name: those that you may see.
    async fn linked_accounts(&self, ctx: &Context<'_>) -> Option<Vec<Account>> {
        linked::<accounts::Entity, _>(ctx, self.0.id, Account)
    }

    /// People of this account, by name. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Contact>>> {
        children::<contacts::Entity, _>(ctx, self.0.id, Contact).map(Row)
    }
    /// Its places, by name. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Site>>> {
        children::<sites::Entity, _>(ctx, self.0.id, Site).map(Row)
    }

    /// What the provider looks after for it, by name. Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<Asset>>> {
        children::<assets::Entity, _>(ctx, self.0.id, Asset).map(Row)
    }
}
