//! A new row before the caller's values: what must be there, and what Halo sets by itself.

use super::super::answer::{exception, sentence};
use super::super::fill::WORLD;
use super::super::resource::Resource;
use super::super::tenant::Tenant;
use super::super::{API_AGENT, UNKNOWN_CLIENT};
use crate::rest::answer::Answer;
use crate::rest::mapping::{Object, members, number, text};
use crate::rest::row::Row;
use crate::rest::table::{Key, identity};
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

/// What a row begins with, by its list; `_` is every other list.
static NEW: LazyLock<Object> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../files/halopsa-new.json")).unwrap_or_default());

pub(super) fn row(tenant: &Tenant, resource: &Resource, key: Key, object: &Object) -> Result<Row, Answer> {
    let found = match resource.path {
        "Tickets" => ticket(tenant, object)?,
        "Actions" => action(tenant, key.0, object)?,
        "Users" => person(tenant, object)?,
        _ => Json::Null,
    };
    let mut known = object.clone();
    known.extend(members(found));
    known.insert("now".to_owned(), json!(tenant.now()));
    let table = NEW.get(resource.path).or(NEW.get("_")).and_then(Json::as_object);
    let mut row = Row::new(tenant.now());
    let begins = WORLD.steps.row(table.unwrap_or(&Object::new()), &known);
    for part in [identity(&resource.fields, resource.path, key), begins] {
        row.take(&resource.fields, &part).map_err(|name| exception(&name))?;
    }
    Ok(row)
}

fn ticket(tenant: &Tenant, object: &Object) -> Result<Json, Answer> {
    if text(object, "summary").is_empty() {
        return Err(exception("Please enter a summary."));
    }
    let of = |name| number(object, name).filter(|id| *id > 0);
    if of("user_id").is_some() && of("site_id").is_none() {
        return Err(exception("Please select a site for this user."));
    }
    let site = of("site_id").and_then(|id| tenant.row("Site", (id, 0)));
    let client = of("client_id").or_else(|| site.map(|site| site.int("client_id"))).unwrap_or(UNKNOWN_CLIENT);
    let home = tenant.row("Client", (client, 0)).ok_or_else(|| sentence("The client is not known."))?;
    let kind = of("tickettype_id").unwrap_or(1);
    let known = tenant.row("TicketType", (kind, 0)).ok_or_else(|| exception("Invalid ticket type."))?;
    let (main_site, initial) = (home.int("main_site_id"), known.int("initial_status"));
    Ok(json!({ "client": client, "main_site": main_site, "kind": kind, "initial": initial }))
}

fn action(tenant: &Tenant, ticket: i64, object: &Object) -> Result<Json, Answer> {
    let named = Some(text(object, "outcome")).filter(|name| !name.is_empty());
    let by_name = |name: &str| tenant.table("Outcome").values().find(|row| row.text("outcome") == name);
    let outcome = number(object, "outcome_id").and_then(|id| tenant.row("Outcome", (id, 0)));
    if named.is_none() && outcome.is_none() {
        return Err(exception("An outcome must be entered for this action."));
    }
    let outcome = outcome.or_else(|| named.and_then(by_name));
    let user = number(object, "actionby_user_id").and_then(|id| tenant.row("Users", (id, 0)));
    let agent = ["who_agentid", "actionby_agent_id"].iter().find_map(|name| number(object, name)).unwrap_or(API_AGENT);
    let who = user.or_else(|| tenant.row("Agent", (agent, 0))).map(|row| row.text("name"));
    Ok(json!({ "ticket": ticket, "known_outcome": outcome.map_or(0, |row| row.int("id")),
        "outcome_name": outcome.map_or(named.unwrap_or_default(), |row| row.text("outcome")),
        "hides": outcome.is_some_and(|row| row.is("hidefromuser")), "by_user": user.is_some(), "agent": agent,
        "who": who.unwrap_or_default(), "status": tenant.int("Tickets", ticket, "status_id") }))
}

fn person(tenant: &Tenant, object: &Object) -> Result<Json, Answer> {
    let site = number(object, "site_id").and_then(|id| tenant.row("Site", (id, 0)));
    let site = site.ok_or_else(|| exception("Please select a site for this user."))?;
    let name = format!("{} {}", text(object, "firstname"), text(object, "surname"));
    Ok(json!({ "whole_name": name.trim(), "site": site.int("id"), "client": site.int("client_id") }))
}
