//! Pure functions from rows to records.

pub(crate) mod account;
pub(crate) mod approval;
pub(crate) mod choice;
pub(crate) mod document;
pub(crate) mod estate;
pub(crate) mod invoice;
pub(crate) mod person;
pub(crate) mod quote;
pub(crate) mod recurring;
pub(crate) mod ticket;
pub(crate) mod value;
pub(crate) mod words;
