//! What staff change of a ticket, against ITFlow's own tables.

use super::fixture::cx;
use super::place::{Place, STANDARD, command, contact, places};
use portico_contract::command::UpdateTicket;
use portico_contract::{Actor, Backend, CommandKind, ErrorKind, Intent, Kind, NativeId, Sought, Timestamp};

const NOW: &str = "2026-11-22 16:00:00";

fn kit() -> Actor {
    Actor::Agent(NativeId::new(Kind::Agent, 2))
}

fn nothing(ticket: &NativeId) -> UpdateTicket {
    UpdateTicket { ticket: ticket.clone(), assignee: None, team: None, priority: None, status: None, category: None }
}

fn agent(id: i64) -> Option<NativeId> {
    Some(NativeId::new(Kind::Agent, id))
}

async fn row(place: &Place, ticket: &NativeId, columns: &[&str]) -> String {
    place.row(columns, &format!("tickets WHERE ticket_id = {}", ticket.key)).await
}

const CHANGED: &[&str] = &["ticket_assigned_to", "ticket_priority", "ticket_status", "ticket_category"];

#[tokio::test]
async fn each_part_is_written_as_itflows_own_page_writes_it() {
    for place in places().await {
        let ticket = place.ticket().await;
        let id = &ticket.key;
        place
            .set(&format!("UPDATE tickets SET ticket_status = 1, ticket_assigned_to = 0 WHERE ticket_id = {id}"))
            .await;
        place.set("UPDATE settings SET config_ticket_from_email = 'desk@example.com'").await;
        let mails = place.count("email_queue").await;
        let wish = UpdateTicket {
            assignee: agent(3),
            priority: Some("high".into()),
            category: Some("3".into()),
            ..nothing(&ticket)
        };
        let command = command(kit(), Intent::UpdateTicket(wish));
        let since: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
        assert_eq!(place.backend.seek(&cx(), &command, since).await.unwrap(), Sought::Absent, "{}", place.name);
        assert!(!place.apply(&command).await.unwrap().found);
        assert_eq!(place.backend.seek(&cx(), &command, since).await.unwrap(), Sought::Found(ticket.clone()));
        // Assigned for the first time, it is open.
        assert_eq!(row(&place, &ticket, CHANGED).await, "3|High|2|3", "{}", place.name);
        let name = place.row(&["user_name"], "users WHERE user_id = 3").await;
        let of = |table: &str, key: &str, order: &str| format!("{table} WHERE {key} = {id} ORDER BY {order}");
        let columns = ["ticket_history_status", "ticket_history_description", "ticket_history_created_at"];
        let history =
            place.rows(&columns, &of("ticket_history", "ticket_history_ticket_id", "ticket_history_id")).await;
        let tail = &history[history.len() - 2..];
        assert_eq!(tail[0], format!("Open|Kit Marsh assigned the ticket to {name}|{NOW}"));
        assert_eq!(tail[1], format!("Open|Kit Marsh changed priority from Low to High|{NOW}"));
        let columns = ["ticket_reply_type", "ticket_reply_by", "ticket_reply"];
        let replies = place.rows(&columns, &of("ticket_replies", "ticket_reply_ticket_id", "ticket_reply_id")).await;
        assert_eq!(replies.last().unwrap(), &format!("Internal|2|Ticket re-assigned to {name}."));
        let notice = format!("notifications WHERE notification_entity_id = {id} AND notification_user_id = 3");
        assert!(place.row(&["notification"], &notice).await.contains("assigned to you by Kit Marsh"));
        let logs = format!("logs WHERE log_entity_id = {id} AND log_user_id = 2 AND log_action = 'Edit'");
        assert_eq!(place.count(&logs).await, "3");
        let mail = place.row(&["email_subject"], "email_queue ORDER BY email_id DESC").await;
        assert!(mail.starts_with("Ticket assigned to you - ["), "{mail}");
        // The second time it is so already.
        assert!(place.apply(&command).await.unwrap().found);
        assert_eq!(place.count("email_queue").await.parse::<i64>().unwrap(), mails.parse::<i64>().unwrap() + 1);
        assert_eq!(place.count(&logs).await, "3");
    }
}

/// Harbour's tickets: High is 480 minutes for an answer and 2,400 for a solution, Low is excepted, Urgent only answered.
#[tokio::test]
async fn another_priority_is_another_service_level() {
    const TIMES: &[&str] = &["ticket_sla_id", "ticket_response_due_at", "ticket_resolution_due_at"];
    for place in places().await {
        // Opened on Saturday, so that all of it lies ahead.
        let ticket = place.ticket().await;
        let stretches = format!("sla_history WHERE sla_history_ticket_id = {}", ticket.key);
        let run = async |priority: &str| {
            let wish = UpdateTicket { priority: Some(priority.into()), ..nothing(&ticket) };
            place.apply(&command(kit(), Intent::UpdateTicket(wish))).await.unwrap();
            row(&place, &ticket, TIMES).await
        };
        assert_eq!(run("High").await, "1|2026-11-23 17:00:00|2026-11-27 17:00:00", "{}", place.name);
        assert_eq!(place.count(&format!("{stretches} AND sla_history_ended_at IS NULL")).await, "1");
        assert_eq!(run("Low").await, "0||", "{}", place.name);
        assert_eq!(place.count(&format!("{stretches} AND sla_history_ended_at IS NULL")).await, "0");
        assert_eq!(run("Urgent").await, "2|2026-11-23 10:00:00|", "{}", place.name);
        // The clock has stood since: what is left runs from now on.
        assert_eq!(run("High").await, "1|2026-11-23 17:00:00|2026-11-27 17:00:00", "{}", place.name);
    }
}

#[tokio::test]
async fn a_status_of_the_site_is_set_and_a_resolved_ticket_is_open_again_by_it() {
    for place in places().await {
        let ticket = place.ticket().await;
        let stamped = "ticket_status = 4, ticket_resolved_at = '2026-11-22 10:00:00'";
        place.set(&format!("UPDATE tickets SET {stamped} WHERE ticket_id = {}", ticket.key)).await;
        let wish = UpdateTicket { status: Some("6".into()), ..nothing(&ticket) };
        place.apply(&command(kit(), Intent::UpdateTicket(wish))).await.unwrap();
        assert_eq!(row(&place, &ticket, &["ticket_status", "ticket_resolved_at"]).await, "6|", "{}", place.name);
    }
}

#[tokio::test]
async fn what_does_not_fit_changes_nothing() {
    for place in places().await {
        let ticket = place.ticket().await;
        let before = row(&place, &ticket, CHANGED).await;
        let traces = (place.count("ticket_history").await, place.count("logs").await);
        let of = |change: fn(&mut UpdateTicket)| {
            let mut wish = UpdateTicket { priority: Some("High".into()), ..nothing(&ticket) };
            change(&mut wish);
            Intent::UpdateTicket(wish)
        };
        for (why, actor, intent, kind) in [
            ("a customer", contact(STANDARD), of(|_| {}), ErrorKind::Forbidden),
            ("an agent who left", kit(), of(|it| it.assignee = agent(5)), ErrorKind::NotFound),
            ("a contact's user", kit(), of(|it| it.assignee = agent(101)), ErrorKind::NotFound),
            ("a category of income", kit(), of(|it| it.category = Some("5".into())), ErrorKind::Invalid),
            ("no priority", kit(), of(|it| it.priority = Some("Bogus".into())), ErrorKind::Invalid),
            ("no status", kit(), of(|it| it.status = Some("77".into())), ErrorKind::Invalid),
            ("half a closing", kit(), of(|it| it.status = Some("5".into())), ErrorKind::Invalid),
            ("half a solution", kit(), of(|it| it.status = Some("4".into())), ErrorKind::Invalid),
            ("a team", kit(), of(|it| it.team = Some(NativeId::new(Kind::Team, 1))), ErrorKind::Unsupported),
        ] {
            assert_eq!(place.refused(actor, intent).await.kind, kind, "{}: {why}", place.name);
            assert_eq!(row(&place, &ticket, CHANGED).await, before, "{}: {why}", place.name);
        }
        place.set(&format!("UPDATE tickets SET ticket_status = 5 WHERE ticket_id = {}", ticket.key)).await;
        assert_eq!(place.refused(kit(), of(|_| {})).await.kind, ErrorKind::Conflict);
        assert_eq!((place.count("ticket_history").await, place.count("logs").await), traces, "{}", place.name);
        assert!(place.backend.capabilities().commands.contains(&CommandKind::UpdateTicket));
    }
}
