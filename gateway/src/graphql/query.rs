//! The query root: where rows come from. Every select starts scoped, at the desk.
//!
//! One part per room of a PSA, merged into one root.

mod books;
mod commands;
mod desk;
mod estate;
mod links;
mod search;
mod shelf;

pub use desk::TicketScope;

use super::account::Account;
use super::backend::Backend;
use super::connection::{Connection, Edge};
use super::contact::Contact;
use super::context::{NOT_FOUND, args, desk, object, place, report, selection, soft};
use super::dashboard::Dashboard;
use super::directive::{inherits, public, requiresPermission, signedIn};
use super::filter::{AccountFilter, ContactFilter};
use super::node::{self, Node};
use super::row::Row;
use super::viewer::{AccessExplanation, Viewer};
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, contacts};
use crate::readmodel::fence::Fenced;
use crate::readmodel::page::{MAX_PAGE, Order, PageArgs, Window};
use crate::readmodel::relation::Related;
use crate::sync::Sync;
use async_graphql::{ContainerType, Context, ID, MergedObject, Object, SimpleObject};
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::{Condition, QueryFilter};
use std::sync::Arc;

/// Everything that can be asked for.
#[derive(Debug, Clone, Copy, Default, MergedObject)]
pub struct Query(
    Common,
    desk::Tickets,
    books::Books,
    estate::Estate,
    shelf::Shelf,
    search::Search,
    links::Links,
    commands::Commands,
);

/// Who asks, whom they belong to, and any object by its id.
#[derive(Debug, Clone, Copy, Default)]
pub struct Common;

/// The provider that runs this deployment.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Provider {
    /// Name of the provider.
    pub name: String,
    /// What files may go along with a ticket or a comment.
    pub uploads: UploadLimits,
}

/// What files are taken in.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UploadLimits {
    /// Bytes of one file; a PSA may take less.
    pub max_bytes: i64,
    /// Files that go along with one thing.
    pub max_files: i64,
    /// Endings of the names of files that are taken.
    pub endings: Vec<String>,
}

/// One page of a fenced kind.
pub(super) async fn list<E, T>(
    ctx: &Context<'_>,
    condition: Condition,
    order: Order<E::Column>,
    args: &PageArgs,
    wrap: impl Fn(Arc<E::Model>) -> T,
) -> Result<Connection<T>>
where
    E: Fenced,
    E::Model: Related,
    T: ContainerType + Clone,
    Edge<T>: ContainerType,
{
    let desk = desk(ctx)?;
    let window = Window::new(args, &order)?;
    let select = desk.select::<E>().filter(condition);
    let page = desk.page::<E>(select, &window, order, &selection(ctx), place(ctx)).await?;
    Ok(Connection::new(&page, wrap))
}

/// Everything that can be asked for.
#[Object]
impl Common {
    /// The provider that runs this deployment.
    #[graphql(directive = public::apply())]
    async fn provider<'a>(&self, ctx: &Context<'a>) -> Option<&'a Provider> {
        ctx.data_opt::<Provider>()
    }

    /// Whoever asks.
    #[graphql(directive = signedIn::apply())]
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        soft(ctx, Viewer::load(ctx).await).flatten()
    }

    /// What a home page shows, each section by its own permission.
    #[graphql(directive = signedIn::apply())]
    async fn dashboard(&self) -> Option<Dashboard> {
        Some(Dashboard)
    }

    /// Why the viewer may or may not see a field, given as `Type.field`.
    #[graphql(directive = signedIn::apply())]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field, such as `Ticket.timeEntries`.")] field: String,
    ) -> Option<AccessExplanation> {
        soft(ctx, AccessExplanation::of(ctx, &field))
    }

    /// Any object by its id.
    #[graphql(directive = signedIn::apply())]
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the object.")] id: ID) -> Option<Node> {
        let found = soft(ctx, node::nodes(ctx, &[id]).await)?.into_iter().next().flatten();
        if found.is_none() {
            report(ctx, &Error::new(ErrorKind::NotFound, NOT_FOUND));
        }
        found
    }

    /// Several objects by their ids, in the order asked for; null where there is none.
    #[graphql(directive = signedIn::apply())]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids of the objects, at most 100.")] ids: Vec<ID>,
    ) -> Option<Vec<Option<Node>>> {
        if u64::try_from(ids.len()).is_ok_and(|n| n > MAX_PAGE) {
            report(ctx, &Error::invalid(format!("Ask for at most {MAX_PAGE} ids at once.")));
            return None;
        }
        soft(ctx, node::nodes(ctx, &ids).await)
    }

    /// One account. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the account.")] id: ID) -> Option<Row<Account>> {
        soft(ctx, object::<accounts::Entity>(ctx, &id).await).map(Account).map(Row)
    }

    /// Accounts by name. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which accounts.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Account>> {
        let order = Order { word: "NAME", column: accounts::Column::Name, descending: false };
        let condition = filter.unwrap_or_default().condition();
        let args = args(first, after, last, before);
        soft(ctx, list::<accounts::Entity, _>(ctx, condition, order, &args, Account).await)
    }

    /// Contacts by name. Requires CONTACTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsRead))]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Contact>> {
        let order = Order { word: "NAME", column: contacts::Column::Name, descending: false };
        let condition = filter.unwrap_or_default().condition();
        let args = args(first, after, last, before);
        soft(ctx, list::<contacts::Entity, _>(ctx, condition, order, &args, Contact).await)
    }

    /// The configured backends and how they are. Requires BACKENDS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::BackendsRead))]
    async fn backends(&self, ctx: &Context<'_>) -> Option<Vec<Backend>> {
        let sync = ctx.data_opt::<Sync>()?;
        let fills = async {
            sync.look().await?;
            sync.fills().await
        };
        let fills = fills.await.unwrap_or_else(|error| {
            tracing::error!(error = %error.log(), "the streams could not be looked at");
            Default::default()
        });
        Some(sync.sources().iter().map(|source| Backend::new(sync, source, &fills)).collect())
    }
}
