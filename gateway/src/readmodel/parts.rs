//! What a row says, and what it does not know.
//!
//! Rows of some lists come without parts of the thing they are of. What a read of the whole thing said of them stands,
//! and only with it the row is compared with what is stored: so a list takes nothing away, and nothing goes to and fro.

use super::store::db;
use super::table::Mirrored;
use super::upsert::{IDS, column};
use portico_contract::{Kind, Part, Result};
use sea_orm::{ColumnTrait, DatabaseTransaction, IdenStatic, Iterable, ModelTrait, QueryFilter, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// Raised when rows with equal content must be written again.
const MAPPING: u8 = 3;

/// The child that a list shows beside its parent.
pub(super) const LAST: &str = "last_comment_id";
/// Since when the children of a row are not all known.
pub(super) const THIN: &str = "thin_at";
/// When the whole thing was last read.
pub(super) const DETAIL_AT: &str = "detail_at";
/// Columns that only a snapshot with children knows.
pub(super) const DETAIL: &[&str] = &[DETAIL_AT, LAST];

/// Columns that say how a row came to be, and nothing of the thing.
const ABOUT: &[&str] = &["hash", "version", "read_at", THIN, "delivery"];

/// The columns of each part.
const COLUMNS: &[(Kind, Part, &[&str])] = &[
    (Kind::Ticket, Part::Description, &["description"]),
    (Kind::Ticket, Part::Asset, &["asset_id"]),
    (Kind::Ticket, Part::Contract, &["contract_id"]),
    (Kind::Ticket, Part::Followers, &["followers"]),
    (Kind::Ticket, Part::Custom, &["custom"]),
    (
        Kind::Ticket,
        Part::Sla,
        &[
            "sla_name",
            "sla_paused",
            "response_due_at",
            "resolution_due_at",
            "first_response_at",
            "response_met",
            "resolution_met",
        ],
    ),
];

fn columns(kind: Kind, part: Part) -> &'static [&'static str] {
    COLUMNS.iter().find(|(of, named, _)| *of == kind && *named == part).map_or(&[], |(_, _, columns)| columns)
}

/// Puts what is stored of parts that a read does not know into the rows it made.
pub(super) async fn keep_unknown<E: Mirrored>(
    tx: &DatabaseTransaction,
    models: &mut HashMap<Uuid, E::Model>,
    unknown: &HashMap<Uuid, &[Part]>,
) -> Result<()> {
    let ids: Vec<Uuid> = unknown.keys().copied().collect();
    for chunk in ids.chunks(IDS) {
        let held = E::find().filter(column::<E>("id")?.is_in(chunk.iter().copied())).all(tx).await.map_err(db)?;
        for row in held {
            let Value::Uuid(Some(id)) = row.get(column::<E>("id")?) else { continue };
            let (Some(model), Some(parts)) = (models.get_mut(&id), unknown.get(&id)) else { continue };
            for name in parts.iter().flat_map(|part| columns(E::KIND, *part)) {
                keep_cell::<E>(model, &row, column::<E>(name)?)?;
            }
        }
    }
    Ok(())
}

/// What a list makes of a part counts until the whole thing was read.
fn keep_cell<E: Mirrored>(model: &mut E::Model, held: &E::Model, column: E::Column) -> Result<()> {
    let was_whole = E::column(DETAIL_AT).is_none_or(|at| held.get(at) != Value::BigInt(None));
    if was_whole || is_nothing(&model.get(column)) {
        model.try_set(column, held.get(column)).map_err(db)?;
    }
    Ok(())
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::String(Some(text)) => matches!(text.as_str(), "" | "[]" | "{}"),
        value => *value == value.as_null(),
    }
}

/// What a row says, in 64 bits: the same for a thin snapshot and a whole one.
pub(super) fn hash<E: Mirrored>(model: &E::Model, index: bool) -> i64 {
    let mut digest = Sha256::new();
    digest.update([MAPPING]);
    if index {
        // A backend that is mirrored whole again differs.
        digest.update([0]);
    }
    for column in E::Column::iter() {
        let name = column.as_str();
        if !DETAIL.contains(&name) && !ABOUT.contains(&name) {
            cell(&mut digest, &model.get(column));
        }
    }
    let bytes = digest.finalize();
    bytes.iter().take(8).fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte))
}

/// With its length before it, so that no two rows read the same.
fn cell(digest: &mut Sha256, value: &Value) {
    let mut put = |bytes: &[u8]| {
        digest.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(bytes);
    };
    match value {
        Value::String(Some(text)) => put(text.as_bytes()),
        Value::Uuid(Some(id)) => put(id.as_bytes()),
        Value::BigInt(Some(number)) => put(&number.to_be_bytes()),
        Value::Bool(Some(flag)) => put(&[u8::from(*flag)]),
        value if *value == value.as_null() => digest.update([0xff; 8]),
        other => put(format!("{other:?}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readmodel::entity::tickets;

    fn row() -> tickets::Model {
        tickets::Model { subject: "Printer".to_owned(), custom: "[]".to_owned(), ..tickets::Model::default() }
    }

    fn hash_of(change: impl FnOnce(&mut tickets::Model)) -> i64 {
        let mut row = row();
        change(&mut row);
        hash::<tickets::Entity>(&row, false)
    }

    #[test]
    fn a_row_that_says_the_same_has_the_same_hash_and_no_other() {
        let same = hash_of(|_| {});
        assert_eq!(hash_of(|row| (row.version, row.read_at, row.thin_at) = (7, 8, Some(9))), same);
        assert_eq!(hash_of(|row| (row.detail_at, row.last_comment_id) = (Some(1), Some(Uuid::from_u128(1)))), same);
        let others = [
            hash_of(|row| row.subject = "Printe".to_owned()),
            hash_of(|row| (row.subject, row.description) = ("Printe".to_owned(), "r".to_owned())),
            hash_of(|row| row.asset_id = Some(Uuid::from_u128(1))),
            hash_of(|row| row.contract_id = Some(Uuid::from_u128(1))),
            hash_of(|row| row.sla_paused = Some(false)),
            hash_of(|row| row.due_at = Some(0)),
            hash_of(|row| row.feedback = Some(String::new())),
        ];
        for (at, hash) in others.iter().enumerate() {
            assert!(*hash != same && !others[..at].contains(hash), "{at}");
        }
    }

    #[test]
    fn every_part_of_a_ticket_has_columns_of_tickets() {
        for part in Part::ALL {
            let names = columns(Kind::Ticket, *part);
            assert!(!names.is_empty(), "{part}");
            assert!(names.iter().all(|name| tickets::Entity::column(name).is_some()), "{part}");
        }
    }

    #[test]
    fn a_lists_text_counts_until_the_whole_was_read() {
        let keep = |detail_at, listed: &str| {
            let held = tickets::Model { detail_at, description: "<p>Whole</p>".to_owned(), ..row() };
            let mut model = tickets::Model { description: listed.to_owned(), ..row() };
            keep_cell::<tickets::Entity>(&mut model, &held, tickets::Column::Description).unwrap();
            model.description
        };
        assert_eq!(keep(Some(1), "Listed"), "<p>Whole</p>");
        assert_eq!(keep(None, "Listed"), "Listed");
        assert_eq!(keep(None, ""), "<p>Whole</p>");
    }
}
