//! What staff change of a ticket: who works on it, how urgent it is, how it stands, what it is about.
//!
//! Each part is what ITFlow's own page for it does. Resolving and closing are turns of their own, with their stamps:
//! a status does not stand in for them.

use super::people::Who;
use super::standing::Standing;
use super::trace::Line;
use super::tx::{Tx, cell};
use super::{gone, number};
use crate::api::priority;
use crate::backend::Itflow;
use crate::map::value::escaped;
use crate::map::words::{CLOSED, NEW, OPEN, RESOLVED};
use crate::wire::Column::Plain;
use crate::wire::choice::{StatusRow, statuses};
use portico_contract::command::UpdateTicket;
use portico_contract::{Applied, CallCx, Command, Error, ErrorKind, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

const NOT_A_STATUS: &str = "ITFlow has no such status for a ticket. Choose one of the list.";
const A_TURN: &str = "A ticket is resolved and closed by actions of their own. Use these, or choose another status.";

/// A change in ITFlow's own words; `None` leaves a value as it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    assignee: Option<i64>,
    priority: Option<&'static str>,
    status: Option<i64>,
    category: Option<i64>,
}

/// What a change is about, as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Present<'a> {
    pub(crate) assignee: i64,
    pub(crate) priority: Option<&'a str>,
    pub(crate) status: i64,
    pub(crate) category: Option<&'a str>,
}

impl Wanted {
    pub(crate) fn new(wish: &UpdateTicket) -> Result<Self> {
        if wish.team.is_some() {
            return Err(Error::unsupported("a team of a ticket"));
        }
        let status = |word: &String| word.trim().trim_start_matches("status:").parse().ok();
        let status = wish.status.as_ref().map(|word| status(word).ok_or_else(|| Error::invalid(NOT_A_STATUS)));
        let status = status.transpose()?;
        if status.is_some_and(|status| [RESOLVED, CLOSED].contains(&status)) {
            return Err(Error::invalid(A_TURN));
        }
        Ok(Self {
            assignee: wish.assignee.as_ref().map(number).transpose()?,
            priority: wish.priority.as_deref().map(priority).transpose()?,
            status,
            category: wish.category.as_deref().map(category),
        })
    }

    /// Whether all of it is so already.
    pub(crate) fn stands(&self, now: Present<'_>) -> bool {
        self.assignee.is_none_or(|wanted| wanted == now.assignee)
            && self.priority.is_none_or(|wanted| now.priority.is_some_and(|word| word.trim() == wanted))
            && self.status.is_none_or(|wanted| wanted == now.status)
            && self.category.is_none_or(|wanted| wanted == now.category.map_or(0, category))
    }
}

/// The column is text that holds an id.
fn category(word: &str) -> i64 {
    word.trim().trim_start_matches("category:").parse().unwrap_or_default()
}

/// An agent of ITFlow who does it.
struct Doer<'a> {
    user: i64,
    name: &'a str,
}

#[derive(Debug, FromQueryResult)]
struct Agent {
    user_name: String,
}

impl Itflow {
    pub(super) async fn update(&self, cx: &CallCx, command: &Command, wish: &UpdateTicket) -> Result<Applied> {
        let wanted = Wanted::new(wish)?;
        let status = match wanted.status {
            Some(status) => Some(self.status_named(cx, status).await?),
            None => None,
        };
        let category = match &wish.category {
            Some(word) => Some(self.ticket_category(cx, word).await?),
            None => None,
        };
        let tx = self.begin(cx).await?;
        let ticket = tx.ticket(&wish.ticket).await?;
        let target = wish.ticket.clone();
        if wanted.stands(ticket.present()) {
            return Ok(Applied { target, found: true });
        }
        ticket.must_be_open()?;
        let Who::Agent { user, name } = tx.who(&command.actor, ticket.ticket_client_id).await? else {
            return Err(Error::new(ErrorKind::Forbidden, "Only agents change a ticket like this."));
        };
        let doer = Doer { user, name: name.trim() };
        let now = ticket.present();
        if let Some(agent) = wanted.assignee.filter(|agent| *agent != now.assignee) {
            tx.assign(&ticket, &doer, agent, status.is_none(), self.config.api_url.as_deref()).await?;
        }
        if let Some(status) = status.filter(|row| row.ticket_status_id != now.status) {
            tx.set_status(&ticket, &doer, &status).await?;
        }
        if let Some(category) = category.filter(|id| Some(*id) != now.category.map(self::category)) {
            tx.set_category(&ticket, &doer, category).await?;
        }
        if let Some(priority) = wanted.priority.filter(|word| Some(*word) != now.priority.map(str::trim)) {
            tx.set_priority(&ticket, &doer, priority).await?;
        }
        tx.commit().await?;
        Ok(Applied { target, found: false })
    }

    /// A status that tickets can be given.
    async fn status_named(&self, cx: &CallCx, status: i64) -> Result<StatusRow> {
        let mut select = statuses();
        select.and_where(Expr::col("ticket_status_id").eq(status));
        let rows: Vec<StatusRow> = self.client.rows(cx, "ticket_statuses", &select).await?;
        let live = rows.into_iter().find(|row| row.ticket_status_active != Some(false));
        live.ok_or_else(|| Error::invalid(NOT_A_STATUS))
    }
}

impl Tx<'_> {
    async fn edited(&self, ticket: &Standing, doer: &Doer<'_>, said: &str) -> Result<()> {
        let (client, entity) = (ticket.ticket_client_id, ticket.ticket_id);
        self.log(Line { kind: "Ticket", action: "Edit", said, client, user: doer.user, entity }).await
    }

    /// Gives a ticket to an agent, tells everybody who works on it, and the agent by notice and mail. A new ticket is
    /// open from then on.
    async fn assign(
        &self,
        ticket: &Standing,
        doer: &Doer<'_>,
        agent: i64,
        opens: bool,
        itflow: Option<&str>,
    ) -> Result<()> {
        let mut select = crate::wire::select("users", &[Plain("user_name")]);
        select.and_where(Expr::col("user_id").eq(agent)).and_where(Expr::col("user_type").eq(1));
        select.and_where(Expr::col("user_status").eq(1)).and_where(Expr::col("user_archived_at").is_null());
        let found: Option<Agent> = self.rows("users", &select).await?.into_iter().next();
        let whom = found.ok_or_else(|| gone("users"))?.user_name;
        let status = if opens && ticket.ticket_status == NEW { OPEN } else { ticket.ticket_status };
        let cells =
            vec![cell("ticket_assigned_to", agent), cell("ticket_status", status), cell("ticket_updated_at", self.now)];
        self.change("tickets", cells, ticket.row()).await?;
        self.follow_clock(ticket).await?;
        let safe = escaped(Some(&whom)).map(|html| html.0).unwrap_or_default();
        let cells = vec![
            cell("ticket_reply", format!("Ticket re-assigned to {safe}.")),
            cell("ticket_reply_type", "Internal"),
            cell("ticket_reply_created_at", self.now),
            cell("ticket_reply_by", doer.user),
            cell("ticket_reply_ticket_id", ticket.ticket_id),
        ];
        self.add("ticket_replies", cells).await?;
        let (name, title) = (doer.name, ticket.title());
        self.history(ticket.ticket_id, status, &format!("{name} assigned the ticket to {whom}")).await?;
        self.edited(ticket, doer, &format!("{name} reassigned {title} to {whom}")).await?;
        if agent == doer.user {
            return Ok(());
        }
        let subject = ticket.ticket_subject.trim();
        let said = format!("Ticket {title} - Subject: {subject} has been assigned to you by {name}");
        self.notify(agent, "Ticket", &said, ticket).await?;
        self.mail_assigned(ticket, agent, itflow).await
    }

    /// Any status but the two ends. A ticket that was resolved is open again by it.
    async fn set_status(&self, ticket: &Standing, doer: &Doer<'_>, status: &StatusRow) -> Result<()> {
        let mut cells = vec![cell("ticket_status", status.ticket_status_id), cell("ticket_updated_at", self.now)];
        let was_resolved = ticket.is_resolved() || ticket.ticket_resolved_at.is_some();
        if was_resolved {
            cells.push(cell("ticket_resolved_at", None::<&str>));
        }
        self.change("tickets", cells, ticket.row()).await?;
        if was_resolved {
            self.restart_clock(ticket).await?
        } else {
            self.follow_clock(ticket).await?
        }
        let (name, label) = (doer.name, status.ticket_status_name.trim());
        let said = format!("{name} set the status to {label}");
        self.history(ticket.ticket_id, status.ticket_status_id, &said).await?;
        self.edited(ticket, doer, &format!("{said} for ticket {}", ticket.title())).await
    }

    async fn set_category(&self, ticket: &Standing, doer: &Doer<'_>, category: i64) -> Result<()> {
        let cells = vec![cell("ticket_category", category.to_string()), cell("ticket_updated_at", self.now)];
        self.change("tickets", cells, ticket.row()).await?;
        let (title, subject) = (ticket.title(), ticket.ticket_subject.trim());
        let said = format!("{} updated the category on ticket {title} - {subject} to {category}", doer.name);
        self.edited(ticket, doer, &said).await
    }

    /// Another priority can mean another service level.
    async fn set_priority(&self, ticket: &Standing, doer: &Doer<'_>, priority: &str) -> Result<()> {
        let cells = vec![cell("ticket_priority", priority), cell("ticket_updated_at", self.now)];
        self.change("tickets", cells, ticket.row()).await?;
        self.apply_level(ticket, priority).await?;
        let before = ticket.ticket_priority.as_deref().unwrap_or_default().trim();
        let said = format!("{} changed priority from {before} to {priority}", doer.name);
        let status = self.ticket_status(ticket).await?;
        self.history(ticket.ticket_id, status, &said).await?;
        self.edited(ticket, doer, &format!("{said} for ticket {}", ticket.title())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_contract::{Kind, NativeId};

    fn wish() -> UpdateTicket {
        let ticket = NativeId::new(Kind::Ticket, 1);
        UpdateTicket { ticket, assignee: None, team: None, priority: None, status: None, category: None }
    }

    #[test]
    fn a_change_stands_when_all_of_it_is_so() {
        let now = Present { assignee: 2, priority: Some("High"), status: 3, category: Some("4") };
        let all = UpdateTicket {
            assignee: Some(NativeId::new(Kind::Agent, 2)),
            priority: Some("high".into()),
            status: Some("3".into()),
            category: Some("4".into()),
            ..wish()
        };
        let wanted = Wanted::new(&all).unwrap();
        assert!(wanted.stands(now));
        for other in [
            Present { assignee: 0, ..now },
            Present { priority: None, ..now },
            Present { status: 2, ..now },
            Present { category: None, ..now },
        ] {
            assert!(!wanted.stands(other), "{other:?}");
        }
    }

    #[test]
    fn what_itflow_has_no_word_for_is_refused() {
        let team = Some(NativeId::new(Kind::Team, 1));
        assert_eq!(Wanted::new(&UpdateTicket { team, ..wish() }).unwrap_err().kind, ErrorKind::Unsupported);
        for status in ["4", "5", "x", ""] {
            let error = Wanted::new(&UpdateTicket { status: Some(status.into()), ..wish() }).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{status}");
        }
        let error = Wanted::new(&UpdateTicket { priority: Some("Bogus".into()), ..wish() }).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
}
