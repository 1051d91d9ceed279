//! What the provider looks after for a client: devices, domains, certificates, documents.

use super::Stamp;
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Asset {
    pub id: i32,
    pub client: i32,
    pub contact: i32,
    pub location: i32,
    pub vendor: i32,
    pub asset_type: String,
    pub name: String,
    pub description: Option<String>,
    pub make: String,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub os: Option<String>,
    /// For agents.
    pub uri: Option<String>,
    /// For agents.
    pub uri_2: Option<String>,
    /// For customers.
    pub uri_client: Option<String>,
    pub status: Option<String>,
    pub purchased: Option<NaiveDate>,
    pub warranty: Option<NaiveDate>,
    pub installed: Option<NaiveDate>,
    pub notes: Option<String>,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}

/// A network port of an asset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Interface {
    pub id: i32,
    pub asset: i32,
    pub name: String,
    pub mac: Option<String>,
    pub ip: Option<String>,
    pub notes: Option<String>,
    pub primary: bool,
    pub created: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Vendor {
    pub id: i32,
    /// 0 is everybody's.
    pub client: i32,
    pub name: String,
    pub account_number: Option<String>,
    pub notes: Option<String>,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Domain {
    pub id: i32,
    pub client: i32,
    pub name: String,
    pub description: Option<String>,
    pub expires: Option<NaiveDate>,
    pub registrar: i32,
    pub txt: Option<String>,
    pub raw_whois: Option<String>,
    pub notes: Option<String>,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Certificate {
    pub id: i32,
    pub client: i32,
    pub domain: i32,
    pub name: String,
    pub host: Option<String>,
    pub issued_by: String,
    pub expires: Option<NaiveDate>,
    pub notes: Option<String>,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Folder {
    pub id: i32,
    pub client: i32,
    pub name: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Document {
    pub id: i32,
    pub client: i32,
    pub folder: i32,
    pub name: String,
    pub description: Option<String>,
    /// HTML.
    pub content: String,
    pub client_visible: bool,
    pub created_by: i32,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}

/// A file, and the document it is attached to (0 for none).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct File {
    pub id: i32,
    pub client: i32,
    pub document: i32,
    pub name: String,
    pub reference: String,
    pub description: Option<String>,
    pub extension: String,
    pub size: i64,
    pub mime_type: String,
    pub created: Stamp,
    pub archived: Stamp,
}

/// An entry that the provider adds to menus.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Link {
    pub id: i32,
    pub name: String,
    pub description: Option<String>,
    pub uri: String,
    /// 3 is the customers' portal.
    pub location: i32,
    pub created: Stamp,
}
