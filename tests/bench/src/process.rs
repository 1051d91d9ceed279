//! Other processes: started, asked what they cost, and ended with the benchmark.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Linux counts the CPU time that it shows in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A server that said `ready http://ADDRESS`; dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Kept open, so that a late word of the server does not fail.
    _out: BufReader<ChildStdout>,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut out = BufReader::new(child.stdout.take().context("no standard output")?);
        let mut line = String::new();
        while out.read_line(&mut line)? > 0 {
            if let Some(address) = line.trim().strip_prefix("ready http://") {
                return Ok(Self { address: address.parse()?, child, _out: out });
            }
            line.clear();
        }
        child.kill().ok();
        bail!("{command:?} ended before it was ready: {}", child.wait()?)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The numbers of `/proc/ID/stat` behind the name, which may hold anything: the first is the state.
fn stat(id: u32) -> Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).with_context(|| format!("process {id}"))?;
    let (_, numbers) = text.rsplit_once(')').context("no name")?;
    Ok(numbers.split_whitespace().map(str::to_owned).collect())
}

fn ticks(numbers: &[String], places: std::ops::Range<usize>) -> Duration {
    let sum: u32 = numbers.get(places).unwrap_or_default().iter().filter_map(|number| number.parse::<u32>().ok()).sum();
    TICK * sum
}

/// CPU time of a process, all its threads, so far.
pub fn cpu(id: u32) -> Result<Duration> {
    Ok(ticks(&stat(id)?, 11..13))
}

/// CPU time of a process and of all that it started, also of what has ended.
pub fn cpu_of_family(id: u32) -> Result<Duration> {
    let mut sum = ticks(&stat(id)?, 11..15);
    for entry in fs::read_dir("/proc")? {
        let Some(other) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Whoever ended since the folder was listed is counted with the parent.
        let Ok(numbers) = stat(other) else { continue };
        if numbers.get(1).is_some_and(|parent| *parent == id.to_string()) {
            sum += ticks(&numbers, 11..13);
        }
    }
    Ok(sum)
}

/// The process that started this one.
pub fn parent(id: u32) -> Result<u32> {
    Ok(stat(id)?.get(1).context("no parent")?.parse()?)
}

/// A line of `/proc/ID/status` in MB: `VmRSS` now, `VmHWM` at most so far.
pub fn memory(id: u32, line: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let found = text.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes: f64 = found.and_then(|rest| rest.split_whitespace().next()).context("no such line")?.parse()?;
    Ok(kilobytes / 1024.0)
}

/// What a command took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub wall: Duration,
    pub cpu: Duration,
    /// Most memory, in MB.
    pub memory: f64,
}

/// Runs a command to its end, watching what it takes.
pub async fn watched(command: &mut Command) -> Result<Taken> {
    let began = tokio::time::Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn()?;
    let mut taken = Taken { wall: Duration::ZERO, cpu: Duration::ZERO, memory: 0.0 };
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // The high-water mark only rises: the last look before the end misses what the end alone needs.
        if let (Ok(memory), Ok(cpu)) = (memory(child.id(), "VmHWM"), cpu(child.id())) {
            (taken.memory, taken.cpu) = (memory, cpu);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    taken.wall = began.elapsed();
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_can_be_asked_what_it_costs() {
        let own = std::process::id();
        assert!(memory(own, "VmRSS").unwrap() > 1.0);
        assert!(memory(own, "VmHWM").unwrap() >= memory(own, "VmRSS").unwrap() - 1.0);
        let alone = cpu(own).unwrap();
        assert!(cpu_of_family(own).unwrap() >= alone);
        assert!(parent(own).unwrap() > 0);
    }
}
