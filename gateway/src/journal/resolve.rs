//! Placeholders of objects that were asked for become the keys by which their PSA knows them.

use super::{CommandRow, Journal, State};
use crate::readmodel::entity::aliases;
use crate::readmodel::pending;
use crate::readmodel::store::db;
use portico_contract::{Command, Error, ErrorKind, Kind, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value as Json;
use std::collections::HashMap;
use uuid::Uuid;

/// What became of the placeholders of a command.
#[derive(Debug)]
pub(super) enum Resolved {
    Ready(Box<Command>),
    /// What it is about is not there yet.
    Later,
    /// What it is about will not be there.
    Never(Error),
}

fn placeholder(json: &Json) -> Option<(Kind, Uuid)> {
    let kind = json.get("kind")?.as_str()?.parse().ok()?;
    Some((kind, pending::command_of(json.get("key")?.as_str()?)?))
}

/// Every placeholder within.
fn placeholders(json: &Json, found: &mut Vec<(Kind, Uuid)>) {
    found.extend(placeholder(json));
    match json {
        Json::Array(items) => items.iter().for_each(|item| placeholders(item, found)),
        Json::Object(fields) => fields.values().for_each(|field| placeholders(field, found)),
        _ => {}
    }
}

fn replace(json: &mut Json, keys: &HashMap<Uuid, String>) {
    if let Some(key) = placeholder(json).and_then(|(_, id)| keys.get(&id))
        && let Some(place) = json.get_mut("key")
    {
        *place = Json::from(key.as_str());
    }
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| replace(item, keys)),
        Json::Object(fields) => fields.values_mut().for_each(|field| replace(field, keys)),
        _ => {}
    }
}

impl Journal {
    pub(super) async fn resolve(&self, row: &CommandRow) -> Result<Resolved> {
        let broken = |e: serde_json::Error| Error::internal("a stored command cannot be read").with_source(e);
        let mut json: Json = serde_json::from_str(&row.intent).map_err(broken)?;
        let mut wanted = Vec::new();
        placeholders(&json, &mut wanted);
        let mut keys = HashMap::new();
        for (kind, id) in wanted {
            let alias = aliases::Entity::find()
                .filter(aliases::Column::BackendId.eq(row.backend_id))
                .filter(aliases::Column::Kind.eq(kind.as_str()))
                .filter(aliases::Column::Id.eq(id))
                .one(&self.0.store.write)
                .await
                .map_err(db)?;
            match alias {
                Some(alias) => drop(keys.insert(id, alias.native_key)),
                None => return self.without(kind, id).await,
            }
        }
        replace(&mut json, &keys);
        serde_json::from_value(json).map(|command| Resolved::Ready(Box::new(command))).map_err(broken)
    }

    /// What it means that an object has no key.
    async fn without(&self, kind: Kind, id: Uuid) -> Result<Resolved> {
        let state = self.command(id).await?.map(|command| command.state);
        Ok(match state {
            Some(State::Queued | State::Sending | State::Checking | State::Applied | State::Uncertain) => {
                Resolved::Later
            }
            Some(State::Rejected | State::Discarded) | None => Resolved::Never(Error::new(
                ErrorKind::NotFound,
                format!("The {kind} that this is about was not accepted by the PSA."),
            )),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_are_found_and_replaced_wherever_they_are() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let id = |kind: &str, id: Uuid| json!({ "kind": kind, "key": pending::key(id) });
        let mut json = json!({
            "intent": { "AddComment": { "ticket": id("ticket", a), "body": "portico:1" } },
            "list": [id("contact", b), { "kind": "ticket", "key": "7" }],
        });
        let mut found = Vec::new();
        placeholders(&json, &mut found);
        found.sort();
        assert_eq!(found, [(Kind::Contact, b), (Kind::Ticket, a)]);
        replace(&mut json, &HashMap::from([(a, "41".to_owned()), (b, "42".to_owned())]));
        assert_eq!(json.pointer("/intent/AddComment/ticket/key"), Some(&json!("41")));
        assert_eq!(json.pointer("/list/0/key"), Some(&json!("42")));
        assert_eq!(json.pointer("/list/1/key"), Some(&json!("7")));
    }
}
