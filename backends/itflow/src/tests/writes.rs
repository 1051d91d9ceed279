//! What goes into ITFlow's tables, and what does not. Every rule holds in a file and on a MariaDB with narrow grants.

use super::fixture::{config, cx};
use super::place::{ARCHIVED, FOREIGN, PRIMARY, Place, STANDARD, command, contact, file, places, server};
use crate::backend::Itflow;
use portico_contract::command::{AddComment, CloseTicket, RateTicket, ReopenTicket, ResolveTicket};
use portico_contract::{
    Actor, Backend, CommandKind, ErrorKind, HealthState, Html, Intent, Kind, NativeId, Sent, Sought, Timestamp,
    Visibility,
};
use sea_orm::{ConnectionTrait, Database};

pub(super) fn says(ticket: &NativeId, body: &str) -> Intent {
    Intent::AddComment(AddComment {
        ticket: ticket.clone(),
        body: Html(body.to_owned()),
        visibility: Visibility::Public,
        attachments: Vec::new(),
        seconds_worked: None,
    })
}

pub(super) fn resolve(ticket: &NativeId, note: Option<&str>) -> Intent {
    let note = note.map(|note| Html(note.to_owned()));
    Intent::ResolveTicket(ResolveTicket { ticket: ticket.clone(), note })
}

pub(super) fn reopen(ticket: &NativeId) -> Intent {
    Intent::ReopenTicket(ReopenTicket { ticket: ticket.clone(), note: None })
}

pub(super) fn close(ticket: &NativeId) -> Intent {
    Intent::CloseTicket(CloseTicket { ticket: ticket.clone() })
}

pub(super) fn rate(ticket: &NativeId, positive: bool) -> Intent {
    Intent::RateTicket(RateTicket { ticket: ticket.clone(), positive, note: None })
}

/// Status and stamps of a ticket.
async fn standing(place: &Place, ticket: &NativeId) -> String {
    let columns = ["ticket_status", "ticket_resolved_at", "ticket_closed_at", "ticket_updated_at"];
    place.row(&columns, &format!("tickets WHERE ticket_id = {}", ticket.key)).await
}

async fn last_reply(place: &Place, ticket: &NativeId) -> String {
    let of = format!("ticket_replies WHERE ticket_reply_ticket_id = {} ORDER BY ticket_reply_id DESC", ticket.key);
    place.row(&["ticket_reply_type", "ticket_reply_by", "ticket_reply"], &of).await
}

async fn last_history(place: &Place, ticket: &NativeId) -> String {
    let of = format!("ticket_history WHERE ticket_history_ticket_id = {} ORDER BY ticket_history_id DESC", ticket.key);
    place.row(&["ticket_history_status", "ticket_history_description", "ticket_history_created_at"], &of).await
}

/// 15:00 UTC in Berlin.
const NOW: &str = "2026-11-22 16:00:00";

fn since() -> Timestamp {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn a_customers_reply_opens_the_ticket_once() {
    for place in places().await {
        let ticket = place.ticket().await;
        place.apply(&command(contact(STANDARD), resolve(&ticket, None))).await.unwrap();
        let command = command(contact(STANDARD), says(&ticket, "<p>It smokes again. ü🙂</p>"));
        assert_eq!(place.backend.seek(&cx(), &command, since()).await.unwrap(), Sought::Absent);
        let applied = place.apply(&command).await.unwrap();
        assert!(!applied.found);
        let text = format!("Client|4|<p>It smokes again. ü🙂</p><!-- portico:{} -->", command.id);
        assert_eq!(last_reply(&place, &ticket).await, text, "{}", place.name);
        assert_eq!(standing(&place, &ticket).await, format!("2|||{NOW}"), "{}", place.name);
        let said = format!("Open|Sam Whitlock replied from the customer portal, reopening the ticket|{NOW}");
        assert_eq!(last_history(&place, &ticket).await, said);
        let comment = place.comment(&ticket, &applied.target).await;
        assert_eq!(comment.body.0, "<p>It smokes again. ü🙂</p>");
        assert_eq!((comment.marker, comment.visibility), (Some(command.id.to_string()), Visibility::Public));
        assert_eq!(comment.author.contact, Some(NativeId::new(Kind::Contact, STANDARD)));
        assert_eq!(comment.created_at, Some(place.clock.now()));
        let mails = place.rows(&["email_recipient", "email_subject"], "email_queue").await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].starts_with("kit.marsh@northlight.example.com|Ticket updated - [TCK-"), "{mails:?}");

        // Sent again, it is found and nothing else happens.
        let again = place.apply(&command).await.unwrap();
        assert_eq!((again.target.clone(), again.found), (applied.target.clone(), true));
        let marked = format!("ticket_replies WHERE ticket_reply LIKE '%{}%'", command.id);
        assert_eq!((place.count(&marked).await, place.count("email_queue").await), ("1".into(), "1".into()));
        let sought = place.backend.seek(&cx(), &command, since()).await.unwrap();
        assert_eq!(sought, Sought::Found(applied.target));
    }
}

#[tokio::test]
async fn each_turn_writes_what_itflows_page_writes_and_happens_once() {
    for place in places().await {
        let ticket = place.ticket().await;
        let steps = [
            (resolve(&ticket, None), format!("4|{NOW}||{NOW}"), "Resolved", "resolved"),
            (reopen(&ticket), format!("2|||{NOW}"), "Open", "reopened"),
            (close(&ticket), format!("5||{NOW}|{NOW}"), "Closed", "closed"),
        ];
        for (intent, stands, status, done) in steps {
            let command = command(contact(STANDARD), intent);
            assert_eq!(place.backend.seek(&cx(), &command, since()).await.unwrap(), Sought::Absent, "{done}");
            let applied = place.apply(&command).await.unwrap();
            assert_eq!((applied.target, applied.found), (ticket.clone(), false));
            assert_eq!(standing(&place, &ticket).await, stands, "{} {done}", place.name);
            let replied = format!("Client|4|Ticket {done} by Sam Whitlock.");
            assert_eq!(last_reply(&place, &ticket).await, replied);
            let said = format!("{status}|Sam Whitlock {done} the ticket from the customer portal|{NOW}");
            assert_eq!(last_history(&place, &ticket).await, said);
            let logged =
                place.row(&["log_type", "log_action", "log_client_id", "log_created_at"], "logs ORDER BY log_id DESC");
            assert_eq!(logged.await, format!("Ticket|Edit|1|{NOW}"));
            assert!(place.apply(&command).await.unwrap().found, "{done}");
            let sought = place.backend.seek(&cx(), &command, since()).await.unwrap();
            assert_eq!(sought, Sought::Found(ticket.clone()), "{done}");
        }
        let of = format!("ticket_replies WHERE ticket_reply_ticket_id = {}", ticket.key);
        assert_eq!(place.count(&of).await, "4", "{}", place.name);
    }
}

#[tokio::test]
async fn words_with_a_turn_are_a_reply_of_their_own() {
    for place in places().await {
        let ticket = place.ticket().await;
        let command = command(contact(STANDARD), resolve(&ticket, Some("<p>Thank you!</p>")));
        place.apply(&command).await.unwrap();
        assert!(place.apply(&command).await.unwrap().found);
        let marked =
            format!("ticket_replies WHERE ticket_reply LIKE '<p>Thank you!</p><!-- portico:{} -->'", command.id);
        assert_eq!(place.count(&marked).await, "1", "{}", place.name);
    }
}

#[tokio::test]
async fn an_agent_closes_under_his_own_name() {
    for place in places().await {
        let ticket = place.ticket().await;
        let agent = Actor::Agent(NativeId::new(Kind::Agent, 2));
        place.apply(&command(agent, close(&ticket))).await.unwrap();
        let closed = place.row(&["ticket_closed_by"], &format!("tickets WHERE ticket_id = {}", ticket.key)).await;
        assert_eq!(
            (closed, last_reply(&place, &ticket).await),
            ("2".into(), "Internal|2|Ticket closed by Kit Marsh.".into())
        );
        assert_eq!(last_history(&place, &ticket).await, format!("Closed|Kit Marsh closed the ticket|{NOW}"));
        let contact_as_agent = Actor::Agent(NativeId::new(Kind::Agent, 101));
        assert_eq!(place.refused(contact_as_agent, close(&ticket)).await.kind, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_closed_ticket_takes_a_rating_and_nothing_else() {
    for place in places().await {
        let ticket = place.ticket().await;
        assert_eq!(place.refused(contact(STANDARD), rate(&ticket, true)).await.kind, ErrorKind::Conflict);
        place.apply(&command(contact(STANDARD), close(&ticket))).await.unwrap();
        let before = (standing(&place, &ticket).await, place.count("ticket_replies").await);
        for intent in [says(&ticket, "x"), resolve(&ticket, Some("x")), reopen(&ticket)] {
            let error = place.refused(contact(STANDARD), intent).await;
            assert_eq!(error.kind, ErrorKind::Conflict, "{}", error.log());
        }
        assert_eq!((standing(&place, &ticket).await, place.count("ticket_replies").await), before, "{}", place.name);

        let bad = command(contact(STANDARD), rate(&ticket, false));
        assert!(!place.apply(&bad).await.unwrap().found);
        assert!(place.apply(&bad).await.unwrap().found);
        let feedback = format!("tickets WHERE ticket_id = {}", ticket.key);
        assert_eq!(place.row(&["ticket_feedback"], &feedback).await, "Bad");
        // Every agent who is there hears of it; one has left.
        assert_eq!(place.count("notifications WHERE notification_type = 'Feedback'").await, "4");
        place.apply(&command(contact(STANDARD), rate(&ticket, true))).await.unwrap();
        assert_eq!(place.row(&["ticket_feedback"], &feedback).await, "Good");
        assert_eq!(place.count("notifications").await, "4");
    }
}

#[tokio::test]
async fn nobody_acts_on_the_ticket_of_another_customer() {
    for place in places().await {
        let ticket = place.ticket().await;
        let before = standing(&place, &ticket).await;
        for who in [FOREIGN, ARCHIVED] {
            for intent in [says(&ticket, "x"), resolve(&ticket, None), close(&ticket)] {
                assert_eq!(place.refused(contact(who), intent).await.kind, ErrorKind::Forbidden, "{who}");
            }
        }
        let nobody = place.refused(contact(99_999), close(&ticket)).await;
        assert_eq!(nobody.kind, ErrorKind::NotFound);
        let orphan = place.row(&["ticket_id"], "tickets WHERE ticket_client_id = 0").await;
        let archived = place.ticket().await;
        place
            .set(&format!("UPDATE tickets SET ticket_archived_at = '2026-01-01' WHERE ticket_id = {}", archived.key))
            .await;
        for gone in [orphan.as_str(), archived.key.as_str(), "99999", "x", "-1"] {
            let error = place.refused(contact(STANDARD), close(&NativeId::new(Kind::Ticket, gone))).await;
            assert_eq!(error.kind, ErrorKind::NotFound, "{gone}");
        }
        assert_eq!(standing(&place, &ticket).await, before);
        assert_eq!(place.count("ticket_replies WHERE ticket_reply = 'x'").await, "0");
    }
}

#[tokio::test]
async fn what_itflow_cannot_keep_is_refused_before_anything_is_written() {
    let place = file().await;
    let ticket = place.ticket().await;
    let hidden = Intent::AddComment(AddComment {
        ticket: ticket.clone(),
        body: Html("x".into()),
        visibility: Visibility::Hidden,
        attachments: Vec::new(),
        seconds_worked: None,
    });
    assert_eq!(place.refused(contact(STANDARD), hidden).await.kind, ErrorKind::Invalid);
    assert_eq!(place.refused(contact(STANDARD), says(&ticket, " ")).await.kind, ErrorKind::Invalid);
    let noted = Intent::RateTicket(RateTicket { ticket: ticket.clone(), positive: true, note: Some("Nice".into()) });
    assert_eq!(place.refused(contact(STANDARD), noted).await.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_write_that_fails_midway_leaves_nothing() {
    for place in places().await {
        let ticket = place.ticket().await;
        let before = standing(&place, &ticket).await;
        // The last of many statements.
        place.set("ALTER TABLE email_queue RENAME TO elsewhere").await;
        let error = place.refused(contact(STANDARD), says(&ticket, "<p>lost</p>")).await;
        assert!(matches!(error.kind, ErrorKind::Contract | ErrorKind::Credentials), "{}", error.log());
        assert_eq!((standing(&place, &ticket).await, error.sent), (before, Sent::No));
        assert_eq!(place.count("ticket_replies WHERE ticket_reply LIKE '%lost%'").await, "0");
    }
}

#[tokio::test]
async fn without_the_second_account_nothing_is_offered_and_nothing_done() {
    let place = file().await;
    let ticket = place.ticket().await;
    let reader = Itflow::new("box", config(place.sandbox.url()), place.clock.clone()).unwrap();
    assert!(reader.capabilities().commands.is_empty());
    let error = reader.apply(&cx(), &command(contact(PRIMARY), close(&ticket))).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (ErrorKind::Unsupported, Sent::No));
    assert!(place.backend.capabilities().commands.contains(&CommandKind::CloseTicket));
}

/// The clock of the solution: 2,400 minutes, in Berlin's office hours.
#[tokio::test]
async fn the_clock_of_the_service_level_stops_and_goes_on() {
    for place in places().await {
        let ticket = place.ticket().await;
        let id = &ticket.key;
        // Friday the 20th, 15:00; two business hours are gone on Sunday.
        place
            .set(&format!(
                "UPDATE tickets SET ticket_sla_id = 1, ticket_created_at = '2026-11-20 15:00:00', \
                 ticket_resolution_due_at = '2026-11-27 15:00:00' WHERE ticket_id = {id}"
            ))
            .await;
        place
            .set(&format!(
                "INSERT INTO sla_history (sla_history_started_at, sla_history_ticket_id) VALUES ('2026-11-20 15:00:00', {id})"
            ))
            .await;
        let verdict = async || {
            let columns = ["ticket_resolution_sla_met", "ticket_resolution_due_at"];
            place.row(&columns, &format!("tickets WHERE ticket_id = {id}")).await
        };
        let stretches = async || {
            let columns = ["sla_history_started_at", "sla_history_ended_at", "sla_history_minutes"];
            place
                .rows(&columns, &format!("sla_history WHERE sla_history_ticket_id = {id} ORDER BY sla_history_id"))
                .await
        };
        place.apply(&command(contact(STANDARD), resolve(&ticket, None))).await.unwrap();
        assert_eq!(verdict().await, "1|2026-11-27 15:00:00", "{}", place.name);
        assert_eq!(stretches().await, [format!("2026-11-20 15:00:00|{NOW}|120")]);

        // A day later it is open again, with what was left: 2,280 minutes from Monday 16:00 on.
        place.clock.advance(std::time::Duration::from_secs(86_400));
        place.apply(&command(contact(STANDARD), reopen(&ticket))).await.unwrap();
        assert_eq!(verdict().await, "|2026-11-30 14:00:00", "{}", place.name);
        assert_eq!(stretches().await[1], "2026-11-23 16:00:00||");

        // A miss that has used up its time stays one.
        place
            .set(&format!("UPDATE tickets SET ticket_resolution_due_at = '2026-11-23 09:00:00' WHERE ticket_id = {id}"))
            .await;
        place.apply(&command(contact(STANDARD), resolve(&ticket, None))).await.unwrap();
        place
            .set(&format!("UPDATE sla_history SET sla_history_minutes = 9999 WHERE sla_history_ticket_id = {id}"))
            .await;
        place.apply(&command(contact(STANDARD), says(&ticket, "again"))).await.unwrap();
        assert!(verdict().await.starts_with("0|"), "{}", verdict().await);
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_named_with_its_table() {
    let Some(place) = server().await else { return };
    let (account, database) = place.account();
    for (table, right) in [
        ("tickets", "UPDATE (ticket_feedback)"),
        ("ticket_replies", "INSERT (ticket_reply)"),
        ("email_queue", "INSERT (email_subject)"),
        ("contacts", "SELECT (contact_user_id)"),
        ("settings", "SELECT (config_business_days)"),
    ] {
        place.set(&format!("REVOKE {right} ON {database}.{table} FROM '{account}'@'%'")).await;
        let health = place.backend.probe(&cx()).await.unwrap();
        assert_eq!((health.state, health.problems.len()), (HealthState::Degraded, 1), "{:?}", health.problems);
        let problem = &health.problems[0];
        assert!(problem.contains(table) && problem.contains("grants for writing"), "{problem}");
        assert!(!problem.contains(account), "{problem}");
        place.set(&format!("GRANT {right} ON {database}.{table} TO '{account}'@'%'")).await;
    }
}

#[tokio::test]
async fn the_account_that_writes_can_do_nothing_else() {
    let Some(place) = server().await else { return };
    let writer = Database::connect(&place.write_url).await.unwrap();
    for forbidden in [
        "UPDATE users SET user_email = 'x' WHERE user_id = 101",
        "SELECT user_password FROM users LIMIT 1",
        "UPDATE contacts SET contact_primary = 1 WHERE contact_id = 4",
        "UPDATE contacts SET contact_client_id = 2 WHERE contact_id = 4",
        "UPDATE tickets SET ticket_client_id = 2 WHERE ticket_id = 1",
        "UPDATE tickets SET ticket_details = 'x' WHERE ticket_id = 1",
        "UPDATE ticket_replies SET ticket_reply = 'x' WHERE ticket_reply_id = 1",
        "DELETE FROM ticket_replies WHERE ticket_reply_id = 1",
        "DELETE FROM logs",
        "UPDATE invoices SET invoice_status = 'Paid'",
        "SELECT config_smtp_password FROM settings",
        "SELECT approval_url_key FROM task_approvals LIMIT 1",
        "INSERT INTO users (user_name, user_email, user_password) VALUES ('x', 'x', 'x')",
    ] {
        let error = writer.execute_unprepared(forbidden).await.expect_err(forbidden).to_string();
        assert!(error.contains("denied"), "{forbidden}: {error}");
    }
    assert_eq!(place.backend.probe(&cx()).await.unwrap().state, HealthState::Ok);
}
