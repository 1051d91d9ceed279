//! A first fill that people can watch: bars with rate and end time.

use super::Sync;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use portico_contract::{Lane, Result, Stream};

impl Sync {
    /// Pulls everything whole once, showing how far each stream is. Returns the first failure after
    /// all streams were tried.
    pub async fn fill(&self, show: bool, only: Option<&[Stream]>) -> Result<()> {
        let bars = MultiProgress::new();
        let mut failed = None;
        for source in self.sources() {
            for stream in source.streams().filter(|stream| only.is_none_or(|only| only.contains(stream))) {
                let bar =
                    if show { bars.add(bar(&source.backend.info().instance, stream)) } else { ProgressBar::hidden() };
                self.ask_for_full(source, stream).await?;
                loop {
                    match self.step(source, stream, Lane::Background).await {
                        Ok(step) => {
                            let state = self.state(source.id, stream);
                            if let Some(total) = state.total {
                                bar.set_length(total);
                            }
                            bar.set_position(state.done);
                            if !step.more {
                                bar.finish();
                                break;
                            }
                        }
                        Err(error) => {
                            bar.abandon_with_message(error.public.clone());
                            failed.get_or_insert(error);
                            break;
                        }
                    }
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

fn bar(instance: &str, stream: Stream) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:30} {bar:30} {pos}/{len} {per_sec} ends in {eta} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(format!("{instance} {stream}"))
}
