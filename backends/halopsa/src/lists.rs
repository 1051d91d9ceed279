//! Statuses, priorities, types, teams and the like, by which rows with bare ids get their words. Kept for minutes, loaded
//! once for all who wait.

use crate::backend::Halo;
use crate::client;
use crate::config::HaloConfig;
use crate::load::Addresses;
use crate::map::books::Currencies;
use crate::map::choice::{IMPACT, URGENCY, group_of};
use crate::query::{
    ASSET_TYPES, CURRENCIES, Endpoint, LOOKUPS, PRIORITIES, Query, SERVICE_RESTRICTIONS, SLAS, STATUSES, TEAMS, TYPES,
    USER_ROLES,
};
use crate::wire::choice::{CurrencyRow, LookupRow, NamedRow, PriorityRow, StatusRow, TypeRow};
use crate::wire::estate::AssetTypeRow;
use crate::wire::knowledge::{CardRow, RestrictionRow};
use crate::wire::parties::{TeamRow, UserRoleRow};
use crate::wire::{Row, Text};
use portico_contract::value::StatusGroup;
use portico_contract::{CallCx, ErrorKind, Result};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The words of tickets.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub statuses: BTreeMap<i64, (StatusRow, StatusGroup)>,
    pub closed: BTreeSet<i64>,
    pub resolved: Option<i64>,
    pub priorities: Vec<PriorityRow>,
    pub types: BTreeMap<i64, TypeRow>,
    pub teams: BTreeMap<String, i64>,
    pub team_names: BTreeMap<i64, String>,
    pub urgencies: BTreeMap<i64, Text>,
    pub impacts: BTreeMap<i64, Text>,
    pub slas: BTreeMap<i64, Text>,
    /// Whether tickets of types that are not for users are in the stream.
    pub internal: bool,
}

impl Desk {
    /// Tickets name their team.
    pub(crate) fn team(&self, name: &str) -> Option<i64> {
        self.teams.get(&name.trim().to_lowercase()).copied()
    }

    /// Of a status that is not in the list.
    pub(crate) fn group_of(&self, id: i64) -> StatusGroup {
        if self.resolved == Some(id) {
            StatusGroup::Resolved
        } else if self.closed.contains(&id) {
            StatusGroup::Closed
        } else {
            StatusGroup::Other
        }
    }
}

/// Something that was loaded, and when.
#[derive(Debug)]
struct Kept<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    async fn get(&self, good_for: Duration, load: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let mut kept = self.0.lock().await;
        if let Some((since, value)) = &*kept
            && since.elapsed() < good_for
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(load.await?);
        *kept = Some((Instant::now(), Arc::clone(&value)));
        Ok(value)
    }

    async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

/// Things of the same kind that were loaded, by whose they are: who waits for one holds up nobody else.
#[derive(Debug)]
pub(crate) struct KeptBy<T>(std::sync::Mutex<HashMap<i64, Arc<Kept<T>>>>);

/// Owners of whom something is kept.
const OWNERS: usize = 500;

impl<T> Default for KeptBy<T> {
    fn default() -> Self {
        Self(std::sync::Mutex::default())
    }
}

impl<T> KeptBy<T> {
    fn owners(&self) -> MutexGuard<'_, HashMap<i64, Arc<Kept<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn get(
        &self,
        of: i64,
        good_for: Duration,
        load: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        let kept = {
            let mut owners = self.owners();
            if owners.len() >= OWNERS && !owners.contains_key(&of) {
                owners.clear();
            }
            Arc::clone(owners.entry(of).or_default())
        };
        kept.get(good_for, load).await
    }

    pub(crate) fn forget(&self, of: i64) {
        self.owners().remove(&of);
    }
}

#[derive(Debug, Default)]
pub(crate) struct Lists {
    desk: Kept<Desk>,
    currencies: Kept<Currencies>,
    asset_types: Kept<BTreeMap<i64, AssetTypeRow>>,
    roles: Kept<BTreeMap<i64, UserRoleRow>>,
    restrictions: Kept<Vec<RestrictionRow>>,
    /// The addresses at each customer.
    pub addresses: KeptBy<Addresses>,
    /// The request cards of each service.
    pub cards: KeptBy<Vec<CardRow>>,
}

impl Halo {
    pub(crate) fn good_for(&self) -> Duration {
        Duration::from_secs(u64::from(self.config.lists_minutes) * 60)
    }

    pub(crate) async fn desk(&self, cx: &CallCx) -> Result<Arc<Desk>> {
        self.lists.desk.get(self.good_for(), self.load_desk(cx)).await
    }

    /// The words are read again the next time somebody needs them.
    pub(crate) async fn forget_desk(&self) {
        self.lists.desk.forget().await;
    }

    pub(crate) async fn currencies(&self, cx: &CallCx) -> Result<Arc<Currencies>> {
        let load = async {
            let rows: Vec<CurrencyRow> = self.small(cx, Query::of(&CURRENCIES)).await?;
            let codes = by_id(rows).into_iter().map(|(id, row)| (id, row.code)).collect();
            Ok(Currencies { codes, usual: self.config.currency.clone() })
        };
        self.lists.currencies.get(self.good_for(), load).await
    }

    pub(crate) async fn asset_types(&self, cx: &CallCx) -> Result<Arc<BTreeMap<i64, AssetTypeRow>>> {
        let load = async { Ok(by_id(self.small(cx, Query::of(&ASSET_TYPES)).await?)) };
        self.lists.asset_types.get(self.good_for(), load).await
    }

    /// The rights of each role, where a user's roles come without them.
    pub(crate) async fn user_roles(&self, cx: &CallCx) -> Result<Arc<BTreeMap<i64, UserRoleRow>>> {
        let load = async { Ok(by_id(self.small(cx, Query::of(&USER_ROLES)).await?)) };
        self.lists.roles.get(self.good_for(), load).await
    }

    pub(crate) async fn restrictions(&self, cx: &CallCx) -> Result<Arc<Vec<RestrictionRow>>> {
        let load = self.rows_of(cx, Query::of(&SERVICE_RESTRICTIONS));
        self.lists.restrictions.get(self.good_for(), load).await
    }

    async fn load_desk(&self, cx: &CallCx) -> Result<Desk> {
        let (statuses, closed) = self.statuses(cx).await?;
        let priorities = self.rows_of(cx, Query::of(&PRIORITIES)).await?;
        let types: Vec<TypeRow> = self.small(cx, types()).await?;
        let teams: Vec<TeamRow> = self.small(cx, teams()).await?;
        let urgencies: Vec<LookupRow> = self.small(cx, lookups(URGENCY)).await?;
        let impacts: Vec<LookupRow> = self.small(cx, lookups(IMPACT)).await?;
        let slas: Vec<NamedRow> = self.small(cx, Query::of(&SLAS)).await?;
        let team_names: BTreeMap<i64, String> =
            teams.into_iter().filter_map(|row| Some((row.id.key()?, row.name.words()?))).collect();
        Ok(Desk {
            statuses: grouped(statuses, &closed, &self.config),
            closed,
            resolved: self.config.resolved_status,
            priorities,
            types: by_id(types),
            teams: team_names.iter().map(|(id, name)| (name.to_lowercase(), *id)).collect(),
            team_names,
            urgencies: names(urgencies, URGENCY),
            impacts: names(impacts, IMPACT),
            slas: by_id(slas).into_iter().map(|(id, row)| (id, row.name)).collect(),
            internal: self.config.internal_tickets,
        })
    }

    /// All statuses, and those of them that end a ticket: Halo marks none, but can leave the closed ones out.
    pub(crate) async fn statuses(&self, cx: &CallCx) -> Result<(Vec<StatusRow>, BTreeSet<i64>)> {
        let all: Vec<StatusRow> = self.small(cx, Query::of(&STATUSES).with("showall", true)).await?;
        if !self.config.closed_statuses.is_empty() {
            return Ok((all, self.config.closed_statuses.iter().copied().collect()));
        }
        let open = Query::of(&STATUSES).with("showall", true).with("excludeclosed", true);
        let open: BTreeSet<i64> = self.small::<StatusRow>(cx, open).await?.iter().filter_map(Row::key).collect();
        // An empty list cannot be told from one that was refused: nothing is closed then.
        let closed = match open.is_empty() {
            true => BTreeSet::new(),
            false => all.iter().filter_map(Row::key).filter(|id| !open.contains(id)).collect(),
        };
        Ok((all, closed))
    }

    /// A list of settings; empty where this version of Halo does not have it.
    pub(crate) async fn small<T: DeserializeOwned + Row>(&self, cx: &CallCx, query: Query) -> Result<Vec<T>> {
        let rows: Vec<T> = self.rows_of(cx, query).await?;
        Ok(rows.into_iter().filter(|row| row.key().is_some()).collect())
    }

    /// The same for rows whose id is none of ours.
    pub(crate) async fn rows_of<T: DeserializeOwned>(&self, cx: &CallCx, query: Query) -> Result<Vec<T>> {
        let endpoint: &'static Endpoint = query.endpoint;
        match self.client.list(cx, &query).await {
            Ok(listed) => client::rows(endpoint, listed.rows),
            Err(error) if error.kind == ErrorKind::Unsupported => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn types() -> Query {
    Query::of(&TYPES).with("showall", true)
}

pub(crate) fn teams() -> Query {
    Query::of(&TEAMS).with("showall", true).with("includeagentsforteams", true)
}

pub(crate) fn lookups(number: i64) -> Query {
    Query::of(&LOOKUPS).with("lookupid", number).with("exclude_zero", true)
}

pub(crate) fn grouped(
    rows: Vec<StatusRow>,
    closed: &BTreeSet<i64>,
    config: &HaloConfig,
) -> BTreeMap<i64, (StatusRow, StatusGroup)> {
    let group = |row: &StatusRow, id: i64| group_of(id, row.name.as_str(), closed, config);
    rows.into_iter().filter_map(|row| row.key().map(|id| (id, (row.clone(), group(&row, id))))).collect()
}

fn by_id<T: Row>(rows: Vec<T>) -> BTreeMap<i64, T> {
    rows.into_iter().filter_map(|row| row.key().map(|id| (id, row))).collect()
}

/// Ids repeat from lookup to lookup: a row of another one is none of these.
fn names(rows: Vec<LookupRow>, number: i64) -> BTreeMap<i64, Text> {
    let own = rows.into_iter().filter(|row| row.lookupid.0.is_none_or(|found| found == number));
    own.filter_map(|row| row.key().map(|id| (id, row.name))).collect()
}
