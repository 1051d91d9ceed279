//! Writes the index. A record's words are a function of its row and of the rows that hang on it: they are always made
//! anew from what the mirror holds, whatever it was that changed.

use super::KINDS;
use super::matching::{self, LOCAL, TEXT};
use super::texts::{Searched, Text, threads};
use super::words::Words;
use crate::readmodel::entity::search;
use crate::readmodel::store::db;
use crate::readmodel::upsert::{BINDS, Change, IDS};
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use uuid::Uuid;

/// Records whose words are held in memory at once.
const BATCH: usize = 200;

/// Low bits of a document's id: they tell records of one second apart.
const SPREAD: u32 = 30;

/// Brings the index to what these changes left behind, in their own transaction.
pub async fn follow(tx: &DatabaseTransaction, changes: &[Change]) -> Result<()> {
    let mut touched: BTreeMap<Kind, BTreeSet<Uuid>> = BTreeMap::new();
    for change in changes {
        if change.kind == Kind::Comment {
            touched.entry(Kind::Ticket).or_default().extend(&change.parents);
        } else if super::entry(change.kind).is_some() {
            touched.entry(change.kind).or_default().insert(change.id);
        }
    }
    for (kind, ids) in touched {
        let Some(entry) = super::entry(kind) else { continue };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for ids in ids.chunks(BATCH) {
            (entry.index)(tx, ids).await?;
        }
    }
    Ok(())
}

/// Empties the index.
pub async fn clear(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        for table in [TEXT, LOCAL] {
            let all = format!("INSERT INTO {table} ({table}) VALUES ('delete-all')");
            tx.execute_unprepared(&all).await.map_err(db)?;
        }
    }
    search::Entity::delete_many().filter(Expr::val(1).eq(1)).exec(tx).await.map_err(db)?;
    Ok(())
}

/// Takes words of documents that are gone out of what SQLite has written: until then they are only marked.
pub async fn compact(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        for table in [TEXT, LOCAL] {
            let all = format!("INSERT INTO {table} ({table}) VALUES ('optimize')");
            tx.execute_unprepared(&all).await.map_err(db)?;
        }
    }
    Ok(())
}

/// Makes the whole index anew, a few records at a time.
pub async fn rebuild(tx: &DatabaseTransaction) -> Result<u64> {
    clear(tx).await?;
    let mut done = 0;
    for entry in KINDS {
        let mut last = None;
        loop {
            let ids = (entry.after)(tx, last).await?;
            if ids.is_empty() {
                break;
            }
            (entry.index)(tx, &ids).await?;
            last = ids.last().copied();
            done += u64::try_from(ids.len()).unwrap_or_default();
        }
    }
    Ok(done)
}

/// Fills an index that has been made beside a mirror that was there before it.
pub async fn complete(tx: &DatabaseTransaction) -> Result<()> {
    let any = search::Entity::find().select_only().column(search::Column::Docid).into_tuple::<i64>();
    if any.one(tx).await.map_err(db)?.is_none() {
        rebuild(tx).await?;
    }
    Ok(())
}

/// Ids of the next rows of a kind, in the order of the ids.
pub async fn after<E: Searched>(tx: &DatabaseTransaction, last: Option<Uuid>) -> Result<Vec<Uuid>> {
    let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
    let batch = u64::try_from(BATCH).unwrap_or(u64::MAX);
    let mut select = E::find().select_only().column(id).order_by_asc(id).limit(batch);
    if let Some(last) = last {
        select = select.filter(id.gt(last));
    }
    select.into_tuple().all(tx).await.map_err(db)
}

/// Writes what is to be found of these records now; of those that are gone, nothing.
pub async fn index<E: Searched>(tx: &DatabaseTransaction, ids: &[Uuid]) -> Result<()> {
    forget(tx, E::KIND, ids).await?;
    let id = E::column("id").ok_or_else(|| Error::internal("no id column"))?;
    let rows = E::find().filter(id.is_in(ids.iter().copied())).all(tx).await.map_err(db)?;
    let mut texts: HashMap<Uuid, Text> = rows.iter().map(E::text).map(|text| (text.id, text)).collect();
    if texts.is_empty() {
        return Ok(());
    }
    if E::KIND == Kind::Ticket {
        threads(tx, &mut texts).await?;
    }
    write(tx, E::KIND, texts.into_values().collect()).await
}

async fn forget(tx: &DatabaseTransaction, kind: Kind, ids: &[Uuid]) -> Result<()> {
    let mut known: Vec<i64> = Vec::new();
    for ids in ids.chunks(IDS) {
        let held = search::Entity::find()
            .select_only()
            .column(search::Column::Docid)
            .filter(search::Column::RecordId.is_in(ids.iter().copied()))
            .filter(search::Column::Kind.eq(kind.as_str()))
            .into_tuple::<i64>();
        known.extend(held.all(tx).await.map_err(db)?);
    }
    if known.is_empty() {
        return Ok(());
    }
    if tx.get_database_backend() == DbBackend::Sqlite {
        for table in [TEXT, LOCAL] {
            let these = Expr::col(Alias::new("rowid")).is_in(known.iter().copied());
            let delete = Query::delete().from_table(Alias::new(table)).and_where(these).to_owned();
            tx.execute(&delete).await.map_err(db)?;
        }
    }
    let docs = search::Entity::delete_many().filter(search::Column::Docid.is_in(known));
    docs.exec(tx).await.map_err(db)?;
    Ok(())
}

/// Seconds, then bits of the record's own id: greater is later.
fn docid(text: &Text) -> i64 {
    let seconds = (text.at / 1_000).clamp(0, i64::from(u32::MAX));
    let low = i64::try_from(text.id.as_u128() & ((1 << SPREAD) - 1)).unwrap_or_default();
    (seconds << SPREAD) | low
}

/// Gives each record an id of its own: two of one second with the same low bits get neighbouring ones.
async fn numbered(tx: &DatabaseTransaction, mut texts: Vec<Text>) -> Result<Vec<(i64, Text)>> {
    texts.sort_by_key(|text| text.id);
    let mut numbered = Vec::with_capacity(texts.len());
    let mut taken = HashSet::new();
    let wanted: Vec<i64> = texts.iter().map(docid).collect();
    taken.extend(held(tx, &wanted).await?);
    for text in texts {
        let mut id = docid(&text);
        while taken.contains(&id) {
            id += 1;
            taken.extend(held(tx, &[id]).await?);
        }
        taken.insert(id);
        numbered.push((id, text));
    }
    Ok(numbered)
}

async fn held(tx: &DatabaseTransaction, ids: &[i64]) -> Result<Vec<i64>> {
    let column = search::Column::Docid;
    let select = search::Entity::find().select_only().column(column).filter(column.is_in(ids.iter().copied()));
    select.into_tuple().all(tx).await.map_err(db)
}

async fn write(tx: &DatabaseTransaction, kind: Kind, texts: Vec<Text>) -> Result<()> {
    let numbered = numbered(tx, texts).await?;
    for chunk in numbered.chunks(BINDS / 8) {
        if tx.get_database_backend() == DbBackend::Postgres {
            write_vectors(tx, kind, chunk).await?;
        } else {
            write_rows(tx, kind, chunk).await?;
        }
    }
    Ok(())
}

async fn write_rows(tx: &DatabaseTransaction, kind: Kind, texts: &[(i64, Text)]) -> Result<()> {
    let docs = texts.iter().map(|(docid, text)| search::ActiveModel {
        docid: Set(*docid),
        kind: Set(kind.as_str().to_owned()),
        record_id: Set(text.id),
    });
    search::Entity::insert_many(docs).exec_without_returning(tx).await.map_err(db)?;
    let table = |name: &str, columns: &[&str]| {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(name)).columns(columns.iter().copied().map(Alias::new));
        insert
    };
    let mut whole = table(TEXT, &["rowid", "owners", "public_text", "internal_text"]);
    let mut local = table(LOCAL, &["rowid", "owners", "local_text"]);
    for (docid, text) in texts {
        let owners = matching::owners(kind, text).join(" ");
        let [public, internal] = [&text.public, &text.internal].map(|words| Expr::val(words.as_str()));
        let near = Expr::val(matching::local(text).as_str());
        whole.values_panic([Expr::val(*docid), Expr::val(owners.as_str()), public, internal]);
        local.values_panic([Expr::val(*docid), Expr::val(owners), near]);
    }
    tx.execute(&whole).await.map_err(db)?;
    tx.execute(&local).await.map_err(db)?;
    Ok(())
}

async fn write_vectors(tx: &DatabaseTransaction, kind: Kind, texts: &[(i64, Text)]) -> Result<()> {
    let mut insert = Query::insert();
    insert
        .into_table(search::Entity)
        .columns(["docid", "kind", "record_id", "public_text", "internal_text", "local_text"].map(Alias::new));
    for (docid, text) in texts {
        let owners = matching::owners(kind, text);
        let typed = |words: &Words| Expr::val(vector(&owners, words)).cast_as(Alias::new("tsvector"));
        insert.values_panic([
            Expr::val(*docid),
            Expr::val(kind.as_str()),
            Expr::val(text.id),
            typed(&text.public),
            typed(&text.internal),
            typed(&matching::local(text)),
        ]);
    }
    tx.execute(&insert).await.map_err(db)?;
    Ok(())
}

/// Positions that a `tsvector` tells apart.
const POSITIONS: usize = 16_383;

/// A `tsvector` as PostgreSQL reads it: words with their positions, and whose record it is. Empty without words.
fn vector(owners: &[String], words: &Words) -> String {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, word) in words.as_str().split(' ').filter(|word| !word.is_empty()).enumerate() {
        places.entry(word).or_default().push((at + 1).min(POSITIONS));
    }
    if places.is_empty() {
        return String::new();
    }
    let mut vector = String::new();
    for owner in owners {
        let _ = write!(vector, "'@{owner}' ");
    }
    for (word, places) in places {
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        let _ = write!(vector, "'{word}':{} ", places.join(","));
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_records_have_greater_ids() {
        let text = |at, id| Text { at, id: Uuid::from_u128(id), ..Text::default() };
        assert!(docid(&text(2_000, 0)) > docid(&text(1_999, u128::MAX)));
        assert!(docid(&text(0, u128::MAX)) < docid(&text(1_000, 0)));
        assert_eq!(docid(&text(-5, 3)), 3);
        assert!(docid(&text(i64::MAX, 0)) > 0);
    }

    #[test]
    fn a_vector_names_each_word_once_with_its_places() {
        let mut words = Words::default();
        words.text("Paper jam, paper");
        assert_eq!(vector(&["a1".to_owned()], &words), "'@a1' 'jam':2 'paper':1,3 ");
        assert_eq!(vector(&["a1".to_owned()], &Words::default()), "");
    }
}
