//! Mails to the technicians of tickets. ITFlow's own job sends them.

use super::standing::Standing;
use super::tx::{Tx, cell, clipped};
use crate::map::value::{escaped, words};
use crate::wire::Column::Plain;
use portico_contract::Result;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, FromQueryResult)]
struct Sender {
    config_ticket_from_name: Option<String>,
    config_ticket_from_email: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct Technician {
    user_name: String,
    user_email: String,
}

#[derive(Debug, FromQueryResult)]
struct ClientName {
    client_name: String,
}

/// A mail to an agent: how its subject begins, and what has happened.
struct News {
    subject: &'static str,
    text: &'static str,
}

const REPLIED: News = News { subject: "Ticket updated", text: "The customer has replied to this ticket." };
const ASSIGNED: News = News { subject: "Ticket assigned to you", text: "This ticket has been assigned to you." };

impl Tx<'_> {
    pub(super) async fn mail_technician(&self, ticket: &Standing, itflow: Option<&str>) -> Result<()> {
        self.mail(ticket, ticket.ticket_assigned_to, &REPLIED, itflow).await
    }

    pub(super) async fn mail_assigned(&self, ticket: &Standing, agent: i64, itflow: Option<&str>) -> Result<()> {
        self.mail(ticket, agent, &ASSIGNED, itflow).await
    }

    /// Puts it into ITFlow's queue; without a technician or a sender there is none.
    async fn mail(&self, ticket: &Standing, agent: i64, news: &News, itflow: Option<&str>) -> Result<()> {
        if agent == 0 {
            return Ok(());
        }
        let sender =
            crate::wire::select("settings", &[Plain("config_ticket_from_name"), Plain("config_ticket_from_email")]);
        let sender: Option<Sender> = self.rows("settings", &sender).await?.into_iter().next();
        let from = sender.as_ref().and_then(|row| words(row.config_ticket_from_email.as_deref()));
        let mut technician = crate::wire::select("users", &[Plain("user_name"), Plain("user_email")]);
        technician.and_where(Expr::col("user_id").eq(agent));
        technician.and_where(Expr::col("user_archived_at").is_null());
        let technician: Option<Technician> = self.rows("users", &technician).await?.into_iter().next();
        let (Some(from), Some(technician)) = (from, technician) else { return Ok(()) };
        let mut client = crate::wire::select("clients", &[Plain("client_name")]);
        client.and_where(Expr::col("client_id").eq(ticket.ticket_client_id));
        let client: ClientName = self.one("clients", &client).await?;
        let name = sender.and_then(|row| words(row.config_ticket_from_name.as_deref())).unwrap_or_else(|| from.clone());
        let subject = format!("{} - [{}] {}", news.subject, ticket.title(), ticket.ticket_subject.trim());
        let cells = vec![
            cell("email_recipient", clipped(&technician.user_email, 255)),
            cell("email_recipient_name", clipped(&technician.user_name, 255)),
            cell("email_from", clipped(&from, 255)),
            cell("email_from_name", clipped(&name, 255)),
            cell("email_subject", clipped(&subject, 255)),
            cell("email_content", body(ticket, news, [&technician.user_name, &client.client_name], itflow)),
            cell("email_queued_at", self.now),
        ];
        self.add("email_queue", cells).await.map(|_| ())
    }
}

fn body(ticket: &Standing, news: &News, [technician, client]: [&str; 2], itflow: Option<&str>) -> String {
    let safe = |text: &str| escaped(Some(text)).map(|html| html.0).unwrap_or_default();
    let link = itflow.map(|base| {
        let (base, id, client) = (base.trim_end_matches('/'), ticket.ticket_id, ticket.ticket_client_id);
        format!("<br><br>{}", safe(&format!("{base}/agent/ticket.php?ticket_id={id}&client_id={client}")))
    });
    format!(
        "Hello {},<br><br>{}<br><br>Client: {}<br>Ticket: {}<br>Subject: {}{}",
        safe(technician),
        news.text,
        safe(client),
        safe(&ticket.title()),
        safe(ticket.ticket_subject.trim()),
        link.unwrap_or_default()
    )
}
