//! Actions and attachments → comments, time entries, attachments. An action's id counts within its ticket, so the key of
//! what is made of it is `ticket/action`.

use super::value::{Zone, html};
use crate::wire::desk::{ActionRow, AttachmentRow};
use portico_contract::marker;
use portico_contract::record::{Attachment, Author, Comment, Record, TimeEntry};
use portico_contract::value::{Html, Visibility};
use portico_contract::{Kind, NativeId};
use std::collections::BTreeMap;

/// `who_type` of an agent.
const AGENT: i64 = 1;

pub(crate) fn key(ticket: i64, action: i64) -> String {
    format!("{ticket}/{action}")
}

/// The ticket and the number of an action behind a key that this adapter made.
pub(crate) fn parts(key: &str) -> Option<(i64, i64)> {
    let (ticket, action) = key.split_once('/')?;
    Some((ticket.parse().ok()?, action.parse().ok()?))
}

/// Public only if Halo says in so many words that it is not hidden. What the system wrote is hidden too.
pub(crate) fn visibility(row: &ActionRow) -> Visibility {
    let system = row.action_systemid.key().is_some();
    if row.hiddenfromuser.no() && !system { Visibility::Public } else { Visibility::Hidden }
}

/// The records of a ticket's thread, sorted by their time.
pub(crate) fn thread(ticket: i64, actions: &[ActionRow], files: &[AttachmentRow], zone: Zone) -> Vec<Record> {
    let mut actions: Vec<(i64, &ActionRow)> =
        actions.iter().filter_map(|row| row.id.key().map(|number| (number, row))).collect();
    actions.sort_by_key(|(number, row)| (zone.moment(&row.datetime), *number));
    let mut records: Vec<Record> = Vec::new();
    for (number, row) in &actions {
        records.push(Record::Comment(comment(ticket, *number, row, zone)));
    }
    for (number, row) in &actions {
        records.extend(time_entry(ticket, *number, row, zone).map(Record::TimeEntry));
    }
    let mut named: BTreeMap<i64, Record> = BTreeMap::new();
    let of_ticket = files.iter().map(|file| (file.action_id.key(), file));
    let of_actions =
        actions.iter().flat_map(|(number, row)| row.attachments.all().iter().map(move |file| (Some(*number), file)));
    for (action, file) in of_ticket.chain(of_actions) {
        let by = action.and_then(|action| actions.iter().find(|(number, _)| *number == action)).map(|(_, row)| *row);
        if let Some(id) = file.id.key() {
            named.insert(id, Record::Attachment(attachment(ticket, id, action, by, file, zone)));
        }
    }
    records.extend(named.into_values());
    records
}

pub(crate) fn comment(ticket: i64, number: i64, row: &ActionRow, zone: Zone) -> Comment {
    let (body, marker) = marker::take(&html(&row.note_html, &row.note).0);
    Comment {
        id: NativeId::new(Kind::Comment, key(ticket, number)),
        ticket: NativeId::new(Kind::Ticket, ticket),
        author: author(row),
        body: Html(body),
        visibility: visibility(row),
        requires_action: false,
        marker,
        created_at: zone.moment(&row.datetime),
        updated_at: zone.moment(&row.last_updated),
    }
}

fn author(row: &ActionRow) -> Author {
    let contact = row.actionby_user_id.id(Kind::Contact);
    let by = row.actionby_agent_id.id(Kind::Agent);
    let who = (row.who_type.0 == Some(AGENT)).then(|| row.who_agentid.id(Kind::Agent)).flatten();
    let agent = if contact.is_none() { by.or(who) } else { None };
    Author { contact, agent, name: row.who.words() }
}

fn time_entry(ticket: i64, number: i64, row: &ActionRow, zone: Zone) -> Option<TimeEntry> {
    let seconds = row.timetaken.seconds().filter(|seconds| *seconds > 0)?;
    Some(TimeEntry {
        id: NativeId::new(Kind::TimeEntry, key(ticket, number)),
        ticket: NativeId::new(Kind::Ticket, ticket),
        comment: Some(NativeId::new(Kind::Comment, key(ticket, number))),
        agent: author(row).agent,
        seconds,
        note: Html::default(),
        visibility: visibility(row),
        billable: row.actisbillable.0,
        started_at: zone.moment(&row.actionarrivaldate).or_else(|| zone.moment(&row.datetime)),
    })
}

/// A file is as visible as its action. One of the ticket itself is hidden unless Halo shows it to users.
fn attachment(
    ticket: i64,
    id: i64,
    action: Option<i64>,
    by: Option<&ActionRow>,
    file: &AttachmentRow,
    zone: Zone,
) -> Attachment {
    let shown = match (action, by) {
        (Some(_), Some(row)) => visibility(row) == Visibility::Public && !file.showforusers.no(),
        // Its action is not among those that came.
        (Some(_), None) => false,
        (None, _) => file.showforusers.yes(),
    };
    Attachment {
        id: NativeId::new(Kind::Attachment, id),
        ticket: NativeId::new(Kind::Ticket, ticket),
        comment: action.map(|action| NativeId::new(Kind::Comment, key(ticket, action))),
        name: file.filename.or(|| format!("file-{id}")),
        media_type: file.content_type.words(),
        size: file.filesize.0.filter(|size| *size >= 0),
        reference: id.to_string(),
        visibility: if shown { Visibility::Public } else { Visibility::Hidden },
        created_at: zone.moment(&file.datecreated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    const ZONE: Zone = Zone(chrono_tz::UTC);

    fn action(value: Value) -> ActionRow {
        from_value(value).unwrap()
    }

    #[test]
    fn only_what_halo_calls_not_hidden_is_public() {
        for (extra, expected) in [
            (json!({"hiddenfromuser": false}), Visibility::Public),
            (json!({"hiddenfromuser": "false"}), Visibility::Public),
            (json!({"hiddenfromuser": true}), Visibility::Hidden),
            (json!({"hiddenfromuser": null}), Visibility::Hidden),
            (json!({}), Visibility::Hidden),
            (json!({"hiddenfromclient": false}), Visibility::Hidden),
            (json!({"hiddenfromuser": false, "action_systemid": 7}), Visibility::Hidden),
        ] {
            assert_eq!(visibility(&action(extra.clone())), expected, "{extra}");
        }
    }

    #[test]
    fn a_thread_is_sorted_and_its_keys_name_the_ticket() {
        let rows = [
            action(
                json!({"id": 2, "datetime": "2026-03-01T10:00:00", "note": "b", "hiddenfromuser": true, "timetaken": 0.25}),
            ),
            action(
                json!({"id": 1, "datetime": "2026-03-01T09:00:00", "note_html": "<p>a</p>", "hiddenfromuser": false,
                "who": "Pat", "actionby_user_id": 210, "who_type": 1, "who_agentid": 5}),
            ),
        ];
        let records = thread(4242, &rows, &[], ZONE);
        let ids: Vec<String> = records.iter().map(|record| record.id().to_string()).collect();
        assert_eq!(ids, ["comment:4242/1", "comment:4242/2", "time_entry:4242/2"]);
        let Record::Comment(first) = &records[0] else { panic!() };
        assert_eq!((first.author.contact.as_ref().unwrap().key.as_str(), &first.author.agent), ("210", &None));
        let Record::TimeEntry(time) = &records[2] else { panic!() };
        assert_eq!((time.seconds, time.visibility), (900, Visibility::Hidden));
        assert_eq!((parts("4242/1"), parts("4242"), parts("a/b")), (Some((4242, 1)), None, None));
    }

    #[test]
    fn a_file_is_never_more_visible_than_its_action() {
        let rows = [
            action(json!({"id": 1, "hiddenfromuser": false, "attachments": [{"id": 70}]})),
            action(json!({"id": 2, "hiddenfromuser": true})),
        ];
        let files: Vec<AttachmentRow> = from_value(json!([
            {"id": 71, "action_id": 2, "showforusers": true},
            {"id": 72, "action_id": 1, "showforusers": false},
            {"id": 73, "action_id": 0, "showforusers": true},
            {"id": 74},
            {"id": 75, "action_id": 9, "showforusers": true},
        ]))
        .unwrap();
        let shown: Vec<String> = thread(1, &rows, &files, ZONE)
            .iter()
            .filter_map(|record| match record {
                Record::Attachment(file) if file.visibility == Visibility::Public => Some(file.reference.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(shown, ["70", "73"]);
    }
}
