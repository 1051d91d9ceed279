//! A row of tickets → a ticket, and what only the ticket itself has. A row of the list says so: see [`UNKNOWN`].

use super::value::{Zone, escaped, html};
use super::{marker, words as known};
use crate::lists::Desk;
use crate::wire::desk::{CustomRow, TicketDetail, TicketRow};
use crate::wire::{Int, Text};
use portico_contract::record::{Sla, Ticket};
use portico_contract::value::{CustomValue, Label, PriorityGroup, StatusGroup, TicketSource, Visibility};
use portico_contract::{Kind, NativeId, Part, Timestamp};
use std::collections::BTreeMap;

/// What rows of the list come without; of the text they have the plain one.
pub(crate) const UNKNOWN: &[Part] = &[Part::Description, Part::Asset, Part::Contract, Part::Followers, Part::Custom];

/// Whether it is in the stream at all: somebody's, no deleted one, no opportunity and no project, and not of a type that
/// Halo keeps from users, because a ticket that is read is seen by those who see the account's tickets.
pub(crate) fn is_live(row: &TicketRow, desk: &Desk) -> bool {
    let kind = row.tickettype_id.0.and_then(|id| desk.types.get(&id));
    let internal = kind.is_some_and(|kind| kind.default_showforusers.no());
    let ticket = known::is_ticket(kind.and_then(|kind| kind.use_for.as_str()));
    row.client_id.key().is_some() && !row.deleted.yes() && ticket && (desk.internal || !internal)
}

/// `None` for what is not in the stream.
pub(crate) fn ticket(row: &TicketRow, desk: &Desk, zone: Zone) -> Option<Ticket> {
    if !is_live(row, desk) {
        return None;
    }
    let status = status(row.status_id, desk);
    let closed = status.group == StatusGroup::Closed;
    let ended: Option<Timestamp> = zone.moment(&row.dateclosed);
    let number = row.id.key()?;
    Some(Ticket {
        id: NativeId::new(Kind::Ticket, number),
        account: row.client_id.id(Kind::Account)?,
        contact: row.user_id.id(Kind::Contact),
        site: row.site_id.id(Kind::Site),
        asset: None,
        // Lists do not say it, and what is read thin and whole must be the same.
        contract: None,
        assignee: assignee(row.agent_id),
        team: row.team.as_str().and_then(|name| desk.team(name)).map(|id| NativeId::new(Kind::Team, id)),
        number: number.to_string(),
        subject: row.summary.or(|| format!("Ticket {number}")),
        description: row.details.as_str().map(escaped).unwrap_or_default(),
        priority: priority(row, desk),
        category: category(row),
        ticket_type: row.tickettype_id.key().map(|id| plain(id, desk.types.get(&id).map(|row| &row.name))),
        urgency: label(row.urgency, &desk.urgencies),
        impact: label(row.impact, &desk.impacts),
        source: TicketSource::Other,
        sla: sla(row, desk, zone),
        feedback: None,
        followers: Vec::new(),
        custom: Vec::new(),
        marker: marker::of_field(row.third_party_id_string.as_str()),
        internal_note: None,
        billable: None,
        created_at: zone.moment(&row.dateoccurred),
        updated_at: zone.moment(&row.last_update),
        due_at: zone.moment(&row.fixbydate),
        resolved_at: ended.filter(|_| status.group == StatusGroup::Resolved),
        closed_at: ended.filter(|_| closed),
        status,
    })
}

/// The ticket itself, with what its row has not.
pub(crate) fn whole(row: &TicketRow, detail: &TicketDetail, desk: &Desk, zone: Zone) -> Option<Ticket> {
    let ticket = ticket(row, desk, zone)?;
    Some(Ticket {
        description: html(&detail.details_html, &row.details),
        asset: detail.assets.all().iter().find_map(|asset| asset.id.id(Kind::Asset)),
        contract: detail.contract_id.id(Kind::Contract),
        custom: detail.customfields.all().iter().filter_map(custom).collect(),
        ..ticket
    })
}

/// Which fields users may see is not documented: they are for agents.
fn custom(row: &CustomRow) -> Option<CustomValue> {
    let key = row.id.key().map(|id| id.to_string()).or_else(|| row.name.words())?;
    let value = row.display.words().map_or_else(|| row.value.clone(), Into::into);
    let label = row.label.words().or_else(|| row.name.words()).unwrap_or_else(|| key.clone());
    (!value.is_null()).then_some(CustomValue { key, label, value, visibility: Visibility::Hidden })
}

/// Agent 1 stands for nobody on tenants as they come.
fn assignee(agent: Int) -> Option<NativeId> {
    agent.id(Kind::Agent).filter(|id| id.key != "1")
}

pub(crate) fn status(status: Int, desk: &Desk) -> Label<StatusGroup> {
    let id = status.0.unwrap_or_default();
    let known = desk.statuses.get(&id);
    Label {
        group: known.map_or_else(|| desk.group_of(id), |(_, group)| *group),
        label: known.and_then(|(row, _)| row.name.words()).unwrap_or_else(|| format!("Status {id}")),
        native_id: id.to_string(),
    }
}

/// Its name under the ticket's SLA, else under any.
fn priority(row: &TicketRow, desk: &Desk) -> Option<Label<PriorityGroup>> {
    let id = row.priority_id.key()?;
    let same = |other: &&crate::wire::choice::PriorityRow| other.priorityid.0 == Some(id);
    let of_sla = desk.priorities.iter().filter(same).find(|other| other.slaid == row.sla_id);
    let name = of_sla.or_else(|| desk.priorities.iter().find(same)).and_then(|row| row.name.as_str());
    Some(Label {
        group: name.map_or(PriorityGroup::Other, known::priority),
        label: name.map_or_else(|| format!("Priority {id}"), str::to_owned),
        native_id: id.to_string(),
    })
}

/// Halo writes the path; some builds leave its number out.
fn category(row: &TicketRow) -> Option<Label<()>> {
    let label = row.category_1.words()?;
    let native_id = row.categoryid_1.key().map_or_else(|| label.clone(), |id| id.to_string());
    Some(Label { group: (), label, native_id })
}

fn plain(id: i64, name: Option<&Text>) -> Label<()> {
    let label = name.and_then(Text::words).unwrap_or_else(|| id.to_string());
    Label { group: (), label, native_id: id.to_string() }
}

fn label(code: Int, names: &BTreeMap<i64, Text>) -> Option<Label<()>> {
    code.key().map(|id| plain(id, names.get(&id)))
}

fn sla(row: &TicketRow, desk: &Desk, zone: Zone) -> Sla {
    let paused = row.onhold.0;
    let name = row.sla_id.key().and_then(|id| desk.slas.get(&id)).and_then(Text::words);
    if row.excludefromsla.yes() {
        return Sla { name, paused, ..Sla::default() };
    }
    Sla {
        name,
        response_due_at: zone.moment(&row.respondbydate),
        resolution_due_at: zone.moment(&row.fixbydate),
        first_response_at: zone.moment(&row.first_responsedate).or_else(|| zone.moment(&row.responsedate)),
        response_met: None,
        resolution_met: None,
        paused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::desk;
    use serde_json::{Value, from_value, json};

    const ZONE: Zone = Zone(chrono_tz::UTC);

    fn row(extra: Value) -> TicketRow {
        let mut row = json!({
            "id": 4242, "summary": "VPN drops", "details": "Every <hour>", "client_id": 12, "site_id": 18.0, "user_id": 210,
            "agent_id": 5, "team": "1st Line", "status_id": 2, "priority_id": 3, "sla_id": 1, "tickettype_id": 1,
            "category_1": "Network>VPN", "categoryid_1": 6, "urgency": 2, "impact": 1, "onhold": false,
            "dateoccurred": "2026-03-01T09:00:00", "fixbydate": "2026-03-02T09:00:00", "dateclosed": "1899-12-30T00:00:00",
        });
        for (key, value) in extra.as_object().unwrap() {
            row[key] = value.clone();
        }
        from_value(row).unwrap()
    }

    #[test]
    fn bare_ids_get_their_words_from_the_lists() {
        let ticket = ticket(&row(json!({})), &desk(), ZONE).unwrap();
        assert_eq!((ticket.status.group, ticket.status.label.as_str()), (StatusGroup::InProgress, "In Progress"));
        let priority = ticket.priority.unwrap();
        assert_eq!(
            (priority.group, priority.label.as_str(), priority.native_id.as_str()),
            (PriorityGroup::High, "High", "3")
        );
        assert_eq!(ticket.team, Some(NativeId::new(Kind::Team, 4)));
        assert_eq!(
            (ticket.ticket_type.unwrap().label.as_str(), ticket.urgency.unwrap().label.as_str()),
            ("Incident", "Medium")
        );
        assert_eq!(ticket.category.unwrap().native_id, "6");
        assert_eq!(
            (ticket.sla.name.as_deref(), ticket.description.0.as_str()),
            (Some("Standard"), "Every &lt;hour&gt;")
        );
        assert_eq!((ticket.closed_at, ticket.assignee), (None, Some(NativeId::new(Kind::Agent, 5))));
    }

    #[test]
    fn the_ticket_itself_has_what_its_row_has_not() {
        let detail = from_value(json!({
            "details_html": "<p>Every <b>hour</b></p>", "assets": [{"id": 77}, {"id": 78}], "contract_id": 5.0,
            "customfields": [{"id": 151, "name": "CFSystem", "label": "System", "value": 3, "display": "Windows 11"},
                {"id": 152, "name": "CFMargin", "value": null}],
        }))
        .unwrap();
        let ticket = whole(&row(json!({})), &detail, &desk(), ZONE).unwrap();
        assert_eq!(ticket.description.0, "<p>Every <b>hour</b></p>");
        assert_eq!(ticket.asset, Some(NativeId::new(Kind::Asset, 77)));
        assert_eq!(ticket.contract, Some(NativeId::new(Kind::Contract, 5)));
        let custom: Vec<_> = ticket.custom.iter().map(|it| (it.key.as_str(), &it.value, it.visibility)).collect();
        assert_eq!(custom, [("151", &json!("Windows 11"), Visibility::Hidden)]);
        let bare = whole(&row(json!({})), &TicketDetail::default(), &desk(), ZONE).unwrap();
        assert_eq!(bare.description.0, "Every &lt;hour&gt;");
    }

    #[test]
    fn an_end_is_believed_only_with_its_status() {
        let ended = json!({"dateclosed": "2026-03-03T10:00:00"});
        assert_eq!(ticket(&row(ended.clone()), &desk(), ZONE).unwrap().closed_at, None);
        let mut closed = ended;
        closed["status_id"] = 9.into();
        let ticket = ticket(&row(closed), &desk(), ZONE).unwrap();
        assert_eq!(ticket.status.group, StatusGroup::Closed);
        assert_eq!(ticket.closed_at.unwrap().to_rfc3339(), "2026-03-03T10:00:00+00:00");
    }

    #[test]
    fn what_no_list_names_keeps_its_number_and_is_other() {
        let odd = row(json!({"status_id": 77, "priority_id": 88, "tickettype_id": 99, "agent_id": 1, "sla_id": 5}));
        let ticket = ticket(&odd, &desk(), ZONE).unwrap();
        assert_eq!((ticket.status.group, ticket.status.label.as_str()), (StatusGroup::Other, "Status 77"));
        assert_eq!(ticket.priority.unwrap().group, PriorityGroup::Other);
        assert_eq!((ticket.ticket_type.unwrap().label.as_str(), ticket.assignee), ("99", None));
    }

    #[test]
    fn deleted_ones_projects_and_those_of_nobody_are_not_in_the_stream() {
        let out = [
            json!({"deleted": true}),
            json!({"tickettype_id": 50}),
            json!({"client_id": 0}),
            json!({"tickettype_id": 22}),
        ];
        for extra in out {
            assert!(ticket(&row(extra.clone()), &desk(), ZONE).is_none(), "{extra}");
        }
        let asked_for = Desk { internal: true, ..desk() };
        assert!(ticket(&row(json!({"tickettype_id": 22})), &asked_for, ZONE).is_some());
    }
}
