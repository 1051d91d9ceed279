//! `documents` with the folder each lies in.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct DocumentRow {
    pub document_id: i64,
    pub document_name: String,
    pub document_description: Option<String>,
    pub document_content: String,
    /// 1: for customers. It is no flag by type, so other numbers occur.
    pub document_client_visible: i64,
    pub document_created_at: Option<String>,
    pub document_updated_at: Option<String>,
    pub document_archived_at: Option<String>,
    pub document_client_id: i64,
    pub folder_name: Option<String>,
}

pub(crate) const DOCUMENTS: &[Column] = &[
    Plain("document_id"),
    Plain("document_name"),
    Plain("document_description"),
    Plain("document_content"),
    Plain("document_client_visible"),
    Text("document_created_at"),
    Text("document_updated_at"),
    Text("document_archived_at"),
    Plain("document_client_id"),
    Plain("folder_name"),
];

/// The folder must be the same client's: another's name is not shown.
pub(crate) fn documents() -> SelectStatement {
    let folder = Cond::all()
        .add(Expr::col("folder_id").equals("document_folder_id"))
        .add(Expr::col("document_folder_id").gt(0))
        .add(Expr::col("folder_client_id").equals("document_client_id"));
    let mut select = super::select("documents", DOCUMENTS);
    select.left_join("folders", folder);
    select
}
