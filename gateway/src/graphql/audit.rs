//! Who did what, for staff.

use super::context::{desk, soft};
use super::directive::{inherits, requiresPermission, reveals};
use super::scalar::DateTime;
use crate::authz::permission::Permission;
use crate::readmodel::Desk;
use crate::readmodel::entity::audit::{self, Action};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sea_orm::{ColumnTrait, Condition};
use std::sync::Arc;
use uuid::Uuid;

/// A user who did something.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Actor {
    /// Id of the user.
    id: ID,
    /// Name of the user; absent once there is no such user.
    name: Option<String>,
}

impl Actor {
    #[must_use]
    pub fn of(desk: &Desk, user: Uuid) -> Self {
        Self { id: format!("user_{}", user.simple()).into(), name: desk.person(user).map(|name| name.to_string()) }
    }
}

/// Something that somebody did.
#[derive(Debug, Clone)]
pub struct AuditEntry(pub Arc<audit::Model>);

/// Something that somebody did.
#[Object(directive = requiresPermission::apply(Permission::AuditRead))]
impl AuditEntry {
    /// Opaque and stable.
    async fn id(&self) -> ID {
        format!("audit_{}", self.0.id.simple()).into()
    }

    /// When.
    async fn at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.at)
    }

    /// Who; absent where Portico did it by itself.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Actor> {
        let desk = soft(ctx, desk(ctx))?;
        self.0.actor.map(|user| Actor::of(desk, user))
    }

    /// What.
    async fn action(&self) -> Action {
        self.0.action
    }

    /// Ids of the objects that it was done to.
    async fn objects(&self) -> Vec<ID> {
        let ids: Vec<String> = serde_json::from_str(&self.0.objects).unwrap_or_default();
        ids.into_iter().map(ID::from).collect()
    }

    /// What else there is to know; empty where there is nothing.
    async fn detail(&self) -> &str {
        &self.0.detail
    }
}

/// Narrows the list of acts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuditFilter {
    /// By what was done.
    #[graphql(directive = reveals::apply("AuditEntry.action".to_owned()))]
    action: Option<Action>,
}

impl AuditFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition::all().add_option(self.action.map(|action| audit::Column::Action.eq(action)))
    }
}
