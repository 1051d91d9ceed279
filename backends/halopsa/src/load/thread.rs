//! A ticket with its actions, attachments and approvals: two calls side by side, and a third where there are approvals.

use super::of_parent;
use crate::backend::Halo;
use crate::client::row;
use crate::map::{action, approval, ticket};
use crate::query::{ACTIONS, APPROVALS, ATTACHMENTS, Query, TICKET};
use crate::wire::desk::{ActionRow, ApprovalRow, AttachmentRow, TicketDetail, TicketRow};
use crate::write::split;
use portico_contract::record::Record;
use portico_contract::{CallCx, ErrorKind, Kind, Result, Snapshot};
use serde_json::Value;

impl Halo {
    pub(super) async fn ticket(&self, cx: &CallCx, id: i64) -> Result<Option<Snapshot>> {
        let query = Query::of(&TICKET).with("includedetails", true);
        let (found, actions) = tokio::join!(self.client.one(cx, &query, id), self.actions(cx, id));
        let Some(value) = found? else { return Ok(None) };
        let detail: TicketDetail = row(&TICKET, value.clone())?;
        let head: TicketRow = row(&TICKET, value)?;
        let desk = self.desk(cx).await?;
        let Some(mut ticket) = ticket::whole(&head, &detail, &desk, self.zone) else { return Ok(None) };
        let actions = actions?;
        if let Some(client) = head.client_id.key() {
            let copied = split(detail.emailcclist.as_str().unwrap_or_default());
            ticket.followers = self.followers(cx, client, &copied).await?;
        }
        let files = self.files(cx, id, &detail).await?;
        let mut records = vec![Record::Ticket(Box::new(ticket))];
        records.extend(action::thread(id, &actions, &files, self.zone));
        let mut complete = vec![Kind::Comment, Kind::Attachment, Kind::TimeEntry];
        if let Some(approvals) = self.approvals(cx, id, &detail).await? {
            let approvals = approvals.iter().filter_map(|row| approval::approval(row, id, &self.config, self.zone));
            records.extend(approvals.map(Record::Approval));
            complete.push(Kind::Approval);
        }
        Ok(Some(Snapshot { records, complete, ..Snapshot::default() }))
    }

    /// Without the ticket Halo would look through the actions of all tickets; every row must name it.
    pub(crate) async fn actions(&self, cx: &CallCx, ticket: i64) -> Result<Vec<ActionRow>> {
        let query = Query::of(&ACTIONS)
            .with("ticket_id", ticket)
            .with("excludesys", true)
            .with("includehtmlnote", true)
            .with("includeattachments", true);
        let listed = self.client.list(cx, &query).await?;
        of_parent(&ACTIONS, listed.rows, |row: &ActionRow| row.ticket_id.0 == Some(ticket))
    }

    /// With the ticket itself; from their list where a build leaves them out.
    async fn files(&self, cx: &CallCx, ticket: i64, detail: &TicketDetail) -> Result<Vec<AttachmentRow>> {
        let its = |row: &AttachmentRow| row.ticket_id.key().is_none_or(|found| found == ticket);
        if let Some(files) = &detail.attachments.0 {
            return Ok(files.iter().filter(|row| its(row)).cloned().collect());
        }
        let listed = self.client.list(cx, &Query::of(&ATTACHMENTS).with("ticket_id", ticket)).await?;
        let rows: Vec<AttachmentRow> = crate::client::rows(&ATTACHMENTS, listed.rows)?;
        // A row that does not say whose it is may be anybody's.
        let said = |row: &AttachmentRow| row.ticket_id.key().or_else(|| row.unique_id.key()) == Some(ticket);
        Ok(rows.into_iter().filter(said).collect())
    }

    /// `None` where this version of Halo has none.
    pub(crate) async fn approvals(
        &self,
        cx: &CallCx,
        ticket: i64,
        detail: &TicketDetail,
    ) -> Result<Option<Vec<ApprovalRow>>> {
        if detail.faultapprovalexists.no() && detail.approvers.all().is_empty() {
            return Ok(Some(Vec::new()));
        }
        self.approval_rows(cx, ticket).await
    }

    pub(crate) async fn approval_rows(&self, cx: &CallCx, ticket: i64) -> Result<Option<Vec<ApprovalRow>>> {
        match self.client.list(cx, &Query::of(&APPROVALS).with("ticket_id", ticket)).await {
            Ok(listed) => {
                let its = |row: &ApprovalRow| row.ticket_id.0 == Some(ticket);
                of_parent(&APPROVALS, listed.rows, its).map(Some)
            }
            Err(error) if error.kind == ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The ticket as it is now, for those who change it.
    pub(crate) async fn ticket_row(&self, cx: &CallCx, id: i64) -> Result<Option<(TicketRow, Value)>> {
        let query = Query::of(&TICKET).with("includedetails", true);
        let Some(value) = self.client.one(cx, &query, id).await? else { return Ok(None) };
        let head: TicketRow = row(&TICKET, value.clone())?;
        Ok(if head.deleted.yes() { None } else { Some((head, value)) })
    }
}
