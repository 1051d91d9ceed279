//! What agents change of a ticket.

use super::{code, number};
use crate::backend::Halo;
use crate::query::TICKETS;
use crate::wire::desk::TicketRow;
use portico_contract::command::UpdateTicket;
use portico_contract::{Applied, CallCx, Error, Result};
use portico_transport::Safety;
use serde_json::{Map, Value};

impl Halo {
    pub(super) async fn update_ticket(&self, cx: &CallCx, change: &UpdateTicket) -> Result<Applied> {
        let (id, before, _) = self.standing(cx, &change.ticket).await?;
        let mut ticket = self.fields(cx, change).await?;
        let target = change.ticket.clone();
        if stands(&before, &ticket) {
            return Ok(Applied { target, found: true });
        }
        ticket.insert("id".into(), id.into());
        self.client.post(cx, &TICKETS, Value::Object(ticket), Safety::Idempotent).await?;
        Ok(Applied { target, found: false })
    }

    /// The fields that a change sets, in Halo's own words.
    pub(crate) async fn fields(&self, cx: &CallCx, change: &UpdateTicket) -> Result<Map<String, Value>> {
        let mut ticket = Map::new();
        if let Some(agent) = &change.assignee {
            ticket.insert("agent_id".into(), number(agent)?.into());
        }
        if let Some(team) = &change.team {
            let id = number(team)?;
            let desk = self.desk(cx).await?;
            let name = desk.team_names.get(&id).cloned();
            let name = name.ok_or_else(|| Error::invalid("This team is none of the list. Read the list again."))?;
            ticket.insert("team".into(), name.into());
        }
        if let Some(value) = &change.priority {
            ticket.insert("priority_id".into(), code(value)?.into());
        }
        if let Some(value) = &change.status {
            ticket.insert("status_id".into(), code(value)?.into());
        }
        if let Some(value) = &change.category {
            ticket.insert("category_1".into(), self.category(cx, value).await?.into());
        }
        Ok(ticket)
    }
}

/// Whether a ticket has these values already.
pub(crate) fn stands(ticket: &TicketRow, wanted: &Map<String, Value>) -> bool {
    wanted.iter().all(|(field, value)| match field.as_str() {
        "agent_id" => ticket.agent_id.0 == value.as_i64(),
        "priority_id" => ticket.priority_id.0 == value.as_i64(),
        "status_id" => ticket.status_id.0 == value.as_i64(),
        "team" => ticket.team.as_str() == value.as_str(),
        "category_1" => ticket.category_1.as_str() == value.as_str(),
        _ => false,
    })
}
