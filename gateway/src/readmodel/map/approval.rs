//! Decisions that a ticket waits for.

use super::{json, millis};
use crate::readmodel::entity::approvals;
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::{Kind, Record};
use sea_orm::EntityTrait;

impl Mirrored for approvals::Entity {
    const KIND: Kind = Kind::Approval;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<approvals::Model> {
        let Record::Approval(approval) = entry.record else { return None };
        let approvers: Vec<_> = approval.approvers.iter().map(|approver| refs.id(approver)).collect();
        let decider = approval.decided_by.as_ref();
        Some(approvals::Model {
            id: refs.id(&approval.id),
            backend_id: refs.backend,
            native_key: approval.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            ticket_id: refs.id(&approval.ticket),
            subject: approval.subject.clone(),
            status_group: approval.status.group.as_str().to_owned(),
            status_label: approval.status.label.clone(),
            status_native: approval.status.native_id.clone(),
            approvers: json(&approvers),
            visibility: approval.visibility.as_str().to_owned(),
            created_at: millis(approval.created_at).unwrap_or_default(),
            any_with: approval.any_with.clone(),
            requester_contact_id: refs.opt(approval.requested_by.contact.as_ref()),
            requester_agent_id: refs.opt(approval.requested_by.agent.as_ref()),
            requester_name: approval.requested_by.name.clone(),
            decider_contact_id: refs.opt(decider.and_then(|by| by.contact.as_ref())),
            decider_agent_id: refs.opt(decider.and_then(|by| by.agent.as_ref())),
            decider_name: decider.and_then(|by| by.name.clone()),
            decided_at: millis(approval.decided_at),
        })
    }

    fn parent() -> Option<<Self as EntityTrait>::Column> {
        Some(approvals::Column::TicketId)
    }
}
