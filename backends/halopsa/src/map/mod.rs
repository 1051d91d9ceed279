//! Pure functions from rows to records. Tables as data, no I/O.

pub(crate) mod action;
pub(crate) mod approval;
pub(crate) mod books;
pub(crate) mod choice;
pub(crate) mod estate;
pub(crate) mod form;
pub(crate) mod knowledge;
pub(crate) mod marker;
pub(crate) mod parties;
pub(crate) mod ticket;
pub(crate) mod value;
pub(crate) mod words;
