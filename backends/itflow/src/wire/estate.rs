//! What the provider looks after: `locations`, `assets`, `domains`, `certificates`.

use super::Column::{self, Plain, Text};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, SelectStatement};

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct LocationRow {
    pub location_id: i64,
    pub location_name: String,
    pub location_country: Option<String>,
    pub location_address: Option<String>,
    pub location_city: Option<String>,
    pub location_state: Option<String>,
    pub location_zip: Option<String>,
    pub location_phone: Option<String>,
    pub location_primary: Option<bool>,
    pub location_notes: Option<String>,
    pub location_archived_at: Option<String>,
    pub location_client_id: i64,
}

pub(crate) const LOCATIONS: &[Column] = &[
    Plain("location_id"),
    Plain("location_name"),
    Plain("location_country"),
    Plain("location_address"),
    Plain("location_city"),
    Plain("location_state"),
    Plain("location_zip"),
    Plain("location_phone"),
    Plain("location_primary"),
    Plain("location_notes"),
    Text("location_archived_at"),
    Plain("location_client_id"),
];

pub(crate) fn locations() -> SelectStatement {
    super::select("locations", LOCATIONS)
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct AssetRow {
    pub asset_id: i64,
    pub asset_type: String,
    pub asset_name: String,
    pub asset_make: String,
    pub asset_model: Option<String>,
    pub asset_serial: Option<String>,
    pub asset_os: Option<String>,
    /// Where a technician manages the thing; not for customers, as the next.
    pub asset_uri: Option<String>,
    pub asset_uri_2: Option<String>,
    pub asset_uri_client: Option<String>,
    pub asset_status: Option<String>,
    pub asset_purchase_date: Option<String>,
    pub asset_warranty_expire: Option<String>,
    pub asset_install_date: Option<String>,
    pub asset_notes: Option<String>,
    pub asset_archived_at: Option<String>,
    pub asset_location_id: i64,
    pub asset_contact_id: i64,
    pub asset_client_id: i64,
}

pub(crate) const ASSETS: &[Column] = &[
    Plain("asset_id"),
    Plain("asset_type"),
    Plain("asset_name"),
    Plain("asset_make"),
    Plain("asset_model"),
    Plain("asset_serial"),
    Plain("asset_os"),
    Plain("asset_uri"),
    Plain("asset_uri_2"),
    Plain("asset_uri_client"),
    Plain("asset_status"),
    Text("asset_purchase_date"),
    Text("asset_warranty_expire"),
    Text("asset_install_date"),
    Plain("asset_notes"),
    Text("asset_archived_at"),
    Plain("asset_location_id"),
    Plain("asset_contact_id"),
    Plain("asset_client_id"),
];

pub(crate) fn assets() -> SelectStatement {
    super::select("assets", ASSETS)
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct DomainRow {
    pub domain_id: i64,
    pub domain_name: String,
    pub domain_expire: Option<String>,
    pub domain_ip: Option<String>,
    pub domain_name_servers: Option<String>,
    pub domain_mail_servers: Option<String>,
    pub domain_notes: Option<String>,
    pub domain_archived_at: Option<String>,
    pub domain_client_id: i64,
    pub vendor_name: Option<String>,
}

pub(crate) const DOMAINS: &[Column] = &[
    Plain("domain_id"),
    Plain("domain_name"),
    Text("domain_expire"),
    Plain("domain_ip"),
    Plain("domain_name_servers"),
    Plain("domain_mail_servers"),
    Plain("domain_notes"),
    Text("domain_archived_at"),
    Plain("domain_client_id"),
    Plain("vendor_name"),
];

/// Domains with the vendor that they are registered at.
pub(crate) fn domains() -> SelectStatement {
    let registrar =
        Cond::all().add(Expr::col("vendor_id").equals("domain_registrar")).add(Expr::col("domain_registrar").gt(0));
    let mut select = super::select("domains", DOMAINS);
    select.left_join("vendors", registrar);
    select
}

#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct CertificateRow {
    pub certificate_id: i64,
    pub certificate_name: String,
    pub certificate_domain: Option<String>,
    pub certificate_issued_by: String,
    pub certificate_expire: Option<String>,
    pub certificate_notes: Option<String>,
    pub certificate_archived_at: Option<String>,
    pub certificate_domain_id: i64,
    pub certificate_client_id: i64,
}

pub(crate) const CERTIFICATES: &[Column] = &[
    Plain("certificate_id"),
    Plain("certificate_name"),
    Plain("certificate_domain"),
    Plain("certificate_issued_by"),
    Text("certificate_expire"),
    Plain("certificate_notes"),
    Text("certificate_archived_at"),
    Plain("certificate_domain_id"),
    Plain("certificate_client_id"),
];

pub(crate) fn certificates() -> SelectStatement {
    super::select("certificates", CERTIFICATES)
}
