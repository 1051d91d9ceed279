//! Reads: every value is text or null, rows come by id, one look-up at a time.

use super::answer::Answer;
use super::call::{Call, blank, intval};
use crate::error::{Error, Result};
use crate::itflow::table::Table;
use crate::itflow::tables::{desk, firm, parties};
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::{Map, Value as Json};

fn names(alias: &str, table: &Table) -> Vec<String> {
    table.columns.iter().map(|column| format!("{alias}{}", column.name)).collect()
}

impl Call<'_> {
    /// Rows of these columns (perhaps with an alias before the point) as text.
    pub(super) async fn rows(
        &self,
        columns: &[String],
        rest: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Map<String, Json>>> {
        let cast = |column: &String| {
            let (_, name) = column.rsplit_once('.').unwrap_or(("", column.as_str()));
            let (what, name) = column.split_once(" AS ").unwrap_or((column.as_str(), name));
            format!("CAST({what} AS CHAR) AS {name}")
        };
        let list: Vec<String> = columns.iter().map(cast).collect();
        let sql = format!("SELECT {} {rest}", list.join(", "));
        let rows =
            self.conn.query_all_raw(Statement::from_sql_and_values(self.conn.get_database_backend(), sql, values));
        let name = |column: &String| {
            let plain = column.rsplit_once(" AS ").or_else(|| column.rsplit_once('.'));
            plain.map_or(column.as_str(), |(_, name)| name).to_owned()
        };
        let mut found = Vec::new();
        for row in rows.await? {
            let mut map = Map::new();
            for (at, column) in columns.iter().enumerate() {
                let value: Option<String> = row.try_get_by_index(at)?;
                map.insert(name(column), value.map_or(Json::Null, Json::String));
            }
            found.push(map);
        }
        Ok(found)
    }

    /// `LIMIT … OFFSET …`: below zero is an error of the database.
    fn page(&self) -> Result<String> {
        let number = |name, default| {
            let given = self.params.asked(name).or_else(|| self.params.posted(name));
            given.map_or(default, |text| intval(&text))
        };
        let (limit, offset) = (number("limit", 50), number("offset", 0));
        if limit < 0 || offset < 0 { Err(Error::Limit) } else { Ok(format!("LIMIT {limit} OFFSET {offset}")) }
    }

    fn asked_number(&self, name: &str) -> Option<i32> {
        self.params.asked(name).map(|text| intval(&text))
    }

    pub(super) async fn read_tickets(&self) -> Result<Answer> {
        let scope = self.agent.scope("ticket_client_id");
        let mut columns = names("", &desk::TICKETS);
        let Some(id) = self.asked_number("ticket_id") else {
            let rest = format!("FROM tickets WHERE 1=1{scope} ORDER BY ticket_id {}", self.page()?);
            return Ok(Answer::rows(self.rows(&columns, &rest, Vec::new()).await?));
        };
        columns.extend(names("", &firm::TICKET_STATUSES));
        let rest = format!(
            "FROM tickets LEFT JOIN ticket_statuses ON ticket_status = ticket_status_id WHERE ticket_id = ?{scope}"
        );
        Ok(Answer::rows(self.rows(&columns, &rest, vec![id.into()]).await?))
    }

    pub(super) async fn read_replies(&self) -> Result<Answer> {
        let mut columns = names("tr.", &desk::TICKET_REPLIES);
        columns.extend(["prefix", "number", "subject", "client_id"].map(|name| format!("t.ticket_{name}")));
        columns.push("COALESCE(u.user_name, c.contact_name) AS ticket_reply_by_name".to_owned());
        let mut rest = "FROM ticket_replies tr INNER JOIN tickets t ON t.ticket_id = tr.ticket_reply_ticket_id \
                        LEFT JOIN users u ON tr.ticket_reply_type <> 'Client' AND u.user_id = tr.ticket_reply_by \
                        LEFT JOIN contacts c ON tr.ticket_reply_type = 'Client' AND c.contact_id = tr.ticket_reply_by \
                        WHERE 1=1"
            .to_owned();
        rest.push_str(&self.agent.scope("t.ticket_client_id"));
        if self.params.asked("include_archived").is_none_or(|flag| blank(&flag)) {
            rest.push_str(" AND tr.ticket_reply_archived_at IS NULL");
        }
        let wanted = self.params.asked("type").unwrap_or_default();
        let known = ["Internal", "Public", "Client"].into_iter().find(|known| known.eq_ignore_ascii_case(&wanted));
        if let Some(kind) = known {
            rest.push_str(&format!(" AND tr.ticket_reply_type = '{kind}'"));
        }
        if let Some(id) = self.asked_number("ticket_reply_id") {
            rest.push_str(&format!(" AND tr.ticket_reply_id = {id} LIMIT 1"));
        } else {
            if let Some(ticket) = self.asked_number("ticket_id") {
                rest.push_str(&format!(" AND tr.ticket_reply_ticket_id = {ticket}"));
            }
            rest.push_str(&format!(" ORDER BY tr.ticket_reply_id ASC {}", self.page()?));
        }
        Ok(Answer::rows(self.rows(&columns, &rest, Vec::new()).await?))
    }

    pub(super) async fn read_contacts(&self) -> Result<Answer> {
        let columns = names("", &parties::CONTACTS);
        let scope = self.agent.scope("contact_client_id");
        let (rest, values) = if let Some(id) = self.asked_number("contact_id") {
            (format!("WHERE contact_id = ?{scope}"), vec![id.into()])
        } else if let Some(email) = self.params.asked("contact_email") {
            (format!("WHERE contact_email = ?{scope}"), vec![email.into()])
        } else if let Some(phone) = self.params.asked("contact_phone_or_mobile") {
            // No brackets: a mobile number is found whoever's it is.
            let sql = format!("WHERE contact_mobile = ? OR contact_phone = ? AND 1=1{scope} LIMIT 1");
            (sql, vec![phone.as_str().into(), phone.as_str().into()])
        } else {
            (format!("WHERE 1=1{scope} ORDER BY contact_id {}", self.page()?), Vec::new())
        };
        Ok(Answer::rows(self.rows(&columns, &format!("FROM contacts {rest}"), values).await?))
    }

    pub(super) async fn read_clients(&self) -> Result<Answer> {
        let columns = names("", &parties::CLIENTS);
        let scope = self.agent.scope("client_id");
        let (rest, values) = match self.params.asked("client_name") {
            Some(name) => (format!("WHERE client_name = ?{scope}"), vec![name.into()]),
            None => (format!("WHERE 1=1{scope} ORDER BY client_id {}", self.page()?), Vec::new()),
        };
        Ok(Answer::rows(self.rows(&columns, &format!("FROM clients {rest}"), values).await?))
    }
}
