//! Sites: places of an account.

use super::account::Account;
use super::asset::Asset;
use super::connection::Connection;
use super::context::{children, id, related};
use super::directive::{requiresPermission, signedIn};
use super::row::Row;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, assets, sites};
use async_graphql::{Context, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// A place of an account.
#[derive(Debug, Clone)]
pub struct Site(pub Arc<sites::Model>);

/// A place of an account.
#[Object(directive = requiresPermission::apply(Permission::SitesRead))]
impl Site {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Site, self.0.id)
    }

    /// Name of the place.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Street and number.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// Town.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// Region, state or county.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Postal code.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// Country.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// Telephone number as the PSA stores it.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Whether it is the main place of its account.
    async fn primary(&self) -> bool {
        self.0.is_primary
    }

    /// Whether it is still in use.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The provider's own remarks. Requires ACCOUNTS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// What stands here, by name. Requires ASSETS_READ.
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
