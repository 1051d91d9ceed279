//! Roots of what the provider looks after: sites, assets, documents, domains, certificates.

use super::list;
use crate::authz::permission::Permission;
use crate::graphql::asset::Asset;
use crate::graphql::connection::Connection;
use crate::graphql::context::{args, desk, object, soft};
use crate::graphql::directive::requiresPermission;
use crate::graphql::document::Document;
use crate::graphql::domain::{Certificate, Domain};
use crate::graphql::filter::{
    AssetFilter, AssetOrder, CertificateFilter, CertificateOrder, DocumentFilter, DomainFilter, DomainOrder, SiteFilter,
};
use crate::graphql::row::Row;
use crate::graphql::site::Site;
use crate::readmodel::entity::{assets, certificates, documents, domains, sites};
use crate::readmodel::page::Order;
use async_graphql::{Context, Enum, ID, Object};
use sea_orm::ColumnTrait;

/// Whose assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AssetScope {
    /// Those that are assigned to me.
    Mine,
    /// All that I may see.
    All,
}

/// What the provider looks after.
#[derive(Debug, Clone, Copy, Default)]
pub struct Estate;

#[Object]
impl Estate {
    /// Sites by name. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which sites.")] filter: Option<SiteFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Site>> {
        let condition = filter.unwrap_or_default().condition();
        let order = Order { word: "NAME", column: sites::Column::Name, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, list::<sites::Entity, _>(ctx, condition, order, &args, Site).await)
    }

    /// One site. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn site(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the site.")] id: ID) -> Option<Row<Site>> {
        soft(ctx, object::<sites::Entity>(ctx, &id).await).map(Site).map(Row)
    }

    /// Assets by name unless ordered otherwise. Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose assets.", default_with = "AssetScope::All")] scope: AssetScope,
        #[graphql(desc = "Which assets.")] filter: Option<AssetFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<AssetOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Asset>> {
        let desk = soft(ctx, desk(ctx))?;
        let mut condition = soft(ctx, filter.unwrap_or_default().condition(desk.today()))?;
        if scope == AssetScope::Mine {
            condition = condition.add(assets::Column::ContactId.is_in(desk.scope.contacts.iter().copied()));
        }
        let order = AssetOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<assets::Entity, _>(ctx, condition, order, &args, Asset).await)
    }

    /// One asset. Requires ASSETS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AssetsRead))]
    async fn asset(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the asset.")] id: ID) -> Option<Row<Asset>> {
        soft(ctx, object::<assets::Entity>(ctx, &id).await).map(Asset).map(Row)
    }

    /// Documents by name. Requires DOCUMENTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DocumentsRead))]
    async fn documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which documents.")] filter: Option<DocumentFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Document>> {
        let condition = filter.unwrap_or_default().condition();
        let order = Order { word: "NAME", column: documents::Column::Name, descending: false };
        let args = args(first, after, last, before);
        soft(ctx, list::<documents::Entity, _>(ctx, condition, order, &args, Document).await)
    }

    /// One document. Requires DOCUMENTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DocumentsRead))]
    async fn document(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the document.")] id: ID) -> Option<Document> {
        soft(ctx, object::<documents::Entity>(ctx, &id).await).map(Document)
    }

    /// Domain names, by name unless ordered otherwise. Requires DOMAINS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DomainsRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which domains.")] filter: Option<DomainFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<DomainOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Domain>> {
        let today = soft(ctx, desk(ctx))?.today();
        let condition = soft(ctx, filter.unwrap_or_default().condition(today))?;
        let order = DomainOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<domains::Entity, _>(ctx, condition, order, &args, Domain).await)
    }

    /// One domain name. Requires DOMAINS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::DomainsRead))]
    async fn domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the domain name.")] id: ID,
    ) -> Option<Row<Domain>> {
        soft(ctx, object::<domains::Entity>(ctx, &id).await).map(Domain).map(Row)
    }

    /// Certificates, by name unless ordered otherwise. Requires CERTIFICATES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CertificatesRead))]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn certificates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which certificates.")] filter: Option<CertificateFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<CertificateOrder>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Certificate>> {
        let today = soft(ctx, desk(ctx))?.today();
        let condition = soft(ctx, filter.unwrap_or_default().condition(today))?;
        let order = CertificateOrder::order(order_by.as_ref());
        let args = args(first, after, last, before);
        soft(ctx, list::<certificates::Entity, _>(ctx, condition, order, &args, Certificate).await)
    }

    /// One certificate. Requires CERTIFICATES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CertificatesRead))]
    async fn certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the certificate.")] id: ID,
    ) -> Option<Certificate> {
        soft(ctx, object::<certificates::Entity>(ctx, &id).await).map(Certificate)
    }
}
