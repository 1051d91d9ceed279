//! Tickets and what hangs on them.

use super::{json, millis};
use crate::readmodel::entity::{attachments, comments, tickets, time_entries};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::value::Label;
use portico_contract::{Kind, Record, Snapshot, Visibility, record};
use sea_orm::EntityTrait;

/// The label and native id of an optional pick-list value.
fn split<G>(label: Option<&Label<G>>) -> (Option<String>, Option<String>) {
    (label.map(|l| l.label.clone()), label.map(|l| l.native_id.clone()))
}

/// The public comment that came last: what a list shows beside a ticket.
fn last_public(snapshot: &Snapshot) -> Option<&record::Comment> {
    snapshot
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Comment(comment) if comment.visibility == Visibility::Public => Some(comment),
            _ => None,
        })
        .enumerate()
        .max_by_key(|(at, comment)| (comment.created_at, *at))
        .map(|(_, comment)| comment)
}

impl Mirrored for tickets::Entity {
    const KIND: Kind = Kind::Ticket;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<tickets::Model> {
        let Record::Ticket(ticket) = entry.record else { return None };
        let created_at = millis(ticket.created_at).unwrap_or_default();
        let (category_label, category_native) = split(ticket.category.as_ref());
        let (type_label, type_native) = split(ticket.ticket_type.as_ref());
        let (urgency_label, urgency_native) = split(ticket.urgency.as_ref());
        let (impact_label, impact_native) = split(ticket.impact.as_ref());
        let (priority_label, priority_native) = split(ticket.priority.as_ref());
        let followers: Vec<_> = ticket.followers.iter().map(|follower| refs.id(follower)).collect();
        Some(tickets::Model {
            id: refs.id(&ticket.id),
            backend_id: refs.backend,
            native_key: ticket.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&ticket.account),
            number: ticket.number.clone(),
            subject: ticket.subject.clone(),
            description: refs.html(&ticket.description.0),
            status_group: ticket.status.group.as_str().to_owned(),
            status_label: ticket.status.label.clone(),
            status_native: ticket.status.native_id.clone(),
            source: ticket.source.as_str().to_owned(),
            created_at,
            updated_at: millis(ticket.updated_at).unwrap_or(created_at),
            followers: json(&followers),
            custom: json(&ticket.custom),
            contact_id: refs.opt(ticket.contact.as_ref()),
            site_id: refs.opt(ticket.site.as_ref()),
            asset_id: refs.opt(ticket.asset.as_ref()),
            contract_id: refs.opt(ticket.contract.as_ref()),
            assignee_id: refs.opt(ticket.assignee.as_ref()),
            team_id: refs.opt(ticket.team.as_ref()),
            priority_group: ticket.priority.as_ref().map(|p| p.group.as_str().to_owned()),
            priority_label,
            priority_native,
            category_label,
            category_native,
            type_label,
            type_native,
            urgency_label,
            urgency_native,
            impact_label,
            impact_native,
            sla_name: ticket.sla.name.clone(),
            sla_paused: ticket.sla.paused,
            response_due_at: millis(ticket.sla.response_due_at),
            resolution_due_at: millis(ticket.sla.resolution_due_at),
            first_response_at: millis(ticket.sla.first_response_at),
            response_met: ticket.sla.response_met,
            resolution_met: ticket.sla.resolution_met,
            feedback: ticket.feedback.clone(),
            marker: ticket.marker.clone(),
            internal_note: ticket.internal_note.clone(),
            billable: ticket.billable,
            due_at: millis(ticket.due_at),
            resolved_at: millis(ticket.resolved_at),
            closed_at: millis(ticket.closed_at),
            last_comment_id: last_public(entry.snapshot).map(|comment| refs.id(&comment.id)),
            detail_at: None,
            thin_at: None,
            delivery: None,
        })
    }
}

impl Mirrored for comments::Entity {
    const KIND: Kind = Kind::Comment;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<comments::Model> {
        let Record::Comment(comment) = entry.record else { return None };
        Some(comments::Model {
            id: refs.id(&comment.id),
            backend_id: refs.backend,
            native_key: comment.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            ticket_id: refs.id(&comment.ticket),
            body: refs.html(&comment.body.0),
            visibility: comment.visibility.as_str().to_owned(),
            requires_action: comment.requires_action,
            created_at: millis(comment.created_at).unwrap_or_default(),
            author_contact_id: refs.opt(comment.author.contact.as_ref()),
            author_agent_id: refs.opt(comment.author.agent.as_ref()),
            author_name: comment.author.name.clone(),
            marker: comment.marker.clone(),
            updated_at: millis(comment.updated_at),
            delivery: None,
        })
    }

    fn parent() -> Option<<Self as EntityTrait>::Column> {
        Some(comments::Column::TicketId)
    }
}

impl Mirrored for attachments::Entity {
    const KIND: Kind = Kind::Attachment;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<attachments::Model> {
        let Record::Attachment(file) = entry.record else { return None };
        Some(attachments::Model {
            id: refs.id(&file.id),
            backend_id: refs.backend,
            native_key: file.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            ticket_id: refs.id(&file.ticket),
            name: file.name.clone(),
            reference: file.reference.clone(),
            visibility: file.visibility.as_str().to_owned(),
            created_at: millis(file.created_at).unwrap_or_default(),
            comment_id: refs.opt(file.comment.as_ref()),
            media_type: file.media_type.clone(),
            size: file.size,
        })
    }

    fn parent() -> Option<<Self as EntityTrait>::Column> {
        Some(attachments::Column::TicketId)
    }
}

impl Mirrored for time_entries::Entity {
    const KIND: Kind = Kind::TimeEntry;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<time_entries::Model> {
        let Record::TimeEntry(time) = entry.record else { return None };
        Some(time_entries::Model {
            id: refs.id(&time.id),
            backend_id: refs.backend,
            native_key: time.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            ticket_id: refs.id(&time.ticket),
            seconds: time.seconds,
            note: refs.html(&time.note.0),
            visibility: time.visibility.as_str().to_owned(),
            started_at: millis(time.started_at).unwrap_or_default(),
            comment_id: refs.opt(time.comment.as_ref()),
            agent_id: refs.opt(time.agent.as_ref()),
            billable: time.billable,
        })
    }

    fn parent() -> Option<<Self as EntityTrait>::Column> {
        Some(time_entries::Column::TicketId)
    }
}
