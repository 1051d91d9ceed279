//! `tickets` with replies, attachments and approvals → a ticket with comments, attachments, time entries
//! and approvals.

use super::value::{Zone, datetime, is_set, seconds, utc, words};
use super::{approval, words as known};
use crate::wire::approval::{ApprovalRow, PersonRow};
use crate::wire::choice::CategoryRow;
use crate::wire::ticket::{AttachmentRow, ReplyRow, TicketRow};
use portico_contract::marker;
use portico_contract::record::{Attachment, Author, Comment, Record, Sla, Ticket, TimeEntry};
use portico_contract::value::{Html, Label, PriorityGroup, StatusGroup, TicketSource, Visibility};
use portico_contract::{Kind, NativeId, Snapshot, Timestamp};

/// The raw mail that a ticket was made from, with every header: never for customers.
const RAW_MAIL: &str = "Original-parsed-email.eml";

/// What every ticket is whole in.
const COMPLETE: [Kind; 3] = [Kind::Comment, Kind::Attachment, Kind::TimeEntry];

/// What hangs on one ticket.
#[derive(Debug, Default)]
pub(crate) struct Children {
    pub replies: Vec<ReplyRow>,
    pub attachments: Vec<AttachmentRow>,
    /// `None`: they may not be read, so nothing is said of them.
    pub approvals: Option<Vec<ApprovalRow>>,
}

/// What the tickets of a page share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub categories: &'a [CategoryRow],
    pub people: &'a [PersonRow],
    pub zone: Zone,
}

/// `None` for a ticket that is archived or belongs to no client.
pub(crate) fn snapshot(row: &TicketRow, children: &Children, around: Around<'_>) -> Option<Snapshot> {
    let Around { categories, people, zone } = around;
    let Children { replies, attachments, approvals } = children;
    let ticket = ticket(row, categories, zone)?;
    let id = ticket.id.clone();
    let account = ticket.account.clone();
    let billable = ticket.billable;
    let live: Vec<&ReplyRow> = replies.iter().filter(|r| !is_set(r.ticket_reply_archived_at.as_deref())).collect();
    let mut records = vec![Record::Ticket(Box::new(ticket))];
    records.extend(live.iter().map(|reply| Record::Comment(comment(reply, &id, zone))));
    records.extend(attachments.iter().filter_map(|file| attachment(file, &live, &id, zone)).map(Record::Attachment));
    records.extend(live.iter().filter_map(|reply| time_entry(reply, &id, billable, zone)).map(Record::TimeEntry));
    let mut complete = COMPLETE.to_vec();
    if let Some(rows) = approvals {
        records.extend(rows.iter().map(|row| Record::Approval(approval::approval(row, &id, &account, people))));
        complete.push(Kind::Approval);
    }
    Some(Snapshot { records, complete, ..Snapshot::default() })
}

fn ticket(row: &TicketRow, categories: &[CategoryRow], zone: Zone) -> Option<Ticket> {
    if is_set(row.ticket_archived_at.as_deref()) {
        return None;
    }
    let account = NativeId::from_row(Kind::Account, row.ticket_client_id)?;
    let source = known::source(row.ticket_source.as_deref());
    let (description, marker) = marker::take(&row.ticket_details);
    // What ITFlow's API adds behind the marker, nobody wrote.
    let added = marker.as_ref().and_then(|_| description.strip_suffix("<br>"));
    let description = added.map(str::to_owned).unwrap_or(description);
    let (resolved_at, closed_at) = ends(row, zone);
    Some(Ticket {
        id: NativeId::new(Kind::Ticket, row.ticket_id),
        account,
        contact: NativeId::from_row(Kind::Contact, row.ticket_contact_id),
        site: NativeId::from_row(Kind::Site, row.ticket_location_id),
        asset: NativeId::from_row(Kind::Asset, row.ticket_asset_id),
        contract: None,
        assignee: NativeId::from_row(Kind::Agent, row.ticket_assigned_to),
        team: None,
        number: format!("{}{}", row.ticket_prefix.as_deref().unwrap_or_default().trim(), row.ticket_number),
        subject: row.ticket_subject.trim().to_owned(),
        description: Html(description),
        status: status(row),
        priority: priority(row.ticket_priority.as_deref()),
        category: category(row.ticket_category.as_deref(), categories),
        ticket_type: None,
        urgency: None,
        impact: None,
        source,
        sla: sla(row, zone),
        feedback: words(row.ticket_feedback.as_deref()),
        followers: Vec::new(),
        custom: Vec::new(),
        marker,
        internal_note: None,
        billable: row.ticket_billable,
        created_at: created(row, source, zone),
        updated_at: zone.moment(row.ticket_updated_at.as_deref()),
        due_at: zone.moment(row.ticket_due_at.as_deref()),
        resolved_at,
        closed_at,
    })
}

/// ITFlow's HTTP API writes in the database server's zone, which is taken to be UTC; its web pages
/// write in the zone of the settings. The source tells which of them made the ticket. Later columns
/// of the same row may come from either and are read as local.
fn created(row: &TicketRow, source: TicketSource, zone: Zone) -> Option<Timestamp> {
    let stamp = row.ticket_created_at.as_deref();
    match source {
        TicketSource::Api => datetime(stamp).map(utc),
        _ => zone.moment(stamp),
    }
}

/// When a ticket was resolved and closed, believed only while the status says so too: a customer's
/// reply reopens a ticket and leaves its stamp, and a close by the HTTP API sets no stamp at all.
fn ends(row: &TicketRow, zone: Zone) -> (Option<Timestamp>, Option<Timestamp>) {
    let resolved = zone.moment(row.ticket_resolved_at.as_deref());
    match row.ticket_status {
        known::RESOLVED => (resolved, None),
        known::CLOSED => (resolved, zone.moment(row.ticket_closed_at.as_deref())),
        _ => (None, None),
    }
}

fn status(row: &TicketRow) -> Label<StatusGroup> {
    let name = words(row.ticket_status_name.as_deref());
    Label {
        group: known::status(row.ticket_status, name.as_deref()),
        label: name.unwrap_or_else(|| format!("Status {}", row.ticket_status)),
        native_id: row.ticket_status.to_string(),
    }
}

fn priority(word: Option<&str>) -> Option<Label<PriorityGroup>> {
    let word = words(word)?;
    Some(Label { group: known::priority(&word), label: word.clone(), native_id: word })
}

/// A category that is not one of tickets is none: ITFlow accepts any number here.
fn category(word: Option<&str>, categories: &[CategoryRow]) -> Option<Label<()>> {
    let id: i64 = words(word)?.parse().ok().filter(|id| *id > 0)?;
    let row = categories.iter().find(|row| row.category_id == id)?;
    Some(Label { group: (), label: row.category_name.trim().to_owned(), native_id: id.to_string() })
}

fn sla(row: &TicketRow, zone: Zone) -> Sla {
    Sla {
        name: None,
        response_due_at: zone.moment(row.ticket_response_due_at.as_deref()),
        resolution_due_at: zone.moment(row.ticket_resolution_due_at.as_deref()),
        first_response_at: zone.moment(row.ticket_first_response_at.as_deref()),
        response_met: row.ticket_response_sla_met,
        resolution_met: row.ticket_resolution_sla_met,
        paused: row.ticket_status_pauses_sla,
    }
}

/// Only two types are for customers; a type that is not known is internal.
fn reply_visibility(reply: &ReplyRow) -> Visibility {
    match reply.ticket_reply_type.as_str() {
        "Public" | "Client" => Visibility::Public,
        _ => Visibility::Hidden,
    }
}

fn by_contact(reply: &ReplyRow) -> bool {
    reply.ticket_reply_type == "Client"
}

fn author(reply: &ReplyRow) -> Author {
    if by_contact(reply) {
        return Author {
            contact: NativeId::from_row(Kind::Contact, reply.ticket_reply_by),
            agent: None,
            name: words(reply.contact_name.as_deref()),
        };
    }
    Author {
        contact: None,
        agent: NativeId::from_row(Kind::Agent, reply.ticket_reply_by),
        name: words(reply.user_name.as_deref()),
    }
}

fn comment(reply: &ReplyRow, ticket: &NativeId, zone: Zone) -> Comment {
    let (body, marker) = marker::take(&reply.ticket_reply);
    Comment {
        id: NativeId::new(Kind::Comment, reply.ticket_reply_id),
        ticket: ticket.clone(),
        author: author(reply),
        body: Html(body),
        visibility: reply_visibility(reply),
        requires_action: false,
        marker,
        created_at: zone.moment(reply.ticket_reply_created_at.as_deref()),
        updated_at: zone.moment(reply.ticket_reply_updated_at.as_deref()),
    }
}

/// `None` when the reply that it came with is archived or deleted.
fn attachment(file: &AttachmentRow, live: &[&ReplyRow], ticket: &NativeId, zone: Zone) -> Option<Attachment> {
    let reply = file.ticket_attachment_reply_id.filter(|id| *id > 0);
    let shown = match reply {
        None => Visibility::Public,
        Some(id) => reply_visibility(live.iter().find(|reply| reply.ticket_reply_id == id)?),
    };
    let raw_mail = file.ticket_attachment_name.trim().eq_ignore_ascii_case(RAW_MAIL);
    Some(Attachment {
        id: NativeId::new(Kind::Attachment, file.ticket_attachment_id),
        ticket: ticket.clone(),
        comment: reply.map(|id| NativeId::new(Kind::Comment, id)),
        name: file.ticket_attachment_name.clone(),
        media_type: None,
        size: None,
        // The path below `uploads/tickets` on ITFlow's disk.
        reference: format!("{}/{}", file.ticket_attachment_ticket_id, file.ticket_attachment_reference_name),
        visibility: if raw_mail { Visibility::Hidden } else { shown },
        created_at: zone.moment(file.ticket_attachment_created_at.as_deref()),
    })
}

/// ITFlow books time with a reply, at the moment of the reply; the words are in the comment.
fn time_entry(reply: &ReplyRow, ticket: &NativeId, billable: Option<bool>, zone: Zone) -> Option<TimeEntry> {
    let seconds = seconds(reply.ticket_reply_time_worked.as_deref()).filter(|seconds| *seconds > 0)?;
    Some(TimeEntry {
        id: NativeId::new(Kind::TimeEntry, format_args!("reply:{}", reply.ticket_reply_id)),
        ticket: ticket.clone(),
        comment: Some(NativeId::new(Kind::Comment, reply.ticket_reply_id)),
        agent: author(reply).agent,
        seconds,
        note: Html::default(),
        visibility: reply_visibility(reply),
        billable,
        started_at: zone.moment(reply.ticket_reply_created_at.as_deref()),
    })
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
