//! One run: worlds, fills, the comparison, the growth, the report.

use crate::bound;
use crate::compare::{Pair, database_process};
use crate::load::Target;
use crate::measure::{Candidate, Cost, Plan, in_turns, medians, ratio};
use crate::operations::{QUERIES, SCALED};
use crate::place::Place;
use crate::profile::profile;
use crate::report::{Asked, Filled, Judged, Report};
use crate::statements::{Inside, Named};
use crate::world::World;
use anyhow::{Context, Result};
use clap::Args;
use portico_tests::servers::{Kind, Server};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Where growth is measured from.
const SMALL: usize = 10_000;

#[derive(Debug, Args)]
pub struct Options {
    /// Tickets of the large world; the small one has 10,000.
    #[arg(long, default_value_t = 1_000_000)]
    tickets: usize,
    /// On PostgreSQL as well, with a server of the benchmark's own.
    #[arg(long)]
    postgres: bool,
    /// The small world alone and short rounds: a first impression.
    #[arg(long)]
    quick: bool,
    /// Rounds of each measurement; the median counts.
    #[arg(long)]
    rounds: Option<usize>,
    /// Seconds of each round.
    #[arg(long)]
    seconds: Option<f64>,
    /// End with an error if a limit is missed.
    #[arg(long)]
    check: bool,
    /// Record where the time goes (needs `perf`).
    #[arg(long)]
    profile: bool,
}

/// A run as far as it got.
struct Run {
    dir: PathBuf,
    plan: Plan,
    profile: bool,
    report: Report,
}

impl Options {
    pub async fn run(self) -> Result<ExitCode> {
        let own = std::env::current_exe()?;
        let target = own.parent().and_then(Path::parent).context("the benchmark runs from a target folder")?;
        let dir = target.join("bench");
        std::fs::create_dir_all(&dir)?;
        let large = if self.quick { SMALL } else { self.tickets };
        let (rounds, seconds) = if self.quick { (3, 1.0) } else { (7, 2.0) };
        let span = Duration::from_secs_f64(self.seconds.unwrap_or(seconds));
        let plan = Plan { rounds: self.rounds.unwrap_or(rounds), span };
        let report = Report { tickets: large, ..Report::default() };
        let mut run = Run { dir, plan, profile: self.profile, report };

        let small = World::of(&run.dir, SMALL).await?;
        let large = World::of(&run.dir, large).await?;
        run.on(&small, &large, None).await?;
        if self.postgres {
            let server = Server::start(Kind::Postgres).await?.context("PostgreSQL is not on this machine")?;
            run.on(&small, &large, Some(&server)).await?;
        }
        run.report.keep(&run.dir)?;
        println!("\n{}", run.report.text());
        let missed = self.check && !run.report.missed().is_empty();
        Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

impl Run {
    async fn on(&mut self, small: &World, large: &World, server: Option<&Server>) -> Result<()> {
        let small = if small.tickets == large.tickets { None } else { Some(self.filled(small, server).await?) };
        let large = self.filled(large, server).await?;
        let inside = Inside::start(&large).await?;
        let named = inside.named().await?;
        let statements = inside.count(&named).await?;
        drop(inside);
        self.compare(&large, &named, &statements).await?;
        if let Some(small) = small {
            self.grow(&small, &large, &named).await?;
        }
        Ok(())
    }

    async fn filled(&mut self, world: &World, server: Option<&Server>) -> Result<Place> {
        let place = Place::of(&self.dir, world, server).await?;
        self.report.filled.push(Filled { database: place.database, kept: place.kept, fill: place.fill.clone() });
        Ok(place)
    }

    async fn compare(&mut self, place: &Place, named: &Named, statements: &[Vec<u64>]) -> Result<()> {
        let pair = Pair::start(place).await?;
        for query in &QUERIES {
            pair.agree(query, named).await?;
        }
        println!("{}: both answer the same rows; measuring", place.database.name());
        for ((query, statements), by_hand) in QUERIES.iter().zip(statements).zip(bound::STATEMENTS) {
            let candidates = pair.candidates(query, named);
            let rounds = in_turns(&candidates, self.plan).await?;
            let [bound, portico] = rounds.as_slice() else { continue };
            let whole = |limit| Judged::ratio(ratio(portico, bound, Cost::whole_ms), limit);
            let server = Judged::ratio(ratio(portico, bound, |cost| cost.server_ms), query.server(place.database));
            println!("  {}: x{:.2}", query.name, server.value);
            self.report.asked.push(Asked {
                query: query.name,
                what: query.what,
                database: place.database,
                bound: medians(bound),
                portico: medians(portico),
                server,
                with_database: query.with_database(place.database).map(whole),
                statements: statements.clone(),
                statements_limit: query.statements,
                statements_bound: by_hand,
            });
            if self.profile {
                let name = format!("{}-{}", query.name, place.database.name().to_lowercase());
                let [_, portico] = &candidates;
                profile(&self.dir, &name, portico).await?;
            }
        }
        Ok(())
    }

    async fn grow(&mut self, small: &Place, large: &Place, named: &Named) -> Result<()> {
        let servers = [small.serve()?, large.serve()?];
        let database = database_process(large).await?;
        for scaled in &SCALED {
            if !named.roots.iter().any(|root| root == scaled.field) {
                let note = format!("Left out: {} (the schema has no `{}`).", scaled.what, scaled.field);
                self.report.notes.push(note);
                continue;
            }
            let candidate = |(server, place): (&crate::process::Server, &Place)| Candidate {
                target: Target::query(server.address, &place.token, scaled.text),
                server: server.id(),
                database,
            };
            let candidates: Vec<Candidate> = servers.iter().zip([small, large]).map(candidate).collect();
            let rounds = in_turns(&candidates, self.plan).await?;
            let [few, many] = rounds.as_slice() else { continue };
            let grown = ratio(many, few, Cost::whole_ms);
            let (few, many) = (medians(few).whole_ms(), medians(many).whole_ms());
            self.report.grown.push(Report::scale(scaled.what, large.database, few, many, grown));
        }
        Ok(())
    }
}
