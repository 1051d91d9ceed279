//! Which columns an operation wants of a table, and rows that hold no others.
//!
//! Decoding whole rows is most of what a list costs. So a select names the columns that its fields
//! need, and the rest of the row stays blank. A field of a row stands for the column of its name;
//! [`Related::FIELDS`] says which it needs otherwise, and a field that neither knows reads the whole row.

use super::relation::{Related, Selection};
use super::store::Store;
use super::table::Mirrored;
use portico_contract::{Error, Result};
use sea_orm::sea_query::{Alias, ArrayType};
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, QueryResult, QuerySelect, QueryTrait, Select, Value};
use std::sync::Arc;
use uuid::Uuid;

/// A GraphQL field and the columns that it needs.
pub type Field = (&'static str, &'static [&'static str]);

/// A column and the type of its values.
pub(super) type Cell<E> = (<E as EntityTrait>::Column, ArrayType);

/// What a statement read: rows that are shared from their birth.
pub(super) type Rows<E> = Vec<Arc<<E as EntityTrait>::Model>>;

/// A row as a driver hands it over.
pub(super) trait Cells {
    /// The cell at a place in the row; nothing if it holds another type than this.
    fn cell(&self, at: usize, kind: &ArrayType) -> Option<Option<Value>>;
}

/// The columns that are read of a table.
#[derive(Debug, Clone)]
pub struct Columns<E: EntityTrait>(Vec<E::Column>);

impl<E: Mirrored> Columns<E>
where
    E::Model: Related,
{
    #[must_use]
    pub fn all() -> Self {
        Self(E::Column::iter().collect())
    }

    /// What these fields need, with the id and `also`.
    #[must_use]
    pub fn of<'a>(fields: impl Iterator<Item = &'a Selection>, also: &[E::Column]) -> Self {
        let all = || E::Column::iter();
        let mut wanted = vec![false; all().count()];
        let mut want = |name: &str| {
            let at = all().position(|column| column.as_str() == name);
            at.and_then(|at| wanted.get_mut(at)).map(|wanted| *wanted = true).is_some()
        };
        let first =
            ["id"].into_iter().chain(also.iter().map(IdenStatic::as_str)).chain(E::Model::ALWAYS.iter().copied());
        first.for_each(|name| {
            want(name);
        });
        for field in fields {
            let known = match E::Model::FIELDS.iter().find(|(name, _)| *name == field.name) {
                Some((_, columns)) => columns.iter().all(|column| want(column)),
                None => field.name == "__typename" || want(&snake(&field.name)),
            };
            if !known {
                return Self::all();
            }
        }
        Self(all().zip(wanted).filter_map(|(column, wanted)| wanted.then_some(column)).collect())
    }

    /// Narrows a select to these.
    #[must_use]
    pub fn select(&self, select: Select<E>) -> Select<E> {
        select.select_only().columns(self.0.iter().copied())
    }

    /// The same by the name of a subquery that has them.
    pub(super) fn of_table(&self, table: &Alias) -> impl Iterator<Item = (Alias, E::Column)> {
        self.0.iter().map(|column| (table.clone(), *column))
    }

    /// Runs a select of these.
    pub async fn rows(&self, select: Select<E>, store: &Store) -> Result<Rows<E>> {
        self.read(self.select(select).into_query(), store).await
    }

    /// Runs a statement whose first columns are these, in this order.
    pub async fn read(&self, statement: sea_orm::sea_query::SelectStatement, store: &Store) -> Result<Rows<E>> {
        let cells = self.cells();
        let mut rows = store.rows(&statement, |row: &dyn Cells| sparse::<E>(&cells, 0, row)).await?;
        self.fill_bodies(&mut rows, store);
        Ok(rows)
    }

    pub(super) fn cells(&self) -> Vec<Cell<E>> {
        self.0.iter().map(|column| (*column, E::Model::get_value_type(*column))).collect()
    }

    /// Bodies that are not stored, for rows with these columns.
    pub(super) fn fill_bodies(&self, rows: &mut Rows<E>, store: &Store) {
        store.fill_bodies::<E>(rows, &self.0);
    }
}

/// A row with these cells, the first of which stands there, and nothing in the others.
pub(super) fn sparse<E: Mirrored>(cells: &[Cell<E>], first: usize, read: &dyn Cells) -> Result<Arc<E::Model>> {
    let mut row = Arc::new(E::Model::default());
    let model = Arc::make_mut(&mut row);
    for (at, (column, kind)) in (first..).zip(cells) {
        let other = || Error::internal(format!("{} does not hold a {kind:?}", column.as_str()));
        if let Some(value) = read.cell(at, kind).ok_or_else(other)? {
            model.try_set(*column, value).map_err(|_| other())?;
        }
    }
    Ok(row)
}

/// Read by the pool.
impl Cells for QueryResult {
    fn cell(&self, at: usize, kind: &ArrayType) -> Option<Option<Value>> {
        match kind {
            ArrayType::Uuid => self.try_get_by_index::<Option<Uuid>>(at).ok().map(|id| id.map(Value::from)),
            ArrayType::String => self.try_get_by_index::<Option<String>>(at).ok().map(|text| text.map(Value::from)),
            ArrayType::BigInt => self.try_get_by_index::<Option<i64>>(at).ok().map(|number| number.map(Value::from)),
            ArrayType::Bool => self.try_get_by_index::<Option<bool>>(at).ok().map(|yes| yes.map(Value::from)),
            _ => None,
        }
    }
}

/// `lastComment` → `last_comment`.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readmodel::entity::tickets;

    fn columns(fields: &[&str]) -> Vec<&'static str> {
        let fields: Vec<Selection> =
            fields.iter().map(|name| Selection { name: (*name).to_owned(), ..Selection::default() }).collect();
        let columns = Columns::<tickets::Entity>::of(fields.iter(), &[tickets::Column::CreatedAt]);
        columns.0.iter().map(IdenStatic::as_str).collect()
    }

    #[test]
    fn a_field_needs_the_column_of_its_name_or_those_it_names() {
        assert_eq!(columns(&["id"]), ["id", "created_at"]);
        assert_eq!(columns(&["dueAt", "comments", "__typename"]), ["id", "created_at", "due_at"]);
        assert_eq!(columns(&["status"]), ["id", "status_group", "status_label", "created_at"]);
    }

    #[test]
    fn an_unknown_field_reads_the_whole_row() {
        assert_eq!(columns(&["subject", "somethingNew"]).len(), tickets::Column::iter().count());
    }
}
