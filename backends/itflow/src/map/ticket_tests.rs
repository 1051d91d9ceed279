//! Hard cases of the ticket map, as tables.

use super::*;

const ZONE: Zone = Zone(chrono_tz::America::New_York);
const AROUND: Around<'static> = Around { categories: &[], people: &[], zone: ZONE };

fn row() -> TicketRow {
    TicketRow {
        ticket_id: 7,
        ticket_prefix: Some("TCK-".into()),
        ticket_number: 70,
        ticket_subject: "Printer".into(),
        ticket_status: 2,
        ticket_status_name: Some("Open".into()),
        ticket_client_id: 1,
        ticket_created_at: Some("2026-11-21 21:53:08".into()),
        ..TicketRow::default()
    }
}

fn reply(id: i64, kind: &str, by: i64) -> ReplyRow {
    ReplyRow {
        ticket_reply_id: id,
        ticket_reply_type: kind.into(),
        ticket_reply_by: by,
        ticket_reply_ticket_id: 7,
        user_name: (kind != "Client" && by > 0).then(|| "Tina".into()),
        contact_name: (kind == "Client" && by > 0).then(|| "Pat".into()),
        ..ReplyRow::default()
    }
}

fn file(id: i64, name: &str, reply: Option<i64>) -> AttachmentRow {
    AttachmentRow {
        ticket_attachment_id: id,
        ticket_attachment_name: name.into(),
        ticket_attachment_reference_name: format!("ref{id}"),
        ticket_attachment_ticket_id: 7,
        ticket_attachment_reply_id: reply,
        ..AttachmentRow::default()
    }
}

fn category_row(id: i64, name: &str) -> CategoryRow {
    CategoryRow { category_id: id, category_name: name.into(), ..CategoryRow::default() }
}

#[test]
fn ends_need_both_status_and_stamp() {
    let stamp = Some("2026-11-20 10:00:00".to_owned());
    for (id, resolved, closed, group, expected) in [
        (4, stamp.clone(), None, StatusGroup::Resolved, (true, false)),
        // A customer's reply sets the status back and leaves the stamp.
        (2, stamp.clone(), None, StatusGroup::Open, (false, false)),
        (2, stamp.clone(), stamp.clone(), StatusGroup::Open, (false, false)),
        (5, stamp.clone(), stamp.clone(), StatusGroup::Closed, (true, true)),
        // The HTTP API closes without a stamp.
        (5, None, None, StatusGroup::Closed, (false, false)),
        (4, Some("0000-00-00 00:00:00".to_owned()), None, StatusGroup::Resolved, (false, false)),
    ] {
        let row = TicketRow {
            ticket_status: id,
            ticket_status_name: None,
            ticket_resolved_at: resolved,
            ticket_closed_at: closed,
            ..row()
        };
        let ticket = ticket(&row, &[], ZONE).unwrap();
        assert_eq!(ticket.status.group, group, "status {id}");
        assert_eq!((ticket.resolved_at.is_some(), ticket.closed_at.is_some()), expected, "status {id}");
    }
}

#[test]
fn an_unknown_status_keeps_its_number() {
    let odd = TicketRow { ticket_status: 77, ticket_status_name: None, ..row() };
    let expected = Label { group: StatusGroup::Other, label: "Status 77".into(), native_id: "77".into() };
    assert_eq!(status(&odd), expected);
}

#[test]
fn creation_is_utc_for_the_http_api_and_local_otherwise() {
    let at = |source: &str| {
        let row = TicketRow { ticket_source: Some(source.into()), ..row() };
        ticket(&row, &[], ZONE).unwrap().created_at.unwrap().to_rfc3339()
    };
    assert_eq!(at("Portal"), "2026-11-22T02:53:08+00:00");
    assert_eq!(at("API"), "2026-11-21T21:53:08+00:00");
}

#[test]
fn categories_are_found_by_the_number_in_the_text() {
    let known = [category_row(100, "Hardware")];
    for (text, expected) in [
        (Some("100"), Some("Hardware")),
        (Some(" 100 "), Some("Hardware")),
        (Some("101"), None),
        (Some("0"), None),
        (Some(""), None),
        (Some("Hardware"), None),
        (Some("-100"), None),
        (None, None),
    ] {
        assert_eq!(category(text, &known).map(|label| label.label).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn a_priority_that_is_not_known_keeps_its_word() {
    let odd = priority(Some("Critical")).unwrap();
    assert_eq!((odd.group, odd.label.as_str()), (PriorityGroup::Other, "Critical"));
    assert_eq!(priority(Some("")), None);
}

#[test]
fn the_author_depends_on_the_type() {
    let contact = author(&reply(1, "Client", 4));
    assert_eq!(contact.contact, Some(NativeId::new(Kind::Contact, 4)));
    assert_eq!((contact.agent, contact.name.as_deref()), (None, Some("Pat")));
    let agent = author(&reply(1, "Internal", 4));
    assert_eq!(agent.agent, Some(NativeId::new(Kind::Agent, 4)));
    assert_eq!((agent.contact, agent.name.as_deref()), (None, Some("Tina")));
    assert_eq!(author(&reply(1, "Client", 0)), Author::default());
    assert_eq!(author(&reply(1, "Public", 0)), Author::default());
}

#[test]
fn only_public_and_client_replies_are_shown() {
    for (kind, expected) in [
        ("Public", Visibility::Public),
        ("Client", Visibility::Public),
        ("Internal", Visibility::Hidden),
        ("public", Visibility::Hidden),
        ("", Visibility::Hidden),
    ] {
        assert_eq!(reply_visibility(&reply(1, kind, 1)), expected, "{kind:?}");
    }
}

#[test]
fn attachments_follow_their_reply_and_raw_mail_stays_inside() {
    let replies = [reply(1, "Public", 2), reply(2, "Internal", 2)];
    let live: Vec<&ReplyRow> = replies.iter().collect();
    let id = NativeId::new(Kind::Ticket, 7);
    let shown = |row: &AttachmentRow| attachment(row, &live, &id, ZONE).map(|file| file.visibility);
    assert_eq!(shown(&file(1, "a.png", None)), Some(Visibility::Public));
    assert_eq!(shown(&file(1, "a.png", Some(0))), Some(Visibility::Public));
    assert_eq!(shown(&file(1, "a.png", Some(1))), Some(Visibility::Public));
    assert_eq!(shown(&file(1, "a.png", Some(2))), Some(Visibility::Hidden));
    assert_eq!(shown(&file(1, "original-parsed-email.EML", Some(1))), Some(Visibility::Hidden));
    assert_eq!(shown(&file(1, "order.eml", None)), Some(Visibility::Public));
    assert_eq!(shown(&file(1, "a.png", Some(3))), None);
}

#[test]
fn a_snapshot_is_whole_and_leaves_archived_replies_out() {
    let mut booked = reply(1, "Internal", 2);
    booked.ticket_reply_time_worked = Some("00:15:00".into());
    let mut archived = reply(2, "Public", 2);
    archived.ticket_reply_archived_at = Some("2026-11-21 10:00:00".into());
    archived.ticket_reply_time_worked = Some("01:00:00".into());
    let mut idle = reply(3, "Public", 2);
    idle.ticket_reply_time_worked = Some("00:00:00".into());
    let children = Children {
        replies: vec![booked, archived, idle],
        attachments: vec![file(1, "a.png", Some(1)), file(2, "b.png", Some(2))],
        approvals: Some(Vec::new()),
    };
    let snapshot = snapshot(&row(), &children, AROUND).unwrap();
    let ids: Vec<String> = snapshot.records.iter().map(|record| record.id().to_string()).collect();
    assert_eq!(ids, ["ticket:7", "comment:1", "comment:3", "attachment:1", "time_entry:reply:1"]);
    let children = Kind::ALL.iter().filter(|kind| kind.parent() == Some(Kind::Ticket));
    assert!(children.into_iter().all(|kind| snapshot.complete.contains(kind)));
    let Some(Record::TimeEntry(entry)) = snapshot.records.last() else { panic!("{snapshot:?}") };
    assert_eq!((entry.seconds, entry.visibility), (900, Visibility::Hidden));
}

#[test]
fn archived_and_ownerless_tickets_are_none() {
    let archived = TicketRow { ticket_archived_at: Some("2026-01-01 00:00:00".into()), ..row() };
    assert_eq!(snapshot(&archived, &Children::default(), AROUND), None);
    let ownerless = TicketRow { ticket_client_id: 0, ..row() };
    assert_eq!(snapshot(&ownerless, &Children::default(), AROUND), None);
}

#[test]
fn nothing_is_said_of_approvals_that_may_not_be_read() {
    let unread = snapshot(&row(), &Children::default(), AROUND).unwrap();
    assert_eq!(unread.complete, [Kind::Comment, Kind::Attachment, Kind::TimeEntry]);
    let approval = ApprovalRow { approval_id: 3, task_ticket_id: 7, ..ApprovalRow::default() };
    let read = Children { approvals: Some(vec![approval]), ..Children::default() };
    let read = snapshot(&row(), &read, AROUND).unwrap();
    assert!(read.complete.contains(&Kind::Approval));
    assert_eq!(read.records.last().unwrap().id().to_string(), "approval:3");
}
