//! The adapter against ITFlow's HTTP API: what it sends, what it checks before, and what it makes of the answers.

use super::fixture::{config, cx};
use super::place::{ARCHIVED, BILLING, FOREIGN, PRIMARY, Place, STANDARD, command, contact, file, with_api};
use super::writes::says;
use crate::backend::Itflow;
use portico_contract::command::{AddComment, OpenTicket, ResolveTicket, UpsertContact};
use portico_contract::{
    Actor, Backend, Command, CommandKind, ErrorKind, HealthState, Html, Intent, Kind, NativeId, Record, Sent, Sought,
    Timestamp, Visibility,
};
use serde_json::{Value, json};

fn agent() -> Actor {
    Actor::Agent(NativeId::new(Kind::Agent, 2))
}

pub(super) fn new() -> OpenTicket {
    OpenTicket {
        account: NativeId::new(Kind::Account, 1),
        contact: Some(NativeId::new(Kind::Contact, STANDARD)),
        site: None,
        asset: None,
        subject: "The printer smokes".into(),
        description: Html("<p>Blue smoke. ü🙂</p>".into()),
        priority: Some("high".into()),
        category: None,
        ticket_type: None,
        urgency: None,
        impact: None,
        followers: Vec::new(),
        custom: Vec::new(),
        attachments: Vec::new(),
    }
}

fn open(new: OpenTicket) -> Command {
    command(contact(STANDARD), Intent::OpenTicket(new))
}

fn since() -> Timestamp {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

/// The last request without its key: method and path, body.
fn sent(place: &Place) -> (String, Value) {
    let last = place.api.as_ref().unwrap().seen().pop().unwrap();
    let mut body = last.body.unwrap_or_default();
    let key = body.as_object_mut().and_then(|body| body.remove("api_key"));
    assert_eq!(key, Some(json!(place.api.as_ref().unwrap().keys().technician)));
    assert!(last.query.is_empty(), "a key in the query would stand in ITFlow's access log");
    (format!("{} {}", last.method, last.path), body)
}

async fn read(place: &Place, id: &NativeId) -> portico_contract::record::Ticket {
    match place.read(id).await.records.into_iter().next() {
        Some(Record::Ticket(ticket)) => *ticket,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_is_opened_once_and_read_back_without_its_marker() {
    let place = with_api(false).await;
    let asset = place.row(&["asset_id"], "assets WHERE asset_client_id = 1 AND asset_archived_at IS NULL").await;
    let asset = NativeId::new(Kind::Asset, asset);
    let command = open(OpenTicket { asset: Some(asset.clone()), ..new() });
    assert_eq!(place.backend.seek(&cx(), &command, since()).await.unwrap(), Sought::Absent);
    let applied = place.apply(&command).await.unwrap();
    let details = format!("<p>Blue smoke. ü🙂</p><!-- portico:{} -->", command.id);
    let asset_number: i64 = asset.key.parse().unwrap();
    let body = json!({
        "client_id": 1, "ticket_subject": "The printer smokes", "ticket_details": details,
        "ticket_priority": "High", "ticket_contact_id": STANDARD, "ticket_asset_id": asset_number,
    });
    assert_eq!(sent(&place), ("POST /api/v1/tickets/create.php".to_owned(), body));
    let ticket = read(&place, &applied.target).await;
    assert_eq!(
        (ticket.description.0.as_str(), ticket.marker),
        ("<p>Blue smoke. ü🙂</p>", Some(command.id.to_string()))
    );
    assert_eq!((ticket.contact, ticket.asset), (Some(NativeId::new(Kind::Contact, STANDARD)), Some(asset)));
    // The API writes in UTC whatever the zone of the pages is.
    assert_eq!(ticket.created_at, Some(place.clock.now()));
    let sought = place.backend.seek(&cx(), &command, since()).await.unwrap();
    assert_eq!(sought, Sought::Found(applied.target));
}

#[tokio::test]
async fn what_the_api_leaves_out_is_set_by_sql() {
    let place = with_api(true).await;
    let site = NativeId::new(Kind::Site, place.row(&["location_id"], "locations WHERE location_client_id = 1").await);
    let command = open(OpenTicket { category: Some("3".into()), site: Some(site.clone()), ..new() });
    let ticket = read(&place, &place.apply(&command).await.unwrap().target).await;
    assert_eq!((ticket.category.unwrap().label, ticket.site), ("Network".to_owned(), Some(site)));
}

#[tokio::test]
async fn nothing_that_does_not_fit_is_sent() {
    let place = with_api(true).await;
    let before = place.count("tickets").await;
    let of = |table: &str, key: &str, rest: &str| format!("{table} WHERE {rest} ORDER BY {key}");
    let asset = place.row(&["asset_id"], &of("assets", "asset_id", "asset_client_id = 2")).await;
    let site = place.row(&["location_id"], &of("locations", "location_id", "location_client_id = 2")).await;
    let id = |kind, key: &str| Some(NativeId::new(kind, key));
    let person = |id: i64| Some(NativeId::new(Kind::Contact, id));
    let invalid = [
        ("somebody else's contact", OpenTicket { contact: person(FOREIGN), ..new() }),
        ("an archived contact", OpenTicket { contact: person(ARCHIVED), ..new() }),
        ("somebody else's asset", OpenTicket { asset: id(Kind::Asset, &asset), ..new() }),
        ("somebody else's site", OpenTicket { site: id(Kind::Site, &site), ..new() }),
        ("a category of income", OpenTicket { category: Some("5".into()), ..new() }),
        ("an archived category", OpenTicket { category: Some("6".into()), ..new() }),
        ("no category", OpenTicket { category: Some("x".into()), ..new() }),
        ("an unknown priority", OpenTicket { priority: Some("Bogus".into()), ..new() }),
        ("no subject", OpenTicket { subject: "  ".into(), ..new() }),
        ("a subject of tags", OpenTicket { subject: "<b></b>".into(), ..new() }),
        ("PHP's empty subject", OpenTicket { subject: "0".into(), ..new() }),
        ("a long subject", OpenTicket { subject: "x".repeat(501), ..new() }),
        ("an archived customer", OpenTicket { account: NativeId::new(Kind::Account, 5), contact: None, ..new() }),
        ("no such customer", OpenTicket { account: NativeId::new(Kind::Account, 999), contact: None, ..new() }),
    ];
    for (why, new) in invalid {
        let error = place.refused(contact(STANDARD), Intent::OpenTicket(new)).await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{why}: {}", error.log());
        assert!(error.public.len() > 10, "{why}");
    }
    let unsupported = [
        OpenTicket { urgency: Some("1".into()), ..new() },
        OpenTicket { followers: vec![NativeId::new(Kind::Contact, BILLING)], ..new() },
        OpenTicket { custom: vec![("a".into(), json!(1))], ..new() },
    ];
    for new in unsupported {
        assert_eq!(place.refused(contact(STANDARD), Intent::OpenTicket(new)).await.kind, ErrorKind::Unsupported);
    }
    assert!(place.api.as_ref().unwrap().seen().is_empty());
    assert_eq!(place.count("tickets").await, before);
    place.apply(&open(OpenTicket { subject: "x".repeat(500), ..new() })).await.unwrap();
    // Without the second account a category would be lost without a word.
    let place = with_api(false).await;
    let error =
        place.refused(contact(STANDARD), Intent::OpenTicket(OpenTicket { category: Some("3".into()), ..new() }));
    assert_eq!(error.await.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn an_agents_comment_is_public_or_a_note_and_made_once() {
    let place = with_api(true).await;
    let ticket = place.ticket().await;
    for (visibility, kind) in [(Visibility::Public, "Public"), (Visibility::Hidden, "Internal")] {
        let comment = AddComment {
            ticket: ticket.clone(),
            body: Html("<p>Done.</p>".into()),
            visibility,
            attachments: Vec::new(),
            seconds_worked: Some(3_725),
        };
        let command = command(agent(), Intent::AddComment(comment));
        let applied = place.apply(&command).await.unwrap();
        let number: i64 = ticket.key.parse().unwrap();
        let body = json!({
            "client_id": 1, "ticket_id": number, "ticket_reply": format!("<p>Done.</p><!-- portico:{} -->", command.id),
            "ticket_reply_type": kind, "ticket_reply_time_worked": "01:02:05",
        });
        assert_eq!(sent(&place), ("POST /api/v1/ticket_replies/create.php".to_owned(), body));
        let read = place.comment(&ticket, &applied.target).await;
        assert_eq!((read.body.0.as_str(), read.visibility), ("<p>Done.</p>", visibility));
        assert_eq!(read.marker, Some(command.id.to_string()));
        assert!(place.apply(&command).await.unwrap().found);
        let marked = format!("ticket_replies WHERE ticket_reply LIKE '%{}%'", command.id);
        assert_eq!(place.count(&marked).await, "1");
        let sought = place.backend.seek(&cx(), &command, since()).await.unwrap();
        assert_eq!(sought, Sought::Found(applied.target));
    }
    let long = AddComment {
        ticket: ticket.clone(),
        body: Html("x".into()),
        visibility: Visibility::Hidden,
        attachments: Vec::new(),
        seconds_worked: Some(-1),
    };
    assert_eq!(place.refused(agent(), Intent::AddComment(long)).await.kind, ErrorKind::Invalid);
    place.set(&format!("UPDATE tickets SET ticket_status = 5 WHERE ticket_id = {}", ticket.key)).await;
    assert_eq!(place.refused(agent(), says(&ticket, "late")).await.kind, ErrorKind::Conflict);
    // A customer's own words never go out under an agent's name.
    let place = with_api(false).await;
    let ticket = place.ticket().await;
    assert_eq!(place.refused(contact(STANDARD), says(&ticket, "x")).await.kind, ErrorKind::Unsupported);
}

fn resolve(ticket: &NativeId, note: Option<&str>) -> Intent {
    let note = note.map(|note| Html(note.to_owned()));
    Intent::ResolveTicket(ResolveTicket { ticket: ticket.clone(), note })
}

#[tokio::test]
async fn resolving_is_one_call_and_resolving_again_none() {
    let place = with_api(false).await;
    let status = async |ticket: &NativeId| {
        place.row(&["ticket_status"], &format!("tickets WHERE ticket_id = {}", ticket.key)).await
    };
    let ticket = place.ticket().await;
    let command_ = command(agent(), resolve(&ticket, None));
    assert!(!place.apply(&command_).await.unwrap().found);
    let number: i64 = ticket.key.parse().unwrap();
    let body = json!({ "client_id": 1, "ticket_id": number });
    assert_eq!(sent(&place), ("POST /api/v1/tickets/resolve.php".to_owned(), body));
    assert!(place.apply(&command_).await.unwrap().found);
    assert_eq!((status(&ticket).await.as_str(), place.api.as_ref().unwrap().seen().len()), ("4", 1));

    // With words, and where an old stamp would make ITFlow refuse: a reply that carries the status.
    for (note, stamp, kind) in [(Some("<p>Fixed.</p>"), "NULL", "Public"), (None, "'2026-11-01 00:00:00'", "Internal")]
    {
        let ticket = place.ticket().await;
        place.set(&format!("UPDATE tickets SET ticket_resolved_at = {stamp} WHERE ticket_id = {}", ticket.key)).await;
        place.apply(&command(agent(), resolve(&ticket, note))).await.unwrap();
        let (path, body) = sent(&place);
        assert_eq!((path.as_str(), &body["ticket_status"]), ("POST /api/v1/ticket_replies/create.php", &json!(4)));
        assert_eq!((body["ticket_reply_type"].as_str(), status(&ticket).await.as_str()), (Some(kind), "4"));
    }
    // With a service level ITFlow resolves it and answers that no row has changed.
    let level = place.ticket().await;
    place
        .set(&format!("UPDATE tickets SET ticket_resolution_due_at = '2026-12-01' WHERE ticket_id = {}", level.key))
        .await;
    assert_eq!(place.apply(&command(agent(), resolve(&level, None))).await.unwrap().target, level);
    assert_eq!(status(&level).await, "4");
    let closed = place.ticket().await;
    place.set(&format!("UPDATE tickets SET ticket_status = 5 WHERE ticket_id = {}", closed.key)).await;
    assert_eq!(place.refused(agent(), resolve(&closed, None)).await.kind, ErrorKind::Conflict);
    assert_eq!(status(&closed).await, "5");
}

fn wish(id: Option<i64>) -> UpsertContact {
    UpsertContact {
        contact: id.map(|id| NativeId::new(Kind::Contact, id)),
        account: NativeId::new(Kind::Account, 1),
        name: Some("Nora O'New".into()),
        title: None,
        department: None,
        email: Some("nora@harbour.example.com".into()),
        phone: None,
        mobile: None,
        facts: None,
    }
}

#[tokio::test]
async fn a_contact_is_made_and_changed_and_an_unset_flag_does_no_harm() {
    let place = with_api(false).await;
    let add = command(
        agent(),
        Intent::UpsertContact(UpsertContact { phone: Some("+1 (518) 555-0177 x12".into()), ..wish(None) }),
    );
    let target = place.apply(&add).await.unwrap().target;
    let body = json!({
        "client_id": 1, "contact_name": "Nora O'New", "contact_email": "nora@harbour.example.com",
        "contact_phone": "15185550177", "contact_extension": "12", "contact_billing": 0, "contact_technical": 0,
    });
    assert_eq!(sent(&place), ("POST /api/v1/contacts/create.php".to_owned(), body));
    assert_eq!(place.backend.seek(&cx(), &add, since()).await.unwrap(), Sought::Found(target.clone()));

    // A flag that is NULL makes ITFlow's own update fail unless it is sent.
    let id: i64 = target.key.parse().unwrap();
    place.set(&format!("UPDATE contacts SET contact_billing = NULL WHERE contact_id = {id}")).await;
    let edit = UpsertContact {
        name: Some("Nora Newer".into()),
        email: None,
        facts: Some(vec!["technical".into()]),
        ..wish(Some(id))
    };
    let edit = command(agent(), Intent::UpsertContact(edit));
    assert!(!place.apply(&edit).await.unwrap().found);
    let (path, body) = sent(&place);
    assert_eq!(path, "POST /api/v1/contacts/update.php");
    assert!(body.get("contact_primary").is_none() && body["contact_id"] == id, "{body}");
    let of = format!("contacts WHERE contact_id = {id}");
    assert_eq!(
        place.row(&["contact_name", "contact_technical", "contact_phone"], &of).await,
        "Nora Newer|1|15185550177"
    );
    // "No row changed": it says so already.
    assert!(place.apply(&edit).await.unwrap().found);
    let taken = place.refused(agent(), Intent::UpsertContact(wish(None))).await;
    assert_eq!(taken.kind, ErrorKind::Invalid);
    let theirs = place.refused(agent(), Intent::UpsertContact(wish(Some(FOREIGN)))).await;
    assert_eq!(theirs.kind, ErrorKind::NotFound);
    let primary = UpsertContact { facts: Some(vec!["primary".into()]), ..wish(None) };
    assert_eq!(place.refused(agent(), Intent::UpsertContact(primary)).await.kind, ErrorKind::Invalid);
    assert_eq!(
        place.row(&["contact_id"], "contacts WHERE contact_client_id = 1 AND contact_primary = 1").await,
        PRIMARY.to_string()
    );
}

#[tokio::test]
async fn an_answer_that_is_lost_may_have_happened_and_is_found() {
    let place = with_api(true).await;
    let api = place.api.as_ref().unwrap();
    let ticket = place.ticket().await;
    let note = Intent::AddComment(AddComment {
        ticket: ticket.clone(),
        body: Html("<p>x</p>".into()),
        visibility: Visibility::Hidden,
        attachments: Vec::new(),
        seconds_worked: None,
    });
    for command in [open(new()), command(agent(), note), command(agent(), Intent::UpsertContact(wish(None)))] {
        api.lose_answers(1);
        let before = api.seen().len();
        let error = place.apply(&command).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (ErrorKind::Unavailable, Sent::Maybe), "{}", error.log());
        assert_eq!(api.seen().len(), before + 1, "a write that may have happened is never sent twice");
        let sought = place.backend.seek(&cx(), &command, since()).await.unwrap();
        assert!(matches!(sought, Sought::Found(_)), "{sought:?}");
    }
}

#[tokio::test]
async fn who_refuses_and_who_must_act_is_told() {
    let place = with_api(false).await;
    let keys = place.api.as_ref().unwrap().keys();
    let with_key = |key: &str| {
        let mut settings = place.settings();
        settings.api_key = Some(key.into());
        Itflow::new("box", settings, place.clock.clone()).unwrap()
    };
    let theirs = OpenTicket { account: NativeId::new(Kind::Account, 2), contact: None, ..new() };
    for (key, new, kind, part) in [
        ("wrong", new(), ErrorKind::Credentials, "`api_key`"),
        (keys.expired, new(), ErrorKind::Credentials, "`api_key`"),
        (keys.archived_user, new(), ErrorKind::Credentials, "active agent"),
        (keys.accountant, new(), ErrorKind::Credentials, "role"),
        (keys.restricted, theirs, ErrorKind::Forbidden, "customer"),
    ] {
        let backend = with_key(key);
        let error = backend.apply(&cx(), &open(new)).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (kind, Sent::No), "{key}: {}", error.log());
        assert!(error.public.contains(part), "{}", error.public);
        let said = format!("{} {error:?} {backend:?}", error.log());
        assert!(!said.contains(keys.expired) && !said.contains(keys.restricted), "{said}");
    }
    let before = place.count("tickets").await;
    place.api.as_ref().unwrap().revoke(keys.technician);
    assert_eq!(place.apply(&open(new())).await.unwrap_err().kind, ErrorKind::Credentials);
    assert_eq!(place.count("tickets").await, before);
}

#[tokio::test]
async fn a_probe_says_what_is_wrong_with_the_key_or_the_place() {
    let place = with_api(true).await;
    let health = place.backend.probe(&cx()).await.unwrap();
    assert_eq!((health.state, health.problems), (HealthState::Ok, Vec::new()));
    let keys = place.api.as_ref().unwrap().keys();
    let problem = async |key: &str, url: &str| {
        let mut settings = place.settings();
        (settings.api_key, settings.api_url) = (Some(key.into()), Some(url.to_owned()));
        let backend = Itflow::new("box", settings, place.clock.clone()).unwrap();
        let health = backend.probe(&cx()).await.unwrap();
        assert_eq!((health.state, health.problems.len()), (HealthState::Degraded, 1), "{:?}", health.problems);
        health.problems[0].clone()
    };
    let url = place.api.as_ref().unwrap().url().to_owned();
    assert!(problem("wrong", &url).await.contains("`api_key`"));
    assert!(problem(keys.technician, &format!("{url}/elsewhere")).await.contains("`api_url`"));
    let other = file().await;
    other.set("UPDATE tickets SET ticket_subject = 'Quite another'").await;
    let api = other.sandbox.api(std::sync::Arc::new(chrono::NaiveDateTime::default)).await.unwrap();
    assert!(problem(keys.technician, api.url()).await.contains("two different"));
}

#[test]
fn the_commands_are_those_that_the_configuration_allows() {
    let commands = |adjust: fn(&mut crate::ItflowConfig)| {
        let mut settings = config("mysql://a:b@h/itflow");
        adjust(&mut settings);
        crate::write::commands(&settings).collect::<std::collections::BTreeSet<CommandKind>>().len()
    };
    let api = |settings: &mut crate::ItflowConfig| {
        (settings.api_url, settings.api_key) = (Some("https://itflow.example.com".into()), Some("k".into()));
    };
    assert_eq!((commands(|_| {}), commands(api)), (0, 4));
    assert_eq!(commands(|settings| settings.write_url = Some("mysql://a:b@h/itflow".into())), 8);
    let both = |settings: &mut crate::ItflowConfig| {
        (settings.api_url, settings.api_key) = (Some("https://itflow.example.com".into()), Some("k".into()));
        settings.write_url = Some("mysql://a:b@h/itflow".into());
    };
    assert_eq!(commands(both), 9);
}
