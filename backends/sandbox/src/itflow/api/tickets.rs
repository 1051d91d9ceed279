//! Tickets: created and resolved; nothing else of them can be changed here.

use super::call::{Call, blank};
use crate::error::Result;
use crate::itflow::edit::take_number;
use crate::itflow::statement::{cell, number, run, words};
use crate::itflow::tables::desk;
use serde_json::{Map, Value};

/// A text of a row.
pub(super) fn text<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

impl Call<'_> {
    /// The contact, the asset and even the client are taken as they are given. What does not fit is an error after the
    /// number was taken.
    pub(super) async fn create_ticket(&self) -> Result<Option<i32>> {
        let params = &self.params;
        let Some(subject) = params.plain("ticket_subject").filter(|subject| !blank(subject)) else { return Ok(None) };
        let client = params.client();
        let mut contact = params.number("ticket_contact_id").unwrap_or(0);
        if contact == 0 && client != 0 {
            let sql =
                "SELECT CAST(contact_id AS SIGNED) FROM contacts WHERE contact_client_id = ? AND contact_primary = 1";
            contact = i32::try_from(number(self.conn, sql, vec![client.into()]).await?).unwrap_or(0);
        }
        let count = take_number(self.conn, "config_ticket_next_number").await?;
        let details = params.posted("ticket_details").unwrap_or_else(|| "< blank >".to_owned());
        let link = |name: &str| params.number(name).unwrap_or(0);
        let sql = "SELECT config_ticket_prefix FROM settings WHERE company_id = 1";
        let prefix = words(self.conn, sql, Vec::new()).await?.into_iter().next().unwrap_or_default();
        let id = self
            .add(
                &desk::TICKETS,
                vec![
                    cell("ticket_prefix", &prefix),
                    cell("ticket_number", count),
                    cell("ticket_source", "API"),
                    cell("ticket_subject", &subject),
                    cell("ticket_details", format!("{details}<br>")),
                    cell("ticket_priority", params.plain("ticket_priority").unwrap_or_else(|| "Low".to_owned())),
                    cell("ticket_status", 1),
                    cell("ticket_billable", link("ticket_billable")),
                    cell("ticket_vendor_ticket_number", link("ticket_vendor_ticket_id").to_string()),
                    cell("ticket_vendor_id", link("ticket_vendor_id")),
                    cell("ticket_created_by", 0),
                    cell("ticket_assigned_to", link("ticket_assigned_to")),
                    cell("ticket_contact_id", contact),
                    cell("ticket_asset_id", link("ticket_asset_id")),
                    cell("ticket_url_key", uuid::Uuid::new_v4().simple().to_string()),
                    cell("ticket_created_at", self.now),
                    cell("ticket_client_id", client),
                ],
            )
            .await?;
        self.apply_sla(id).await?;
        let said = format!("Created ticket {prefix}{count} {subject} via API ({})", self.key);
        self.log("Ticket", "Create", &said, client, id).await?;
        self.log("API", "Success", &said, client, 0).await?;
        Ok(Some(id))
    }

    /// Any ticket of the client that is named, whoever may see that client; a closed one as well. Where a service level
    /// sets a time for the solution, the count that is answered is of a later statement: no row, though it is resolved.
    pub(super) async fn resolve_ticket(&self) -> Result<u64> {
        let Some(asked) = self.params.number("ticket_id").filter(|id| *id != 0) else { return Ok(0) };
        let client = self.params.client();
        let columns = ["ticket_id", "ticket_prefix", "ticket_number"].map(str::to_owned);
        let from = "FROM tickets WHERE ticket_id = ? AND ticket_resolved_at IS NULL AND ticket_client_id = ?";
        let row = self.rows(&columns, from, vec![asked.into(), client.into()]).await?.into_iter().next();
        let row = row.unwrap_or_default();
        let id: i32 = text(&row, "ticket_id").and_then(|id| id.parse().ok()).unwrap_or(0);
        self.first_response(id).await?;
        let count =
            self.set(&desk::TICKETS, id, vec![cell("ticket_status", 4), cell("ticket_resolved_at", self.now)]).await?;
        let count = if self.judge_resolution(id).await? { 0 } else { count };
        self.history(id, &format!("Resolved via the API ({})", self.key)).await?;
        let number = format!(
            "{}{}",
            text(&row, "ticket_prefix").unwrap_or_default(),
            text(&row, "ticket_number").unwrap_or("0")
        );
        self.log("Ticket", "Resolved", &format!("{number} ticket via API ({})", self.key), client, id).await?;
        self.log("API", "Success", &format!("Resolved ticket {number} via API ({})", self.key), client, 0).await?;
        Ok(count)
    }

    /// Stamps the first answer, and whether it came in time.
    pub(super) async fn first_response(&self, ticket: i32) -> Result<()> {
        let now = cell("", self.now).1;
        let sql = "UPDATE tickets SET ticket_first_response_at = ?, ticket_updated_at = ?, ticket_response_sla_met = \
                   CASE WHEN ticket_response_due_at IS NULL THEN NULL WHEN ? <= ticket_response_due_at THEN 1 ELSE 0 \
                   END WHERE ticket_id = ? AND ticket_first_response_at IS NULL";
        run(self.conn, sql, vec![now.clone(), now.clone(), now, ticket.into()]).await?;
        Ok(())
    }
}
