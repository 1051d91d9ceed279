//! The load: connections that are kept, each asking again as soon as it has its answer.

use anyhow::{Context, Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

pub const CONNECTIONS: usize = 32;
const WARM_UP: Duration = Duration::from_millis(300);

const WARMING: u8 = 0;
const COUNTING: u8 = 1;
const ENDING: u8 = 2;

/// One request, as it goes over the wire, and to whom.
#[derive(Debug, Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub request: Arc<[u8]>,
}

/// What was answered while it counted.
#[derive(Debug, Default)]
pub struct Answered {
    pub requests: u64,
    /// In microseconds, in no order.
    pub latencies: Vec<u32>,
}

impl Target {
    pub fn get(address: SocketAddr, path: &str) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\n\r\n");
        Self { address, request: request.into_bytes().into() }
    }

    pub fn query(address: SocketAddr, token: &str, query: &str) -> Self {
        let body = serde_json::json!({ "query": query }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { address, request: request.into_bytes().into() }
    }

    /// Asks once; gives the body.
    pub async fn once(&self) -> Result<Vec<u8>> {
        let mut line = Line::open(self).await?;
        let length = line.ask().await?;
        let start = line.buffer.len() - length;
        Ok(line.buffer.split_off(start))
    }

    /// Asks on all connections for this long. `mark` is called when counting begins and when it ends.
    pub async fn drive(&self, span: Duration, mut mark: impl FnMut() -> Result<()>) -> Result<Answered> {
        let (phase, count) = (Arc::new(AtomicU8::new(WARMING)), Arc::new(AtomicU64::new(0)));
        let mut tasks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let line = Line::open(self).await?;
            tasks.spawn(line.keep_asking(Arc::clone(&phase), Arc::clone(&count)));
        }
        sleep(WARM_UP).await;
        mark()?;
        let before = count.load(Ordering::Relaxed);
        phase.store(COUNTING, Ordering::Relaxed);
        sleep(span).await;
        mark()?;
        let requests = count.load(Ordering::Relaxed) - before;
        phase.store(ENDING, Ordering::Relaxed);
        let mut latencies = Vec::new();
        while let Some(done) = tasks.join_next().await {
            latencies.append(&mut done??);
        }
        ensure!(requests > 0, "nothing was answered in {span:?}");
        Ok(Answered { requests, latencies })
    }
}

/// One connection.
struct Line {
    stream: TcpStream,
    request: Arc<[u8]>,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(target: &Target) -> Result<Self> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Arc::clone(&target.request), buffer: Vec::with_capacity(64 * 1024) })
    }

    async fn keep_asking(mut self, phase: Arc<AtomicU8>, count: Arc<AtomicU64>) -> Result<Vec<u32>> {
        let mut latencies = Vec::new();
        loop {
            let began = Instant::now();
            self.ask().await?;
            count.fetch_add(1, Ordering::Relaxed);
            match phase.load(Ordering::Relaxed) {
                WARMING => {}
                COUNTING => latencies.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX)),
                _ => return Ok(latencies),
            }
        }
    }

    /// Sends the request and reads the whole answer; gives the length of its body, the buffer's end.
    async fn ask(&mut self) -> Result<usize> {
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let mut wanted = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if wanted.is_none() {
                wanted = head(&self.buffer)?;
            }
            match wanted {
                Some((head, body)) if self.buffer.len() >= head + body => return Ok(body),
                _ => {}
            }
        }
    }
}

/// The lengths of head and body, once the head is whole.
fn head(buffer: &[u8]) -> Result<Option<(usize, usize)>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = buffer.windows(END.len()).position(|window| window == END) else { return Ok(None) };
    let text = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
    let mut lines = text.lines();
    let status = lines.next().unwrap_or_default();
    ensure!(status.starts_with("HTTP/1.1 200"), "{status}: {}", String::from_utf8_lossy(buffer));
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok(Some((end + END.len(), length.context("an answer without a length")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Le").unwrap(), None);
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab").unwrap(), Some((38, 2)));
        assert!(head(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
