//! Statuses, priorities, types, categories, urgencies, impacts and types of assets → choices. An id is a word for the list
//! with Halo's number; the value is the number, which tickets carry.

use super::words as known;
use crate::config::HaloConfig;
use crate::wire::choice::{CategoryRow, LookupRow, PriorityRow, StatusRow, TypeRow};
use crate::wire::estate::AssetTypeRow;
use crate::wire::{Int, Text};
use portico_contract::record::{Choice, Record};
use portico_contract::value::{ChoiceList, StatusGroup};
use portico_contract::{Kind, NativeId};
use std::collections::BTreeSet;

/// The list of lookups that holds impacts, and the one that holds urgencies.
pub(crate) const IMPACT: i64 = 12;
pub(crate) const URGENCY: i64 = 27;

fn choice(list: ChoiceList, word: &str, id: i64, name: &Text, order: Int) -> Choice {
    Choice {
        id: NativeId::new(Kind::Choice, format_args!("{word}:{id}")),
        list,
        value: id.to_string(),
        label: name.or(|| id.to_string()),
        group: None,
        parent: None,
        colour: None,
        order: order.0.and_then(|order| i32::try_from(order).ok()).unwrap_or_default(),
        active: true,
    }
}

/// What a status means: closed if Halo counts it among the closed ones, resolved if a setting says so, else by its name.
pub(crate) fn group_of(id: i64, name: Option<&str>, closed: &BTreeSet<i64>, config: &HaloConfig) -> StatusGroup {
    if config.resolved_status == Some(id) {
        StatusGroup::Resolved
    } else if closed.contains(&id) {
        StatusGroup::Closed
    } else {
        name.map_or(StatusGroup::Other, known::status)
    }
}

pub(crate) fn status(row: &StatusRow, group: StatusGroup) -> Option<Record> {
    let plain = choice(ChoiceList::TicketStatus, "status", row.id.key()?, &row.name, row.sequence);
    Some(Record::Choice(Choice { group: Some(group.as_str().to_owned()), colour: row.colour.words(), ..plain }))
}

/// One choice for each `priorityid`: it repeats from SLA to SLA, mostly by the same name.
pub(crate) fn priorities(rows: &[PriorityRow]) -> Vec<Record> {
    let mut seen = BTreeSet::new();
    let mut choices = Vec::new();
    for row in rows {
        let Some(id) = row.priorityid.key().filter(|id| seen.insert(*id)) else { continue };
        let active = rows.iter().any(|row| row.priorityid.0 == Some(id) && !row.ishidden.yes());
        let group = row.name.as_str().map(|name| known::priority(name).as_str().to_owned());
        let plain = choice(ChoiceList::TicketPriority, "priority", id, &row.name, row.priorityid);
        choices.push(Record::Choice(Choice { group, active, colour: row.colour.words(), ..plain }));
    }
    choices
}

/// Types that customers may choose are active; opportunities and projects are no tickets.
pub(crate) fn ticket_type(row: &TypeRow) -> Option<Record> {
    if !known::is_ticket(row.use_for.as_str()) {
        return None;
    }
    let plain = choice(ChoiceList::TicketType, "type", row.id.key()?, &row.name, row.sequence);
    Some(Record::Choice(Choice { active: !row.visible.no() && !row.enduserscanselect.no(), ..plain }))
}

/// A category of the first of the four fields; its path names its parents.
pub(crate) fn category(row: &CategoryRow, all: &[CategoryRow]) -> Option<Record> {
    let path = row.value.words().or_else(|| row.category_name.words())?;
    let parent = path.rsplit_once('>').and_then(|(above, _)| {
        let above = above.trim();
        let named = |other: &&CategoryRow| other.type_id == row.type_id && other.value.as_str() == Some(above);
        all.iter().find(named).and_then(|other| other.id.key())
    });
    let id = row.id.key()?;
    let plain = choice(ChoiceList::TicketCategory, "category", id, &Text(Some(path)), Int(None));
    let parent = parent.map(|id| NativeId::new(Kind::Choice, format_args!("category:{id}")));
    Some(Record::Choice(Choice { parent, ..plain }))
}

/// An urgency or an impact; 0 is a value of neither.
pub(crate) fn lookup(list: ChoiceList, word: &'static str, number: i64, row: &LookupRow) -> Option<Record> {
    if row.lookupid.0.is_some_and(|found| found != number) {
        return None;
    }
    let plain = choice(list, word, row.id.key()?, &row.name, row.sequence);
    Some(Record::Choice(Choice { active: !row.inactive.yes(), ..plain }))
}

/// An asset carries the name of its type.
pub(crate) fn asset_type(row: &AssetTypeRow) -> Option<Record> {
    let plain = choice(ChoiceList::AssetType, "asset_type", row.id.key()?, &row.name, row.defaultsequence);
    let value = plain.label.clone();
    Some(Record::Choice(Choice { value, active: !row.show_to_users.no(), ..plain }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_status_ends_a_ticket_because_halo_counts_it_as_closed_or_a_setting_says_so() {
        let closed = BTreeSet::from([9]);
        let config = HaloConfig { resolved_status: Some(8), ..HaloConfig::default() };
        for (id, name, expected) in [
            (9, "Erledigt", StatusGroup::Closed),
            (8, "Fixed", StatusGroup::Resolved),
            (7, "Closed", StatusGroup::Other),
            (1, "New", StatusGroup::New),
        ] {
            assert_eq!(group_of(id, Some(name), &closed, &config), expected, "{name}");
        }
    }

    #[test]
    fn a_priority_of_several_slas_is_one_choice() {
        let row = |sla: i64, id: i64, name: &str, hidden: bool| -> PriorityRow {
            let guid = "6f1c1c9e-0000-4000-8000-000000000001";
            from_value(json!({"id": guid, "slaid": sla, "priorityid": id, "name": name, "ishidden": hidden})).unwrap()
        };
        let rows = [row(1, 1, "Critical", true), row(2, 1, "Critical", false), row(1, 4, "Low", true)];
        let choices = priorities(&rows);
        let said: Vec<_> = choices
            .iter()
            .map(|record| match record {
                Record::Choice(choice) => (choice.value.as_str(), choice.group.as_deref(), choice.active),
                _ => panic!(),
            })
            .collect();
        assert_eq!(said, [("1", Some("URGENT"), true), ("4", Some("LOW"), false)]);
    }

    #[test]
    fn a_category_knows_its_parent_by_the_path() {
        let rows: Vec<CategoryRow> = from_value(json!([
            {"id": 5, "value": "Network", "type_id": 1},
            {"id": 6, "value": "Network>VPN", "type_id": 1},
            {"id": 7, "value": "Network", "type_id": 2},
        ]))
        .unwrap();
        let Some(Record::Choice(vpn)) = category(&rows[1], &rows) else { panic!() };
        assert_eq!((vpn.label.as_str(), vpn.parent.unwrap().key.as_str()), ("Network>VPN", "category:5"));
    }
}
