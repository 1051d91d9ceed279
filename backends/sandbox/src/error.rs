//! What can go wrong in a sandbox.

/// A failure of the sandbox's own storage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the sandbox database refused: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("the sandbox needs a sqlite or mysql database, not {0}")]
    Dialect(&'static str),
    #[error("{table} {id} is not in the sandbox")]
    Missing { table: &'static str, id: i32 },
    #[error("the sandbox folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    #[error("{column} does not take this value")]
    TooLong { column: String },
    #[error("a page cannot begin or end below zero")]
    Limit,
    #[error("the database gave an id that is no 32-bit number: {0}")]
    Id(u64),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
