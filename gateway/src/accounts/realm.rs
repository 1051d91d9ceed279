//! The two realms, and the kinds of sessions.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Customer or staff: separate logins, and a customer never reaches a staff field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Realm {
    #[sea_orm(string_value = "CUSTOMER")]
    #[serde(rename = "CUSTOMER")]
    Customer,
    #[sea_orm(string_value = "STAFF")]
    #[serde(rename = "STAFF")]
    Staff,
}

impl Realm {
    pub const ALL: &[Realm] = &[Realm::Customer, Realm::Staff];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Staff => "STAFF",
        }
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What carries the token.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SessionKind {
    /// A cookie.
    #[default]
    #[sea_orm(string_value = "BROWSER")]
    #[serde(rename = "BROWSER")]
    Browser,
    /// `Authorization: Bearer …` after a sign-in.
    #[sea_orm(string_value = "BEARER")]
    #[serde(rename = "BEARER")]
    Bearer,
    /// A named token for a dashboard or a script.
    #[sea_orm(string_value = "SERVICE")]
    #[serde(rename = "SERVICE")]
    Service,
}

impl SessionKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "BROWSER",
            Self::Bearer => "BEARER",
            Self::Service => "SERVICE",
        }
    }
}

impl fmt::Display for SessionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
