//! A child that each row of a page names, read in the page's own statement.
//!
//! A statement of its own is one more exchange with the database, and a wait in the middle of an operation. The page is
//! cut before its children are joined to it, so no more of them are looked for than it has rows.

use super::columns::{Cells, Columns, Rows, sparse};
use super::desk::Desk;
use super::fence::Fenced;
use super::relation::{Place, Related, Selection};
use futures_util::future::BoxFuture;
use portico_contract::Result;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, JoinType, Order as Direction, Query, SelectStatement};
use sea_orm::{EntityTrait, IdenStatic, QueryTrait, Select};

/// Reads a page with its children.
pub type Read<E> = for<'a> fn(&'a Desk, Wanted<'a, E>) -> BoxFuture<'a, Result<Rows<E>>>;

/// One such child of a row type: the relation that shows it, and how it is read.
pub struct Beside<E: EntityTrait> {
    pub field: &'static str,
    pub read: Read<E>,
}

/// A page that is to be read.
#[derive(Debug)]
pub struct Wanted<'a, E: EntityTrait> {
    /// Fenced, ordered and cut.
    pub select: Select<E>,
    pub order: [(E::Column, Direction); 2],
    pub columns: &'a Columns<E>,
    /// The fields that show the child, and where they stand in the answer.
    pub shown: Vec<(&'a Selection, Place)>,
}

impl<E: EntityTrait> std::fmt::Debug for Beside<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Beside({})", self.field)
    }
}

/// Reads a page and leaves the children with the desk, for [`super::relation::to_child`]. Where their fence hangs on more
/// than that the page was read, the page comes alone.
pub async fn read<P, C>(desk: &Desk, wanted: Wanted<'_, P>, named: P::Column, parent: C::Column) -> Result<Rows<P>>
where
    P: Fenced<Model: Related>,
    C: Fenced<Model: Related>,
{
    let Wanted { select, order, columns, shown } = wanted;
    let (Some(below), Some(id), Some(child_id)) = (desk.below::<C>(parent), P::column("id"), C::column("id")) else {
        return columns.rows(select, desk.store()).await;
    };
    let fields = shown.iter().flat_map(|(selection, _)| selection.children.iter());
    let theirs = desk.columns::<C>(fields, &[parent]);
    let (page, child) = (Alias::new("page"), Alias::new("child"));
    let is_named = Expr::col((child.clone(), child_id)).equals((page.clone(), named));
    let is_theirs = Expr::col((child.clone(), parent)).equals((page.clone(), id));
    let mut statement = Query::select();
    statement
        .columns(columns.of_table(&page))
        .columns(theirs.of_table(&child))
        .from_subquery(columns.select(select).into_query(), page.clone())
        .join_subquery(
            JoinType::LeftJoin,
            theirs.select(below).into_query(),
            child,
            Condition::all().add(is_named).add(is_theirs),
        );
    for (column, direction) in order {
        statement.order_by((page.clone(), column), direction);
    }
    let (rows, children) = both::<P, C>(desk, &statement, columns, &theirs).await?;
    for (_, place) in shown {
        desk.put_beside::<C>(place, children.clone());
    }
    Ok(rows)
}

/// The rows of such a statement.
async fn both<P, C>(
    desk: &Desk,
    statement: &SelectStatement,
    columns: &Columns<P>,
    theirs: &Columns<C>,
) -> Result<(Rows<P>, Rows<C>)>
where
    P: Fenced<Model: Related>,
    C: Fenced<Model: Related>,
{
    let (cells, their_cells) = (columns.cells(), theirs.cells());
    let first = cells.len();
    let read = |row: &dyn Cells| {
        let id = (first..).zip(&their_cells).find(|(_, (column, _))| column.as_str() == "id");
        let is_there = id.is_some_and(|(at, (_, kind))| row.cell(at, kind) != Some(None));
        let child = is_there.then(|| sparse::<C>(&their_cells, first, row)).transpose()?;
        Ok((sparse::<P>(&cells, 0, row)?, child))
    };
    let read = desk.store().rows(statement, read).await?;
    let (mut rows, mut children): (Rows<P>, Rows<C>) = (Vec::with_capacity(read.len()), Vec::new());
    for (row, child) in read {
        rows.push(row);
        children.extend(child);
    }
    columns.fill_bodies(&mut rows, desk.store());
    theirs.fill_bodies(&mut children, desk.store());
    Ok((rows, children))
}
