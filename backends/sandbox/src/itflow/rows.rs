//! How each thing of the world lies in ITFlow's columns.

mod books;
mod desk;
mod estate;
mod firm;
mod parties;

pub(super) use estate::DocumentFile;
pub(super) use firm::{Company, Settings};

use super::statement::Cell;
use super::table::Table;

/// Something that is one row. Columns that are not named take their default.
pub(super) trait Row {
    fn table(&self) -> &'static Table;
    /// Always the same names in the same order for a table.
    fn cells(&self) -> Vec<Cell>;
}

impl<R: Row> Row for &R {
    fn table(&self) -> &'static Table {
        R::table(self)
    }

    fn cells(&self) -> Vec<Cell> {
        R::cells(self)
    }
}
