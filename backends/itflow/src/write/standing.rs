//! How a ticket stands when somebody wants to change it.

use super::tx::Tx;
use super::{Present, gone};
use crate::map::value::is_set;
use crate::map::words::{CLOSED, RESOLVED};
use crate::wire::Column::{self, Plain, Text};
use portico_contract::{Error, ErrorKind, NativeId, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Standing {
    pub(super) ticket_id: i64,
    pub(super) ticket_client_id: i64,
    pub(super) ticket_status: i64,
    pub(super) ticket_prefix: Option<String>,
    pub(super) ticket_number: i64,
    pub(super) ticket_subject: String,
    pub(super) ticket_assigned_to: i64,
    pub(super) ticket_feedback: Option<String>,
    pub(super) ticket_priority: Option<String>,
    pub(super) ticket_category: Option<String>,
    pub(super) ticket_resolved_at: Option<String>,
    ticket_archived_at: Option<String>,
}

pub(super) const STANDING: &[Column] = &[
    Plain("ticket_id"),
    Plain("ticket_client_id"),
    Plain("ticket_status"),
    Plain("ticket_prefix"),
    Plain("ticket_number"),
    Plain("ticket_subject"),
    Plain("ticket_assigned_to"),
    Plain("ticket_feedback"),
    Plain("ticket_priority"),
    Plain("ticket_category"),
    Text("ticket_resolved_at"),
    Text("ticket_archived_at"),
];

impl Standing {
    /// The number as people know it.
    pub(super) fn title(&self) -> String {
        format!("{}{}", self.ticket_prefix.as_deref().unwrap_or_default(), self.ticket_number)
    }

    /// What staff can change of it.
    pub(super) fn present(&self) -> Present<'_> {
        Present {
            assignee: self.ticket_assigned_to,
            priority: self.ticket_priority.as_deref(),
            status: self.ticket_status,
            category: self.ticket_category.as_deref(),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.ticket_status == CLOSED
    }

    /// A stamp without the status is what a reply leaves behind, and counts as resolved nowhere.
    pub(super) fn is_resolved(&self) -> bool {
        self.ticket_status == RESOLVED
    }

    pub(super) fn row(&self) -> Expr {
        Expr::col("ticket_id").eq(self.ticket_id)
    }

    pub(super) fn must_be_open(&self) -> Result<()> {
        let closed = "This ticket is closed. Open a new one that names it.";
        if self.is_closed() { Err(Error::new(ErrorKind::Conflict, closed)) } else { Ok(()) }
    }
}

impl Tx<'_> {
    /// The ticket as it is now; nobody else changes it until this ends.
    pub(super) async fn ticket(&self, id: &NativeId) -> Result<Standing> {
        let mut select = crate::wire::select("tickets", STANDING);
        select.and_where(Expr::col("ticket_id").eq(super::number(id)?)).lock_exclusive();
        let ticket: Standing = self.one("tickets", &select).await?;
        let there = ticket.ticket_client_id > 0 && !is_set(ticket.ticket_archived_at.as_deref());
        if there { Ok(ticket) } else { Err(gone("tickets")) }
    }
}
