//! Freshness: an operation's streams and opened objects are made fresh once, before it runs.
//!
//! However many viewers look, there is at most one pull per stream and period, and one read per
//! opened object and `max_age`. Work that outlasts the wait goes on in the background.

use super::absent::LEFT;
use super::budget::{Purpose, reading};
use super::refused::refused;
use super::{Gate, Source, Sync, call, millis};
use crate::readmodel::GlobalId;
use crate::readmodel::streams::StreamState;
use futures_util::future::join_all;
use portico_contract::{Error, ErrorKind, Kind, Lane, NativeId, Result, Snapshot, Stream, Timestamp};
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

/// Between two looks whether another replica has read a stream.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(160);

/// An object that an operation opens, as the read model knows it.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: GlobalId,
    pub backend: Uuid,
    pub native: NativeId,
    pub confirmed_at: i64,
}

/// Something that is older than promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// The backend's configured name.
    pub backend: String,
    pub stream: Stream,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was last confirmed; absent if never.
    pub since: Option<Timestamp>,
    pub reason: String,
}

impl Sync {
    /// Makes these fresh as far as the wait allows, and says what is not.
    pub async fn freshen(&self, streams: Vec<(Uuid, Stream)>, opened: Vec<Opened>) -> Vec<Stale> {
        let streams = streams.into_iter().map(|(backend, stream)| self.freshen_stream(backend, stream));
        let opened = opened.into_iter().map(|object| self.freshen_object(object));
        let (streams, objects) = tokio::join!(join_all(streams), join_all(opened));
        streams.into_iter().chain(objects).flatten().collect()
    }

    /// Whether an object was seen to be fresh a moment ago, and need not be looked up again.
    #[must_use]
    pub fn is_fresh(&self, object: Uuid) -> bool {
        let confirmed = self.0.read_at.get(&object);
        confirmed.is_some_and(|at| (0..=millis(self.0.settings.max_age)).contains(&(self.now() - at)))
            && !self.0.store.has_index()
    }

    async fn freshen_stream(&self, backend: Uuid, stream: Stream) -> Option<Stale> {
        let source = self.source(backend)?;
        if source.lacks(stream) {
            return self.left(source, stream);
        }
        if !source.streams().any(|served| served == stream) || !self.is_stale(backend, stream) {
            return None;
        }
        let mut reason = self.state(backend, stream).failure;
        if !self.was_refused(backend, Some(stream)) {
            let (sync, source) = (self.clone(), source.clone());
            let work = async move { sync.pull_if_stale(&source, stream).await };
            match self.wait_for(work).await {
                Ok(()) if !self.is_stale(backend, stream) => return None,
                Ok(()) => {}
                Err(error) => reason = Some(error.public),
            }
        }
        let since = self.state(backend, stream).confirmed_at.and_then(Timestamp::from_timestamp_millis);
        Some(Stale {
            backend: source.name().to_owned(),
            stream,
            id: None,
            since,
            reason: reason.unwrap_or_else(|| "The PSA does not answer. Try again later.".to_owned()),
        })
    }

    async fn freshen_object(&self, opened: Opened) -> Option<Stale> {
        let bodiless = self.lacks_bodies(&opened);
        if self.now() - opened.confirmed_at <= millis(self.0.settings.max_age) && !bodiless {
            let seen = opened.confirmed_at;
            self.0
                .read_at
                .entry(opened.id.uuid)
                .and_upsert_with(|known| known.map_or(seen, |at| at.into_value().max(seen)));
            return None;
        }
        let source = self.source(opened.backend)?;
        let failed = if source.lacks(opened.native.kind.stream()) {
            Error::new(ErrorKind::Unsupported, LEFT)
        } else if self.was_refused(opened.backend, None) {
            refused()
        } else {
            let (sync, source, object) = (self.clone(), source.clone(), opened.clone());
            let work = async move { sync.read_if_older(&source, &object).await };
            self.wait_for(work).await.err()?
        };
        Some(Stale {
            backend: source.name().to_owned(),
            stream: opened.id.kind.stream(),
            id: Some(opened.id.to_string()),
            since: Timestamp::from_timestamp_millis(opened.confirmed_at),
            reason: failed.public,
        })
    }

    /// Of a stream that is not there any more, if something of it was read while it was.
    fn left(&self, source: &Source, stream: Stream) -> Option<Stale> {
        let confirmed = self.state(source.id, stream).confirmed_at?;
        Some(Stale {
            backend: source.name().to_owned(),
            stream,
            id: None,
            since: Timestamp::from_timestamp_millis(confirmed),
            reason: LEFT.to_owned(),
        })
    }

    /// Pulls a stream for everybody who waits for it: whoever comes later finds it fresh.
    async fn pull_if_stale(&self, source: &Source, stream: Stream) -> Result<()> {
        let gate = self.gate(Gate::Pull(source.id, stream));
        let _one_at_a_time = gate.lock().await;
        if !self.is_stale(source.id, stream) {
            return Ok(());
        }
        // Another replica may have read it meanwhile.
        let state = self.look_at(source.id, stream).await?;
        if !self.is_old(source, state.confirmed_at, self.now()) {
            return Ok(());
        }
        if self.was_refused(source.id, Some(stream)) {
            return Err(refused());
        }
        let until = Instant::now() + self.0.settings.wait;
        let stale = |state: &StreamState, now: i64| self.is_old(source, state.confirmed_at, now);
        while self.pass(source, stream, Lane::Interactive, &stale).await?.is_none() {
            self.0.store.nudge(source.id, stream, self.0.store.begin_time().await?).await?;
            if self.await_other(source, stream, until).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Waits for the replica that holds a stream: `true` once it is fresh, `false` once it is free.
    async fn await_other(&self, source: &Source, stream: Stream, until: Instant) -> Result<bool> {
        let mut pause = FIRST_PAUSE;
        while Instant::now() + pause < until {
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            let state = self.look_at(source.id, stream).await?;
            let now = self.now();
            if !self.is_old(source, state.confirmed_at, now) {
                return Ok(true);
            }
            if state.held_until.is_none_or(|until| until <= now) {
                return Ok(false);
            }
        }
        Err(Error::unavailable("another replica is still reading it"))
    }

    /// Reads one object for everybody who opens it: whoever comes later finds it read since they looked.
    async fn read_if_older(&self, source: &Source, opened: &Opened) -> Result<()> {
        let gate = self.gate(Gate::Object(opened.id.uuid));
        let _one_at_a_time = gate.lock().await;
        // An earlier read may be of what was taken away since, and came back without its children.
        let lately = |read: i64| read > opened.confirmed_at && self.now() - read <= millis(self.0.settings.max_age);
        if self.0.read_at.get(&opened.id.uuid).is_some_and(lately) && !self.lacks_bodies(opened) {
            return Ok(());
        }
        if self.was_refused(source.id, None) {
            return Err(refused());
        }
        self.read(source, opened.id.uuid, &opened.native, Purpose::Interactive).await
    }

    /// Whether an object of a backend that is only indexed has to be read before it is shown.
    fn lacks_bodies(&self, opened: &Opened) -> bool {
        let since = self.now() - millis(self.0.settings.max_age);
        self.source(opened.backend)
            .is_some_and(|source| self.0.store.lacks_bodies(&source.backend.info().instance, opened.id.uuid, since))
    }

    /// Reads one object again and stores what came.
    pub(super) async fn read(&self, source: &Source, id: Uuid, native: &NativeId, purpose: Purpose) -> Result<()> {
        let (began, read) = self.fetch(source, native, purpose).await?;
        match read {
            Some(snapshot) => self.store_read(source, id, began, snapshot, purpose).await,
            None => {
                self.0.read_at.invalidate(&id);
                self.0.store.remove(source.id, began, std::slice::from_ref(native)).await.map(drop)
            }
        }
    }

    /// What the PSA says of one object now, and since when that counts.
    pub(super) async fn fetch(
        &self,
        source: &Source,
        native: &NativeId,
        purpose: Purpose,
    ) -> Result<(i64, Option<Snapshot>)> {
        let counted = reading(source, native.kind.stream());
        self.spend(source, purpose, counted).await?;
        let began = self.0.store.begin_time().await?;
        let cx = call(purpose.lane(), self.0.settings.call);
        let read = timeout(self.0.settings.call, source.backend.read(&cx, native));
        let read = self.metered(source, purpose.lane(), counted, read).await;
        let read = read.unwrap_or_else(|_| Err(Error::unavailable("the read did not end by its deadline")));
        self.note(source.id, None, purpose, read.as_ref().err());
        if let Err(error) = &read {
            tracing::warn!(backend = source.name(), %native, error = %error.log(), "read failed");
        }
        let read = read?;
        self.in_time(began)?;
        Ok((began, read))
    }

    /// Stores what a single read brought.
    pub(super) async fn store_read(
        &self,
        source: &Source,
        id: Uuid,
        began: i64,
        snapshot: Snapshot,
        purpose: Purpose,
    ) -> Result<()> {
        let opening = matches!(purpose, Purpose::Interactive);
        self.0.store.apply_for(source.id, began, &[whole(snapshot)], opening).await?;
        self.0.read_at.insert(id, began);
        Ok(())
    }

    /// Waits for work that goes on by itself when the wait is over.
    async fn wait_for(&self, work: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
        let late = || Error::unavailable("it takes longer than the operation waits");
        match timeout(self.0.settings.wait, tokio::spawn(work)).await {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => Err(Error::internal(panic.to_string())),
            Err(_) => Err(late()),
        }
    }
}

/// What a single read brings is all there is.
fn whole(mut snapshot: Snapshot) -> Snapshot {
    if let (true, Some(root)) = (snapshot.complete.is_empty(), snapshot.records.first()) {
        let parent = root.kind();
        snapshot.complete = Kind::ALL.iter().copied().filter(|kind| kind.parent() == Some(parent)).collect();
    }
    snapshot
}
