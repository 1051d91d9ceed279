//! CPU per request, latencies and memory of a server under load. Candidates take turns, round by
//! round, so that what else runs on the machine meets all of them; medians of rounds are told.

use crate::load::{Answered, Target};
use crate::process;
use anyhow::{Context, Result};
use serde::Serialize;
use std::time::Duration;

/// Somebody who answers.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub target: Target,
    pub server: u32,
    /// The first process of the database server, if it is one of its own.
    pub database: Option<u32>,
}

/// What one request costs, in milliseconds of CPU, and how long it takes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Cost {
    pub server_ms: f64,
    pub database_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub per_second: f64,
    /// Its own, without the file of its program.
    pub memory_mb: f64,
    /// With the file.
    pub resident_mb: f64,
}

#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub rounds: usize,
    pub span: Duration,
}

impl Cost {
    pub fn whole_ms(&self) -> f64 {
        self.server_ms + self.database_ms
    }
}

/// What the rounds of each candidate say, in order.
pub async fn in_turns(candidates: &[Candidate], plan: Plan) -> Result<Vec<Vec<Cost>>> {
    let mut costs = vec![Vec::new(); candidates.len()];
    for _ in 0..plan.rounds {
        for (candidate, costs) in candidates.iter().zip(&mut costs) {
            costs.push(candidate.once(plan.span).await?);
        }
    }
    Ok(costs)
}

impl Candidate {
    async fn once(&self, span: Duration) -> Result<Cost> {
        let mut marks = Vec::new();
        let answered = self
            .target
            .drive(span, || {
                let database = self.database.map(process::cpu_of_family).transpose()?.unwrap_or_default();
                marks.push((process::cpu(self.server)?, database));
                Ok(())
            })
            .await?;
        let ((server, database), (server_after, database_after)) =
            (*marks.first().context("no mark")?, *marks.last().context("no mark")?);
        Ok(Cost {
            memory_mb: process::memory(self.server, "RssAnon")?,
            resident_mb: process::memory(self.server, "VmRSS")?,
            ..cost(&answered, span, server_after - server, database_after.saturating_sub(database))
        })
    }
}

fn cost(answered: &Answered, span: Duration, server: Duration, database: Duration) -> Cost {
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let requests = answered.requests as f64;
    let mut latencies: Vec<f64> = answered.latencies.iter().map(|micros| f64::from(*micros) / 1_000.0).collect();
    latencies.sort_by(f64::total_cmp);
    Cost {
        server_ms: server.as_secs_f64() * 1_000.0 / requests,
        database_ms: database.as_secs_f64() * 1_000.0 / requests,
        p50_ms: at(&latencies, 50),
        p99_ms: at(&latencies, 99),
        per_second: requests / span.as_secs_f64(),
        memory_mb: 0.0,
        resident_mb: 0.0,
    }
}

/// The value below which so many in a hundred of these ordered values lie.
fn at(ordered: &[f64], percent: usize) -> f64 {
    ordered.get(ordered.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    at(&values, 50)
}

/// The median of every figure; of memory the most.
pub fn medians(costs: &[Cost]) -> Cost {
    let of = |figure: fn(&Cost) -> f64| median(costs.iter().map(figure).collect());
    Cost {
        server_ms: of(|cost| cost.server_ms),
        database_ms: of(|cost| cost.database_ms),
        p50_ms: of(|cost| cost.p50_ms),
        p99_ms: of(|cost| cost.p99_ms),
        per_second: of(|cost| cost.per_second),
        memory_mb: costs.iter().map(|cost| cost.memory_mb).fold(0.0, f64::max),
        resident_mb: costs.iter().map(|cost| cost.resident_mb).fold(0.0, f64::max),
    }
}

/// The median of the ratios of neighbouring rounds.
pub fn ratio(of: &[Cost], to: &[Cost], figure: fn(&Cost) -> f64) -> f64 {
    median(of.iter().zip(to).map(|(of, to)| figure(of) / figure(to).max(f64::EPSILON)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_round_counts() {
        let round = |server_ms| Cost { server_ms, ..Cost::default() };
        let (ours, bound) = ([round(4.0), round(90.0), round(6.0)], [round(2.0), round(2.0), round(2.0)]);
        assert!((ratio(&ours, &bound, |cost| cost.server_ms) - 3.0).abs() < 1e-9);
        assert!((medians(&ours).server_ms - 6.0).abs() < 1e-9);
    }
}
