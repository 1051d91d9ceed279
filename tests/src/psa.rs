//! A PSA that tests can count, hold up and break: the real adapter behind a switch.

use async_trait::async_trait;
use portico_contract::{
    Applied, Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Command, Error, Files, Health, Kind,
    NativeId, Pass, Result, Snapshot, Sought, Stream, Timestamp,
};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What Portico asks a PSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    Pull(Stream),
    Read(Kind),
    Vouch,
    Apply,
    Seek,
}

/// How the PSA takes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Well,
    Fails,
    Hangs,
}

/// The switch. Clones turn the same one.
#[derive(Debug, Clone, Default)]
pub struct Psa(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    mood: Mood,
    calls: HashMap<Verb, usize>,
    holds: Vec<(Verb, Hold)>,
}

#[derive(Debug)]
struct Hold {
    arrived: oneshot::Sender<()>,
    released: oneshot::Receiver<()>,
}

/// An answer that the PSA has given and Portico has not got yet.
#[derive(Debug)]
pub struct Held {
    arrived: oneshot::Receiver<()>,
    release: oneshot::Sender<()>,
}

impl Held {
    /// Waits until the PSA has answered; dropping what this gives lets the answer through.
    pub async fn answered(self) -> anyhow::Result<Answered> {
        self.arrived.await?;
        Ok(Answered(self.release))
    }
}

/// Lets the answer through.
#[derive(Debug)]
pub struct Answered(oneshot::Sender<()>);

impl Answered {
    pub fn release(self) {
        let _ = self.0.send(());
    }
}

impl Psa {
    /// Stands before a backend.
    #[must_use]
    pub fn guard(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        Arc::new(Guarded { inner, psa: self.clone() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn becomes(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// Holds the answer of the next such call.
    #[must_use]
    pub fn hold(&self, verb: Verb) -> Held {
        let ((said, arrived), (release, released)) = (oneshot::channel(), oneshot::channel());
        self.state().holds.push((verb, Hold { arrived: said, released }));
        Held { arrived, release }
    }

    /// How often it was asked this.
    #[must_use]
    pub fn calls(&self, verb: Verb) -> usize {
        self.state().calls.get(&verb).copied().unwrap_or_default()
    }

    fn enter(&self, verb: Verb) -> (Mood, Option<Hold>) {
        let mut state = self.state();
        *state.calls.entry(verb).or_default() += 1;
        let place = state.holds.iter().position(|(held, _)| *held == verb);
        (state.mood, place.map(|place| state.holds.remove(place).1))
    }
}

#[derive(Debug)]
struct Guarded {
    inner: Arc<dyn Backend>,
    psa: Psa,
}

impl Guarded {
    async fn ask<T>(&self, verb: Verb, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let (mood, hold) = self.psa.enter(verb);
        match mood {
            Mood::Well => {}
            Mood::Fails => return Err(Error::unavailable("switched off")),
            Mood::Hangs => std::future::pending().await,
        }
        let answer = answer.await;
        if let Some(hold) = hold {
            let _ = hold.arrived.send(());
            let _ = hold.released.await;
        }
        answer
    }
}

#[async_trait]
impl Backend for Guarded {
    fn info(&self) -> &BackendInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn figures(&self) -> Option<portico_contract::Figures> {
        self.inner.figures()
    }

    async fn probe(&self, cx: &CallCx) -> Result<Health> {
        self.inner.probe(cx).await
    }

    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        self.ask(Verb::Pull(stream), self.inner.pull(cx, stream, pass, from)).await
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        self.ask(Verb::Read(id.kind), self.inner.read(cx, id)).await
    }

    async fn vouch(&self, cx: &CallCx, login: &str, password: &SecretString) -> Result<Vec<NativeId>> {
        self.ask(Verb::Vouch, self.inner.vouch(cx, login, password)).await
    }

    async fn apply(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        self.ask(Verb::Apply, self.inner.apply(cx, command)).await
    }

    async fn apply_with(&self, cx: &CallCx, command: &Command, files: &dyn Files) -> Result<Applied> {
        self.ask(Verb::Apply, self.inner.apply_with(cx, command, files)).await
    }

    async fn seek(&self, cx: &CallCx, command: &Command, since: Timestamp) -> Result<Sought> {
        self.ask(Verb::Seek, self.inner.seek(cx, command, since)).await
    }
}
