//! What ITFlow writes down beside a change: the ticket's history, the log, notices to agents.

use super::standing::Standing;
use super::tx::{Cell, Tx, cell, clipped};
use crate::wire::Column::Plain;
use portico_contract::Result;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, FromQueryResult)]
struct StatusName {
    ticket_status_name: String,
}

#[derive(Debug, FromQueryResult)]
struct UserId {
    user_id: i64,
}

/// One line of the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) kind: &'static str,
    pub(super) action: &'static str,
    pub(super) said: &'a str,
    pub(super) client: i64,
    pub(super) user: i64,
    pub(super) entity: i64,
}

impl Tx<'_> {
    /// A line in the ticket's history, under the status that it has by now.
    pub(super) async fn history(&self, ticket: i64, status: i64, said: &str) -> Result<()> {
        let mut select = crate::wire::select("ticket_statuses", &[Plain("ticket_status_name")]);
        select.and_where(Expr::col("ticket_status_id").eq(status));
        let names: Vec<StatusName> = self.rows("ticket_statuses", &select).await?;
        let name = names.into_iter().next().map(|row| row.ticket_status_name).unwrap_or_default();
        let cells = vec![
            cell("ticket_history_status", clipped(&name, 200)),
            cell("ticket_history_description", clipped(said, 255)),
            cell("ticket_history_created_at", self.now),
            cell("ticket_history_ticket_id", ticket),
        ];
        self.add("ticket_history", cells).await.map(|_| ())
    }

    pub(super) async fn log(&self, line: Line<'_>) -> Result<()> {
        let cells = vec![
            cell("log_type", line.kind),
            cell("log_action", line.action),
            cell("log_description", clipped(line.said, 1000)),
            cell("log_user_agent", "Portico"),
            cell("log_created_at", self.now),
            cell("log_client_id", line.client),
            cell("log_user_id", line.user),
            cell("log_entity_id", line.entity),
        ];
        self.add("logs", cells).await.map(|_| ())
    }

    /// A notice for one agent; 0 is nobody.
    pub(super) async fn notify(&self, agent: i64, kind: &'static str, said: &str, ticket: &Standing) -> Result<()> {
        if agent == 0 {
            return Ok(());
        }
        let cells = notice(kind, said, ticket);
        let when = [cell("notification_timestamp", self.now), cell("notification_user_id", agent)];
        self.add("notifications", cells.into_iter().chain(when).collect()).await.map(|_| ())
    }

    /// A notice for every agent who is there.
    pub(super) async fn notify_all(&self, kind: &'static str, said: &str, ticket: &Standing) -> Result<()> {
        let mut select = crate::wire::select("users", &[Plain("user_id")]);
        select.and_where(Expr::col("user_type").eq(1)).and_where(Expr::col("user_status").eq(1));
        select.and_where(Expr::col("user_archived_at").is_null());
        for agent in self.rows::<UserId>("users", &select).await? {
            self.notify(agent.user_id, kind, said, ticket).await?;
        }
        Ok(())
    }
}

fn notice(kind: &'static str, said: &str, ticket: &Standing) -> Vec<Cell> {
    let (id, client) = (ticket.ticket_id, ticket.ticket_client_id);
    vec![
        cell("notification_type", kind),
        cell("notification", clipped(said, 1000)),
        cell("notification_action", format!("/agent/ticket.php?ticket_id={id}&client_id={client}")),
        cell("notification_client_id", client),
        cell("notification_entity_id", id),
    ]
}
