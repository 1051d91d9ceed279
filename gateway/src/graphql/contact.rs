//! Contacts: people of an account.

use super::account::Account;
use super::actions::{self, ContactAction};
use super::context::{desk, id, linked, related};
use super::directive::{requiresPermission, signedIn};
use super::row::Row;
use super::site::Site;
use crate::authz::permission::Permission;
use crate::authz::viewer::Viewer;
use crate::readmodel::entity::{accounts, contacts, sites};
use crate::sync::Sync;
use async_graphql::{Context, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// A person of an account, as the PSA knows them.
#[derive(Debug, Clone)]
pub struct Contact(pub Arc<contacts::Model>);

/// A person of an account, as the PSA knows them.
#[Object(directive = requiresPermission::apply(Permission::ContactsRead))]
impl Contact {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Contact, self.0.id)
    }

    /// Full name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Job title.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Department.
    async fn department(&self) -> Option<&str> {
        self.0.department.as_deref()
    }

    /// E-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Telephone number as the PSA stores it.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Mobile number as the PSA stores it.
    async fn mobile(&self) -> Option<&str> {
        self.0.mobile.as_deref()
    }

    /// Whether the PSA lets this contact into a portal; absent where it does not say.
    async fn portal_access(&self) -> Option<bool> {
        self.0.portal_access
    }

    /// Whether the PSA still lists this contact.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// What the viewer can do about them now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<ContactAction> {
        let (Ok(desk), Ok(sync), Ok(who)) = (desk(ctx), ctx.data::<Sync>(), ctx.data::<Arc<Viewer>>()) else {
            return Vec::new();
        };
        actions::of_contact(sync, &desk.scope, who, &self.0)
    }

    /// The provider's own remarks. Requires CONTACTS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsInternalRead))]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The contacts in other PSAs that are the same person, by name. Requires ACCOUNT_LINKS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksRead))]
    async fn linked_contacts(&self, ctx: &Context<'_>) -> Option<Vec<Contact>> {
        linked::<contacts::Entity, _>(ctx, self.0.id, Contact)
    }

    /// The organisation this person belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
    /// Where this person works. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn site(&self, ctx: &Context<'_>) -> Option<Row<Site>> {
        related::<sites::Entity>(ctx, self.0.site_id).map(Site).map(Row)
    }
}
