//! Which service level a ticket has, by its customer and its priority, and the times that follow from it.

use super::standing::Standing;
use super::tx::{Cell, Tx, cell};
use crate::map::value::datetime;
use crate::wire::Column::{self, Plain, Text};
use portico_contract::Result;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order};

#[derive(Debug, FromQueryResult)]
struct Assigned {
    sla_assignment_sla_id: i64,
}

#[derive(Debug, Clone, FromQueryResult)]
struct Level {
    sla_id: i64,
    sla_response_minutes: i64,
    sla_resolution_minutes: Option<i64>,
}

pub(super) const LEVEL: &[Column] =
    &[Plain("sla_id"), Plain("sla_response_minutes"), Plain("sla_resolution_minutes"), Text("sla_archived_at")];
pub(super) const ASSIGNED: &[Column] =
    &[Plain("sla_assignment_sla_id"), Plain("sla_assignment_client_id"), Plain("sla_assignment_priority")];

#[derive(Debug, FromQueryResult)]
struct Answered {
    ticket_first_response_at: Option<String>,
    ticket_status: i64,
}

impl Tx<'_> {
    /// The level of the customer for this priority, else everybody's; a customer can be excepted.
    async fn level(&self, client: i64, priority: &str) -> Result<Option<Level>> {
        let mut select = crate::wire::select("sla_assignments", &[Plain("sla_assignment_sla_id")]);
        select.and_where(Expr::col("sla_assignment_priority").eq(priority));
        select.and_where(Expr::col("sla_assignment_client_id").is_in([0, client]));
        select.order_by("sla_assignment_client_id", Order::Desc).limit(1);
        let assigned: Vec<Assigned> = self.rows("sla_assignments", &select).await?;
        let Some(assigned) = assigned.first().filter(|row| row.sla_assignment_sla_id > 0) else { return Ok(None) };
        let mut select = crate::wire::select("slas", LEVEL);
        select.and_where(Expr::col("sla_id").eq(assigned.sla_assignment_sla_id));
        select.and_where(Expr::col("sla_archived_at").is_null());
        Ok(self.rows("slas", &select).await?.into_iter().next())
    }

    /// Sets the level that goes with a priority, and both due times by it. What was reached already is judged anew,
    /// and the clock runs on from what was spent.
    pub(super) async fn apply_level(&self, ticket: &Standing, priority: &str) -> Result<()> {
        let cells = match self.level(ticket.ticket_client_id, priority).await? {
            Some(level) => self.times(ticket, &level).await?,
            None => vec![
                cell("ticket_sla_id", 0_i64),
                cell("ticket_response_due_at", None::<&str>),
                cell("ticket_resolution_due_at", None::<&str>),
                cell("ticket_response_sla_met", None::<&str>),
                cell("ticket_resolution_sla_met", None::<&str>),
            ],
        };
        let stages = ["ticket_response_sla_alert_stage", "ticket_resolution_sla_alert_stage"];
        let cells = cells.into_iter().chain(stages.map(|stage| cell(stage, 0_i64))).collect();
        self.change("tickets", cells, ticket.row()).await?;
        self.follow_clock(ticket).await
    }

    async fn times(&self, ticket: &Standing, level: &Level) -> Result<Vec<Cell>> {
        let clock = self.clock(ticket).await?;
        let created = datetime(clock.row.ticket_created_at.as_deref()).unwrap_or(self.now);
        let response = clock.hours.after(created, level.sla_response_minutes);
        let solution = level.sla_resolution_minutes.filter(|minutes| *minutes > 0).map(|minutes| {
            // Time in which the clock stood is not handed out a second time.
            if clock.stopped_before() {
                clock.hours.after(self.now, minutes - clock.spent())
            } else {
                clock.hours.after(created, minutes)
            }
        });
        let answered = datetime(self.answered(ticket).await?.ticket_first_response_at.as_deref());
        let resolved = datetime(clock.row.ticket_resolved_at.as_deref());
        let judged = resolved.zip(solution).map(|(at, due)| at <= due);
        Ok(vec![
            cell("ticket_sla_id", level.sla_id),
            cell("ticket_response_due_at", response),
            cell("ticket_resolution_due_at", solution),
            cell("ticket_response_sla_met", answered.map(|at| at <= response)),
            cell("ticket_resolution_sla_met", judged),
        ])
    }

    async fn answered(&self, ticket: &Standing) -> Result<Answered> {
        let columns = &[Text("ticket_first_response_at"), Plain("ticket_status")];
        let mut select = crate::wire::select("tickets", columns);
        self.one("tickets", select.and_where(ticket.row())).await
    }

    /// The status that the ticket has by now.
    pub(super) async fn ticket_status(&self, ticket: &Standing) -> Result<i64> {
        Ok(self.answered(ticket).await?.ticket_status)
    }
}
