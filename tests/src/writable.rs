//! A PSA that can be written to: the adapter of the sandbox's ITFlow before it, and what the vendor's own pages do to
//! its tables behind it. It counts what is written, and fails as PSAs fail.

use async_trait::async_trait;
use portico_contract::{
    Applied, Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Clock, Command, CommandKind, Error,
    ErrorKind, FieldGroup, Figures, FileBytes, Files, Health, Intent, Kind, Lane, Marker, NativeFile, NativeId, Pass,
    Result, Sent, Snapshot, Sought, Stream, Timestamp, Visibility,
};
use portico_sandbox::Editor;
use portico_sandbox::itflow::edit::{NewContact, NewReply, NewTicket};
use portico_sandbox::world::model::ReplyType;
use sea_orm::{ConnectionTrait, Statement};
use secrecy::SecretString;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a write goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The PSA says no.
    Refuses(ErrorKind),
    /// It was not reached, for sure.
    Unreachable(ErrorKind),
    /// It was done, and the answer is lost.
    AnswerLost,
    /// It was not done, and nobody can tell.
    RequestLost,
    /// It is done only when [`Writable::catch_up`] is called; until then nobody can tell.
    Late,
}

/// A write that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    pub command: uuid::Uuid,
    pub kind: CommandKind,
    /// What it was about: a ticket, or what it made.
    pub object: String,
    pub at: Timestamp,
}

/// The switch. Clones turn the same one.
#[derive(Debug, Clone)]
pub struct Writable {
    pub marker: Marker,
    pub settle: Duration,
    pub calls: Option<(u32, Duration)>,
    /// Calls that each verb needs.
    pub each: usize,
    /// What it can carry beside what the adapter says.
    pub carries: Vec<FieldGroup>,
    pub commands: Vec<CommandKind>,
    /// The largest file that it takes.
    pub max_attachment: u64,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    faults: VecDeque<Fault>,
    down: bool,
    tries: usize,
    late: Vec<Command>,
    files: Vec<(String, Vec<u8>)>,
    writes: Vec<Write>,
    called: Vec<(Timestamp, Lane)>,
}

impl Default for Writable {
    fn default() -> Self {
        use CommandKind as C;
        Self {
            marker: Marker::Body,
            settle: Duration::from_secs(30),
            calls: None,
            max_attachment: 1_000_000,
            each: 1,
            carries: Vec::new(),
            commands: vec![
                C::OpenTicket,
                C::AddComment,
                C::ResolveTicket,
                C::CloseTicket,
                C::ReopenTicket,
                C::RateTicket,
                C::UpdateTicket,
                C::DecideApproval,
                C::UpsertContact,
            ],
            state: Arc::default(),
        }
    }
}

impl Writable {
    /// One that is different from the usual.
    #[must_use]
    pub fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut it = Self::default();
        change(&mut it);
        it
    }

    #[must_use]
    pub fn guard(&self, inner: Arc<dyn Backend>, editor: Editor, clock: &Clock) -> Arc<dyn Backend> {
        let mut capabilities = inner.capabilities().clone();
        capabilities.commands = self.commands.iter().copied().collect();
        capabilities.marker = self.marker;
        capabilities.settle = self.settle;
        capabilities.limits.max_attachment = self.max_attachment;
        capabilities.carries.extend(&self.carries);
        capabilities.limits.calls = self.calls.or(capabilities.limits.calls);
        Arc::new(Guarded { inner, capabilities, editor, clock: clock.clone(), psa: self.clone() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next writes fail like this, one after the other.
    pub fn fails(&self, faults: &[Fault]) {
        self.state().faults.extend(faults);
    }

    /// It answers nothing any more, or again.
    pub fn goes_down(&self, down: bool) {
        self.state().down = down;
    }

    /// What was written, in order.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.state().writes.clone()
    }

    /// The files that came with writes, in order.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.state().files.clone()
    }

    /// How often something was to be written, in vain or not.
    #[must_use]
    pub fn tries(&self) -> usize {
        self.state().tries
    }

    /// The most calls in any stretch of time of this length, of these lanes.
    #[must_use]
    pub fn busiest(&self, window: Duration, lanes: &[Lane]) -> usize {
        let window = chrono::TimeDelta::from_std(window).unwrap_or_default();
        let state = self.state();
        let calls: Vec<Timestamp> =
            state.called.iter().filter(|(_, lane)| lanes.contains(lane)).map(|(at, _)| *at).collect();
        let within = |last: usize, at: Timestamp| last + 1 - calls.partition_point(|earlier| *earlier <= at - window);
        calls.iter().enumerate().map(|(last, at)| within(last, *at)).max().unwrap_or_default()
    }

    /// Does what came late.
    pub async fn catch_up(&self, editor: &Editor, clock: &Clock) -> Result<()> {
        let late = std::mem::take(&mut self.state().late);
        for command in late {
            self.write(editor, clock, &command).await?;
        }
        Ok(())
    }

    fn enter(&self, clock: &Clock, cx: &CallCx) -> Result<()> {
        let mut state = self.state();
        for _ in 0..self.each {
            state.called.push((clock.now(), cx.lane));
            portico_contract::traffic::made();
        }
        if state.down { Err(Error::unavailable("switched off")) } else { Ok(()) }
    }

    async fn write(&self, editor: &Editor, clock: &Clock, command: &Command) -> Result<NativeId> {
        let (target, object) = self.change(editor, clock.now().naive_utc(), command).await?;
        let kind = command.intent.kind();
        self.state().writes.push(Write { command: command.id, kind, object, at: clock.now() });
        Ok(target)
    }

    fn marked(&self, body: &str, command: &Command) -> String {
        if self.marker == Marker::None { body.to_owned() } else { format!("{body}<!-- portico:{} -->", command.id) }
    }

    /// As the vendor does it: what is posted is by the account of the service, user 1.
    async fn change(
        &self,
        editor: &Editor,
        at: chrono::NaiveDateTime,
        command: &Command,
    ) -> Result<(NativeId, String)> {
        let wrong = |e: portico_sandbox::Error| Error::contract(e.to_string());
        let number = |id: &NativeId| id.key.parse::<i32>().map_err(|_| Error::contract(format!("{id} is no number")));
        let of = |id: &NativeId| Ok((id.clone(), id.key.clone()));
        match &command.intent {
            Intent::OpenTicket(it) => {
                let new = NewTicket {
                    client: number(&it.account)?,
                    contact: it.contact.as_ref().map(number).transpose()?.unwrap_or_default(),
                    subject: it.subject.clone(),
                    details: self.marked(&it.description.0, command),
                    priority: it.priority.clone(),
                    category: it.category.clone(),
                    source: Some("API".to_owned()),
                    ..NewTicket::default()
                };
                let id = NativeId::new(Kind::Ticket, editor.add_ticket(&new, at).await.map_err(wrong)?);
                of(&id)
            }
            Intent::AddComment(it) => {
                let public = it.visibility == Visibility::Public;
                let new = NewReply {
                    ticket: number(&it.ticket)?,
                    reply_type: if public { ReplyType::Public } else { ReplyType::Internal },
                    body: self.marked(&it.body.0, command),
                    by: 1,
                    time_worked: None,
                };
                let id = editor.add_reply(&new, at).await.map_err(wrong)?;
                Ok((NativeId::new(Kind::Comment, id), it.ticket.key.clone()))
            }
            Intent::ResolveTicket(it) => {
                editor.resolve_ticket(number(&it.ticket)?, at).await.map_err(wrong)?;
                of(&it.ticket)
            }
            Intent::CloseTicket(it) => {
                editor.close_ticket(number(&it.ticket)?, 1, at).await.map_err(wrong)?;
                of(&it.ticket)
            }
            Intent::ReopenTicket(it) => {
                editor.reopen_ticket(number(&it.ticket)?, at).await.map_err(wrong)?;
                of(&it.ticket)
            }
            Intent::RateTicket(it) => {
                let word = if it.positive { "Good" } else { "Bad" };
                let sql =
                    format!("UPDATE tickets SET ticket_feedback = '{word}' WHERE ticket_id = {}", number(&it.ticket)?);
                editor.conn().execute_unprepared(&sql).await.map_err(|e| Error::contract(e.to_string()))?;
                of(&it.ticket)
            }
            Intent::UpdateTicket(it) => {
                let change = portico_sandbox::itflow::edit::TicketChange {
                    priority: it.priority.clone(),
                    category: it.category.clone(),
                    status: it.status.as_ref().and_then(|word| word.parse().ok()),
                    assigned_to: it.assignee.as_ref().map(number).transpose()?,
                    ..Default::default()
                };
                editor.update_ticket(number(&it.ticket)?, &change, at).await.map_err(wrong)?;
                of(&it.ticket)
            }
            Intent::DecideApproval(it) => {
                let word = if it.approve { "approved" } else { "declined" };
                let sql = format!(
                    "UPDATE task_approvals SET approval_status = '{word}' WHERE approval_id = {}",
                    number(&it.approval)?
                );
                editor.conn().execute_unprepared(&sql).await.map_err(|e| Error::contract(e.to_string()))?;
                of(&it.approval)
            }
            Intent::UpsertContact(it) => match &it.contact {
                Some(id) => {
                    if let Some(email) = &it.email {
                        editor.set_contact_email(number(id)?, email, at).await.map_err(wrong)?;
                    }
                    of(id)
                }
                None => {
                    let new = NewContact {
                        client: number(&it.account)?,
                        name: it.name.clone().unwrap_or_default(),
                        email: it.email.clone(),
                        ..NewContact::default()
                    };
                    of(&NativeId::new(Kind::Contact, editor.add_contact(&new, at).await.map_err(wrong)?))
                }
            },
            other => Err(Error::unsupported(other.kind().as_str())),
        }
    }
}

#[derive(Debug)]
struct Guarded {
    inner: Arc<dyn Backend>,
    capabilities: Capabilities,
    editor: Editor,
    clock: Clock,
    psa: Writable,
}

impl Guarded {
    async fn find(&self, sql: String) -> Result<Option<i64>> {
        let conn = self.editor.conn();
        let statement = Statement::from_string(conn.get_database_backend(), sql);
        let row = conn.query_one_raw(statement).await.map_err(|e| Error::contract(e.to_string()))?;
        row.map(|row| row.try_get_by_index::<i32>(0).map(i64::from))
            .transpose()
            .map_err(|e| Error::contract(e.to_string()))
    }
}

#[async_trait]
impl Backend for Guarded {
    fn info(&self) -> &BackendInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn figures(&self) -> Option<Figures> {
        self.inner.figures()
    }

    async fn probe(&self, cx: &CallCx) -> Result<Health> {
        self.inner.probe(cx).await
    }

    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        self.psa.enter(&self.clock, cx)?;
        self.inner.pull(cx, stream, pass, from).await
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        self.psa.enter(&self.clock, cx)?;
        self.inner.read(cx, id).await
    }

    async fn apply(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        self.psa.state().tries += 1;
        self.psa.enter(&self.clock, cx)?;
        let fault = self.psa.state().faults.pop_front();
        let unclear = || Error::unavailable("no answer").sent(Sent::Maybe);
        match fault {
            Some(Fault::Refuses(kind)) => return Err(Error::new(kind, "The PSA says no.").sent(Sent::Yes)),
            Some(Fault::Unreachable(kind)) => return Err(Error::new(kind, "Not reached.").sent(Sent::No)),
            Some(Fault::RequestLost) => return Err(unclear()),
            Some(Fault::Late) => {
                self.psa.state().late.push(command.clone());
                return Err(unclear());
            }
            Some(Fault::AnswerLost) | None => {}
        }
        let target = self.psa.write(&self.editor, &self.clock, command).await?;
        if fault == Some(Fault::AnswerLost) { Err(unclear()) } else { Ok(Applied { target, found: false }) }
    }

    async fn apply_with(&self, cx: &CallCx, command: &Command, files: &dyn Files) -> Result<Applied> {
        let mut came = Vec::new();
        for upload in command.intent.uploads() {
            came.push((upload.name.clone(), files.bytes(upload).await?.to_vec()));
        }
        let applied = self.apply(cx, command).await?;
        self.psa.state().files.extend(came);
        Ok(applied)
    }

    async fn seek(&self, cx: &CallCx, command: &Command, _since: Timestamp) -> Result<Sought> {
        self.psa.enter(&self.clock, cx)?;
        if self.psa.marker == Marker::None {
            return Ok(Sought::Unclear);
        }
        let (kind, table, id, body) = match command.intent.kind() {
            CommandKind::OpenTicket => (Kind::Ticket, "tickets", "ticket_id", "ticket_details"),
            CommandKind::AddComment => (Kind::Comment, "ticket_replies", "ticket_reply_id", "ticket_reply"),
            _ => return Ok(Sought::Unclear),
        };
        let found = self.find(format!("SELECT {id} FROM {table} WHERE {body} LIKE '%{}%'", command.id)).await?;
        Ok(found.map_or(Sought::Absent, |key| Sought::Found(NativeId::new(kind, key))))
    }

    async fn vouch(&self, cx: &CallCx, login: &str, password: &SecretString) -> Result<Vec<NativeId>> {
        self.inner.vouch(cx, login, password).await
    }

    async fn open(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        self.inner.open(cx, file).await
    }
}
