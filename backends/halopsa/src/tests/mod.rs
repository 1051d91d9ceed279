//! Rules of the adapter as a whole, against the sandbox's tenant.

mod bench;
mod conformance;
mod faults;
mod files;
mod fixture;
mod hints;
mod passes;
mod reads;
mod report;
mod unclear;
mod writes;

use crate::lists::Desk;
use crate::wire::Text;
use crate::wire::choice::StatusRow;
use portico_contract::value::StatusGroup;
use serde_json::from_value;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The words of a small desk.
pub(crate) fn desk() -> Desk {
    let text = |text: &str| Text(Some(text.to_owned()));
    let status = |id: i64, name: &str, group| -> (i64, (StatusRow, StatusGroup)) {
        (id, (from_value(json!({"id": id, "name": name})).unwrap(), group))
    };
    Desk {
        statuses: BTreeMap::from([
            status(1, "New", StatusGroup::New),
            status(2, "In Progress", StatusGroup::InProgress),
            status(9, "Closed", StatusGroup::Closed),
        ]),
        closed: BTreeSet::from([9]),
        resolved: None,
        priorities: from_value(json!([
            {"priorityid": 3, "slaid": 2, "name": "Low"},
            {"priorityid": 3, "slaid": 1, "name": "High"},
        ]))
        .unwrap(),
        types: BTreeMap::from([
            (1, from_value(json!({"id": 1, "name": "Incident", "use": "ticket"})).unwrap()),
            (50, from_value(json!({"id": 50, "name": "Deal", "use": "opps"})).unwrap()),
            (22, from_value(json!({"id": 22, "name": "Task", "default_showforusers": false})).unwrap()),
        ]),
        teams: BTreeMap::from([("1st line".to_owned(), 4)]),
        team_names: BTreeMap::from([(4, "1st Line".to_owned())]),
        urgencies: BTreeMap::from([(2, text("Medium"))]),
        impacts: BTreeMap::from([(1, text("Company"))]),
        slas: BTreeMap::from([(1, text("Standard"))]),
        internal: false,
    }
}
