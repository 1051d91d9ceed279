//! Invoices with their lines.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mirror_invoices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub backend_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub native_key: String,
    pub hash: i64,
    pub version: i64,
    pub read_at: i64,
    pub account_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub number: String,
    #[sea_orm(column_type = "Text")]
    pub status_group: String,
    #[sea_orm(column_type = "Text")]
    pub status_label: String,
    #[sea_orm(column_type = "Text")]
    pub status_native: String,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    pub total: i64,
    #[sea_orm(column_type = "Text")]
    pub issued_on: String,
    #[sea_orm(column_type = "Text")]
    pub due_on: String,
    #[sea_orm(column_type = "Text")]
    pub lines: String,
    pub recurring_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub purchase_order: Option<String>,
    pub subtotal: Option<i64>,
    pub tax: Option<i64>,
    pub discount: Option<i64>,
    pub paid: Option<i64>,
    pub balance: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub internal_note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub sales_representative: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub project: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub terms: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub period_from: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub period_to: Option<String>,
    pub sent_at: Option<i64>,
    pub detail_at: Option<i64>,
    /// Since when its children are not all known; nothing once they are.
    pub thin_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
