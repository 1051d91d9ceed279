//! Customers, their people and their devices; agents and teams.

use super::{holds, on};
use crate::halopsa::resource::{PLAIN, Paging, Resource};

pub(super) const PARTIES: &[Resource] = &[
    Resource {
        path: "Client",
        key: "clients",
        scope: "customers",
        ints: "id toplevel_id main_site_id main_contact_id accountmanagertech default_currency_code stopped",
        flags: "inactive taxable",
        texts: "name toplevel_name main_site_name main_contact_name colour notes website accountsid ref",
        times: "datecreated",
        nested: "customfields",
        detail: "notes customfields accountsid",
        one: "toplevel_id",
        search: "id name ref",
        paging: Paging::Pages(1000),
        ..PLAIN
    },
    Resource {
        path: "Site",
        key: "sites",
        scope: "customers",
        ints: "id sla_id",
        reals: "client_id",
        flags: "inactive isinvoicesite",
        texts: "guid name client_name clientsite_name timezone phonenumber notes",
        times: "datecreated",
        nested: "delivery_address customfields",
        detail: "notes delivery_address customfields",
        one: "client_id",
        search: "id name client_name",
        paging: Paging::Pages(1000),
        ..PLAIN
    },
    Resource {
        path: "Users",
        key: "users",
        scope: "customers",
        ints: "id key site_id_int client_id linked_agent_id web_access_level showmeonly device_access_level cataloglevel",
        reals: "site_id",
        flags: "inactive isserviceaccount canadd canaccesscatalog canviewcontracts canaccessinvoices canviewopps \
                viewallcleared ischangeapprover ispoapprover isimportantcontact ismaincontact neversendemails",
        texts: "name firstname surname initials title emailaddress email2 phonenumber mobilenumber site_name client_name \
                department login azureoid role_list notes other1",
        times: "lastlogindate datecreated",
        nested: "roles customfields",
        detail: "notes other1 roles customfields",
        one: "client_id site_id=site_id_int",
        search: "id name emailaddress email2 login",
        paging: Paging::Pages(1000),
        rules: &[
            ("exclude_generaluser", |_, row, value| !on(value) || row.text("name") != super::super::GENERAL_USER),
            ("exclude_agents", |_, row, value| !on(value) || row.int("linked_agent_id") == 0),
        ],
        ..PLAIN
    },
    Resource {
        path: "UserRoles",
        ints: "id web_access_level showmeonly device_access_level",
        flags: "canadd canaccesscatalog canviewcontracts canaccessinvoices canviewopps ispoapprover",
        texts: "name notes",
        scope: "customers",
        ..PLAIN
    },
    Resource {
        path: "Agent",
        key: "results",
        ints: "id onlinestatus chargerate",
        reals: "costprice",
        flags: "isdisabled isapiagent is_agent",
        texts: "guid name firstname surname email initials jobtitle team",
        nested: "teams",
        rules: &[
            ("includedisabled", |_, row, value| on(value) || !row.is("isdisabled")),
            ("includeapiagents", |_, row, value| on(value) || !row.is("isapiagent")),
        ],
        ..PLAIN
    },
    Resource {
        path: "Team",
        ints: "id department_id sequence",
        texts: "guid name department_name",
        flags: "inactive",
        ..PLAIN
    },
    Resource {
        path: "Asset",
        key: "assets",
        scope: "assets",
        ints: "id assettype_id site_id client_id status_id supplier_id contract_id",
        flags: "inactive",
        texts: "guid inventory_number assettype_name site_name client_name key_field key_field2 key_field3 username notes \
                status_name",
        times: "warranty_start warranty_end",
        nested: "users fields customfields",
        detail: "notes fields customfields users",
        one: "client_id site_id assettype_id contract_id",
        many: "assettypes=assettype_id",
        search: "inventory_number key_field key_field2 key_field3",
        paging: Paging::Pages(1000),
        rules: &[("user_id", |_, row, value| {
            row.list("users").iter().any(|user| user["id"].as_i64().is_some_and(|id| holds(value, id)))
        })],
        ..PLAIN
    },
    Resource {
        path: "AssetType",
        scope: "assets",
        ints: "id assetgroup_id",
        flags: "show_to_users",
        texts: "name assetgroup_name keyfield_name keyfield2_name keyfield3_name",
        ..PLAIN
    },
];
