//! Statuses, priorities, categories, and the types and states of assets → choices.

use super::value::{is_set, words};
use super::words as known;
use crate::wire::choice::{CategoryRow, StatusRow};
use portico_contract::record::{Choice, Record};
use portico_contract::value::ChoiceList;
use portico_contract::{Kind, NativeId};

pub(crate) fn status(row: &StatusRow) -> Record {
    let id = row.ticket_status_id;
    Record::Choice(Choice {
        id: NativeId::new(Kind::Choice, format_args!("status:{id}")),
        list: ChoiceList::TicketStatus,
        value: id.to_string(),
        label: row.ticket_status_name.trim().to_owned(),
        group: Some(known::status(id, Some(&row.ticket_status_name)).as_str().to_owned()),
        parent: None,
        colour: words(row.ticket_status_color.as_deref()),
        order: row.ticket_status_order,
        active: row.ticket_status_active != Some(false),
    })
}

/// ITFlow keeps priorities as plain words; these are the ones it offers.
pub(crate) fn priorities() -> impl Iterator<Item = Record> {
    (0..).zip(known::PRIORITIES).map(|(order, (word, group))| {
        let group = Some(group.as_str().to_owned());
        Record::Choice(Choice { group, ..word_of(ChoiceList::TicketPriority, "priority", word, order) })
    })
}

/// Types of assets are plain words too.
pub(crate) fn asset_types() -> impl Iterator<Item = Record> {
    let words = (0..).zip(known::ASSET_TYPES);
    words.map(|(order, word)| Record::Choice(word_of(ChoiceList::AssetType, "asset_type", word, order)))
}

/// The states that an installation keeps; where it keeps none, those that ITFlow comes with. An asset
/// carries the name.
pub(crate) fn asset_statuses(rows: &[CategoryRow]) -> Vec<Record> {
    let list = ChoiceList::AssetStatus;
    let kept = rows.iter().map(|row| {
        let name = row.category_name.trim();
        Record::Choice(Choice {
            id: NativeId::new(Kind::Choice, format_args!("asset_status:{}", row.category_id)),
            colour: words(row.category_color.as_deref()),
            active: !is_set(row.category_archived_at.as_deref()),
            ..word_of(list, "asset_status", name, row.category_order)
        })
    });
    let known = (0..).zip(known::ASSET_STATUSES);
    let known = known.map(|(order, word)| Record::Choice(word_of(list, "asset_status", word, order)));
    if rows.is_empty() { known.collect() } else { kept.collect() }
}

/// A choice that is its own word.
fn word_of(list: ChoiceList, name: &str, word: &str, order: i32) -> Choice {
    Choice {
        id: NativeId::new(Kind::Choice, format_args!("{name}:{word}")),
        list,
        value: word.to_owned(),
        label: word.to_owned(),
        group: None,
        parent: None,
        colour: None,
        order,
        active: true,
    }
}

pub(crate) fn category(row: &CategoryRow) -> Record {
    let id = |key: i64| NativeId::new(Kind::Choice, format_args!("category:{key}"));
    Record::Choice(Choice {
        id: id(row.category_id),
        list: ChoiceList::TicketCategory,
        value: row.category_id.to_string(),
        label: row.category_name.trim().to_owned(),
        group: None,
        parent: row.category_parent.filter(|parent| *parent > 0).map(id),
        colour: words(row.category_color.as_deref()),
        order: row.category_order,
        active: !is_set(row.category_archived_at.as_deref()),
    })
}
