//! The verbs of a PSA.

use crate::capability::{Absent, Capabilities};
use crate::clock::Timestamp;
use crate::command::{Applied, Command, Sought};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::id::{Kind, NativeFile, NativeId, Stream, words};
use crate::record::Record;
use crate::report::Finding;
use crate::traffic::Figures;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::time::{Duration, Instant};

/// A file's bytes as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// A file that was opened.
pub struct FileBytes {
    /// How many bytes will come, where the PSA says so beforehand.
    pub size: Option<u64>,
    pub bytes: ByteStream,
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileBytes").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Default map from an access fact to the key of a role. A provider may override single entries.
pub type RoleMap = BTreeMap<String, String>;

/// What a backend is.
#[derive(Debug, Clone)]
pub struct BackendInfo {
    /// `itflow`, `halopsa`, …: the word of the configuration, shared by backends of one vendor.
    pub kind: &'static str,
    /// The configured name, unique in the deployment.
    pub instance: String,
    /// As the vendor spells it, once a probe has seen it.
    pub version: Option<String>,
    pub roles: RoleMap,
}

words! {
    /// Interactive calls take their share first; background work never takes it.
    Lane { Interactive = "INTERACTIVE", Background = "BACKGROUND" }
}

/// What every call carries: its lane and the moment by which it must have ended.
#[derive(Debug, Clone, Copy)]
pub struct CallCx {
    pub lane: Lane,
    pub deadline: Instant,
}

impl CallCx {
    #[must_use]
    pub fn new(lane: Lane, within: Duration) -> Self {
        #[expect(clippy::disallowed_methods, reason = "deadlines are measured against real time, also in tests")]
        let now = Instant::now();
        Self { lane, deadline: now + within }
    }

    /// Time left; zero once the deadline has passed.
    #[must_use]
    pub fn left(&self) -> Duration {
        #[expect(clippy::disallowed_methods, reason = "deadlines are measured against real time, also in tests")]
        self.deadline.saturating_duration_since(Instant::now())
    }
}

words! {
    /// How a pull goes over a stream.
    Pass {
        /// What changed since the checkpoint. The cheap beat.
        Changes = "CHANGES",
        /// Everything, page by page; what did not come is gone when it ends.
        Full = "FULL",
        /// The ids of everything, page by page; what did not come is gone when it ends.
        Ids = "IDS",
    }
}

/// Where a pull goes on: the adapter's secret, kept by the gateway as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint(pub String);

words! {
    /// Parts of a thing that the rows of some lists come without.
    Part {
        /// The text as it was written. A row may carry what a list makes of it.
        Description = "DESCRIPTION",
        Asset = "ASSET", Contract = "CONTRACT", Followers = "FOLLOWERS", Custom = "CUSTOM", Sla = "SLA",
    }
}

/// One thing with its children, as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// The parent first, then its children.
    pub records: Vec<Record>,
    /// Children of these kinds that are not here are gone. Empty: the snapshot is *thin*.
    pub complete: Vec<Kind>,
    /// Parts of the parent that this read does not know: what a read of the whole thing said of them stands. What the
    /// record holds there counts only until there was one.
    pub unknown: Vec<Part>,
}

impl Snapshot {
    /// A snapshot of a record that has no children.
    #[must_use]
    pub fn single(record: Record) -> Self {
        Self { records: vec![record], ..Self::default() }
    }
}

/// One page of a pull.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    pub snapshots: Vec<Snapshot>,
    /// Ids that exist, in a pass over ids.
    pub present: Vec<NativeId>,
    /// Ids that the PSA says are gone.
    pub gone: Vec<NativeId>,
    /// Where to go on. After the last page of a full pass: where [`Pass::Changes`] begins, which is
    /// never later than the moment the full pass began.
    pub next: Checkpoint,
    pub more: bool,
    pub total: Option<u64>,
    /// The source went backwards (a restored backup): the stream must be swept whole.
    pub restored: bool,
}

words! {
    HealthState { Ok = "OK", Degraded = "DEGRADED", Down = "DOWN" }
}

/// What a probe found. Every problem says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub state: HealthState,
    pub version: Option<String>,
    /// Settings the probe found by asking, name → value.
    pub found: BTreeMap<String, String>,
    pub problems: Vec<String>,
    /// What is not there, for as long as a probe says so.
    pub absent: Absent,
}

impl Health {
    /// Nothing else is known of it.
    #[must_use]
    pub fn of(state: HealthState) -> Self {
        Self { state, version: None, found: BTreeMap::new(), problems: Vec::new(), absent: Absent::default() }
    }
}

/// Calls that no probe goes beyond: they are counted before it begins.
pub const PROBE_CALLS: u32 = 30;

/// A webhook as it came in.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub received_at: Timestamp,
}

/// What to read again. Never trusted for content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Hint {
    Read(NativeId),
    Pull(Stream),
}

/// One configured PSA.
///
/// A default body may only fail: what a backend does not do must never look like success.
#[async_trait]
pub trait Backend: Send + Sync + Debug {
    fn info(&self) -> &BackendInfo;

    fn capabilities(&self) -> &Capabilities;

    /// What went to the PSA and came back, where it is reached over the shared transport.
    fn figures(&self) -> Option<Figures> {
        None
    }

    /// Asks the PSA who it is and whether the account may do what it must. Read-only.
    async fn probe(&self, cx: &CallCx) -> Result<Health>;

    /// Asks this installation what the PSA's documentation leaves open. Read-only, and slow.
    async fn report(&self, _cx: &CallCx) -> Result<Vec<Finding>> {
        Err(Error::unsupported("a report"))
    }

    /// One page of a pass. `from` is `None` at the start of a pass over everything. `Unsupported` says that this
    /// installation does not have the stream: it is left alone until a probe finds it.
    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch>;

    /// One thing with all its children, or `None` when the PSA no longer has it.
    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>>;

    /// Carries a command out. Never guesses: an error says whether the PSA may have acted.
    async fn apply(&self, _cx: &CallCx, command: &Command) -> Result<Applied> {
        Err(Error::unsupported(command.intent.kind().as_str()))
    }

    /// Carries a command out that has files. An adapter whose limits name a size of attachments takes them; with the
    /// command or not at all, so that [`seek`](Self::seek) tells of both.
    async fn apply_with(&self, cx: &CallCx, command: &Command, _files: &dyn Files) -> Result<Applied> {
        if command.intent.uploads().is_empty() {
            self.apply(cx, command).await
        } else {
            Err(Error::unsupported("attachments"))
        }
    }

    /// Looks for what an earlier [`apply`](Self::apply) of this command, begun at `since`, may have left behind: by the
    /// marker where there is one, else by what it intended. Asked only after the settle time. Read-only.
    async fn seek(&self, _cx: &CallCx, command: &Command, _since: Timestamp) -> Result<Sought> {
        Err(Error::unsupported(command.intent.kind().as_str()))
    }

    /// The contacts that the PSA itself would let in with this login and this password, now.
    ///
    /// No hash leaves the adapter. The work must be the same whether the login is known or not, and it must not
    /// hold up the async threads; the gateway bounds how many ask at once, and how often.
    async fn vouch(&self, _cx: &CallCx, _login: &str, _password: &SecretString) -> Result<Vec<NativeId>> {
        Err(Error::unsupported("checking passwords"))
    }

    async fn open(&self, _cx: &CallCx, _file: &NativeFile) -> Result<FileBytes> {
        Err(Error::unsupported("reading files"))
    }

    fn hints(&self, _delivery: &Delivery) -> Result<Vec<Hint>> {
        Err(Error::unsupported("webhooks"))
    }
}
