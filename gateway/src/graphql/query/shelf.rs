//! Roots of the shelf: articles, announcements, contracts, the catalogue.

use super::list;
use crate::authz::permission::Permission;
use crate::graphql::article::{Announcement, Article};
use crate::graphql::catalogue::{CatalogueCategory, CatalogueItem};
use crate::graphql::connection::Connection;
use crate::graphql::context::{args, desk, object, soft};
use crate::graphql::contract::Contract;
use crate::graphql::directive::requiresPermission;
use crate::graphql::filter::{
    AnnouncementFilter, ArticleFilter, ArticleOrder, CatalogueItemFilter, ContractFilter, ContractOrder,
};
use crate::graphql::row::Row;
use crate::readmodel::entity::{announcements, articles, catalogue_categories, catalogue_items, contracts};
use crate::readmodel::page::Order;
use async_graphql::{Context, ID, Object};
use sea_orm::Condition;

/// The shelf.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shelf;

#[Object]
impl Shelf {
    /// Articles, the latest first unless ordered otherwise. Requires ARTICLES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ArticlesRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn knowledge_articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which articles.")] filter: Option<ArticleFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ArticleOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Article>> {
        let condition = soft(ctx, filter.unwrap_or_default().condition(soft(ctx, desk(ctx))?))?;
        let order = ArticleOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<articles::Entity, _>(ctx, condition, order, &args, Article).await)
    }

    /// One article. Requires ARTICLES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ArticlesRead))]
    async fn knowledge_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the article.")] id: ID,
    ) -> Option<Article> {
        soft(ctx, object::<articles::Entity>(ctx, &id).await).map(Article)
    }

    /// Announcements that hold now, the latest first. Requires ANNOUNCEMENTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AnnouncementsRead))]
    async fn announcements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which announcements.")] filter: Option<AnnouncementFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Announcement>> {
        let condition = AnnouncementFilter::condition(filter.as_ref(), soft(ctx, desk(ctx))?.now().timestamp_millis());
        let order = Order { word: "STARTS_AT", column: announcements::Column::StartsAt, descending: true };
        let args = args(first, after, last, before);
        soft(ctx, list::<announcements::Entity, _>(ctx, condition, order, &args, Announcement).await)
    }

    /// Contracts, by name unless ordered otherwise. Requires CONTRACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contracts.")] filter: Option<ContractFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ContractOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Contract>> {
        let condition = filter.unwrap_or_default().condition();
        let order = ContractOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<contracts::Entity, _>(ctx, condition, order, &args, Contract::new).await)
    }

    /// One contract. Requires CONTRACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
    async fn contract(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the contract.")] id: ID) -> Option<Contract> {
        soft(ctx, object::<contracts::Entity>(ctx, &id).await).map(Contract::new)
    }

    /// The categories of the catalogue, in their order. Requires CATALOGUE_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CatalogueRead))]
    async fn catalogue_categories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<CatalogueCategory>> {
        let condition = Condition::all();
        let order = Order { word: "POSITION", column: catalogue_categories::Column::Position, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, list::<catalogue_categories::Entity, _>(ctx, condition, order, &args, CatalogueCategory).await)
    }

    /// What can be asked for, by name. Requires CATALOGUE_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CatalogueRead))]
    async fn catalogue_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which items.")] filter: Option<CatalogueItemFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<CatalogueItem>> {
        let condition = soft(ctx, filter.unwrap_or_default().condition(soft(ctx, desk(ctx))?))?;
        let order = Order { word: "NAME", column: catalogue_items::Column::Name, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, list::<catalogue_items::Entity, _>(ctx, condition, order, &args, CatalogueItem).await)
    }

    /// One item of the catalogue. Requires CATALOGUE_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CatalogueRead))]
    async fn catalogue_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the item.")] id: ID,
    ) -> Option<Row<CatalogueItem>> {
        soft(ctx, object::<catalogue_items::Entity>(ctx, &id).await).map(CatalogueItem).map(Row)
    }
}
