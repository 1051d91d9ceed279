//! The shared world as a Halo tenant holds it: `files/halopsa-world.json` says what stands where, and `files/halopsa.json`
//! holds the pick lists that every tenant has. Times are UTC, whatever zone the world is in.

use super::resource::{Resource, resource};
use super::tenant::Tenant;
use super::write::settle;
use crate::rest::fill::{Fill, Mapping};
use crate::rest::mapping::{Object, members, number};
use crate::rest::row::Fields;
use crate::rest::table::guid;
use crate::world::World;
use crate::world::model::Stamp;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

pub(super) static WORLD: LazyLock<Mapping> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../files/halopsa-world.json")).unwrap_or_default());

fn shaped(path: &str) -> Option<(&'static str, &'static Fields)> {
    resource(path).map(|Resource { path, fields, .. }| (*path, fields))
}

pub(super) fn tenant(mut tenant: Tenant, world: &World) -> Tenant {
    let start = if let Stamp::At(at) = world.firm.created { at } else { Default::default() };
    let mut fill = Fill { tables: &mut tenant, start };
    lists(&mut fill, world);
    WORLD.fill(&mut fill, world, shaped);
    let invoices: Vec<i64> = tenant.table("Invoice").keys().map(|key| key.0).collect();
    invoices.into_iter().for_each(|invoice| settle(&mut tenant, invoice));
    tenant
}

fn lists(fill: &mut Fill<'_>, world: &World) {
    let lists: Object = serde_json::from_str(include_str!("../../files/halopsa.json")).unwrap_or_default();
    let rows = |path: &str| lists.get(path).and_then(Json::as_array).cloned().unwrap_or_default();
    for (path, list) in
        lists.keys().filter_map(|path| Some((path, shaped(path)?))).filter(|(path, _)| *path != "Priority")
    {
        for (count, row) in (1..).zip(rows(path)) {
            let key = if path == "Lookup" { count } else { row.get("id").and_then(Json::as_i64).unwrap_or(count) };
            fill.put(list, (key, 0), None, &members(row));
        }
    }
    let (Some(priority), Some(sla)) = (shaped("Priority"), shaped("SLA")) else { return };
    for level in &world.slas {
        let mut priorities = Vec::new();
        for mut row in rows("Priority").into_iter().map(members) {
            let key = (i64::from(level.id) * 100 + number(&row, "priorityid").unwrap_or(0), 0);
            row.extend([("slaid".to_owned(), json!(level.id)), ("id".to_owned(), json!(guid("Priority", key)))]);
            fill.put(priority, key, None, &row);
            priorities.push(row);
        }
        let values = json!({ "name": level.name, "workday_id": 1, "priorities": priorities });
        fill.put(sla, (i64::from(level.id), 0), None, &members(values));
    }
}
