//! Requests and answers as ITFlow 26.08 was seen to take and give them: the adapter sends requests of just this shape,
//! and understands these answers.

use super::fixture::cx;
use super::place::{STANDARD, command, contact, with_api};
use crate::api::Api;
use portico_contract::command::{AddComment, OpenTicket, ResolveTicket, UpsertContact};
use portico_contract::{Actor, Backend, Command, ErrorKind, Html, Intent, Kind, NativeId, Sent, Visibility};
use portico_transport::{Fixture, Replayer};
use std::sync::Arc;

const SEEN: &str = include_str!("../../fixtures/api.json");

fn fixtures() -> Vec<Fixture> {
    serde_json::from_str(SEEN).unwrap()
}

fn intents(ticket: &NativeId) -> Vec<Intent> {
    let comment = |visibility, seconds_worked| AddComment {
        ticket: ticket.clone(),
        body: Html("<p>Answer</p>".into()),
        visibility,
        attachments: Vec::new(),
        seconds_worked,
    };
    let contact = UpsertContact {
        contact: None,
        account: NativeId::new(Kind::Account, 1),
        name: Some("New Person".into()),
        title: None,
        department: None,
        email: Some("new@harbour.example.com".into()),
        phone: None,
        mobile: None,
        facts: Some(vec!["billing".into()]),
    };
    let edit = UpsertContact {
        contact: Some(NativeId::new(Kind::Contact, STANDARD)),
        name: None,
        email: None,
        title: Some("Boss".into()),
        facts: Some(vec!["technical".into()]),
        ..contact.clone()
    };
    vec![
        Intent::OpenTicket(OpenTicket {
            account: NativeId::new(Kind::Account, 1),
            contact: Some(NativeId::new(Kind::Contact, STANDARD)),
            site: None,
            asset: None,
            subject: "New".into(),
            description: Html("<p>Text</p>".into()),
            priority: Some("High".into()),
            category: None,
            ticket_type: None,
            urgency: None,
            impact: None,
            followers: Vec::new(),
            custom: Vec::new(),
            attachments: Vec::new(),
        }),
        Intent::AddComment(comment(Visibility::Public, Some(600))),
        Intent::AddComment(comment(Visibility::Hidden, None)),
        Intent::ResolveTicket(ResolveTicket { ticket: ticket.clone(), note: None }),
        Intent::UpsertContact(contact),
        Intent::UpsertContact(edit),
    ]
}

fn acting(intent: Intent) -> Command {
    let opens = matches!(intent, Intent::OpenTicket(_));
    let agent = Actor::Agent(NativeId::new(Kind::Agent, 2));
    command(if opens { contact(STANDARD) } else { agent }, intent)
}

#[tokio::test]
async fn what_is_sent_has_the_shape_of_what_itflow_was_seen_to_take() {
    let mut place = with_api(false).await;
    let ticket = place.ticket().await;
    let wire = Arc::new(Replayer::new(fixtures()));
    let over = Api::over(Arc::clone(&wire) as _, &place.settings(), place.clock.clone());
    place.backend.api = over.unwrap();
    for intent in intents(&ticket) {
        let command = acting(intent);
        let kind = command.intent.kind();
        let applied = place.apply(&command).await.unwrap_or_else(|error| panic!("{kind}: {}", error.log()));
        assert!(!applied.found, "{kind}");
    }
    assert_eq!(wire.left(), [] as [String; 0]);
}

/// An answer that cannot be understood is never taken for success, nor sent again.
#[tokio::test]
async fn an_answer_that_is_none_leaves_it_open_whether_it_happened() {
    let mut place = with_api(false).await;
    let ticket = place.ticket().await;
    for (status, text) in [(200, ""), (200, "<html>Please sign in</html>"), (200, "{}"), (500, ""), (502, "<html>")] {
        for (at, intent) in intents(&ticket).into_iter().enumerate() {
            let mut fixture = fixtures().remove(at);
            (fixture.answer.status, fixture.answer.json, fixture.answer.text) = (status, None, Some(text.to_owned()));
            let wire = Arc::new(Replayer::new(vec![fixture]));
            place.backend.api = Api::over(wire, &place.settings(), place.clock.clone()).unwrap();
            let error = place.backend.apply(&cx(), &acting(intent)).await.unwrap_err();
            assert_eq!(error.sent, Sent::Maybe, "{status} {text:?}: {}", error.log());
            assert!(matches!(error.kind, ErrorKind::Contract | ErrorKind::Unavailable));
        }
    }
}

/// What ITFlow refuses with status 200 did not happen, and the text says what to do.
#[tokio::test]
async fn a_refusal_with_status_200_is_no() {
    let mut place = with_api(false).await;
    let ticket = place.ticket().await;
    for (at, intent) in intents(&ticket).into_iter().enumerate() {
        let mut fixture = fixtures().remove(at);
        fixture.answer.json = Some(serde_json::json!({ "success": "False", "message": "Auth success but …" }));
        let wire = Arc::new(Replayer::new(vec![fixture]));
        place.backend.api = Api::over(wire, &place.settings(), place.clock.clone()).unwrap();
        let error = place.backend.apply(&cx(), &acting(intent)).await.unwrap_err();
        assert_eq!(error.sent, Sent::Yes, "{}", error.log());
        assert!(matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict), "{}", error.log());
        assert!(error.public.starts_with("ITFlow did not"), "{}", error.public);
    }
}
