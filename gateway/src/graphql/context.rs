//! What resolvers share: the desk, the place in the answer, the selection, soft errors.

use crate::readmodel::fence::Fenced;
use crate::readmodel::page::PageArgs;
use crate::readmodel::relation::{Place, Related, Selection};
use crate::readmodel::{Desk, GlobalId};
use async_graphql::{ContainerType, Context, QueryPathNode, QueryPathSegment, SelectionField};
use portico_contract::{Error, ErrorKind, Kind, Result};
use std::sync::Arc;
use uuid::Uuid;

use super::connection::{Connection, Edge};

pub use crate::readmodel::NOT_FOUND;

pub fn desk<'a>(ctx: &Context<'a>) -> Result<&'a Desk> {
    ctx.data::<Arc<Desk>>().map(AsRef::as_ref).map_err(|_| Error::internal("an operation without a desk"))
}

/// The present field's place in the answer.
#[must_use]
pub fn place(ctx: &Context<'_>) -> Place {
    fn walk(node: Option<&QueryPathNode<'_>>) -> Place {
        let Some(node) = node else { return Place::root() };
        let parent = walk(node.parent);
        match node.segment {
            QueryPathSegment::Name(name) => parent.then(name),
            QueryPathSegment::Index(_) => parent,
        }
    }
    walk(ctx.path_node.as_ref())
}

/// The present field with everything selected below it.
#[must_use]
pub fn selection(ctx: &Context<'_>) -> Selection {
    tree(ctx.field())
}

fn tree(field: SelectionField<'_>) -> Selection {
    let arguments = field.arguments().unwrap_or_default();
    Selection {
        name: field.name().to_owned(),
        key: field.alias().unwrap_or(field.name()).to_owned(),
        arguments: arguments
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.into_json().ok()?)))
            .collect(),
        children: merged(field.selection_set().map(tree)),
    }
}

/// Fields of one key are one field: their selections are added up.
fn merged(fields: impl Iterator<Item = Selection>) -> Vec<Selection> {
    let mut all: Vec<Selection> = Vec::new();
    for field in fields {
        match all.iter_mut().find(|known| known.key == field.key && known.name == field.name) {
            Some(known) => {
                known.children = merged(known.children.drain(..).chain(field.children).collect::<Vec<_>>().into_iter())
            }
            None => all.push(field),
        }
    }
    all
}

/// Reports an error beside the answer: a nullable field becomes null, its siblings stay.
pub fn report(ctx: &Context<'_>, error: &Error) {
    let error = graphql_error(error).into_server_error(ctx.item.pos);
    ctx.add_error(ctx.set_error_path(error));
}

pub fn soft<T>(ctx: &Context<'_>, result: Result<T>) -> Option<T> {
    result.map_err(|error| report(ctx, &error)).ok()
}

/// The public half of an error with its code; the other half goes to the log.
#[must_use]
pub fn graphql_error(error: &Error) -> async_graphql::Error {
    use async_graphql::ErrorExtensions;
    if matches!(error.kind, ErrorKind::Internal | ErrorKind::Contract) {
        tracing::error!(error = %error.log(), "an operation failed");
    }
    async_graphql::Error::new(error.public.clone()).extend_with(|_, extensions| {
        extensions.set("code", error.kind.as_str());
    })
}

/// The page of children that the loader put aside for this place.
pub fn children<E, T>(ctx: &Context<'_>, parent: Uuid, wrap: impl Fn(Arc<E::Model>) -> T) -> Option<Connection<T>>
where
    E: Fenced,
    E::Model: Send + Sync + 'static,
    T: ContainerType + Clone,
    Edge<T>: ContainerType,
{
    let desk = soft(ctx, desk(ctx))?;
    match desk.children::<E>(place(ctx), parent) {
        Ok(page) => Some(Connection::new(&page, wrap)),
        Err(error) => {
            report(ctx, &error);
            None
        }
    }
}

/// The linked rows that the loader put aside for this place.
pub fn linked<E, T>(ctx: &Context<'_>, parent: Uuid, wrap: impl Fn(Arc<E::Model>) -> T) -> Option<Vec<T>>
where
    E: Fenced,
    E::Model: Send + Sync + 'static,
{
    let desk = soft(ctx, desk(ctx))?;
    match desk.children::<E>(place(ctx), parent) {
        Ok(page) => Some(page.rows.iter().cloned().map(wrap).collect()),
        Err(error) => {
            report(ctx, &error);
            None
        }
    }
}

/// The row that the loader put aside; `None` where there is none or the viewer may not see it.
pub fn related<E>(ctx: &Context<'_>, id: Option<Uuid>) -> Option<Arc<E::Model>>
where
    E: Fenced,
    E::Model: Send + Sync + 'static,
{
    let desk = soft(ctx, desk(ctx))?;
    match desk.one::<E>(place(ctx), id?) {
        Ok(row) => row,
        Err(error) => {
            report(ctx, &error);
            None
        }
    }
}

/// One object by its global id.
pub async fn object<E>(ctx: &Context<'_>, id: &str) -> Result<Arc<E::Model>>
where
    E: Fenced,
    E::Model: Related,
{
    let missing = || Error::new(ErrorKind::NotFound, NOT_FOUND);
    let id: GlobalId = id.parse().map_err(|_| missing())?;
    if id.kind != E::KIND {
        return Err(missing());
    }
    desk(ctx)?.by_id::<E>(id.uuid, &selection(ctx), place(ctx)).await?.ok_or_else(missing)
}

/// The id of a row as clients see it.
#[must_use]
pub fn id(kind: Kind, uuid: Uuid) -> async_graphql::ID {
    GlobalId::new(kind, uuid).to_string().into()
}

#[must_use]
pub fn args(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> PageArgs {
    PageArgs { first: first.map(i64::from), after, last: last.map(i64::from), before }
}
