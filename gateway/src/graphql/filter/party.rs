//! Filters of accounts and contacts.

use super::{IdFilter, StringFilter};
use crate::graphql::directive::reveals;
use crate::readmodel::entity::{accounts, contacts};
use async_graphql::InputObject;
use portico_contract::Kind;
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of contacts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ContactFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Contact.name".to_owned()))]
    name: Option<StringFilter>,
    /// By e-mail address.
    #[graphql(directive = reveals::apply("Contact.email".to_owned()))]
    email: Option<StringFilter>,
    /// By whether the PSA lets them into a portal.
    #[graphql(directive = reveals::apply("Contact.portalAccess".to_owned()))]
    has_portal_access: Option<bool>,
    /// By account.
    #[graphql(directive = reveals::apply("Contact.account".to_owned()))]
    account: Option<IdFilter>,
}

impl ContactFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use contacts::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.email.as_ref().map(|f| f.on(C::Email)))
            .add_option(self.has_portal_access.map(|has| C::PortalAccess.eq(has)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// Narrows a list of accounts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccountFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Account.name".to_owned()))]
    name: Option<StringFilter>,
    /// By whether the provider still serves them.
    #[graphql(directive = reveals::apply("Account.active".to_owned()))]
    active: Option<bool>,
}

impl AccountFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use accounts::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.active.map(|active| C::Active.eq(active)))
    }
}
