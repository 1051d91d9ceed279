//! Writing: arrays of objects, where an id changes a row and no id makes one. What such a row begins with stands in
//! `files/halopsa-new.json`.

mod after;
mod begin;

pub(super) use after::{settle, touch};

use super::answer::{exception, model_state};
use super::resource::{Resource, resource};
use super::tenant::Tenant;
use crate::rest::answer::Answer;
use crate::rest::mapping::{Object, number};
use crate::rest::row::{Cell, Row, words};
use crate::rest::table::Key;
use crate::uploads::bytes_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// What is sent and not a cell: keys, what Halo writes itself, and what has a way of its own.
const NO_CELLS: [&str; 6] = ["id", "seq", "attachments", "customfields", "last_update", "last_updated"];

/// Writes every object of the array; gives the keys of the rows.
pub(super) fn post(tenant: &mut Tenant, resource: &Resource, body: &Json) -> Result<Vec<Key>, Answer> {
    let unread = || model_state("", "Cannot deserialize the current JSON object: a JSON array is required.");
    let objects = body.as_array().ok_or_else(unread)?;
    let mut keys = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let object = object.as_object().ok_or_else(|| model_state(&format!("[{at}]"), "Not an object."))?;
        keys.push(write(tenant, resource, at, object)?);
    }
    Ok(keys)
}

fn write(tenant: &mut Tenant, resource: &Resource, at: usize, object: &Object) -> Result<Key, Answer> {
    let (key, made) = key(tenant, resource, object)?;
    let mut row = match tenant.row(resource.path, key) {
        Some(row) => row.clone(),
        None if made => begin::row(tenant, resource, key, object)?,
        None => return Err(exception("Object reference not set to an instance of an object.")),
    };
    let before = (!made).then(|| row.clone());
    let mut taken = object.clone();
    taken.retain(|name, _| !NO_CELLS.contains(&name.as_str()));
    let unfit = |name| model_state(&format!("[{at}].{name}"), "Error converting value.");
    row.take(&resource.fields, &taken).map_err(unfit)?;
    custom_fields(&mut row, object);
    row.updated = tenant.now();
    tenant.put(resource.path, key, row);
    after::written(tenant, resource, key, object, before);
    let files = object.get("attachments").filter(|_| matches!(resource.path, "Tickets" | "Actions"));
    for file in files.and_then(Json::as_array).into_iter().flatten() {
        attach(tenant, key, file);
    }
    Ok(key)
}

/// The key of the row that is meant, and whether it is made now.
fn key(tenant: &Tenant, resource: &Resource, object: &Object) -> Result<(Key, bool), Answer> {
    let of = |name| number(object, name).unwrap_or(0);
    if !resource.within() {
        let id = of("id");
        return Ok(if id > 0 { ((id, 0), false) } else { ((tenant.next(resource.path), 0), true) });
    }
    let (ticket, number) = (of("ticket_id"), of(if resource.path == "Actions" { "id" } else { "seq" }));
    if tenant.row("Tickets", (ticket, 0)).is_none() {
        return Err(exception("You do not have access to this ticket, or it does not exist."));
    }
    let next = || tenant.next_on(resource.path, ticket);
    Ok(if number > 0 { ((ticket, number), false) } else { ((ticket, next()), true) })
}

/// Custom fields go one by one: those that are not named stay.
fn custom_fields(row: &mut Row, object: &Object) {
    let Some(sent) = object.get("customfields").and_then(Json::as_array) else { return };
    let mut kept = row.list("customfields").to_vec();
    for field in sent {
        let same = |old: &Json| old["id"] == field["id"] || (field["id"].is_null() && old["name"] == field["name"]);
        kept.retain(|old| !same(old));
        kept.push(json!({ "id": field["id"], "name": field["name"], "type": 0, "usage": 1, "value": field["value"],
            "display": words(&field["value"]) }));
    }
    row.set("customfields", Cell::Json(Box::new(Json::Array(kept))));
}

fn attach(tenant: &mut Tenant, (ticket, action): Key, file: &Json) {
    let Some(files) = resource("Attachment") else { return };
    let mut object = file.as_object().cloned().unwrap_or_default();
    object.extend([("ticket_id".to_owned(), json!(ticket)), ("action_id".to_owned(), json!(action))]);
    let _ = write(tenant, files, 0, &object);
    let count = tenant.table(files.path).values().filter(|row| row.int("ticket_id") == ticket).count();
    tenant.set("Tickets", (ticket, 0), "attachment_count", i64::try_from(count).unwrap_or(0));
}

/// The bytes of an attachment.
pub(super) fn bytes(row: &Row) -> Vec<u8> {
    match row.get("data_base64") {
        Cell::Text(text) => STANDARD.decode(text.rsplit(',').next().unwrap_or_default()).unwrap_or_default(),
        _ => bytes_of(row.text("filename")).to_vec(),
    }
}
