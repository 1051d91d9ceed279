//! The customers: clients, their places and their people.

use super::Stamp;
use rust_decimal::Decimal;
use serde::Serialize;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Client {
    pub id: i32,
    pub lead: bool,
    pub name: String,
    pub client_type: Option<String>,
    pub website: Option<String>,
    pub referral: Option<String>,
    pub rate: Option<Decimal>,
    pub currency: String,
    pub net_terms: i32,
    pub tax_number: Option<String>,
    pub abbreviation: Option<String>,
    pub notes: Option<String>,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Location {
    pub id: i32,
    pub client: i32,
    pub name: String,
    pub description: Option<String>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub zip: Option<String>,
    pub country: Option<String>,
    pub phone: Option<String>,
    pub primary: bool,
    pub notes: Option<String>,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Contact {
    pub id: i32,
    pub client: i32,
    /// The portal sign-in; 0 without one.
    pub user: i32,
    pub location: i32,
    pub name: String,
    pub title: Option<String>,
    pub department: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub pin: Option<String>,
    pub notes: Option<String>,
    pub primary: bool,
    pub important: bool,
    pub billing: Option<bool>,
    pub technical: Option<bool>,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}
