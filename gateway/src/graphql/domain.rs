//! Domain names and certificates.

use super::account::Account;
use super::context::{id, related};
use super::directive::{requiresPermission, signedIn};
use super::row::Row;
use super::scalar::Date;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, certificates, domains};
use async_graphql::{Context, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// A domain name of an account.
#[derive(Debug, Clone)]
pub struct Domain(pub Arc<domains::Model>);

/// A domain name of an account.
#[Object(directive = requiresPermission::apply(Permission::DomainsRead))]
impl Domain {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Domain, self.0.id)
    }

    /// The domain name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is registered.
    async fn registrar(&self) -> Option<&str> {
        self.0.registrar.as_deref()
    }

    /// The day it expires.
    async fn expires_on(&self) -> Option<Date> {
        Date::stored(&self.0.expires_on)
    }

    /// Its name servers, one a line.
    async fn name_servers(&self) -> Option<&str> {
        self.0.name_servers.as_deref()
    }

    /// Its records, one a line.
    async fn records(&self) -> Option<&str> {
        self.0.records.as_deref()
    }

    /// The provider's own remarks. Requires ASSETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
}

/// A certificate of an account.
#[derive(Debug, Clone)]
pub struct Certificate(pub Arc<certificates::Model>);

/// A certificate of an account.
#[Object(directive = requiresPermission::apply(Permission::CertificatesRead))]
impl Certificate {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Certificate, self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The host it is for.
    async fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// Who issued it.
    async fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// The day it expires.
    async fn expires_on(&self) -> Option<Date> {
        Date::stored(&self.0.expires_on)
    }

    /// The provider's own remarks. Requires ASSETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The domain it belongs to. Requires DOMAINS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DomainsRead))]
    async fn domain(&self, ctx: &Context<'_>) -> Option<Row<Domain>> {
        related::<domains::Entity>(ctx, self.0.domain_id).map(Domain).map(Row)
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
}
