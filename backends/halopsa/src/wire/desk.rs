//! Tickets, actions, attachments, approvals.

use super::{Flag, Int, Many, Num, Text};
use serde::Deserialize;

/// What a row of the list (`Faults_List`) and the ticket itself (`Faults`) both have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TicketRow {
    pub id: Int,
    pub summary: Text,
    pub details: Text,
    pub client_id: Int,
    pub site_id: Int,
    pub user_id: Int,
    pub agent_id: Int,
    pub team: Text,
    pub status_id: Int,
    pub priority_id: Int,
    pub tickettype_id: Int,
    pub categoryid_1: Int,
    pub category_1: Text,
    pub urgency: Int,
    pub impact: Int,
    pub source: Int,
    pub sla_id: Int,
    pub onhold: Flag,
    pub excludefromsla: Flag,
    pub slaresponsestate: Text,
    pub respondbydate: Text,
    pub fixbydate: Text,
    pub responsedate: Text,
    pub first_responsedate: Text,
    pub dateoccurred: Text,
    pub dateclosed: Text,
    pub last_update: Text,
    pub third_party_id_string: Text,
    pub inactive: Flag,
    pub deleted: Flag,
    pub merged_into_id: Int,
}

/// What only the ticket itself has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TicketDetail {
    pub attachments: Many<AttachmentRow>,
    pub approvers: Many<ApprovalRow>,
    pub faultapprovalexists: Flag,
    pub emailcclist: Text,
    pub follower_count: Int,
    pub team_id: Int,
    pub details_html: Text,
    pub assets: Many<LinkRow>,
    pub contract_id: Int,
    pub customfields: Many<CustomRow>,
}

/// Something that is named by its id alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LinkRow {
    pub id: Int,
}

/// `CustomField`: `display` is for people, `value` may be ids of a pick list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CustomRow {
    pub id: Int,
    pub name: Text,
    pub label: Text,
    pub value: serde_json::Value,
    pub display: Text,
}

/// `Actions`: a message, note or time entry. The id counts within its ticket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ActionRow {
    pub ticket_id: Int,
    pub id: Int,
    pub who: Text,
    pub who_type: Int,
    pub who_agentid: Int,
    pub actionby_user_id: Int,
    pub actionby_agent_id: Int,
    pub action_systemid: Int,
    pub datetime: Text,
    pub last_updated: Text,
    pub note: Text,
    pub note_html: Text,
    pub hiddenfromuser: Flag,
    pub timetaken: Num,
    pub actisbillable: Flag,
    pub actionarrivaldate: Text,
    pub attachments: Many<AttachmentRow>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AttachmentRow {
    pub id: Int,
    pub ticket_id: Int,
    /// The owner's id, in rows of the list.
    pub unique_id: Int,
    pub action_id: Int,
    pub filename: Text,
    pub content_type: Text,
    pub filesize: Int,
    pub datecreated: Text,
    pub showforusers: Flag,
}

/// `FaultApproval`. Its `token` decides for whoever has it: it is not read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ApprovalRow {
    pub ticket_id: Int,
    pub seq: Int,
    pub result: Int,
    pub user_id: Int,
    pub agent_id: Int,
    pub role_id: Int,
    pub role_name: Text,
    pub name: Text,
    pub summary: Text,
    pub step_name: Text,
    pub approval_process_name: Text,
    pub requestor_agent_id: Int,
    pub requestor_user_id: Int,
    pub requestor_name: Text,
    pub datetime: Text,
    pub dateapproved: Text,
}
