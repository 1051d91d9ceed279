//! Who follows a ticket, by name, as far as they are contacts of its own account now: whoever left it, and whoever never
//! was there, is not shown.

use super::desk::Desk;
use super::entity::{contacts, tickets};
use super::relation::Place;
use super::store::db;
use portico_contract::Result;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Followers of a ticket that are shown.
pub const MOST: u64 = 50;

/// A contact and their name.
pub type Follower = (Uuid, Arc<str>);

fn of(ticket: &tickets::Model) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = serde_json::from_str(&ticket.followers).unwrap_or_default();
    ids.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    ids
}

/// One statement for all tickets. Only names: the contacts behind them are fenced.
pub(super) async fn load(desk: &Desk, place: Place, tickets: &[Arc<tickets::Model>]) -> Result<()> {
    let ids: HashSet<Uuid> = tickets.iter().flat_map(|ticket| of(ticket)).collect();
    let known = if ids.is_empty() { HashMap::new() } else { names(desk, &Vec::from_iter(ids)).await? };
    for ticket in tickets {
        let own = of(ticket).into_iter().filter_map(|id| {
            let (account, name) = known.get(&id)?;
            (*account == ticket.account_id).then(|| (id, Arc::clone(name)))
        });
        let mut own: Vec<Follower> = own.collect();
        own.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
        desk.put_aside(place, ticket.id, Arc::new(own));
    }
    Ok(())
}

async fn names(desk: &Desk, ids: &[Uuid]) -> Result<HashMap<Uuid, (Uuid, Arc<str>)>> {
    use contacts::Column::{AccountId, Id, Name};
    let mine = desk.store().among(Id, ids);
    let select = contacts::Entity::find().select_only().columns([Id, AccountId, Name]).filter(mine);
    let mut names = HashMap::new();
    for row in desk.read().query_all(&select.into_query()).await.map_err(db)? {
        let name: Arc<str> = row.try_get::<String>("", "name").map_err(db)?.into();
        names.insert(row.try_get("", "id").map_err(db)?, (row.try_get("", "account_id").map_err(db)?, name));
    }
    Ok(names)
}
