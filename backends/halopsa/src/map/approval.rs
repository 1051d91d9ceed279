//! `FaultApproval` → approvals. What its numbers mean is a setting.

use super::parties::role_fact;
use super::value::Zone;
use crate::config::HaloConfig;
use crate::wire::Int;
use crate::wire::desk::ApprovalRow;
use portico_contract::record::{Approval, Author};
use portico_contract::value::{ApprovalGroup, Label, Visibility};
use portico_contract::{Kind, NativeId};

const PENDING: i64 = 0;

pub(crate) fn group(result: Int, config: &HaloConfig) -> ApprovalGroup {
    match result.0 {
        Some(PENDING) | None => ApprovalGroup::Pending,
        number if number == config.approval_approved => ApprovalGroup::Approved,
        number if number == config.approval_declined => ApprovalGroup::Declined,
        Some(_) => ApprovalGroup::Other,
    }
}

/// `None` for a row of another ticket or without a number. A ticket's approvals count within it, as its actions do.
pub(crate) fn approval(row: &ApprovalRow, ticket: i64, config: &HaloConfig, zone: Zone) -> Option<Approval> {
    let seq = row.seq.0.filter(|seq| *seq >= 0)?;
    let group = group(row.result, config);
    let result = row.result.0.unwrap_or(PENDING);
    let approvers: Vec<NativeId> = row.user_id.id(Kind::Contact).into_iter().collect();
    let role = row.role_id.key().and(row.role_name.as_str()).map(role_fact);
    let any_with = if approvers.is_empty() { role } else { None };
    let customers = !approvers.is_empty() || any_with.is_some();
    let decided = matches!(group, ApprovalGroup::Approved | ApprovalGroup::Declined);
    Some(Approval {
        id: NativeId::new(Kind::Approval, super::action::key(ticket, seq)),
        ticket: NativeId::new(Kind::Ticket, ticket),
        subject: subject(row),
        status: Label { group, label: label(group, result), native_id: result.to_string() },
        requested_by: requester(row),
        decided_by: decided.then(|| decider(row, &approvers)),
        approvers,
        any_with,
        visibility: if customers { Visibility::Public } else { Visibility::Hidden },
        created_at: zone.moment(&row.datetime),
        decided_at: zone.moment(&row.dateapproved).filter(|_| decided),
    })
}

fn subject(row: &ApprovalRow) -> String {
    let texts = [&row.summary, &row.step_name, &row.approval_process_name];
    texts.iter().find_map(|text| text.words()).unwrap_or_else(|| "Approval".to_owned())
}

fn label(group: ApprovalGroup, result: i64) -> String {
    match group {
        ApprovalGroup::Pending => "Pending".to_owned(),
        ApprovalGroup::Approved => "Approved".to_owned(),
        ApprovalGroup::Declined => "Declined".to_owned(),
        ApprovalGroup::Other => format!("Result {result}"),
    }
}

fn requester(row: &ApprovalRow) -> Author {
    let contact = row.requestor_user_id.id(Kind::Contact);
    let agent = if contact.is_none() { row.requestor_agent_id.id(Kind::Agent) } else { None };
    Author { contact, agent, name: row.requestor_name.words() }
}

fn decider(row: &ApprovalRow, approvers: &[NativeId]) -> Author {
    let contact = approvers.first().cloned();
    let agent = if contact.is_none() { row.agent_id.id(Kind::Agent) } else { None };
    Author { contact, agent, name: row.name.words() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn the_numbers_of_a_result_are_settings() {
        let set = HaloConfig { approval_approved: Some(1), approval_declined: Some(2), ..HaloConfig::default() };
        let unset = HaloConfig::default();
        for (result, with, without) in [
            (Some(0), ApprovalGroup::Pending, ApprovalGroup::Pending),
            (None, ApprovalGroup::Pending, ApprovalGroup::Pending),
            (Some(1), ApprovalGroup::Approved, ApprovalGroup::Other),
            (Some(2), ApprovalGroup::Declined, ApprovalGroup::Other),
            (Some(3), ApprovalGroup::Other, ApprovalGroup::Other),
        ] {
            assert_eq!((group(Int(result), &set), group(Int(result), &unset)), (with, without), "{result:?}");
        }
    }

    #[test]
    fn customers_see_what_customers_decide() {
        let read = |value| {
            let row: ApprovalRow = from_value(value).unwrap();
            approval(&row, 7, &HaloConfig::default(), Zone(chrono_tz::UTC)).unwrap()
        };
        let user = read(json!({"seq": 1, "user_id": 210, "agent_id": 5}));
        assert_eq!((user.id.key.as_str(), user.visibility, user.approvers.len()), ("7/1", Visibility::Public, 1));
        let role = read(json!({"seq": 2, "role_id": 3, "role_name": "Approvers"}));
        assert_eq!((role.any_with.as_deref(), role.visibility), (Some("role:approvers"), Visibility::Public));
        let agent = read(json!({"seq": 3, "agent_id": 5}));
        assert_eq!((agent.visibility, agent.approvers.len(), agent.any_with), (Visibility::Hidden, 0, None));
    }
}
