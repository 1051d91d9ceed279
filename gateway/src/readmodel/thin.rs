//! Rows that came without their children: which they are, the newest first, and how many.

use super::entity::{invoices, tickets};
use super::store::{Store, db};
use super::table::Mirrored;
use super::upsert::column;
use portico_contract::{Kind, NativeId, Result};
use sea_orm::sea_query::{Expr, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

/// A row that lacks its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thin {
    pub id: Uuid,
    pub native: NativeId,
}

/// Kinds whose rows can come without their children.
pub const THIN: &[Kind] = &[Kind::Ticket, Kind::Invoice];

impl Store {
    /// The newest rows of a kind that lack their children, but for these.
    pub async fn thin(&self, backend: Uuid, kind: Kind, limit: u64, but: &[Uuid]) -> Result<Vec<Thin>> {
        match kind {
            Kind::Ticket => newest::<tickets::Entity>(&self.read, backend, "updated_at", limit, but).await,
            Kind::Invoice => newest::<invoices::Entity>(&self.read, backend, "issued_on", limit, but).await,
            _ => Ok(Vec::new()),
        }
    }

    /// How many rows lack their children, by backend and kind, in one statement.
    pub async fn thin_counts(&self) -> Result<Vec<(Uuid, Kind, u64)>> {
        let mut counts = count::<tickets::Entity>()?;
        counts.union(UnionType::All, count::<invoices::Entity>()?);
        let mut found = Vec::new();
        for row in self.read.query_all(&counts).await.map_err(db)? {
            let (backend, kind, rows): (Uuid, String, i64) = (
                row.try_get_by_index(0).map_err(db)?,
                row.try_get_by_index(1).map_err(db)?,
                row.try_get_by_index(2).map_err(db)?,
            );
            if let (Ok(kind), Ok(rows)) = (kind.parse(), u64::try_from(rows)) {
                found.push((backend, kind, rows));
            }
        }
        Ok(found)
    }
}

async fn newest<E: Mirrored>(
    conn: &DatabaseConnection,
    backend: Uuid,
    by: &str,
    limit: u64,
    but: &[Uuid],
) -> Result<Vec<Thin>> {
    let (id, by) = (column::<E>("id")?, column::<E>(by)?);
    let rows: Vec<(Uuid, String)> = E::find()
        .select_only()
        .columns([id, column::<E>("native_key")?])
        .filter(column::<E>("backend_id")?.eq(backend))
        .filter(column::<E>("thin_at")?.is_not_null())
        .filter(id.is_not_in(but.iter().copied()))
        .order_by_desc(by)
        .order_by_desc(id)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(|(id, key)| Thin { id, native: NativeId { kind: E::KIND, key } }).collect())
}

fn count<E: Mirrored>() -> Result<SelectStatement> {
    let backend = column::<E>("backend_id")?;
    let thin = E::find().select_only().column(backend).column_as(Expr::val(E::KIND.as_str()), "kind");
    let thin = thin.column_as(column::<E>("id")?.count(), "rows").filter(column::<E>("thin_at")?.is_not_null());
    Ok(thin.group_by(backend).into_query())
}
