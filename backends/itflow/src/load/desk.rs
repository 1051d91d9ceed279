//! Tickets with what hangs on them.

use crate::backend::Itflow;
use crate::map::{approval, ticket};
use crate::pull::granted;
use crate::wire;
use crate::wire::approval::{ApprovalRow, PersonRow, TABLES};
use crate::wire::choice::CategoryRow;
use crate::wire::ticket::{AttachmentRow, ReplyRow, TicketRow};
use portico_contract::{CallCx, Result, Snapshot};
use sea_orm::sea_query::{Expr, ExprTrait, Order};
use std::collections::BTreeMap;

impl Itflow {
    /// Attachments are read before replies: a reply that comes in between is then known, and the
    /// file that came with it is not taken for an orphan.
    pub(super) async fn tickets(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let rows: Vec<TicketRow> =
            self.among(cx, "tickets, ticket_statuses", wire::ticket::tickets(), "ticket_id", ids).await?;
        let categories: Vec<CategoryRow> = self.client.rows(cx, "categories", &wire::choice::categories()).await?;
        let mut files = self.ticket_files(cx, ids).await?;
        let mut replies = self.ticket_replies(cx, ids).await?;
        let (mut approvals, people) = self.approvals(cx, ids).await?;
        let around = ticket::Around { categories: &categories, people: &people, zone };
        let snapshots = rows.iter().filter_map(|row| {
            let id = row.ticket_id;
            let children = ticket::Children {
                replies: replies.remove(&id).unwrap_or_default(),
                attachments: files.remove(&id).unwrap_or_default(),
                approvals: approvals.as_mut().map(|approvals| approvals.remove(&id).unwrap_or_default()),
            };
            ticket::snapshot(row, &children, around).map(|snapshot| (id, snapshot))
        });
        Ok(snapshots.collect())
    }

    async fn ticket_files(&self, cx: &CallCx, ids: &[i64]) -> Result<BTreeMap<i64, Vec<AttachmentRow>>> {
        let keys = ("ticket_attachment_ticket_id", "ticket_attachment_id");
        let parent_of = |row: &AttachmentRow| row.ticket_attachment_ticket_id;
        self.children(cx, "ticket_attachments", wire::ticket::attachments(), keys, ids, parent_of).await
    }

    async fn ticket_replies(&self, cx: &CallCx, ids: &[i64]) -> Result<BTreeMap<i64, Vec<ReplyRow>>> {
        let keys = ("ticket_reply_ticket_id", "ticket_reply_id");
        let parent_of = |row: &ReplyRow| row.ticket_reply_ticket_id;
        self.children(cx, "ticket_replies, users, contacts", wire::ticket::replies(), keys, ids, parent_of).await
    }

    /// The approvals of some tickets and the people they name. `None` where the account may not read
    /// them: tickets are served without.
    async fn approvals(&self, cx: &CallCx, ids: &[i64]) -> Result<(Option<ByTicket>, Vec<PersonRow>)> {
        let keys = ("task_ticket_id", "approval_id");
        let parent_of = |row: &ApprovalRow| row.task_ticket_id;
        let rows = self.children(cx, TABLES, wire::approval::approvals(), keys, ids, parent_of).await;
        let Some(rows) = granted(rows)? else { return Ok((None, Vec::new())) };
        let named = approval::named(rows.values().flatten());
        let mut select = wire::approval::people();
        select.and_where(Expr::col("user_id").is_in(named)).order_by("user_id", Order::Asc);
        select.order_by("contact_id", Order::Asc);
        Ok((Some(rows), self.client.rows(cx, "users, contacts", &select).await?))
    }
}

type ByTicket = BTreeMap<i64, Vec<ApprovalRow>>;
