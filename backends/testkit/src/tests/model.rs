//! A small PSA over HTTP and an adapter for it that keeps every rule, or all but one.

use super::upstream::{settings, transport};
use crate::FaultProxy;
use crate::conformance::{Bench, Broken, Edit};
use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use portico_contract::command::{Intent, UpsertContact};
use portico_contract::record::{AccessFacts, Contact};
use portico_contract::{
    Actor, Applied, Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Command, CommandKind, Delivery,
    Error, ErrorKind, FieldGroup, FileBytes, Follows, Health, HealthState, Hint, Kind, Limits, Marker, NativeFile,
    NativeId, Pass, Record, Result, RoleMap, Sent, Snapshot, Sought, Stream, StreamCapability, Timestamp,
};
use portico_transport::{Fixed, Place, Request, Safety, Settings, Transport};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use uuid::Uuid;

/// The PSA: its people, and whose key changed when.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct World {
    people: BTreeMap<u32, Person>,
    log: Vec<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Person {
    name: String,
    marker: Option<Uuid>,
}

type Shared = Arc<Mutex<World>>;

impl World {
    fn put(&mut self, key: u32, person: Person) {
        self.people.insert(key, person);
        self.log.push(key);
    }

    fn add(&mut self, person: Person) -> u32 {
        let key = self.people.keys().next_back().copied().unwrap_or_default() + 1;
        self.put(key, person);
        key
    }
}

async fn show(State(world): State<Shared>) -> String {
    serde_json::to_string(&*world.lock().unwrap()).unwrap()
}

async fn make(State(world): State<Shared>, person: String) -> String {
    let person = serde_json::from_str(&person).unwrap();
    json!({ "id": world.lock().unwrap().add(person) }).to_string()
}

async fn file() -> &'static [u8] {
    FILE
}

/// The one rule that the adapter does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    EndlessPass,
    SilentStream,
    SilentCommand,
    SilentHints,
    TwiceTheSame,
    Restless,
    BlindSweep,
    OtherRead,
    GhostReads,
    TrustsCheckpoints,
    DeafBeat,
    EmptyInsteadOfError,
    TellsItsKey,
    DownIsContract,
    LosesWrites,
    DeniesWrites,
    MakesTwice,
    TornFile,
    HearsAnybody,
    ShiftingPages,
    ForgetsUnderFaults,
}

#[derive(Debug)]
pub struct Model {
    info: BackendInfo,
    capabilities: Capabilities,
    transport: Transport,
    flaw: Flaw,
    pulls: Mutex<u32>,
}

const KEY: &str = "geheim";
const PAGE: usize = 3;
const FILE: &[u8] = b"a file of some bytes";

impl Model {
    fn new(proxy: &FaultProxy, flaw: Flaw) -> Self {
        let contacts = StreamCapability {
            follows: Follows::UpdatedSince,
            id_sweep: true,
            whole: true,
            calls_per_beat: 1,
            calls_per_read: 1,
        };
        let capabilities = Capabilities {
            streams: BTreeMap::from([(Stream::Contacts, contacts)]),
            commands: BTreeSet::from([CommandKind::UpsertContact]),
            marker: Marker::Field,
            settle: Duration::ZERO,
            carries: BTreeSet::from([FieldGroup::AttachmentBytes]),
            limits: Limits { calls: None, max_subject: 100, max_attachment: 0 },
            webhooks: flaw != Flaw::SilentHints,
        };
        let info = BackendInfo { kind: "model", instance: "model".into(), version: None, roles: RoleMap::new() };
        let key = Fixed::key(Place::Bearer, SecretString::from(KEY));
        let settings = Settings { failures: 3, rest: Duration::from_millis(100), ..settings() };
        let transport = transport(proxy, settings, Arc::new(key));
        Self { info, capabilities, transport, flaw, pulls: Mutex::default() }
    }

    async fn world(&self, cx: &CallCx) -> Result<World> {
        let result = self.transport.send(cx, Request::get("model.world", "world")).await;
        match (self.flaw, result.and_then(|answer| answer.json())) {
            (Flaw::EmptyInsteadOfError, Err(_)) => Ok(World::default()),
            (Flaw::TellsItsKey, Err(error)) => Err(error.with_detail(format!("with {KEY}"))),
            (Flaw::DownIsContract, Err(error)) if error.sent == Sent::No => Err(Error::contract("?")),
            (_, result) => result,
        }
    }

    fn snapshot(&self, key: u32, person: &Person) -> Snapshot {
        let mut pulls = self.pulls.lock().unwrap();
        *pulls += 1;
        let id = |kind, key| NativeId::new(kind, key);
        Snapshot::single(Record::Contact(Contact {
            id: id(Kind::Contact, key),
            account: id(Kind::Account, 1),
            site: None,
            name: person.name.clone(),
            title: (self.flaw == Flaw::Restless).then(|| pulls.to_string()),
            department: None,
            email: None,
            phone: None,
            mobile: None,
            access: AccessFacts::default(),
            notes: None,
            active: true,
            created_at: None,
        }))
    }
}

fn restored() -> Batch {
    Batch { restored: true, ..Batch::default() }
}

#[async_trait]
impl Backend for Model {
    fn info(&self) -> &BackendInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn probe(&self, cx: &CallCx) -> Result<Health> {
        self.world(cx).await?;
        Ok(Health::of(HealthState::Ok))
    }

    /// A checkpoint is the place in the log where the next beat begins, and the key after which this pass goes on.
    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        if stream != Stream::Contacts {
            return if self.flaw == Flaw::SilentStream {
                Ok(Batch::default())
            } else {
                Err(Error::unsupported("this"))
            };
        }
        let world = match self.world(cx).await {
            Err(_) if self.flaw == Flaw::ForgetsUnderFaults && pass == Pass::Changes => {
                let next = Checkpoint(json!((usize::MAX, 0)).to_string());
                return Ok(Batch { next, ..Batch::default() });
            }
            world => world?,
        };
        let place = from.map(|from| serde_json::from_str::<(usize, usize)>(&from.0));
        let (since, after) = match place {
            None => (world.log.len(), 0),
            // It has forgotten something, and does not know it.
            Some(Ok((usize::MAX, _))) if pass == Pass::Changes => {
                return Ok(Batch { next: from.cloned().unwrap_or_default(), ..Batch::default() });
            }
            Some(Ok(place)) => place,
            Some(Err(_)) if self.flaw == Flaw::TrustsCheckpoints => (0, 0),
            Some(Err(_)) => return Ok(restored()),
        };
        let changed: BTreeSet<u32> = world.log.get(since..).unwrap_or_default().iter().copied().collect();
        let listed = world.people.iter().filter(|(key, _)| pass != Pass::Changes || changed.contains(*key));
        let by_offset = self.flaw == Flaw::ShiftingPages;
        let (skipped, after) = if by_offset { (after, 0) } else { (0, after) };
        let left = listed.filter(|(key, _)| by_offset || **key as usize > after);
        let all: Vec<_> = left.skip(skipped).collect();
        let page: Vec<_> = all.iter().take(PAGE).collect();
        let more = page.len() < all.len() || self.flaw == Flaw::EndlessPass;
        let last = page.last().map_or(after, |(key, _)| **key as usize);
        let on = if by_offset { skipped + page.len() } else { last };
        // A pass over everything goes back to where the log stood when it began.
        let next = if more {
            (since, on)
        } else if pass == Pass::Changes {
            (world.log.len(), 0)
        } else {
            (since, 0)
        };
        let mut batch = Batch { next: Checkpoint(json!(next).to_string()), more, ..Batch::default() };
        if pass == Pass::Ids {
            let blind = usize::from(self.flaw == Flaw::BlindSweep && !more);
            batch.present = page.iter().skip(blind).map(|(key, _)| NativeId::new(Kind::Contact, key)).collect();
        } else if !(pass == Pass::Changes && self.flaw == Flaw::DeafBeat) {
            batch.snapshots = page.iter().map(|(key, person)| self.snapshot(**key, person)).collect();
        }
        if self.flaw == Flaw::TwiceTheSame && pass == Pass::Full && !more {
            let first = batch.snapshots.first().cloned();
            batch.snapshots.extend(first);
        }
        Ok(batch)
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        let world = self.world(cx).await?;
        let Ok(key) = id.key.parse::<u32>() else { return Ok(None) };
        let found = world.people.get(&key).map(|person| self.snapshot(key, person));
        let ghost = || {
            Snapshot::single(Record::Contact(contact(self.snapshot(key, &Person { name: "?".into(), marker: None }))))
        };
        Ok(match (self.flaw, found) {
            (Flaw::GhostReads, None) => Some(ghost()),
            (Flaw::OtherRead, Some(_)) => Some(ghost()),
            (_, found) => found,
        })
    }

    async fn apply(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        let Intent::UpsertContact(intent) = &command.intent else {
            let target = NativeId::new(Kind::Ticket, 1);
            let silent = self.flaw == Flaw::SilentCommand;
            return if silent { Ok(Applied { target, found: false }) } else { Err(Error::unsupported("this")) };
        };
        let marker = (self.flaw != Flaw::LosesWrites).then_some(command.id);
        let safety = if self.flaw == Flaw::MakesTwice { Safety::Idempotent } else { Safety::Write };
        let request = Request::post("model.make", "people").safety(safety);
        let request = request.json(json!({ "name": intent.name, "marker": marker }));
        let sent = |error: Error| if self.flaw == Flaw::DeniesWrites { error.sent(Sent::No) } else { error };
        let answer = self.transport.send(cx, request).await.map_err(sent)?;
        let made: BTreeMap<String, u32> = answer.json()?;
        let key = made.get("id").ok_or_else(|| answer.rejected(ErrorKind::Contract, "no id"))?;
        Ok(Applied { target: NativeId::new(Kind::Contact, key), found: false })
    }

    async fn seek(&self, cx: &CallCx, command: &Command, _since: Timestamp) -> Result<Sought> {
        if command.intent.kind() != CommandKind::UpsertContact {
            return Err(Error::unsupported("this"));
        }
        let world = self.world(cx).await?;
        let found = world.people.iter().find(|(_, person)| person.marker == Some(command.id));
        Ok(found.map_or(Sought::Absent, |(key, _)| Sought::Found(NativeId::new(Kind::Contact, key))))
    }

    async fn open(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        if file.owner.kind == Kind::Invoice {
            return Err(Error::unsupported("invoices on paper"));
        }
        if file.reference != "1" {
            return Err(Error::invalid("There is no such file."));
        }
        let mut bytes = self.transport.send(cx, Request::get("model.file", "file")).await?.body;
        let size = u64::try_from(bytes.len()).ok();
        if self.flaw == Flaw::TornFile {
            bytes.truncate(bytes.len() / 2);
        }
        Ok(FileBytes { size, bytes: stream::once(async { Ok(bytes) }).boxed() })
    }

    fn hints(&self, delivery: &Delivery) -> Result<Vec<Hint>> {
        if !self.capabilities.webhooks {
            return if self.flaw == Flaw::SilentHints { Ok(Vec::new()) } else { Err(Error::unsupported("webhooks")) };
        }
        let known = delivery.headers.iter().any(|(name, value)| name == "x-key" && value == KEY);
        if !known && self.flaw != Flaw::HearsAnybody {
            return Err(Error::new(ErrorKind::Forbidden, "This webhook is not from the PSA."));
        }
        let invalid = |_| Error::invalid("This is no webhook.");
        let keys: Vec<u32> = serde_json::from_slice(&delivery.body).map_err(invalid)?;
        Ok(keys.into_iter().map(|key| Hint::Read(NativeId::new(Kind::Contact, key))).collect())
    }
}

fn contact(snapshot: Snapshot) -> Contact {
    match snapshot.records.into_iter().next() {
        Some(Record::Contact(contact)) => contact,
        other => panic!("{other:?}"),
    }
}

/// The model on its PSA, with somebody at work there.
pub struct ModelBench {
    model: Model,
    proxy: FaultProxy,
    world: Shared,
}

impl ModelBench {
    pub async fn new(flaw: Flaw) -> Self {
        let mut world = World::default();
        for number in 0..10 {
            world.add(Person { name: format!("Person {number}"), marker: None });
        }
        let world = Arc::new(Mutex::new(world));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = FaultProxy::start(listener.local_addr().unwrap()).await.unwrap();
        let app = Router::new().route("/world", get(show)).route("/people", post(make)).route("/file", get(file));
        let app = app.with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { model: Model::new(&proxy, flaw), proxy, world }
    }
}

#[async_trait]
impl Bench for ModelBench {
    fn backend(&self) -> &dyn Backend {
        &self.model
    }

    async fn edit(&self, turn: usize) -> Result<Option<Edit>, Broken> {
        let id = |key: u32| NativeId::new(Kind::Contact, key);
        let person = || Person { name: format!("Changed {turn}"), marker: None };
        let mut world = self.world.lock().unwrap();
        Ok(match turn {
            0 => {
                let changed = vec![id(world.add(person()))];
                Some(Edit { what: "a new one".into(), changed, gone: Vec::new() })
            }
            1..6 => {
                let keys: Vec<u32> = world.people.keys().copied().take(turn).collect();
                keys.iter().for_each(|key| world.put(*key, person()));
                Some(Edit { what: "new names".into(), changed: keys.into_iter().map(id).collect(), gone: Vec::new() })
            }
            6 => {
                world.people.remove(&4);
                Some(Edit { what: "one is gone".into(), changed: Vec::new(), gone: vec![id(4)] })
            }
            _ => None,
        })
    }

    async fn random(&self, number: u64) -> Result<bool, Broken> {
        let mut world = self.world.lock().unwrap();
        let keys: Vec<u32> = world.people.keys().copied().collect();
        let any = keys[usize::try_from(number * 7).unwrap() % keys.len()];
        let person = Person { name: format!("Random {number}"), marker: None };
        match number % 3 {
            0 => drop(world.add(person)),
            1 => world.put(any, person),
            _ if keys.len() > 8 => drop(world.people.remove(&keys[0])),
            _ => drop(world.add(person)),
        }
        Ok(true)
    }

    fn proxy(&self) -> Option<&FaultProxy> {
        Some(&self.proxy)
    }

    async fn made(&self, command: &Command) -> Result<Option<usize>, Broken> {
        let Intent::UpsertContact(intent) = &command.intent else { return Ok(None) };
        let world = self.world.lock().unwrap();
        Ok(Some(world.people.values().filter(|person| Some(&person.name) == intent.name.as_ref()).count()))
    }

    async fn file(&self) -> Result<Option<(NativeFile, Bytes)>, Broken> {
        let file = NativeFile { owner: NativeId::new(Kind::Attachment, 1), reference: "1".to_owned() };
        Ok(Some((file, Bytes::from_static(FILE))))
    }

    fn delivery(&self) -> Option<Delivery> {
        let headers = vec![("x-key".to_owned(), KEY.to_owned())];
        let webhooks = self.model.capabilities.webhooks;
        let body = Bytes::from_static(b"[1234]");
        webhooks.then(|| Delivery { headers, body, received_at: Timestamp::default() })
    }

    async fn command(&self, kind: CommandKind) -> Result<Option<Command>, Broken> {
        let id = Uuid::new_v4();
        let intent = Intent::UpsertContact(UpsertContact {
            contact: None,
            account: NativeId::new(Kind::Account, 1),
            name: Some(format!("Made by {id}")),
            title: None,
            department: None,
            email: None,
            phone: None,
            mobile: None,
            facts: None,
        });
        let actor = Actor::Agent(NativeId::new(Kind::Agent, 1));
        Ok((kind == CommandKind::UpsertContact).then_some(Command { id, actor, intent }))
    }

    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
}
