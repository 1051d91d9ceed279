//! The provider itself: its settings, its people, its pick lists.

use super::Stamp;
use serde::Serialize;

/// The provider and the settings of its PSA.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Firm {
    pub name: String,
    pub address: String,
    pub city: String,
    pub country: String,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub currency: String,
    pub timezone: String,
    pub database_version: String,
    pub portal_enabled: bool,
    pub ticket_prefix: String,
    pub next_ticket_number: i32,
    pub invoice_prefix: String,
    pub next_invoice_number: i32,
    pub invoice_footer: String,
    pub autoclose_hours: i32,
    pub smtp_password: String,
    pub imap_password: String,
    pub azure_secret: String,
    pub login_key: String,
    pub created: Stamp,
}

/// What an agent may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Role {
    pub id: i32,
    pub name: String,
    pub admin: bool,
    pub created: Stamp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum UserType {
    #[default]
    Agent,
    Portal,
}

/// A sign-in: of an agent, or of a contact in the vendor's own portal.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct User {
    pub id: i32,
    pub name: String,
    pub email: String,
    pub password: String,
    pub auth_method: String,
    pub user_type: UserType,
    pub enabled: bool,
    pub token: Option<String>,
    pub reset_token: Option<String>,
    pub role: i32,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Status {
    pub id: i32,
    pub name: String,
    pub colour: String,
    pub active: bool,
    pub pauses_sla: bool,
    pub order: i32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Category {
    pub id: i32,
    pub name: String,
    pub description: Option<String>,
    /// `Ticket`, `Income`, `Expense`, …
    pub category_type: String,
    pub colour: String,
    pub order: i32,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sla {
    pub id: i32,
    pub name: String,
    pub description: String,
    pub response_minutes: i32,
    pub resolution_minutes: Option<i32>,
    pub created: Stamp,
}

/// Which SLA a client's tickets of a priority follow; client 0 is the default.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SlaRule {
    pub id: i32,
    pub client: i32,
    pub priority: String,
    pub sla: i32,
}
