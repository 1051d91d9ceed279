//! The one list of adapters. Adding a backend is adding a line here.

use crate::config::{BackendSettings, Problems};
use portico_contract::{Backend, Clock, Result};
use std::sync::Arc;

type Build = fn(&BackendSettings, Clock) -> Result<Arc<dyn Backend>, Problems>;

/// How the backends of one vendor are made from their settings.
#[derive(Debug, Clone, Copy)]
pub struct Adapter {
    pub kind: &'static str,
    build: Build,
}

/// Every adapter, by the word of the configuration.
pub const ADAPTERS: &[Adapter] =
    &[Adapter { kind: portico_itflow::KIND, build: itflow }, Adapter { kind: portico_halopsa::KIND, build: halopsa }];

fn itflow(settings: &BackendSettings, clock: Clock) -> Result<Arc<dyn Backend>, Problems> {
    let config: portico_itflow::ItflowConfig = settings.read()?;
    let mut problems = Problems::default();
    for (key, problem) in config.validate() {
        problems.0.push(settings.problem(key, problem));
    }
    problems.none_or(())?;
    portico_itflow::build(&settings.id, config, clock).map_err(|e| Problems(vec![settings.problem("kind", e.public)]))
}

fn halopsa(settings: &BackendSettings, clock: Clock) -> Result<Arc<dyn Backend>, Problems> {
    let config: portico_halopsa::HaloConfig = settings.read()?;
    let mut problems = Problems::default();
    for (key, problem) in config.validate() {
        problems.0.push(settings.problem(key, problem));
    }
    problems.none_or(())?;
    portico_halopsa::build(&settings.id, config, clock).map_err(|e| Problems(vec![settings.problem("kind", e.public)]))
}

/// Makes the configured backends, or says everything that is wrong with their settings.
pub fn backends(settings: &[BackendSettings], clock: &Clock) -> Result<Vec<Arc<dyn Backend>>, Problems> {
    let mut problems = Problems::default();
    let mut backends = Vec::new();
    // Without a kind nothing can be said; that it is missing is said already.
    for backend in settings.iter().filter(|backend| !backend.kind.is_empty()) {
        let Some(adapter) = ADAPTERS.iter().find(|adapter| adapter.kind == backend.kind) else {
            let known: Vec<&str> = ADAPTERS.iter().map(|adapter| adapter.kind).collect();
            let text = format!("There is no adapter {:?}. Write one of: {}.", backend.kind, known.join(", "));
            problems.0.push(backend.problem("kind", text));
            continue;
        };
        match (adapter.build)(backend, clock.clone()) {
            Ok(backend) => backends.push(backend),
            Err(found) => problems.0.extend(found.0),
        }
    }
    problems.none_or(backends)
}

/// Everything that is wrong with the backends' settings.
#[must_use]
pub fn problems(settings: &[BackendSettings]) -> Problems {
    backends(settings, &Clock::system()).err().unwrap_or_default()
}
