//! Clients, sites, users with their roles, agents, teams.

use super::{Flag, Int, Many, Text};
use serde::Deserialize;

/// `Area`: a customer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClientRow {
    pub id: Int,
    pub name: Text,
    pub inactive: Flag,
    pub default_currency_code: Int,
    pub main_site_id: Int,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SiteRow {
    pub id: Int,
    /// A double.
    pub client_id: Int,
    pub name: Text,
    pub inactive: Flag,
    pub phonenumber: Text,
    pub delivery_address_line1: Text,
    pub delivery_address_line2: Text,
    pub delivery_address_line3: Text,
    pub delivery_address_line4: Text,
    pub delivery_address_line5: Text,
}

/// `Users`: a person of a customer. Rights come only with the user itself, not with a row of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UserRow {
    pub id: Int,
    pub name: Text,
    pub title: Text,
    pub department: Text,
    pub client_id: Int,
    /// A double; the whole number has a name of its own.
    pub site_id: Int,
    pub site_id_int: Int,
    pub emailaddress: Text,
    pub phonenumber: Text,
    pub phonenumber_preferred: Text,
    pub mobilenumber: Text,
    pub login: Text,
    pub inactive: Flag,
    pub isserviceaccount: Flag,
    pub linked_agent_id: Int,
    pub notes: Text,
    pub datecreated: Text,
    pub web_access_level: Int,
    pub canaccessinvoices: Flag,
    pub canviewcontracts: Flag,
    pub canaccesscatalog: Flag,
    pub canviewopps: Flag,
    pub ispoapprover: Flag,
    pub ischangeapprover: Flag,
    pub ischangeapprover2: Flag,
    pub isimportantcontact: Flag,
    pub isimportantcontact2: Flag,
    pub roles: Many<UserRoleRow>,
}

/// `UserRoles`: rights that several users share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UserRoleRow {
    pub id: Int,
    pub name: Text,
    pub web_access_level: Int,
    pub canaccessinvoices: Flag,
    pub canviewcontracts: Flag,
    pub canaccesscatalog: Flag,
    pub canviewopps: Flag,
    pub ispoapprover: Flag,
    pub ischangeapprover2: Flag,
    pub isimportantcontact2: Flag,
}

/// `Uname`: a person of the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgentRow {
    pub id: Int,
    pub name: Text,
    pub email: Text,
    pub isdisabled: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TeamRow {
    pub id: Int,
    pub name: Text,
    pub inactive: Flag,
    pub agents: Many<MemberRow>,
}

/// `UnameSection`: an agent in a team.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MemberRow {
    pub agent_id: Int,
}
