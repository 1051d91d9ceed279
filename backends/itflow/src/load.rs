//! Ids in, whole snapshots out. Pages and single reads share these functions, so that a thing looks
//! the same whichever way it came. The number of statements does not depend on the number of ids.

use crate::backend::Itflow;
use crate::map::value::Zone;
use crate::map::{account, invoice, person, ticket};
use crate::wire;
use crate::wire::account::ClientRow;
use crate::wire::choice::CategoryRow;
use crate::wire::invoice::{InvoiceRow, ItemRow, PaymentRow};
use crate::wire::person::{AgentRow, ContactRow};
use crate::wire::ticket::{AttachmentRow, ReplyRow, TicketRow};
use portico_contract::{CallCx, Error, Kind, Record, Result, Snapshot};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SelectStatement};
use std::collections::BTreeMap;

/// What can be read on its own. Everything else comes with its parent or its list.
pub(crate) const READABLE: &[Kind] = &[Kind::Account, Kind::Contact, Kind::Agent, Kind::Ticket, Kind::Invoice];

impl Itflow {
    /// What there is of these ids, in the order of the ids. An id that is gone or has left the stream is left out.
    pub(crate) async fn load(&self, cx: &CallCx, kind: Kind, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        match kind {
            Kind::Account => self.accounts(cx, ids).await,
            Kind::Contact => self.contacts(cx, ids).await,
            Kind::Agent => self.agents(cx, ids).await,
            Kind::Ticket => self.tickets(cx, ids).await,
            Kind::Invoice => self.invoices(cx, ids).await,
            other => Err(Error::unsupported(&format!("reading a single {other}"))),
        }
    }

    async fn accounts(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let rows: Vec<ClientRow> = self.among(cx, "clients", wire::account::clients(), "client_id", ids).await?;
        Ok(singles(rows, |row| (row.client_id, account::account(row, zone))))
    }

    async fn contacts(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let what = "contacts, users, clients";
        let rows: Vec<ContactRow> = self.among(cx, what, wire::person::contacts(), "contact_id", ids).await?;
        Ok(singles(rows, |row| (row.contact_id, person::contact(row, zone))))
    }

    async fn agents(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<AgentRow> = self.among(cx, "users", wire::person::agents(), "user_id", ids).await?;
        Ok(singles(rows, |row| (row.user_id, Some(person::agent(row)))))
    }

    /// Attachments are read before replies: a reply that comes in between is then known, and the
    /// file that came with it is not taken for an orphan.
    async fn tickets(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone: Zone = self.zone(cx).await?;
        let rows: Vec<TicketRow> =
            self.among(cx, "tickets, ticket_statuses", wire::ticket::tickets(), "ticket_id", ids).await?;
        let categories: Vec<CategoryRow> = self.client.rows(cx, "categories", &wire::choice::categories()).await?;
        let parent = "ticket_attachment_ticket_id";
        let mut files = self
            .children(
                cx,
                "ticket_attachments",
                wire::ticket::attachments(),
                (parent, "ticket_attachment_id"),
                ids,
                |row: &AttachmentRow| row.ticket_attachment_ticket_id,
            )
            .await?;
        let parent = "ticket_reply_ticket_id";
        let what = "ticket_replies, users, contacts";
        let mut replies = self
            .children(cx, what, wire::ticket::replies(), (parent, "ticket_reply_id"), ids, |row: &ReplyRow| {
                row.ticket_reply_ticket_id
            })
            .await?;
        let snapshots = rows.iter().filter_map(|row| {
            let id = row.ticket_id;
            let replies = replies.remove(&id).unwrap_or_default();
            let files = files.remove(&id).unwrap_or_default();
            ticket::snapshot(row, &replies, &files, &categories, zone).map(|snapshot| (id, snapshot))
        });
        Ok(snapshots.collect())
    }

    async fn invoices(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<InvoiceRow> = self.among(cx, "invoices", wire::invoice::invoices(), "invoice_id", ids).await?;
        let mut items = self
            .children(
                cx,
                "invoice_items",
                wire::invoice::items(),
                ("item_invoice_id", "item_id"),
                ids,
                |row: &ItemRow| row.item_invoice_id,
            )
            .await?;
        let mut payments = self
            .children(
                cx,
                "payments",
                wire::invoice::payments(),
                ("payment_invoice_id", "payment_id"),
                ids,
                |row: &PaymentRow| row.payment_invoice_id,
            )
            .await?;
        let mut snapshots = Vec::with_capacity(rows.len());
        for row in &rows {
            let items = items.remove(&row.invoice_id).unwrap_or_default();
            let payments = payments.remove(&row.invoice_id).unwrap_or_default();
            if let Some(snapshot) = invoice::snapshot(row, &items, &payments)? {
                snapshots.push((row.invoice_id, snapshot));
            }
        }
        Ok(snapshots)
    }

    /// The rows whose column is one of the ids, in its order.
    async fn among<T: FromQueryResult>(
        &self,
        cx: &CallCx,
        what: &str,
        mut select: SelectStatement,
        column: &'static str,
        ids: &[i64],
    ) -> Result<Vec<T>> {
        select.and_where(Expr::col(column).is_in(ids.iter().copied())).order_by(column, Order::Asc);
        self.client.rows(cx, what, &select).await
    }

    /// The children of a page of parents, by parent, in the order of their own ids.
    async fn children<T: FromQueryResult>(
        &self,
        cx: &CallCx,
        what: &str,
        mut select: SelectStatement,
        (parent, id): (&'static str, &'static str),
        ids: &[i64],
        parent_of: fn(&T) -> i64,
    ) -> Result<BTreeMap<i64, Vec<T>>> {
        select.and_where(Expr::col(parent).is_in(ids.iter().copied())).order_by(id, Order::Asc);
        let mut by_parent: BTreeMap<i64, Vec<T>> = BTreeMap::new();
        for row in self.client.rows::<T>(cx, what, &select).await? {
            by_parent.entry(parent_of(&row)).or_default().push(row);
        }
        Ok(by_parent)
    }
}

fn singles<T>(rows: Vec<T>, map: impl Fn(&T) -> (i64, Option<Record>)) -> Vec<(i64, Snapshot)> {
    let known = rows.iter().map(map);
    known.filter_map(|(id, record)| Some((id, Snapshot::single(record?)))).collect()
}
