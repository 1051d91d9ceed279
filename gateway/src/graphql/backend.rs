//! The configured backends, for staff.

use super::directive::{inherits, requiresPermission};
use super::scalar::DateTime;
use crate::authz::permission::Permission;
use crate::readmodel::streams::StreamState;
use crate::sync::fill::Fill;
use crate::sync::{Source, Sync};
use async_graphql::{Enum, ID, SimpleObject};
use portico_contract::{Figures, HealthState, Stream};
use std::collections::HashMap;
use uuid::Uuid;

/// A configured PSA.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = requiresPermission::apply(Permission::BackendsRead))]
pub struct Backend {
    /// Opaque and stable.
    id: ID,
    /// Its name in the configuration.
    name: String,
    /// The adapter: `itflow`, `halopsa`, …
    kind: String,
    /// How it is, as the last reads saw it and as it said of itself.
    #[graphql(directive = inherits::apply())]
    health: BackendHealth,
    /// Where each of its streams stands.
    #[graphql(directive = inherits::apply())]
    streams: Vec<StreamStatus>,
    /// What went to it and came back; absent where it is read from a database alone.
    #[graphql(directive = inherits::apply())]
    traffic: Option<BackendTraffic>,
}

/// Calls of a backend by the process that answers, since it began.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct BackendTraffic {
    /// Calls that were to be made.
    calls: u64,
    /// Tries that went out.
    tries: u64,
    /// Tries after the first one of a call.
    retries: u64,
    /// Calls that were not let out: it fails too often, or allows no more for now.
    refused: u64,
    /// Calls that wait for their turn now.
    waiting: u64,
    /// How calls have ended.
    #[graphql(directive = inherits::apply())]
    outcomes: Vec<CallOutcome>,
    /// Whether calls are let out.
    breaker: BreakerState,
}

/// How many calls have ended like this.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CallOutcome {
    /// OK, or what kind of error it was.
    outcome: String,
    /// How many.
    count: u64,
}

/// Whether calls of a backend are let out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "portico_contract::BreakerState")]
pub enum BreakerState {
    /// They are.
    Closed,
    /// It failed too often and is left alone for a while.
    Open,
    /// One at a time, to find out.
    Probation,
}

impl From<Figures> for BackendTraffic {
    fn from(figures: Figures) -> Self {
        let Figures { calls, tries, retries, refused, waiting, outcomes, breaker, .. } = figures;
        let outcome = |(outcome, count): (&str, u64)| CallOutcome { outcome: outcome.to_owned(), count };
        let outcomes = outcomes.into_iter().map(outcome).collect();
        Self { calls, tries, retries, refused, waiting, outcomes, breaker: breaker.into() }
    }
}

/// How a backend is.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct BackendHealth {
    /// In one word.
    state: BackendState,
    /// Since when it fails.
    failing_since: Option<DateTime>,
    /// What is wrong and what to do.
    problems: Vec<String>,
}

/// How a backend is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "HealthState")]
pub enum BackendState {
    /// Every stream was read when it should.
    Ok,
    /// Some streams fail or are late.
    Degraded,
    /// Nothing can be read.
    Down,
}

/// Where a stream stands.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct StreamStatus {
    /// Name of the stream.
    stream: String,
    /// Everything older than this is in the read model.
    confirmed_at: Option<DateTime>,
    /// When everything was last read.
    full_at: Option<DateTime>,
    /// Whether it is older than promised.
    stale: bool,
    /// Objects read by the present or last pass.
    done: u64,
    /// Objects there are, where the PSA says so.
    total: Option<u64>,
    /// Since when it fails.
    failing_since: Option<DateTime>,
    /// What is wrong and what to do.
    failure: Option<String>,
    /// How far its objects have what hangs on them.
    #[graphql(directive = inherits::apply())]
    fill: StreamFill,
}

/// How many objects of a stream have what hangs on them, such as the comments of tickets. Where a PSA
/// lists them without, they are read one by one, the newest first; one that is opened does not wait.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct StreamFill {
    /// Objects that have it.
    done: u64,
    /// All objects.
    total: u64,
    /// When the rest will have it, by the calls that the PSA allows.
    ends_at: Option<DateTime>,
}

/// The id of a backend as clients see it.
#[must_use]
pub fn backend_id(uuid: Uuid) -> ID {
    format!("backend_{}", uuid.simple()).into()
}

impl Backend {
    #[must_use]
    pub fn new(sync: &Sync, source: &Source, fills: &HashMap<(Uuid, Stream), Fill>) -> Self {
        let states: Vec<StreamState> = source.streams().map(|stream| sync.state(source.id, stream)).collect();
        let fill = |state: &StreamState| fills.get(&(state.backend, state.stream)).copied();
        let streams: Vec<StreamStatus> =
            states.iter().map(|state| StreamStatus::new(sync, state, fill(state))).collect();
        let failing = states.iter().filter(|state| state.failed_since.is_some()).count();
        let said = sync.health(source.id);
        let said_of_itself = said.as_ref().map_or(HealthState::Ok, |health| health.state);
        let state = match failing {
            _ if said_of_itself == HealthState::Down => HealthState::Down,
            0 if said_of_itself == HealthState::Ok && streams.iter().all(|stream| !stream.stale) => HealthState::Ok,
            n if n == states.len() => HealthState::Down,
            _ => HealthState::Degraded,
        };
        let said = said.into_iter().flat_map(|health| health.problems);
        let mut problems: Vec<String> = states.iter().filter_map(|state| state.failure.clone()).collect();
        for problem in said {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems.dedup();
        let info = source.backend.info();
        Self {
            id: backend_id(source.id),
            name: info.instance.clone(),
            kind: info.kind.to_owned(),
            health: BackendHealth {
                state: state.into(),
                failing_since: DateTime::opt(states.iter().filter_map(|state| state.failed_since).min()),
                problems,
            },
            streams,
            traffic: source.backend.figures().map(BackendTraffic::from),
        }
    }
}

impl StreamStatus {
    fn new(sync: &Sync, state: &StreamState, fill: Option<Fill>) -> Self {
        Self {
            stream: state.stream.as_str().to_owned(),
            confirmed_at: DateTime::opt(state.confirmed_at),
            full_at: DateTime::opt(state.full_at),
            stale: sync.is_stale(state.backend, state.stream),
            done: state.done,
            total: state.total,
            failing_since: DateTime::opt(state.failed_since),
            failure: state.failure.clone(),
            fill: fill.map(StreamFill::from).unwrap_or_default(),
        }
    }
}

impl From<Fill> for StreamFill {
    fn from(fill: Fill) -> Self {
        let ends_at = DateTime::opt(fill.ends_at.map(|at| at.timestamp_millis()));
        Self { done: fill.done, total: fill.total, ends_at }
    }
}
