//! The mirrored rows themselves, beside what GraphQL makes of them.

use anyhow::Result;
use futures_util::future::LocalBoxFuture;
use portico::readmodel::entity::{
    accounts, agents, announcements, approvals, articles, assets, attachments, catalogue_categories, catalogue_items,
    certificates, choices, comments, contacts, contracts, documents, domains, forms, invoices, outbox, payments,
    quotes, recurring_invoices, sites, teams, tickets, time_entries,
};
use portico::readmodel::table::{Mirrored, TABLES};
use portico_contract::Kind;
use portico_tests::House;
use sea_orm::{Database, DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryOrder, Value};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row by the names of its columns.
pub type Row = BTreeMap<String, Value>;

/// Every row of every mirror.
pub type Mirror = BTreeMap<(Kind, Uuid), Row>;

/// A handle on a house's own database, past all fences.
pub async fn open(house: &House) -> Result<DatabaseConnection> {
    Ok(Database::connect(house.config.database.url.expose_secret()).await?)
}

type Reader = (Kind, for<'a> fn(&'a DatabaseConnection) -> LocalBoxFuture<'a, Result<Vec<Row>>>);

const fn reader<E: Mirrored>() -> Reader {
    (E::KIND, |conn| Box::pin(read::<E>(conn)))
}

const READERS: &[Reader] = &[
    reader::<accounts::Entity>(),
    reader::<sites::Entity>(),
    reader::<contacts::Entity>(),
    reader::<agents::Entity>(),
    reader::<teams::Entity>(),
    reader::<choices::Entity>(),
    reader::<tickets::Entity>(),
    reader::<comments::Entity>(),
    reader::<attachments::Entity>(),
    reader::<time_entries::Entity>(),
    reader::<approvals::Entity>(),
    reader::<assets::Entity>(),
    reader::<invoices::Entity>(),
    reader::<payments::Entity>(),
    reader::<recurring_invoices::Entity>(),
    reader::<quotes::Entity>(),
    reader::<documents::Entity>(),
    reader::<domains::Entity>(),
    reader::<certificates::Entity>(),
    reader::<contracts::Entity>(),
    reader::<forms::Entity>(),
    reader::<catalogue_categories::Entity>(),
    reader::<catalogue_items::Entity>(),
    reader::<articles::Entity>(),
    reader::<announcements::Entity>(),
];

pub async fn rows(conn: &DatabaseConnection) -> Result<Mirror> {
    let mut mirror = Mirror::new();
    for (kind, read) in READERS {
        for row in read(conn).await? {
            if let Some(Value::Uuid(Some(id))) = row.get("id") {
                mirror.insert((*kind, *id), row);
            }
        }
    }
    Ok(mirror)
}

async fn read<E: Mirrored>(conn: &DatabaseConnection) -> Result<Vec<Row>> {
    #[expect(clippy::disallowed_methods, reason = "the rows themselves are what is compared")]
    let models = E::find().all(conn).await?;
    let row =
        |model: E::Model| E::Column::iter().map(|column| (column.as_str().to_owned(), model.get(column))).collect();
    Ok(models.into_iter().map(row).collect())
}

/// What was published, in order.
pub async fn outbox(conn: &DatabaseConnection) -> Result<Vec<outbox::Model>> {
    #[expect(clippy::disallowed_methods, reason = "the events themselves are what is compared")]
    let rows = outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(conn).await?;
    Ok(rows)
}

/// A mirror without these columns.
#[must_use]
pub fn without(mirror: Mirror, columns: &[&str]) -> Mirror {
    let keep = |row: Row| row.into_iter().filter(|(name, _)| !columns.contains(&name.as_str())).collect();
    mirror.into_iter().map(|(key, row)| (key, keep(row))).collect()
}

/// Where two mirrors differ, in words.
#[must_use]
pub fn differences(ours: &Mirror, theirs: &Mirror) -> Vec<String> {
    let native = |row: &Row| format!("{:?}", row.get("native_key"));
    let mut found = Vec::new();
    for ((kind, id), row) in ours {
        match theirs.get(&(*kind, *id)) {
            None => found.push(format!("{kind} {} is too much", native(row))),
            Some(other) => {
                let columns = row.iter().filter(|(name, value)| other.get(*name) != Some(*value));
                found.extend(columns.map(|(name, value)| {
                    format!("{kind} {}: {name} is {value:?}, not {:?}", native(row), other.get(name))
                }));
            }
        }
    }
    let missing = theirs.iter().filter(|(key, _)| !ours.contains_key(key));
    found.extend(missing.map(|((kind, _), row)| format!("{kind} {} is missing", native(row))));
    found
}

#[test]
fn every_mirrored_kind_is_compared() {
    let mirrored: Vec<Kind> = TABLES.iter().map(|table| table.kind).collect();
    let compared: Vec<Kind> = READERS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(compared, mirrored);
}
