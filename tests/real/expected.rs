//! What the rules of ITFlow's own portal allow, asked of its tables directly: nothing of Portico is used.

use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// A contact with what its rights hang on.
#[derive(Debug)]
pub struct Contact {
    pub id: i64,
    client: i64,
    /// Could sign in to ITFlow's portal.
    admitted: bool,
    primary: bool,
    billing: bool,
    technical: bool,
}

async fn numbers(db: &DatabaseConnection, sql: String) -> Result<Vec<i64>> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::MySql, sql)).await?;
    rows.iter().map(|row| Ok(i64::from(row.try_get_by_index::<i32>(0)?))).collect()
}

impl Contact {
    pub async fn all(db: &DatabaseConnection) -> Result<Vec<Self>> {
        let sql = "SELECT c.contact_id, c.contact_client_id, \
             CAST(c.contact_archived_at IS NULL AND cl.client_archived_at IS NULL AND cl.client_lead = 0 \
               AND u.user_type = 2 AND u.user_status = 1 AND u.user_archived_at IS NULL AS SIGNED) AS admitted, \
             CAST(c.contact_primary AS SIGNED) AS p, CAST(IFNULL(c.contact_billing, 0) AS SIGNED) AS b, \
             CAST(IFNULL(c.contact_technical, 0) AS SIGNED) AS t \
           FROM contacts c JOIN clients cl ON cl.client_id = c.contact_client_id \
           LEFT JOIN users u ON u.user_id = c.contact_user_id ORDER BY c.contact_id";
        let rows = db.query_all_raw(Statement::from_string(DbBackend::MySql, sql)).await.context("contacts")?;
        let flag = |row: &sea_orm::QueryResult, name: &str| -> Result<bool> {
            Ok(row.try_get::<Option<i64>>("", name)? == Some(1))
        };
        rows.iter()
            .map(|row| {
                Ok(Self {
                    id: i64::from(row.try_get::<i32>("", "contact_id")?),
                    client: i64::from(row.try_get::<i32>("", "contact_client_id")?),
                    admitted: flag(row, "admitted")?,
                    primary: flag(row, "p")?,
                    billing: flag(row, "b")?,
                    technical: flag(row, "t")?,
                })
            })
            .collect()
    }

    fn ticket_rule(&self) -> String {
        let own = if self.primary || self.technical {
            String::new()
        } else {
            format!(" AND t.ticket_contact_id = {}", self.id)
        };
        format!("{} AND t.ticket_client_id = {}{own} AND t.ticket_archived_at IS NULL", self.admitted, self.client)
    }

    pub async fn tickets(&self, db: &DatabaseConnection) -> Result<Vec<i64>> {
        numbers(db, format!("SELECT t.ticket_id FROM tickets t WHERE {}", self.ticket_rule())).await
    }

    pub async fn comments(&self, db: &DatabaseConnection) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT r.ticket_reply_id FROM ticket_replies r JOIN tickets t ON t.ticket_id = r.ticket_reply_ticket_id \
             WHERE {} AND r.ticket_reply_archived_at IS NULL AND r.ticket_reply_type <> 'Internal'",
            self.ticket_rule()
        );
        numbers(db, sql).await
    }

    pub async fn invoices(&self, db: &DatabaseConnection) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT invoice_id FROM invoices WHERE {} AND invoice_client_id = {} AND invoice_status <> 'Draft' \
             AND invoice_archived_at IS NULL",
            self.admitted && (self.primary || self.billing),
            self.client
        );
        numbers(db, sql).await
    }
}
