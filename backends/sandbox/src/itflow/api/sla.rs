//! The clock of a ticket's service level: set at creation, stopped when the ticket is resolved.

use super::call::Call;
use super::tickets::text;
use crate::error::Result;
use crate::itflow::statement::{cell, number, run};
use crate::itflow::tables::desk;
use chrono::{Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta};
use serde_json::{Map, Value};

const STAMP: &str = "%Y-%m-%d %H:%M:%S";
/// Days that are looked at before the calendar is given up.
const MOST_DAYS: usize = 731;

/// The days of the week (1 is Monday) and hours in which the clock runs.
#[derive(Debug)]
struct Hours {
    days: Vec<u32>,
    from: NaiveTime,
    to: NaiveTime,
}

impl Hours {
    fn new(row: &Map<String, Value>) -> Option<Self> {
        let time = |name| text(row, name).and_then(|text| NaiveTime::parse_from_str(text, "%H:%M:%S").ok());
        let (from, to) = (time("config_business_hours_start")?, time("config_business_hours_end")?);
        let days: Vec<u32> =
            text(row, "config_business_days")?.split(',').filter_map(|day| day.trim().parse().ok()).collect();
        (!days.is_empty() && from < to).then_some(Self { days, from, to })
    }

    /// The open windows from a moment on, one a day.
    fn windows(&self, from: NaiveDateTime) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        let days = (0..MOST_DAYS).filter_map(move |day| from.date().checked_add_days(Days::new(day as u64)));
        let open = days.filter(|day| self.days.contains(&day.weekday().number_from_monday()));
        open.map(move |day| (day.and_time(self.from).max(from), day.and_time(self.to))).filter(|(from, to)| from < to)
    }
}

fn later(hours: Option<&Hours>, start: NaiveDateTime, minutes: i64) -> NaiveDateTime {
    let mut left = TimeDelta::minutes(minutes);
    let Some(hours) = hours else { return start + left };
    for (from, to) in hours.windows(start) {
        if left <= to - from {
            return from + left;
        }
        left -= to - from;
    }
    start + left
}

fn between(hours: Option<&Hours>, start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    let Some(hours) = hours else { return (end - start).num_minutes().max(0) };
    let spent = hours.windows(start).take_while(|(from, _)| *from < end).map(|(from, to)| to.min(end) - from);
    spent.sum::<TimeDelta>().num_minutes()
}

impl Call<'_> {
    async fn hours(&self) -> Result<Option<Hours>> {
        let columns = ["days", "hours_start", "hours_end"].map(|name| format!("config_business_{name}"));
        let rows = self.rows(&columns, "FROM settings WHERE company_id = 1", Vec::new()).await?;
        Ok(rows.first().and_then(Hours::new))
    }

    /// The client's rule for the priority, else everybody's.
    pub(super) async fn apply_sla(&self, ticket: i32) -> Result<()> {
        let sql = "SELECT CAST(sla_assignment_sla_id AS SIGNED) FROM tickets JOIN sla_assignments ON \
                   sla_assignment_priority = ticket_priority AND sla_assignment_client_id IN (0, ticket_client_id) \
                   WHERE ticket_id = ? ORDER BY sla_assignment_client_id DESC LIMIT 1";
        let sla = i32::try_from(number(self.conn, sql, vec![ticket.into()]).await?).unwrap_or(0);
        let columns = ["sla_response_minutes", "sla_resolution_minutes"].map(str::to_owned);
        let from = "FROM slas WHERE sla_id = ? AND sla_archived_at IS NULL";
        let Some(row) = self.rows(&columns, from, vec![sla.into()]).await?.into_iter().next() else { return Ok(()) };
        let minutes = |name| text(&row, name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let hours = self.hours().await?;
        let due = |minutes| later(hours.as_ref(), self.now, minutes);
        let resolution = Some(minutes("sla_resolution_minutes")).filter(|minutes| *minutes > 0);
        let cells = vec![
            cell("ticket_sla_id", sla),
            cell("ticket_response_due_at", due(minutes("sla_response_minutes"))),
            cell("ticket_resolution_due_at", resolution.map(due)),
        ];
        crate::itflow::statement::change(self.conn, "tickets", "ticket_id", ticket, cells).await?;
        if resolution.is_some() {
            let cells = vec![cell("sla_history_started_at", self.now), cell("sla_history_ticket_id", ticket)];
            self.add(&desk::SLA_HISTORY, cells).await?;
        }
        Ok(())
    }

    /// A resolved ticket's clock stops, and whether it was in time is written down; a miss stays one. Says whether the
    /// ticket has such a time.
    pub(super) async fn judge_resolution(&self, ticket: i32) -> Result<bool> {
        let now = cell("", self.now).1;
        let sql = "UPDATE tickets SET ticket_resolution_sla_met = CASE WHEN ? <= ticket_resolution_due_at THEN 1 ELSE 0 \
                   END WHERE ticket_id = ? AND ticket_resolution_due_at IS NOT NULL AND \
                   COALESCE(ticket_resolution_sla_met, 1) <> 0";
        run(self.conn, sql, vec![now.clone(), ticket.into()]).await?;
        let columns = ["sla_history_id", "sla_history_started_at"].map(str::to_owned);
        let from = "FROM sla_history WHERE sla_history_ticket_id = ? AND sla_history_ended_at IS NULL";
        for row in self.rows(&columns, from, vec![ticket.into()]).await? {
            let started =
                text(&row, "sla_history_started_at").and_then(|at| NaiveDateTime::parse_from_str(at, STAMP).ok());
            let spent = between(self.hours().await?.as_ref(), started.unwrap_or(self.now), self.now);
            let sql =
                "UPDATE sla_history SET sla_history_ended_at = ?, sla_history_minutes = ? WHERE sla_history_id = ?";
            let id = text(&row, "sla_history_id").unwrap_or("0");
            run(self.conn, sql, vec![now.clone(), spent.into(), id.into()]).await?;
        }
        let due = "SELECT COUNT(*) FROM tickets WHERE ticket_id = ? AND ticket_resolution_due_at IS NOT NULL";
        Ok(number(self.conn, due, vec![ticket.into()]).await? > 0)
    }
}
