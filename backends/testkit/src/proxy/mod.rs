//! A reverse proxy on a loopback port that goes wrong as it is told.
//!
//! A request is read whole, then the script says what becomes of it. Every request to the PSA has a connection of its
//! own, so that nothing but the script decides how it ends.

pub mod fault;
mod forward;
pub mod log;
mod serve;

use fault::{Fault, Rule};
use http::Method;
use log::{Counts, Log, Seen};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Rules, and the seed of what is left to chance in them.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The rules; of those that fit a request the first one counts.
    pub rules: Vec<Rule>,
    /// The same seed brings the same faults for the same requests in the same order.
    pub seed: u64,
}

impl From<Vec<Rule>> for Script {
    fn from(rules: Vec<Rule>) -> Self {
        Self { rules, seed: 0 }
    }
}

impl From<Rule> for Script {
    fn from(rule: Rule) -> Self {
        vec![rule].into()
    }
}

/// The script as it is being played.
#[derive(Debug)]
struct Play {
    rules: Vec<Rule>,
    random: StdRng,
}

impl From<Script> for Play {
    fn from(script: Script) -> Self {
        Self { rules: script.rules, random: StdRng::seed_from_u64(script.seed) }
    }
}

/// What the proxy and its connections share.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    play: Mutex<Play>,
    log: Log,
}

impl Shared {
    /// What becomes of a request. Every rule that fits counts it, so that "the third one" means the same whatever the
    /// rules before it do.
    fn fault(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut play = self.play.lock().unwrap_or_else(PoisonError::into_inner);
        let Play { rules, random } = &mut *play;
        let met: Vec<Option<Fault>> = rules.iter_mut().map(|rule| rule.meets(method, path, random)).collect();
        met.into_iter().flatten().next()
    }
}

/// Whether the port is open, and who is told once it is so.
type Switch = (bool, oneshot::Sender<io::Result<()>>);

/// The proxy. It ends when it is dropped, with all its connections.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    switch: mpsc::Sender<Switch>,
    task: JoinHandle<()>,
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultProxy {
    /// Opens a port of this machine before a PSA. Until a script says otherwise nothing goes wrong.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let play = Mutex::new(Script::default().into());
        let shared = Arc::new(Shared { upstream, play, log: Log::new() });
        let (switch, switched) = mpsc::channel(1);
        let task = tokio::spawn(serve::run(listener, address, Arc::clone(&shared), switched));
        Ok(Self { address, shared, switch, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on goes wrong by this script alone. An empty one: nothing goes wrong.
    pub fn script(&self, script: impl Into<Script>) {
        *self.shared.play.lock().unwrap_or_else(PoisonError::into_inner) = script.into().into();
    }

    /// Closes the port and every connection: who calls is refused.
    pub async fn down(&self) -> io::Result<()> {
        self.switch(false).await
    }

    /// Opens the same port again.
    pub async fn up(&self) -> io::Result<()> {
        self.switch(true).await
    }

    async fn switch(&self, open: bool) -> io::Result<()> {
        let ended = || io::Error::other("the proxy has ended");
        let (done, is_done) = oneshot::channel();
        self.switch.send((open, done)).await.map_err(|_| ended())?;
        is_done.await.map_err(|_| ended())?
    }

    /// How many requests, so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.shared.log.counts().borrow()
    }

    /// Every request, so far.
    #[must_use]
    pub fn log(&self) -> Vec<Seen> {
        self.shared.log.all()
    }

    /// Waits until the counts are so; gives them.
    pub async fn until(&self, are: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.shared.log.counts();
        // The sender lives as long as this proxy.
        counts.wait_for(are).await.map(|counts| *counts).unwrap_or_default()
    }
}
