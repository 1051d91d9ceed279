//! Two tickets alike: on one a contact acts in ITFlow's own portal, on the other Portico acts for the same contact.
//! Afterwards ITFlow's tables say the same of both.

use super::site::{AGENT, Site};
use super::{CONTACT_PAGE, World, steps};
use anyhow::{Context, Result, ensure};
use portico_contract::command::{
    AddComment, CloseTicket, OpenTicket, RateTicket, ReopenTicket, ResolveTicket, UpsertContact,
};
use portico_contract::value::{Html, Visibility};
use portico_contract::{
    Actor, Applied, Backend, CallCx, Clock, Command, HealthState, Intent, Kind, Lane, NativeId, Record, Sought,
};
use portico_itflow::ItflowConfig;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub(super) const KEY: &str = "a-key-of-the-test";

/// The words that each of them uses for the place.
const PLACES: [(&str, &str); 2] = [("client portal", "portal"), ("customer portal", "portal")];

/// What is compared of a ticket, by the beginning of a select and what follows the number.
const COMPARED: &[(&str, &str, &str)] = &[
    (
        "the ticket",
        "ticket_status, ticket_resolved_at IS NULL, ticket_closed_at IS NULL, IFNULL(ticket_resolution_sla_met, '-'), \
         ticket_resolution_sla_alert_stage, ticket_resolution_due_at IS NULL, ticket_sla_id, IFNULL(ticket_feedback, '-'), \
         ticket_closed_by, ABS(TIMESTAMPDIFF(MINUTE, COALESCE(ticket_updated_at, '2000-01-01'), NOW())) < 400",
        "tickets WHERE ticket_id =",
    ),
    (
        "its replies",
        "ticket_reply_type, ticket_reply_by, SUBSTRING_INDEX(ticket_reply, '<!--', 1), \
         IFNULL(ticket_reply_time_worked, '-'), ticket_reply_archived_at IS NULL",
        "ticket_replies WHERE ticket_reply_ticket_id =",
    ),
    (
        "its history",
        "ticket_history_status, ticket_history_description",
        "ticket_history WHERE ticket_history_ticket_id =",
    ),
    (
        "its clock",
        "sla_history_ended_at IS NULL, IFNULL(sla_history_minutes, '-')",
        "sla_history WHERE sla_history_ticket_id =",
    ),
    (
        "the log",
        "log_type, log_action, log_client_id, log_user_id",
        "logs WHERE log_action = 'Edit' AND log_type = 'Ticket' AND log_entity_id =",
    ),
];

pub(super) struct Twins {
    pub(super) world: World,
    portico: Arc<dyn Backend>,
    pub(super) sam: NativeId,
    client: NativeId,
}

fn cx() -> CallCx {
    CallCx::new(Lane::Interactive, Duration::from_secs(60))
}

impl Twins {
    pub(super) async fn start(site: Site) -> Result<Self> {
        let settings = [
            format!(
                "INSERT INTO api_keys (api_key_name, api_key_secret, api_key_decrypt_hash, api_key_expire, \
                 api_key_user_id) SELECT 'portico', '{KEY}', '', '2999-01-01', user_id FROM users WHERE \
                 user_email = '{}'",
                AGENT.0
            ),
            "INSERT INTO slas (sla_name, sla_response_minutes, sla_resolution_minutes) VALUES ('Gold', 60, 2400)".to_owned(),
            "INSERT INTO sla_assignments (sla_assignment_priority, sla_assignment_sla_id) SELECT 'High', MAX(sla_id) FROM slas".to_owned(),
        ];
        for sql in settings {
            site.database.execute_unprepared(&sql).await.context(sql)?;
        }
        let config = ItflowConfig {
            database_url: SecretString::from(site.database_url.as_str()),
            write_url: Some(SecretString::from(site.database_url.as_str())),
            api_url: Some(format!("http://{}", site.address)),
            api_key: Some(SecretString::from(KEY)),
            ..ItflowConfig::default()
        };
        let portico = portico_itflow::build("real", config, Clock::system())?;
        let mut world = World::new(site).await?;
        for step in steps::PEOPLE {
            world.perform(step).await.with_context(|| step.name)?;
        }
        let key = |name| world.keys.get(name).map(|(kind, key)| NativeId::new(*kind, key)).context(name);
        let (sam, client) = (key("sam")?, key("alder")?);
        Ok(Self { world, portico, sam, client: NativeId::new(Kind::Account, client.key) })
    }

    async fn act(&self, actor: Actor, intent: Intent) -> Result<Applied> {
        let command = Command { id: Uuid::new_v4(), actor, intent };
        let kind = command.intent.kind();
        let applied = self.portico.apply(&cx(), &command).await;
        let applied = applied.map_err(|error| anyhow::anyhow!("{kind}: {}", error.log()))?;
        let sought = self.portico.seek(&cx(), &command, Clock::system().now()).await?;
        ensure!(sought == Sought::Found(applied.target.clone()), "{kind} was applied and is {sought:?}");
        Ok(applied)
    }

    async fn sam(&self, intent: Intent) -> Result<Applied> {
        self.act(Actor::Contact(self.sam.clone()), intent).await
    }

    async fn ticket(&self, subject: &str) -> Result<NativeId> {
        let new = OpenTicket {
            account: self.client.clone(),
            contact: Some(self.sam.clone()),
            site: None,
            asset: None,
            subject: subject.to_owned(),
            description: Html("<p>zqsmoke ü🙂</p>".to_owned()),
            priority: Some("High".to_owned()),
            category: None,
            ticket_type: None,
            urgency: None,
            impact: None,
            followers: Vec::new(),
            custom: Vec::new(),
            attachments: Vec::new(),
        };
        Ok(self.sam(Intent::OpenTicket(new)).await?.target)
    }

    pub(super) async fn texts(&self, columns: &str, rest: &str) -> Result<Vec<String>> {
        let sql = format!("SELECT CONCAT_WS('|', {columns}) FROM {rest}");
        let rows = self.world.site.database.query_all_raw(Statement::from_string(DbBackend::MySql, sql.clone())).await;
        let rows = rows.with_context(|| sql)?;
        rows.iter().map(|row| Ok(row.try_get_by_index::<String>(0)?)).collect()
    }

    /// Everything that ITFlow's tables say of the two that is not the same.
    async fn same(&self, one: &NativeId, other: &NativeId, after: &str) -> Result<()> {
        for (what, columns, rest) in COMPARED {
            let mut sides = Vec::new();
            for ticket in [one, other] {
                let mut rows = self.texts(columns, &format!("{rest} {} ORDER BY 1", ticket.key)).await?.join("\n");
                for (word, common) in PLACES {
                    rows = rows.replace(word, common);
                }
                sides.push(rows);
            }
            ensure!(sides.first() == sides.last(), "{what} after {after}: ITFlow and Portico wrote {sides:#?}");
        }
        let due = "ABS(TIMESTAMPDIFF(MINUTE, MIN(ticket_resolution_due_at), MAX(ticket_resolution_due_at)))";
        let apart = self.texts(due, &format!("tickets WHERE ticket_id IN ({}, {})", one.key, other.key)).await?;
        let apart: i64 = apart.first().and_then(|text| text.parse().ok()).unwrap_or(0);
        ensure!(apart <= 2, "due {apart} minutes apart after {after}");
        Ok(())
    }

    async fn in_the_portal(&mut self, act: &Act, ticket: &NativeId) -> Result<()> {
        let visitor = self.world.contact("sam").await?;
        visitor.take_token("/client/ticket_add.php").await?;
        let answer = match act {
            Act::Link(name) => visitor.follow(&format!("{CONTACT_PAGE}?{name}={}", ticket.key)).await?,
            Act::Form(name, value, comment) => {
                let fields = [(*name, *value), ("ticket_id", ticket.key.as_str()), ("comment", *comment)];
                visitor.post(CONTACT_PAGE, &fields).await?
            }
        };
        let to = answer.moved()?;
        ensure!(!to.contains("logout"), "sent on to {to}");
        Ok(())
    }
}

enum Act {
    Link(&'static str),
    Form(&'static str, &'static str, &'static str),
}

const REPLY: &str = "<p>zqagain it smokes</p>";

fn reply(ticket: &NativeId, visibility: Visibility) -> Intent {
    Intent::AddComment(AddComment {
        ticket: ticket.clone(),
        body: Html(REPLY.to_owned()),
        visibility,
        attachments: Vec::new(),
        seconds_worked: None,
    })
}

/// What the contact does, once in each portal.
fn acts(ticket: &NativeId) -> Vec<(&'static str, Act, Intent)> {
    let id = || ticket.clone();
    let comment = || Act::Form("add_ticket_comment", "1", REPLY);
    vec![
        ("a reply", comment(), reply(ticket, Visibility::Public)),
        ("a second reply", comment(), reply(ticket, Visibility::Public)),
        ("resolving", Act::Link("resolve_ticket"), Intent::ResolveTicket(ResolveTicket { ticket: id(), note: None })),
        ("reopening", Act::Link("reopen_ticket"), Intent::ReopenTicket(ReopenTicket { ticket: id(), note: None })),
        ("closing", Act::Link("close_ticket"), Intent::CloseTicket(CloseTicket { ticket: id() })),
        (
            "a rating",
            Act::Form("add_ticket_feedback", "Bad", ""),
            Intent::RateTicket(RateTicket { ticket: id(), positive: false, note: None }),
        ),
    ]
}

#[tokio::test]
async fn portico_writes_what_itflows_own_portal_writes() -> Result<()> {
    let Some(site) = Site::configured().await? else { return Ok(()) };
    let mut twins = Twins::start(site).await?;
    // The account of the test may do more than it needs; nothing else is wrong.
    let health = twins.portico.probe(&cx()).await?;
    let problems: Vec<&String> = health.problems.iter().filter(|problem| !problem.contains("secrets")).collect();
    ensure!(health.state != HealthState::Down && problems.is_empty(), "{problems:?}");

    let (one, other) = (twins.ticket("zqtwin one").await?, twins.ticket("zqtwin other").await?);
    twins.same(&one, &other, "opening").await?;
    for (after, act, intent) in acts(&other) {
        twins.in_the_portal(&act, &one).await.with_context(|| after)?;
        twins.sam(intent).await?;
        twins.same(&one, &other, after).await?;
    }
    let notices =
        twins.texts("notification_type, COUNT(*)", "notifications GROUP BY notification_type, notification_user_id");
    ensure!(notices.await?.iter().any(|row| row == "Feedback|2"), "both ratings are told to the agent");

    // ITFlow's own page shows the words and never the mark.
    let page = twins.world.contact("sam").await?.get(&format!("/client/ticket.php?id={}", other.key)).await?;
    ensure!(page.html.contains("zqagain it smokes") && !page.html.contains("portico:"), "{}", page.html);
    Ok(())
}

#[tokio::test]
async fn what_goes_through_itflows_own_api_is_read_back() -> Result<()> {
    let Some(site) = Site::configured().await? else { return Ok(()) };
    let twins = Twins::start(site).await?;
    let agent = || Actor::Agent(NativeId::new(Kind::Agent, 1));
    let ticket = twins.ticket("zqthrough the API").await?;
    for visibility in [Visibility::Public, Visibility::Hidden] {
        let comment = twins.act(agent(), reply(&ticket, visibility)).await?.target;
        let snapshot = twins.portico.read(&cx(), &ticket).await?.context("the ticket")?;
        let read = snapshot.records.into_iter().find(|record| *record.id() == comment);
        let Some(Record::Comment(read)) = read else { anyhow::bail!("no comment {comment}") };
        ensure!(read.body.0 == REPLY && read.visibility == visibility && read.marker.is_some(), "{read:?}");
    }
    let resolve = || Intent::ResolveTicket(ResolveTicket { ticket: ticket.clone(), note: None });
    // ITFlow resolves a ticket that has a service level, and answers that no row has changed.
    for _ in 0..2 {
        ensure!(twins.act(agent(), resolve()).await?.found, "it stands so, whatever was answered");
    }
    let wish = |contact, name: &str| UpsertContact {
        contact,
        account: twins.client.clone(),
        name: Some(name.to_owned()),
        title: None,
        department: None,
        email: Some("zqnew@alder.example".to_owned()),
        phone: Some("+1 (518) 555-0177 x12".to_owned()),
        mobile: None,
        facts: Some(vec!["billing".to_owned()]),
    };
    let made = twins.act(agent(), Intent::UpsertContact(wish(None, "Zq O'New"))).await?.target;
    let edit = || Intent::UpsertContact(wish(Some(made.clone()), "Zq Newer"));
    ensure!(!twins.act(agent(), edit()).await?.found);
    ensure!(twins.act(agent(), edit()).await?.found, "no row changed: it says so already");
    let columns = "contact_name, contact_phone, contact_extension, contact_billing, contact_technical, contact_primary";
    let rows = twins.texts(columns, &format!("contacts WHERE contact_id = {}", made.key)).await?;
    ensure!(rows == ["Zq Newer|15185550177|12|1|0|0"], "{rows:?}");
    Ok(())
}
