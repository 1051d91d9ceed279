//! A small PSA of another kind: it lists tickets without their threads, a hundred at a time, and allows
//! so many calls in a window. It counts who calls when.

use async_trait::async_trait;
use portico_contract::record::{Author, Comment, Record, Sla, Team, Ticket};
use portico_contract::value::{CustomValue, Html, Label, StatusGroup, TicketSource};
use portico_contract::{
    Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Clock, Error, FieldGroup, Follows, Health,
    HealthState, Kind, Lane, Limits, Marker, NativeId, Part, Pass, Result, RoleMap, Snapshot, Stream, StreamCapability,
    Timestamp, Visibility,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const TEAM: i64 = 1;

/// Tickets of a page.
pub const PAGE: usize = 100;

/// Calls in a window.
pub type Allowed = Option<(u32, Duration)>;

/// The PSA. Clones are the same one.
#[derive(Debug, Clone)]
pub struct ThinPsa {
    info: BackendInfo,
    capabilities: Capabilities,
    clock: Clock,
    state: Arc<Mutex<State>>,
    team: Option<&'static str>,
}

#[derive(Debug, Default)]
struct State {
    tickets: BTreeMap<i64, Row>,
    calls: Vec<Call>,
    pulling: usize,
    most_pulling: usize,
    unreadable: BTreeSet<i64>,
}

#[derive(Debug, Clone)]
struct Row {
    subject: String,
    updated_at: Timestamp,
    comments: usize,
    /// Which text it has, and which asset.
    text: i64,
}

/// A call that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub at: Timestamp,
    pub lane: Lane,
    /// The ticket that was read; nothing for a page.
    pub read: Option<i64>,
}

impl ThinPsa {
    /// So many tickets, each with a comment; the higher the number, the newer.
    #[must_use]
    pub fn new(clock: &Clock, tickets: i64, allowed: Allowed) -> Self {
        let start = clock.now();
        let row = |id: i64| {
            let updated_at = start - chrono::TimeDelta::minutes(tickets - id + 1);
            (id, Row { subject: format!("Ticket {id}"), updated_at, comments: 1, text: 1 })
        };
        let state = State { tickets: (1..=tickets).map(row).collect(), ..State::default() };
        let info = BackendInfo { kind: "thin", instance: "thin".to_owned(), version: None, roles: RoleMap::default() };
        let stream = StreamCapability {
            follows: Follows::UpdatedSince,
            id_sweep: true,
            whole: false,
            calls_per_beat: 1,
            calls_per_read: 1,
        };
        let capabilities = Capabilities {
            streams: BTreeMap::from([(Stream::Tickets, stream)]),
            commands: BTreeSet::new(),
            marker: Marker::None,
            settle: Duration::ZERO,
            carries: BTreeSet::new(),
            limits: Limits { calls: allowed, max_subject: 100, max_attachment: 0 },
            webhooks: false,
        };
        Self { info, capabilities, clock: clock.clone(), state: Arc::new(Mutex::new(state)), team: None }
    }

    /// One team, whose queue every ticket is in.
    #[must_use]
    pub fn with_team(mut self, name: &'static str) -> Self {
        let stream = StreamCapability {
            follows: Follows::FullScan,
            id_sweep: false,
            whole: true,
            calls_per_beat: 1,
            calls_per_read: 1,
        };
        self.capabilities.streams.insert(Stream::Teams, stream);
        self.capabilities.carries.insert(FieldGroup::TicketTeam);
        self.team = Some(name);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody writes a comment.
    pub fn comment(&self, ticket: i64) {
        let now = self.clock.now();
        if let Some(row) = self.state().tickets.get_mut(&ticket) {
            row.comments += 1;
            row.updated_at = now;
        }
    }

    /// Somebody writes the text anew, and names another asset.
    pub fn rewrite(&self, ticket: i64) {
        let now = self.clock.now();
        if let Some(row) = self.state().tickets.get_mut(&ticket) {
            row.text += 1;
            row.updated_at = now;
        }
    }

    /// Somebody changes the subject.
    pub fn rename(&self, ticket: i64, subject: &str) {
        let now = self.clock.now();
        if let Some(row) = self.state().tickets.get_mut(&ticket) {
            row.subject = subject.to_owned();
            row.updated_at = now;
        }
    }

    pub fn delete(&self, ticket: i64) {
        self.state().tickets.remove(&ticket);
    }

    /// From now on this ticket's thread makes no sense.
    pub fn spoil(&self, ticket: i64) {
        self.state().unreadable.insert(ticket);
    }

    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// Pages that were asked for.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.state().calls.iter().filter(|call| call.read.is_none()).count()
    }

    /// Tickets that were read one by one, in order.
    #[must_use]
    pub fn reads(&self) -> Vec<i64> {
        self.state().calls.iter().filter_map(|call| call.read).collect()
    }

    /// The most pages that were on their way at the same time.
    #[must_use]
    pub fn most_pulling(&self) -> usize {
        self.state().most_pulling
    }

    /// The most calls in any stretch of time of this length, of these lanes.
    #[must_use]
    pub fn busiest(&self, window: Duration, lanes: &[Lane]) -> usize {
        let window = chrono::TimeDelta::from_std(window).unwrap_or_default();
        let calls: Vec<Timestamp> =
            self.state().calls.iter().filter(|call| lanes.contains(&call.lane)).map(|call| call.at).collect();
        let within = |last: usize, at: Timestamp| {
            let from = calls.partition_point(|earlier| *earlier <= at - window);
            last + 1 - from
        };
        calls.iter().enumerate().map(|(last, at)| within(last, *at)).max().unwrap_or_default()
    }

    fn count(&self, cx: &CallCx, read: Option<i64>) {
        let at = self.clock.now();
        self.state().calls.push(Call { at, lane: cx.lane, read });
    }

    /// Where it goes on: since when, how many were listed, when it began.
    fn place(&self, pass: Pass, from: Option<&Checkpoint>) -> Result<(i64, usize, i64)> {
        let now = self.clock.now().timestamp_millis();
        let Some(Checkpoint(text)) = from else { return Ok((i64::MIN, 0, now)) };
        let parts: Vec<i64> = text.split('/').filter_map(|part| part.parse().ok()).collect();
        match (pass, parts.as_slice()) {
            (Pass::Changes, [since]) => Ok((*since, 0, now)),
            (_, [since, listed, begun]) => Ok((*since, usize::try_from(*listed).unwrap_or_default(), *begun)),
            _ => Err(Error::contract("no checkpoint of mine")),
        }
    }

    fn page(&self, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        let (since, listed, begun) = self.place(pass, from)?;
        let state = self.state();
        let rows: Vec<(&i64, &Row)> =
            state.tickets.iter().filter(|(_, row)| row.updated_at.timestamp_millis() >= since).collect();
        let page = rows.get(listed..).unwrap_or_default();
        let more = page.len() > PAGE;
        let page = page.get(..PAGE.min(page.len())).unwrap_or_default();
        let next = if more { format!("{since}/{}/{begun}", listed + page.len()) } else { begun.to_string() };
        let mut batch = Batch { next: Checkpoint(next), more, ..Batch::default() };
        if pass == Pass::Ids {
            batch.present = page.iter().map(|(id, _)| NativeId::new(Kind::Ticket, id)).collect();
        } else {
            batch.snapshots = page.iter().map(|(id, row)| as_listed(**id, row)).collect();
        }
        batch.total = (pass != Pass::Changes).then(|| u64::try_from(rows.len()).unwrap_or_default());
        Ok(batch)
    }
}

#[async_trait]
impl Backend for ThinPsa {
    fn info(&self) -> &BackendInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn probe(&self, _cx: &CallCx) -> Result<Health> {
        Ok(Health::of(HealthState::Ok))
    }

    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        if let Some(name) = self.team.filter(|_| stream == Stream::Teams) {
            self.count(cx, None);
            let team =
                Team { id: NativeId::new(Kind::Team, TEAM), name: name.to_owned(), agents: Vec::new(), active: true };
            let next = Checkpoint(self.clock.now().timestamp_millis().to_string());
            let snapshots = vec![Snapshot::single(Record::Team(team))];
            return Ok(Batch { snapshots, next, ..Batch::default() });
        }
        if stream != Stream::Tickets {
            return Err(Error::unsupported(stream.as_str()));
        }
        self.count(cx, None);
        {
            let mut state = self.state();
            state.pulling += 1;
            state.most_pulling = state.most_pulling.max(state.pulling);
        }
        // Time for others to come in between.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let page = self.page(pass, from);
        self.state().pulling -= 1;
        page
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        let key: i64 = id.key.parse().unwrap_or_default();
        self.count(cx, Some(key));
        let state = self.state();
        if state.unreadable.contains(&key) {
            return Err(Error::contract("nobody understands this"));
        }
        let Some(row) = state.tickets.get(&key) else { return Ok(None) };
        let records = std::iter::once(Record::Ticket(Box::new(ticket(key, row))))
            .chain((1..=row.comments).map(|turn| comment(key, turn, row)));
        let complete = vec![Kind::Comment, Kind::Attachment, Kind::TimeEntry, Kind::Approval];
        Ok(Some(Snapshot { records: records.collect(), complete, ..Snapshot::default() }))
    }
}

fn comment(ticket: i64, turn: usize, row: &Row) -> Record {
    Record::Comment(Comment {
        id: NativeId::new(Kind::Comment, format!("{ticket}/{turn}")),
        ticket: NativeId::new(Kind::Ticket, ticket),
        author: Author::default(),
        body: Html(format!("<p>Comment {turn} on {ticket}</p>")),
        visibility: Visibility::Public,
        requires_action: false,
        marker: None,
        created_at: Some(row.updated_at),
        updated_at: None,
    })
}

/// A row of the list: it has the plain text, and neither asset nor custom values.
fn as_listed(id: i64, row: &Row) -> Snapshot {
    let listed = Ticket { description: Html(plain(id, row)), asset: None, custom: Vec::new(), ..ticket(id, row) };
    let unknown = vec![Part::Description, Part::Asset, Part::Custom];
    Snapshot { unknown, ..Snapshot::single(Record::Ticket(Box::new(listed))) }
}

fn plain(id: i64, row: &Row) -> String {
    format!("What {} of ticket {id} says", row.text)
}

fn ticket(id: i64, row: &Row) -> Ticket {
    let status = Label { group: StatusGroup::Open, label: "Open".to_owned(), native_id: "1".to_owned() };
    let custom = CustomValue {
        key: "system".to_owned(),
        label: "System".to_owned(),
        value: row.text.into(),
        visibility: Visibility::Hidden,
    };
    Ticket {
        id: NativeId::new(Kind::Ticket, id),
        account: NativeId::new(Kind::Account, 1),
        contact: None,
        site: None,
        asset: Some(NativeId::new(Kind::Asset, row.text)),
        contract: None,
        assignee: None,
        team: Some(NativeId::new(Kind::Team, TEAM)),
        number: id.to_string(),
        subject: row.subject.clone(),
        description: Html(format!("<p>{}</p>", plain(id, row))),
        status,
        priority: None,
        category: None,
        ticket_type: None,
        urgency: None,
        impact: None,
        source: TicketSource::Other,
        sla: Sla::default(),
        feedback: None,
        followers: Vec::new(),
        custom: vec![custom],
        marker: None,
        internal_note: None,
        billable: None,
        created_at: Some(row.updated_at),
        updated_at: Some(row.updated_at),
        due_at: None,
        resolved_at: None,
        closed_at: None,
    }
}
