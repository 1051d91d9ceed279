//! How rows look: in lists, and in the answer to their id.

use super::resource::{FACTS, Resource, resource};
use super::tenant::Tenant;
use crate::rest::call::Query;
use crate::rest::mapping::Object;
use crate::rest::row::{Cell, Row, Shape};
use crate::rest::table::Key;
use serde_json::{Value as Json, json};

/// What stands for "no time": Halo knows several, and null.
const NO_TIME: [&str; 3] = ["1899-12-30T00:00:00", "1900-01-01T00:00:00", "0001-01-01T00:00:00"];
/// Times have no offset, and as many digits as it pleases them.
const TIMES: [&str; 4] =
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.0", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.0000000"];

/// A cell on the wire; the number only varies how times look.
fn on_the_wire(cell: &Cell, is_time: bool, vary: i64) -> Json {
    let nth = |most: usize| usize::try_from(vary).unwrap_or(0) % most;
    match cell {
        Cell::Null if is_time => NO_TIME.get(nth(NO_TIME.len() + 1)).map_or(Json::Null, |text| json!(text)),
        Cell::Time(at) => json!(at.format(TIMES.get(nth(TIMES.len())).unwrap_or(&"%FT%T")).to_string()),
        _ => cell.json(),
    }
}

/// A row as lists show it.
pub(super) fn short(tenant: &Tenant, resource: &Resource, key: Key, row: &Row, query: Query<'_>) -> Json {
    if query.on("idonly") || query.on("ticketidonly") {
        return json!({ "id": key.0 });
    }
    let left_out = |name: &str| {
        let switch = FACTS.switched.get(name).filter(|_| matches!(resource.path, "Tickets" | "Actions"));
        let lines = name == "lines" && query.get("includelines") != Some("true");
        lines || resource.only_in_detail(name) || switch.is_some_and(|switch| !query.on(switch))
    };
    let mut shown = shown(tenant, resource, key, row, left_out);
    if resource.path == "Actions" && query.on("includeattachments") {
        shown.insert("attachments".to_owned(), attachments(tenant, key.0, Some(key.1)));
    }
    Json::Object(shown)
}

/// A row as the answer to its id shows it.
pub(super) fn single(tenant: &Tenant, resource: &Resource, key: Key, row: &Row, detail: bool) -> Json {
    let left_out =
        |name: &str| name == "data_base64" || (!detail && (name == "lines" || resource.only_in_detail(name)));
    let mut shown = shown(tenant, resource, key, row, left_out);
    if resource.path == "Tickets" && detail {
        shown.insert("attachments".to_owned(), attachments(tenant, key.0, None));
        shown.insert("priority".to_owned(), policy(tenant, row).unwrap_or(Json::Null));
    }
    Json::Object(shown)
}

/// The row of the ticket's priority under its SLA.
fn policy(tenant: &Tenant, ticket: &Row) -> Option<Json> {
    let (sla, priority) = (ticket.int("sla_id"), ticket.int("priority_id"));
    let mut rows = tenant.table("Priority").iter();
    let (key, row) = rows.find(|(_, row)| row.int("priorityid") == priority && row.int("slaid") == sla)?;
    Some(single(tenant, resource("Priority")?, *key, row, true))
}

fn shown(tenant: &Tenant, list: &Resource, key: Key, row: &Row, left_out: impl Fn(&str) -> bool) -> Object {
    let mut shown = Object::new();
    for (name, cell) in row.cells().filter(|(name, _)| !left_out(name)) {
        let cell = on_the_wire(cell, list.fields.is_time(name), key.0.saturating_add(key.1));
        shown.insert((*name).to_owned(), cell);
    }
    for (name, id, path, source) in &FACTS.labels {
        if list.fields.field(name).is_some() && !left_out(name) && *row.get(name) == Cell::Null {
            let named = tenant.row(path, (row.int(id), 0)).map(|other| other.get(source).json());
            shown.insert((*name).to_owned(), named.unwrap_or(Json::Null));
        }
    }
    // Builds grow properties by the month.
    shown.insert("_new_in_this_build".to_owned(), json!({ "beta": true }));
    shown
}

fn attachments(tenant: &Tenant, ticket: i64, action: Option<i64>) -> Json {
    let Some(resource) = resource("Attachment") else { return Json::Null };
    let on = |row: &Row| row.int("ticket_id") == ticket && action.is_none_or(|action| row.int("action_id") == action);
    let rows = tenant.table(resource.path).iter().filter(|(_, row)| on(row));
    rows.map(|(key, row)| single(tenant, resource, *key, row, false)).collect()
}
