//! Where the time goes: `perf` on the server while it answers one query.

use crate::measure::Candidate;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const SPAN: Duration = Duration::from_secs(4);

/// Writes `profile-NAME-self.txt` and `profile-NAME-inclusive.txt`: functions by the time they take
/// themselves, and with all that they call.
pub async fn profile(dir: &Path, name: &str, candidate: &Candidate) -> Result<()> {
    let data = dir.join(format!("profile-{name}.data"));
    let mut recorder = None;
    candidate
        .target
        .drive(SPAN, || {
            if recorder.is_none() {
                recorder = Some(record(&data, candidate.server)?);
            }
            Ok(())
        })
        .await?;
    let mut recorder = recorder.context("nothing was recorded")?;
    ensure!(recorder.wait()?.success(), "perf failed: is it installed and allowed?");
    for (kind, options) in [("self", ["--no-children", "-gnone"]), ("inclusive", ["--children", "-gnone"])] {
        let out = File::create(dir.join(format!("profile-{name}-{kind}.txt")))?;
        let mut report = Command::new("perf");
        report.args(["report", "--stdio", "--percent-limit", "0.3", "--no-inline", "-s", "symbol"]);
        report.args(options).arg("-i").arg(&data).stdout(out).stderr(Stdio::null());
        ensure!(report.status()?.success(), "perf report failed");
    }
    Ok(())
}

fn record(data: &Path, process: u32) -> Result<std::process::Child> {
    let mut perf = Command::new("perf");
    perf.args(["record", "-q", "-F", "499", "--call-graph", "dwarf,16384", "-o"]).arg(data);
    perf.args(["-p", &process.to_string(), "--", "sleep", "2.5"]).stdin(Stdio::null());
    perf.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("perf is not on this machine")
}
