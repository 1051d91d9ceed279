//! A first fill that people can watch: bars with rate and end time, and what it took.

use super::pass::Manner;
use super::{Source, Sync};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use portico_contract::{ErrorKind, Lane, Result, Stream};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Between two tries to take what another replica holds.
const RETRY: Duration = Duration::from_millis(200);

/// What a fill took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filled {
    /// Records that were read, children among them.
    pub records: usize,
    pub took: Duration,
}

impl Filled {
    #[must_use]
    pub fn per_second(&self) -> u128 {
        let records = u128::try_from(self.records).unwrap_or(u128::MAX);
        records.saturating_mul(1_000).checked_div(self.took.as_millis()).unwrap_or(records)
    }
}

impl Sync {
    /// Pulls everything whole once, showing how far each stream is. Returns the first failure after
    /// all streams were tried.
    pub async fn fill(&self, show: bool, only: Option<&[Stream]>) -> Result<Filled> {
        let (bars, begun) = (MultiProgress::new(), Instant::now());
        let (mut filled, mut failed) = (Filled::default(), None);
        for source in self.sources() {
            for stream in source.streams().filter(|stream| only.is_none_or(|only| only.contains(stream))) {
                let bar = if show { bars.add(bar(source.name(), stream)) } else { ProgressBar::hidden() };
                match self.fill_stream(source, stream, &bar).await {
                    Ok(records) => {
                        filled.records += records;
                        bar.finish();
                    }
                    // An older build does without it.
                    Err(error) if source.lacks(stream) => bar.abandon_with_message(error.public),
                    Err(error) => {
                        bar.abandon_with_message(error.public.clone());
                        failed.get_or_insert(error);
                    }
                }
            }
        }
        filled.took = begun.elapsed();
        failed.map_or(Ok(filled), Err)
    }

    async fn fill_stream(&self, source: &Source, stream: Stream, bar: &ProgressBar) -> Result<usize> {
        self.ask_for_full(source, stream).await?;
        let manner = Manner { lane: Lane::Background, hold: true, wanted: None };
        let mut records = 0;
        loop {
            let step = match self.page(source, stream, manner).await {
                // The budget has a pause: it goes on by itself.
                Err(error) if error.kind == ErrorKind::RateLimited && error.retry_after.is_some() => {
                    bar.set_message(error.public.clone());
                    sleep(error.retry_after.unwrap_or(RETRY)).await;
                    continue;
                }
                step => step?,
            };
            if step.elsewhere {
                // Another replica is at it; what it reads counts as well.
                sleep(RETRY).await;
                continue;
            }
            records += step.records;
            let state = self.state(source.id, stream);
            if let Some(total) = state.total {
                bar.set_length(total);
            }
            bar.set_position(state.done);
            if !step.more {
                return Ok(records);
            }
        }
    }
}

fn bar(instance: &str, stream: Stream) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:30} {bar:30} {pos}/{len} {per_sec} ends in {eta} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(format!("{instance} {stream}"))
}

/// The most memory that this process has had, where the system says so.
#[must_use]
pub fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
