//! `portico probe`: what a PSA says about what its documentation leaves open.

use crate::config::Config;
use crate::registry;
use anyhow::{Result, anyhow, bail};
use clap::Args;
use portico_contract::report::Finding;
use portico_contract::{Backend, CallCx, Clock, Lane};
use std::time::Duration;

/// A report asks for a hundred lists, and waits for its share of the PSA's calls.
const TIME: Duration = Duration::from_secs(600);

/// Ask a PSA, read-only, what decides its settings.
#[derive(Debug, Args)]
pub struct Probe {
    /// The id of a backend, or its kind where there is one of it.
    #[arg(value_name = "BACKEND")]
    backend: String,
    /// Answer the open questions of its kind, without a text that people wrote.
    #[arg(long, required = true)]
    report: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Probe {
    pub async fn run(self, config: Config) -> Result<()> {
        let backends = registry::backends(&config.backends, &Clock::system())?;
        let named = |wanted: &str, is: fn(&dyn Backend) -> &str| {
            backends.iter().filter(|backend| is(backend.as_ref()) == wanted).collect::<Vec<_>>()
        };
        let mut found = named(&self.backend, |backend| &backend.info().instance);
        if found.is_empty() {
            found = named(&self.backend, |backend| backend.info().kind);
        }
        let [backend] = found.as_slice() else {
            let known: Vec<&str> = backends.iter().map(|backend| backend.info().instance.as_str()).collect();
            bail!("{:?} is not one backend. Write one of: {}.", self.backend, known.join(", "));
        };
        let cx = CallCx::new(Lane::Interactive, TIME);
        let findings = backend.report(&cx).await.map_err(|error| anyhow!("{}", error.log()))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&findings)?);
        } else {
            print!("{}", written(&findings));
        }
        Ok(())
    }
}

fn written(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { asks, settings, seen, remark } in findings {
        text += &format!("{asks}\n");
        if !settings.is_empty() {
            text += &format!("  decides: {}\n", settings.join(", "));
        }
        seen.iter().for_each(|line| text += &format!("  seen: {line}\n"));
        remark.iter().for_each(|line| text += &format!("  {line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_stands_below_its_question_with_the_settings_that_it_decides() {
        let seen = Finding {
            asks: "Which is it?".to_owned(),
            settings: vec!["one", "other"],
            seen: vec!["type 1: 3 times".to_owned()],
            remark: None,
        };
        let unseen = Finding { asks: "And this?".to_owned(), remark: Some("Try it.".to_owned()), ..Finding::default() };
        let expected = "Which is it?\n  decides: one, other\n  seen: type 1: 3 times\nAnd this?\n  Try it.\n";
        assert_eq!(written(&[seen, unseen]), expected);
    }
}
