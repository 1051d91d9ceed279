//! The clock of a ticket's solution: stopped, restarted, judged, as ITFlow does it at each change of status.
//!
//! ITFlow keeps a row for each stretch in which the clock ran. A stretch begins when the ticket is open and its status
//! does not pause, and the due time then moves by what was left.

use super::hours::Hours;
use super::standing::Standing;
use super::tx::{Tx, cell};
use crate::map::value::{datetime, is_set};
use crate::wire::Column::{self, Plain, Text};
use chrono::NaiveDateTime;
use portico_contract::Result;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, FromQueryResult)]
pub(super) struct ClockRow {
    pub(super) ticket_created_at: Option<String>,
    pub(super) ticket_resolved_at: Option<String>,
    ticket_closed_at: Option<String>,
    ticket_resolution_due_at: Option<String>,
    ticket_resolution_sla_met: Option<bool>,
    ticket_resolution_sla_alert_stage: i64,
    /// Nothing for a ticket without a target.
    sla_resolution_minutes: Option<i64>,
    ticket_status_pauses_sla: Option<bool>,
}

const CLOCK: &[Column] = &[
    Text("ticket_created_at"),
    Text("ticket_resolved_at"),
    Text("ticket_closed_at"),
    Text("ticket_resolution_due_at"),
    Plain("ticket_resolution_sla_met"),
    Plain("ticket_resolution_sla_alert_stage"),
    Plain("sla_resolution_minutes"),
    Plain("ticket_status_pauses_sla"),
];

#[derive(Debug, FromQueryResult)]
struct Stretch {
    sla_history_id: i64,
    sla_history_started_at: Option<String>,
    sla_history_ended_at: Option<String>,
    sla_history_minutes: Option<i64>,
}

pub(super) const STRETCHES: &[Column] = &[
    Plain("sla_history_id"),
    Text("sla_history_started_at"),
    Text("sla_history_ended_at"),
    Plain("sla_history_minutes"),
];

#[derive(Debug, FromQueryResult)]
struct HoursRow {
    config_business_days: Option<String>,
    config_business_hours_start: Option<String>,
    config_business_hours_end: Option<String>,
}

pub(super) const HOURS: &[Column] =
    &[Plain("config_business_days"), Text("config_business_hours_start"), Text("config_business_hours_end")];

/// What is known of one clock.
pub(super) struct State {
    pub(super) row: ClockRow,
    stretches: Vec<Stretch>,
    pub(super) hours: Hours,
    now: NaiveDateTime,
}

impl State {
    /// The target in minutes.
    fn target(&self) -> Option<i64> {
        self.row.sla_resolution_minutes.filter(|minutes| *minutes > 0)
    }

    fn open(&self) -> Option<&Stretch> {
        self.stretches.iter().rfind(|stretch| !is_set(stretch.sla_history_ended_at.as_deref()))
    }

    /// Whether it has ever been stopped.
    pub(super) fn stopped_before(&self) -> bool {
        self.stretches.iter().any(|stretch| is_set(stretch.sla_history_ended_at.as_deref()))
    }

    fn since(&self, stretch: &Stretch) -> i64 {
        let start = datetime(stretch.sla_history_started_at.as_deref()).unwrap_or(self.now);
        self.hours.between(start, self.now)
    }

    /// The minutes that are spent.
    pub(super) fn spent(&self) -> i64 {
        if self.stretches.is_empty() {
            let end = datetime(self.row.ticket_resolved_at.as_deref()).unwrap_or(self.now);
            return datetime(self.row.ticket_created_at.as_deref()).map_or(0, |start| self.hours.between(start, end));
        }
        let minutes = self.stretches.iter().map(|stretch| {
            let ended = is_set(stretch.sla_history_ended_at.as_deref());
            if ended { stretch.sla_history_minutes.unwrap_or(0) } else { self.since(stretch) }
        });
        minutes.sum()
    }

    fn should_run(&self) -> bool {
        let ended = [&self.row.ticket_resolved_at, &self.row.ticket_closed_at];
        let live = !ended.into_iter().any(|stamp| is_set(stamp.as_deref()));
        self.target().is_some() && live && self.row.ticket_status_pauses_sla != Some(true)
    }

    fn missed(&self) -> bool {
        self.row.ticket_resolution_sla_met == Some(false)
    }
}

impl Tx<'_> {
    pub(super) async fn clock(&self, ticket: &Standing) -> Result<State> {
        let mut select = crate::wire::select("tickets", CLOCK);
        select.left_join("slas", Expr::col("ticket_sla_id").equals("sla_id"));
        select.left_join("ticket_statuses", Expr::col("ticket_status").equals("ticket_status_id"));
        select.and_where(ticket.row());
        let row: ClockRow = self.one("tickets, slas, ticket_statuses", &select).await?;
        let mut select = crate::wire::select("sla_history", STRETCHES);
        select.and_where(Expr::col("sla_history_ticket_id").eq(ticket.ticket_id));
        select.order_by("sla_history_id", sea_orm::sea_query::Order::Asc);
        let stretches = self.rows("sla_history", &select).await?;
        let hours: Vec<HoursRow> = self.rows("settings", &crate::wire::select("settings", HOURS)).await?;
        let hours = hours.into_iter().next().map(|row| {
            let HoursRow { config_business_days, config_business_hours_start, config_business_hours_end } = row;
            Hours::new(
                config_business_days.as_deref(),
                config_business_hours_start.as_deref(),
                config_business_hours_end.as_deref(),
            )
        });
        Ok(State { row, stretches, hours: hours.unwrap_or_default(), now: self.now })
    }

    /// Lets the clock run or stand, as the ticket now wants it.
    pub(super) async fn follow_clock(&self, ticket: &Standing) -> Result<()> {
        let state = self.clock(ticket).await?;
        self.follow(ticket, &state).await
    }

    async fn follow(&self, ticket: &Standing, state: &State) -> Result<()> {
        match (state.should_run(), state.open(), state.target()) {
            (true, None, Some(target)) => {
                let again = state.stopped_before();
                let created = datetime(state.row.ticket_created_at.as_deref()).unwrap_or(self.now);
                let start = if again { self.now } else { created };
                let cells =
                    vec![cell("sla_history_started_at", start), cell("sla_history_ticket_id", ticket.ticket_id)];
                self.add("sla_history", cells).await?;
                if again {
                    let due = state.hours.after(self.now, target - state.spent());
                    // A ticket that has missed its time already stays one that has.
                    let stage = if state.row.ticket_resolution_sla_alert_stage == 2 { 2 } else { 0 };
                    let cells =
                        vec![cell("ticket_resolution_due_at", due), cell("ticket_resolution_sla_alert_stage", stage)];
                    self.change("tickets", cells, ticket.row()).await?;
                }
                Ok(())
            }
            (false, Some(stretch), _) => {
                let cells =
                    vec![cell("sla_history_ended_at", self.now), cell("sla_history_minutes", state.since(stretch))];
                let row = Expr::col("sla_history_id").eq(stretch.sla_history_id);
                self.change("sla_history", cells, row).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// The ticket is resolved: the clock stands, and whether it was in time is written down. A miss stays one.
    pub(super) async fn stop_clock(&self, ticket: &Standing) -> Result<()> {
        let state = self.clock(ticket).await?;
        let due = datetime(state.row.ticket_resolution_due_at.as_deref()).filter(|_| !state.missed());
        if let Some(due) = due {
            let ended = datetime(state.row.ticket_resolved_at.as_deref()).unwrap_or(self.now);
            self.change("tickets", vec![cell("ticket_resolution_sla_met", ended <= due)], ticket.row()).await?;
        }
        self.follow(ticket, &state).await
    }

    /// The ticket is open again: the verdict falls, unless it was a miss and the time is spent.
    pub(super) async fn restart_clock(&self, ticket: &Standing) -> Result<()> {
        let state = self.clock(ticket).await?;
        let spent = state.target().is_some_and(|target| state.missed() && state.spent() >= target);
        let judged = state.row.ticket_resolution_sla_met.is_some();
        if judged && !spent {
            let cells =
                vec![cell("ticket_resolution_sla_met", None::<&str>), cell("ticket_resolution_sla_alert_stage", 0_i64)];
            self.change("tickets", cells, ticket.row()).await?;
            let fresh = ClockRow { ticket_resolution_sla_alert_stage: 0, ..state.row };
            return self.follow(ticket, &State { row: fresh, ..state }).await;
        }
        self.follow(ticket, &state).await
    }
}
