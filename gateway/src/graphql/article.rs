//! What the provider tells many: articles and announcements.

use super::comment::Visibility;
use super::context::id;
use super::directive::{requiresPermission, signedIn};
use super::scalar::{DateTime, Html};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{announcements, articles};
use crate::readmodel::map::UNCOUNTED;
use async_graphql::{ID, Object};
use portico_contract::Kind;
use std::sync::Arc;

/// Something that the provider has written for many to read.
#[derive(Debug, Clone)]
pub struct Article(pub Arc<articles::Model>);

/// Something that the provider has written for many to read.
#[Object(directive = requiresPermission::apply(Permission::ArticlesRead))]
impl Article {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Article, self.0.id)
    }

    /// What it is about.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text, safe to show.
    async fn body(&self) -> Html {
        Html::stored(&self.0.body)
    }

    /// The topic it is filed under.
    async fn topic(&self) -> Option<&str> {
        self.0.topic.as_deref()
    }

    /// The department that the topic belongs to.
    async fn department(&self) -> Option<&str> {
        self.0.department.as_deref()
    }

    /// How often it was read; absent where the PSA does not count.
    async fn views(&self) -> Option<i64> {
        (self.0.views != UNCOUNTED).then_some(self.0.views)
    }

    /// When it was published.
    async fn published_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.published_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.updated_at)
    }

    /// Who may see it. Requires KNOWLEDGE_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::KnowledgeInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }
}

/// Something that the provider tells everybody, or one account.
#[derive(Debug, Clone)]
pub struct Announcement(pub Arc<announcements::Model>);

/// Something that the provider tells everybody, or one account.
#[Object(directive = requiresPermission::apply(Permission::AnnouncementsRead))]
impl Announcement {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Announcement, self.0.id)
    }

    /// What it is about.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text, safe to show.
    async fn body(&self) -> Html {
        Html::stored(&self.0.body)
    }

    /// From when it holds.
    async fn starts_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.starts_at)
    }

    /// Until when it holds; absent where it has no end.
    async fn ends_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.ends_at)
    }

    /// Who may see it. Requires KNOWLEDGE_INTERNAL_READ.
    #[graphql(directive = requiresPermission::apply(Permission::KnowledgeInternalRead))]
    async fn visibility(&self) -> Option<Visibility> {
        Some(Visibility::stored(&self.0.visibility))
    }
}
