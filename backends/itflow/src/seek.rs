//! What an unclear write has left behind: looked for by the marker, else by the state that was wanted. Reads only.

use crate::backend::Itflow;
use crate::contact::Change;
use crate::map::words::{CLOSED, RESOLVED};
use crate::wire::approval::{ApprovalRow, TABLES, approvals};
use crate::wire::ticket::{TicketRow, tickets};
use crate::wire::{Column, IdRow, select};
use crate::write::number;
use crate::write::people::{PERSON, Person};
use crate::write::{Present, Wanted, decision_word, rating_word};
use portico_contract::command::{AddComment, DecideApproval, OpenTicket, RateTicket, UpsertContact};
use portico_contract::marker;
use portico_contract::{CallCx, Command, Error, Intent, Kind, NativeId, Result, Sought};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use uuid::Uuid;

fn id_column(table: &'static str, id: &'static str) -> SelectStatement {
    let mut select = sea_orm::sea_query::Query::select();
    select.expr_as(Expr::col(id), "id").from(table);
    select
}

/// The replies on a ticket that a command has left.
pub(crate) fn replies_with(ticket: i64, id: Uuid) -> SelectStatement {
    let mut select = id_column("ticket_replies", "ticket_reply_id");
    select.and_where(Expr::col("ticket_reply_ticket_id").eq(ticket));
    select.and_where(Expr::col("ticket_reply").like(format!("%{}%", marker::word(id))));
    select
}

fn tickets_with(client: i64, id: Uuid) -> SelectStatement {
    let mut select = id_column("tickets", "ticket_id");
    select.and_where(Expr::col("ticket_client_id").eq(client));
    select.and_where(Expr::col("ticket_details").like(format!("%{}%", marker::word(id))));
    select
}

/// One is it, none is none, and of several it cannot be told.
fn one(kind: Kind, rows: &[IdRow]) -> Sought {
    match rows {
        [] => Sought::Absent,
        [row] => Sought::Found(NativeId::new(kind, row.id)),
        _ => Sought::Unclear,
    }
}

fn holds(id: &NativeId, holds: bool) -> Sought {
    if holds { Sought::Found(id.clone()) } else { Sought::Absent }
}

fn present(row: &TicketRow) -> Present<'_> {
    Present {
        assignee: row.ticket_assigned_to,
        priority: row.ticket_priority.as_deref(),
        status: row.ticket_status,
        category: row.ticket_category.as_deref(),
    }
}

#[derive(Debug, FromQueryResult)]
struct Texts {
    contact_id: i64,
    contact_name: Option<String>,
    contact_title: Option<String>,
    contact_department: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    contact_extension: Option<String>,
    contact_mobile: Option<String>,
    contact_billing: Option<bool>,
    contact_technical: Option<bool>,
}

const TEXTS: &[Column] = &[
    Column::Plain("contact_id"),
    Column::Plain("contact_name"),
    Column::Plain("contact_title"),
    Column::Plain("contact_department"),
    Column::Plain("contact_email"),
    Column::Plain("contact_phone"),
    Column::Plain("contact_extension"),
    Column::Plain("contact_mobile"),
    Column::Plain("contact_billing"),
    Column::Plain("contact_technical"),
];

impl Texts {
    /// Whether the row says all that was wanted.
    fn say(&self, change: &Change) -> bool {
        let of = |column: &str| match column {
            "contact_name" => &self.contact_name,
            "contact_title" => &self.contact_title,
            "contact_department" => &self.contact_department,
            "contact_email" => &self.contact_email,
            "contact_phone" => &self.contact_phone,
            "contact_extension" => &self.contact_extension,
            _ => &self.contact_mobile,
        };
        let flags = [("contact_billing", self.contact_billing), ("contact_technical", self.contact_technical)];
        change.texts().all(|(column, text)| of(column).as_deref().unwrap_or_default() == text)
            && change.flags().zip(flags).all(|((_, wanted), (_, is))| (is == Some(true)) == wanted)
    }
}

impl Itflow {
    pub(crate) async fn look_for(&self, cx: &CallCx, command: &Command) -> Result<Sought> {
        self.can(command.intent.kind())?;
        match &command.intent {
            Intent::OpenTicket(OpenTicket { account, .. }) => {
                let select = tickets_with(number(account)?, command.id);
                Ok(one(Kind::Ticket, &self.client.rows(cx, "tickets", &select).await?))
            }
            Intent::AddComment(AddComment { ticket, .. }) => {
                let select = replies_with(number(ticket)?, command.id);
                Ok(one(Kind::Comment, &self.client.rows(cx, "ticket_replies", &select).await?))
            }
            Intent::ResolveTicket(it) => self.stands(cx, &it.ticket, |row| row.ticket_status == RESOLVED).await,
            Intent::CloseTicket(it) => self.stands(cx, &it.ticket, |row| row.ticket_status == CLOSED).await,
            Intent::ReopenTicket(it) => {
                self.stands(cx, &it.ticket, |row| ![RESOLVED, CLOSED].contains(&row.ticket_status)).await
            }
            Intent::UpdateTicket(it) => {
                let wanted = Wanted::new(it)?;
                self.stands(cx, &it.ticket, |row| wanted.stands(present(row))).await
            }
            Intent::RateTicket(RateTicket { ticket, positive, .. }) => {
                let wanted = rating_word(*positive);
                self.stands(cx, ticket, |row| row.ticket_feedback.as_deref() == Some(wanted)).await
            }
            Intent::DecideApproval(it) => self.decided(cx, it).await,
            Intent::UpsertContact(it) => self.contact_is(cx, it).await,
            other => Err(Error::unsupported(other.kind().as_str())),
        }
    }

    async fn stands(&self, cx: &CallCx, id: &NativeId, so: impl Fn(&TicketRow) -> bool) -> Result<Sought> {
        let mut select = tickets();
        select.and_where(Expr::col("ticket_id").eq(number(id)?));
        let rows: Vec<TicketRow> = self.client.rows(cx, "tickets, ticket_statuses", &select).await?;
        Ok(holds(id, rows.first().is_some_and(so)))
    }

    /// Another decision than the one that was wanted is somebody else's.
    async fn decided(&self, cx: &CallCx, decision: &DecideApproval) -> Result<Sought> {
        let mut select = approvals();
        select.and_where(Expr::col("approval_id").eq(number(&decision.approval)?));
        let rows: Vec<ApprovalRow> = self.client.rows(cx, TABLES, &select).await?;
        let wanted = decision_word(decision.approve);
        Ok(match rows.first().map(|row| row.approval_status.as_str()) {
            Some(status) if status == wanted => Sought::Found(decision.approval.clone()),
            Some("pending") | None => Sought::Absent,
            Some(_) => Sought::Unclear,
        })
    }

    /// A contact that says all that was wanted. A new one is known by its address, which a customer has once.
    async fn contact_is(&self, cx: &CallCx, wish: &UpsertContact) -> Result<Sought> {
        let client = Expr::col("contact_client_id").eq(number(&wish.account)?);
        let mut texts = select("contacts", TEXTS);
        texts.and_where(client.clone());
        let mut before = None;
        match &wish.contact {
            Some(id) => {
                let row = Expr::col("contact_id").eq(number(id)?);
                let mut person = select("contacts", PERSON);
                person.and_where(client).and_where(row.clone());
                before = self.client.rows::<Person>(cx, "contacts", &person).await?.into_iter().next();
                texts.and_where(row);
            }
            None => {
                texts.and_where(Expr::col("contact_email").eq(wish.email.as_deref().unwrap_or_default().trim()));
            }
        }
        let change = Change::new(wish, before.as_ref())?;
        let rows: Vec<Texts> = self.client.rows(cx, "contacts", &texts).await?;
        Ok(match rows.as_slice() {
            [] => Sought::Absent,
            [row] if row.say(&change) => Sought::Found(NativeId::new(Kind::Contact, row.contact_id)),
            [_] if wish.contact.is_some() => Sought::Absent,
            _ => Sought::Unclear,
        })
    }
}
