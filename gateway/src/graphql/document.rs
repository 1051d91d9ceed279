//! Documents that the provider keeps for an account.

use super::account::Account;
use super::comment::Visibility;
use super::context::{id, related};
use super::directive::{requiresPermission, signedIn};
use super::row::Row;
use super::scalar::{DateTime, Html};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, documents};
use async_graphql::{Context, ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// A document that the provider keeps for an account: a guide, a diagram, a policy.
#[derive(Debug, Clone)]
pub struct Document(pub Arc<documents::Model>);

/// A document that the provider keeps for an account: a guide, a diagram, a policy.
#[Object(directive = requiresPermission::apply(Permission::DocumentsRead))]
impl Document {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Document, self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The folder it is in.
    async fn folder(&self) -> Option<&str> {
        self.0.folder.as_deref()
    }

    /// What it is about.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The text, safe to show.
    async fn body(&self) -> Html {
        Html::stored(&self.0.body)
    }

    /// When it was written.
    async fn created_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.updated_at)
    }

    /// Who may see it. Requires DOCUMENTS_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DocumentsInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }
}
