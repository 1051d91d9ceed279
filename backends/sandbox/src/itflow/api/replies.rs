//! Replies of agents: public ones and notes. A customer's reply cannot be made here.

use super::call::{Call, blank, plain};
use super::tickets::text;
use crate::error::Result;
use crate::itflow::statement::{cell, words};
use crate::itflow::tables::desk;

/// Hours, minutes and seconds, the hours in one to three digits; everything else is no time at all.
fn time_worked(given: Option<String>) -> String {
    let none = || "00:00:00".to_owned();
    let Some(given) = given.map(|text| plain(&text)) else { return none() };
    let digits = |part: &str, low: usize, high: usize| {
        (low..=high).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let sixty = |part: &str| digits(part, 2, 2) && part < "60";
    match given.split(':').collect::<Vec<_>>().as_slice() {
        [hours, minutes, seconds] if digits(hours, 1, 3) && sixty(minutes) && sixty(seconds) => {
            format!("{hours:0>2}:{minutes}:{seconds}")
        }
        _ => none(),
    }
}

impl Call<'_> {
    /// Closed tickets take replies too, and a status is stored whatever it is.
    pub(super) async fn create_reply(&self) -> Result<Option<i32>> {
        let params = &self.params;
        let (ticket, body) =
            (params.number("ticket_id").unwrap_or(0), params.posted("ticket_reply").unwrap_or_default());
        if ticket == 0 || blank(&body) {
            return Ok(None);
        }
        let kind = params.posted("ticket_reply_type").unwrap_or_default();
        let kind = if kind.eq_ignore_ascii_case("public") { "Public" } else { "Internal" };
        let columns = ["prefix", "number", "subject", "client_id", "status"].map(|name| format!("ticket_{name}"));
        let from = format!("FROM tickets WHERE ticket_id = ?{}", self.agent.scope("ticket_client_id"));
        let Some(row) = self.rows(&columns, &from, vec![ticket.into()]).await?.into_iter().next() else {
            return Ok(None);
        };
        let number = |name| text(&row, name).and_then(|value| value.parse::<i32>().ok()).unwrap_or(0);
        let client = number("ticket_client_id");
        if params.client() != 0 && params.client() != client {
            return Ok(None);
        }
        if kind == "Public" {
            self.first_response(ticket).await?;
        }
        let cells = vec![
            cell("ticket_reply", &body),
            cell("ticket_reply_type", kind),
            cell("ticket_reply_time_worked", time_worked(params.posted("ticket_reply_time_worked"))),
            cell("ticket_reply_created_at", self.now),
            cell("ticket_reply_by", self.agent.user),
            cell("ticket_reply_ticket_id", ticket),
        ];
        let id = self.add(&desk::TICKET_REPLIES, cells).await?;
        self.status_beside(ticket, number("ticket_status")).await?;
        let title = format!(
            "{}{}",
            text(&row, "ticket_prefix").unwrap_or_default(),
            text(&row, "ticket_number").unwrap_or_default()
        );
        let subject = text(&row, "ticket_subject").unwrap_or_default();
        let said = format!("Added a {kind} reply to ticket {title} - {subject} via API ({})", self.key);
        self.log("Ticket", "Reply", &said, client, ticket).await?;
        self.log("API", "Success", &said, client, 0).await?;
        Ok(Some(id))
    }

    async fn status_beside(&self, ticket: i32, before: i32) -> Result<()> {
        let Some(status) = self.params.number("ticket_status").filter(|status| *status != 0) else { return Ok(()) };
        self.set(&desk::TICKETS, ticket, vec![cell("ticket_status", status)]).await?;
        if status != before && status != 4 {
            let sql = "SELECT ticket_status_name FROM ticket_statuses WHERE ticket_status_id = ?";
            let name = words(self.conn, sql, vec![status.into()]).await?.into_iter().next().unwrap_or_default();
            self.history(ticket, &format!("Status set to {name} via the API ({})", self.key)).await?;
        }
        if status == 4 && before != 4 {
            let open = "SELECT CAST(ticket_id AS CHAR) FROM tickets WHERE ticket_id = ? AND ticket_resolved_at IS NULL";
            if !words(self.conn, open, vec![ticket.into()]).await?.is_empty() {
                self.set(&desk::TICKETS, ticket, vec![cell("ticket_resolved_at", self.now)]).await?;
            }
            self.judge_resolution(ticket).await?;
            self.history(ticket, &format!("Resolved via the API ({})", self.key)).await?;
        }
        Ok(())
    }
}
