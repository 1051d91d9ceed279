//! Assets: devices and other things the provider looks after.

use super::account::Account;
use super::contact::Contact;
use super::context::{desk, id, related};
use super::custom::CustomValue;
use super::directive::{inherits, requiresPermission, signedIn};
use super::person::Person;
use super::row::Row;
use super::scalar::Date;
use super::site::Site;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, assets, contacts, sites};
use async_graphql::{Context, ID, Object};
use portico_contract::{Kind, Visibility};
use std::sync::Arc;

/// A device or another thing the provider looks after.
#[derive(Debug, Clone)]
pub struct Asset(pub Arc<assets::Model>);

/// A device or another thing the provider looks after.
#[Object(directive = requiresPermission::apply(Permission::AssetsRead))]
impl Asset {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Asset, self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The number people use.
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// What it is, in the words of the PSA, such as `Laptop`.
    #[graphql(name = "type")]
    async fn asset_type(&self) -> Option<&str> {
        self.0.asset_type.as_deref()
    }

    /// How it stands, in the words of the PSA, such as `Deployed`.
    async fn status(&self) -> Option<&str> {
        self.0.status.as_deref()
    }

    /// Who made it.
    async fn make(&self) -> Option<&str> {
        self.0.make.as_deref()
    }

    /// Model.
    async fn model(&self) -> Option<&str> {
        self.0.model.as_deref()
    }

    /// Serial number.
    async fn serial(&self) -> Option<&str> {
        self.0.serial.as_deref()
    }

    /// Operating system.
    async fn operating_system(&self) -> Option<&str> {
        self.0.operating_system.as_deref()
    }

    /// Where customers find more about it.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The day it was installed.
    async fn installed_on(&self) -> Option<Date> {
        Date::stored(&self.0.installed_on)
    }

    /// The day it was bought.
    async fn purchased_on(&self) -> Option<Date> {
        Date::stored(&self.0.purchased_on)
    }

    /// The day its warranty ends.
    async fn warranty_expires_on(&self) -> Option<Date> {
        Date::stored(&self.0.warranty_expires_on)
    }

    /// Whether it is still in use.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Further values.
    async fn key_fields(&self) -> Vec<CustomValue> {
        CustomValue::stored(&self.0.key_fields, Visibility::Public)
    }

    /// Further values that are not for customers. Requires ASSETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsInternalRead))]
    async fn internal_key_fields(&self) -> Option<Vec<CustomValue>> {
        Some(CustomValue::stored(&self.0.key_fields, Visibility::Hidden))
    }

    /// The name of whom it is assigned to.
    #[graphql(directive = inherits::apply())]
    async fn assigned_to(&self, ctx: &Context<'_>) -> Option<Row<Person>> {
        let id = self.0.contact_id?;
        Some(Row(Person::contact(id, desk(ctx).ok()?.person(id)?)))
    }

    /// The contact it is assigned to, where the viewer may see them. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    async fn contact(&self, ctx: &Context<'_>) -> Option<Row<Contact>> {
        related::<contacts::Entity>(ctx, self.0.contact_id).map(Contact).map(Row)
    }

    /// Where it stands. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn site(&self, ctx: &Context<'_>) -> Option<Row<Site>> {
        related::<sites::Entity>(ctx, self.0.site_id).map(Site).map(Row)
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// The provider's own remarks. Requires ASSETS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }
}
