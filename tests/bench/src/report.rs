//! What was found, as tables for people and as JSON, each figure beside its limit.

use crate::measure::Cost;
use crate::operations::{self, FILL_MEMORY, Limit, SCALE, TOLERANCE};
use crate::place::{Database, Fill};
use anyhow::Result;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judged {
    pub value: f64,
    pub must: f64,
    pub stretch: f64,
    pub met: bool,
}

impl Judged {
    pub fn ratio(value: f64, limit: Limit) -> Self {
        Self { value, must: limit.must, stretch: limit.stretch, met: value <= limit.must * TOLERANCE }
    }

    fn mark(&self) -> &'static str {
        match self.met {
            true if self.value <= self.stretch => "best",
            true => "ok",
            false => "MISSED",
        }
    }
}

/// One query on one database.
#[derive(Debug, Serialize)]
pub struct Asked {
    pub query: &'static str,
    pub what: &'static str,
    pub database: Database,
    pub bound: Cost,
    pub portico: Cost,
    pub server: Judged,
    pub with_database: Option<Judged>,
    pub statements: Vec<u64>,
    pub statements_limit: u64,
    pub statements_bound: u64,
}

impl Asked {
    /// The same number always, and no more than allowed.
    fn statements_met(&self) -> bool {
        self.statements.len() == 1 && self.statements.iter().all(|count| *count <= self.statements_limit)
    }

    fn memory_met(&self) -> bool {
        self.portico.memory_mb <= operations::memory(self.database)
    }
}

#[derive(Debug, Serialize)]
pub struct Filled {
    pub database: Database,
    pub kept: bool,
    pub fill: Fill,
}

/// One query on a small and a large world.
#[derive(Debug, Serialize)]
pub struct Grown {
    pub what: &'static str,
    pub database: Database,
    pub small_ms: f64,
    pub large_ms: f64,
    pub ratio: Judged,
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub tickets: usize,
    pub asked: Vec<Asked>,
    pub filled: Vec<Filled>,
    pub grown: Vec<Grown>,
    pub notes: Vec<String>,
}

impl Report {
    pub fn scale(what: &'static str, database: Database, small_ms: f64, large_ms: f64, ratio: f64) -> Grown {
        Grown { what, database, small_ms, large_ms, ratio: Judged::ratio(ratio, SCALE) }
    }

    /// Everything that had to be met and was not.
    pub fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for asked in &self.asked {
            let place = format!("{} on {}", asked.query, asked.database.name());
            if !asked.server.met {
                missed.push(format!("{place}: server x{:.2}, must be {}", asked.server.value, asked.server.must));
            }
            if let Some(whole) = asked.with_database.filter(|whole| !whole.met) {
                missed.push(format!("{place}: server and database x{:.2}, must be {}", whole.value, whole.must));
            }
            if !asked.statements_met() {
                missed.push(format!("{place}: {:?} statements, must be {}", asked.statements, asked.statements_limit));
            }
        }
        for asked in self.asked.iter().filter(|asked| !asked.memory_met()) {
            let (taken, must) = (asked.portico.memory_mb, operations::memory(asked.database));
            missed.push(format!("{} on {}: {taken:.0} MB, must be {must}", asked.query, asked.database.name()));
        }
        for filled in self.filled.iter().filter(|filled| filled.fill.memory > FILL_MEMORY) {
            missed.push(format!("first fill of {}: {:.0} MB", filled.database.name(), filled.fill.memory));
        }
        for grown in self.grown.iter().filter(|grown| !grown.ratio.met) {
            missed.push(format!("{} on {}: x{:.2}", grown.what, grown.database.name(), grown.ratio.value));
        }
        missed
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        self.queries(&mut out);
        self.fills(&mut out);
        self.scales(&mut out);
        for note in &self.notes {
            let _ = writeln!(out, "\n{note}");
        }
        let missed = self.missed();
        let _ = match missed.is_empty() {
            true => writeln!(out, "\nEvery limit is met."),
            false => writeln!(out, "\nMissed:\n- {}", missed.join("\n- ")),
        };
        out
    }

    fn queries(&self, out: &mut String) {
        let _ = writeln!(out, "CPU per request at {} tickets, 32 connections\n", self.tickets);
        let _ = writeln!(
            out,
            "| query | database | bound ms | Portico ms | ratio | must (best) | | + database | must (best) | | \
             statements (bound) | | p50 / p99 ms (bound) | requests/s (bound) | MB own, with the program's file (bound) | must |"
        );
        let _ = writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for asked in &self.asked {
            let (bound, ours) = (&asked.bound, &asked.portico);
            let whole = asked.with_database.map_or("– | | ".to_owned(), |whole| {
                format!(
                    "{:.3} / {:.3} = {:.2} | {} ({}) | {}",
                    ours.whole_ms(),
                    bound.whole_ms(),
                    whole.value,
                    whole.must,
                    whole.stretch,
                    whole.mark()
                )
            });
            let counts: Vec<String> = asked.statements.iter().map(u64::to_string).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {:.3} | {:.3} | {:.2} | {} ({}) | {} | {whole} | {} ({}), must {} | {} | {:.1} / {:.1} \
                 ({:.1} / {:.1}) | {:.0} ({:.0}) | {:.0}, {:.0} ({:.0}, {:.0}) | {} {} |",
                asked.query,
                asked.database.name(),
                bound.server_ms,
                ours.server_ms,
                asked.server.value,
                asked.server.must,
                asked.server.stretch,
                asked.server.mark(),
                counts.join(" or "),
                asked.statements_bound,
                asked.statements_limit,
                if asked.statements_met() { "ok" } else { "MISSED" },
                ours.p50_ms,
                ours.p99_ms,
                bound.p50_ms,
                bound.p99_ms,
                ours.per_second,
                bound.per_second,
                ours.memory_mb,
                ours.resident_mb,
                bound.memory_mb,
                bound.resident_mb,
                operations::memory(asked.database),
                if asked.memory_met() { "ok" } else { "MISSED" },
            );
        }
        let mut told: Vec<&str> = Vec::new();
        for asked in self.asked.iter().filter(|asked| asked.database == Database::Sqlite) {
            told.push(asked.query);
            let _ = write!(out, "{}{}: {}", if told.len() == 1 { "\n" } else { "; " }, asked.query, asked.what);
        }
        let _ = writeln!(out);
    }

    fn fills(&self, out: &mut String) {
        let _ = writeln!(out, "\nFirst fill (at most {FILL_MEMORY} MB)\n");
        let _ = writeln!(out, "| database | tickets | records | s | CPU s | records/s | peak RSS MB | |");
        let _ = writeln!(out, "|---|---|---|---|---|---|---|---|");
        for filled in &self.filled {
            let fill = &filled.fill;
            let _ = writeln!(
                out,
                "| {}{} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} | {} |",
                filled.database.name(),
                if filled.kept { " (earlier run)" } else { "" },
                fill.tickets,
                fill.records,
                fill.seconds,
                fill.cpu_seconds,
                fill.rate(),
                fill.memory,
                if fill.memory <= FILL_MEMORY { "ok" } else { "MISSED" },
            );
        }
    }

    fn scales(&self, out: &mut String) {
        if self.grown.is_empty() {
            return;
        }
        let _ = writeln!(out, "\nGrowth: CPU per request, server and database\n");
        let _ = writeln!(out, "| query | database | small ms | large ms | ratio | must (best) | |");
        let _ = writeln!(out, "|---|---|---|---|---|---|---|");
        for grown in &self.grown {
            let ratio = &grown.ratio;
            let _ = writeln!(
                out,
                "| {} | {} | {:.3} | {:.3} | {:.2} | {} ({}) | {} |",
                grown.what,
                grown.database.name(),
                grown.small_ms,
                grown.large_ms,
                ratio.value,
                ratio.must,
                ratio.stretch,
                ratio.mark(),
            );
        }
    }

    pub fn keep(&self, dir: &Path) -> Result<()> {
        fs::write(dir.join("report.md"), self.text())?;
        Ok(fs::write(dir.join("report.json"), serde_json::to_vec_pretty(self)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_missed_when_chance_does_not_explain_it() {
        let limit = Limit { must: 4.0, stretch: 2.0 };
        for (value, mark) in [(1.9, "best"), (4.0, "ok"), (4.5, "ok"), (4.7, "MISSED")] {
            assert_eq!(Judged::ratio(value, limit).mark(), mark, "{value}");
        }
    }
}
