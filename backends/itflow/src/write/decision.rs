//! Approvals of tasks: decided once, by a contact of the ticket's customer whom the type of approval names.
//!
//! ITFlow's own page looks at neither; here both must fit.

use super::number;
use super::people::{Person, Who};
use super::trace::Line;
use super::tx::cell;
use crate::backend::Itflow;
use crate::wire::approval::{ApprovalRow, TABLES, approvals};
use portico_contract::command::DecideApproval;
use portico_contract::{Applied, CallCx, Command, Error, ErrorKind, Kind, NativeId, Result};
use sea_orm::sea_query::{Expr, ExprTrait};

/// Types of approval, and who decides them.
type Fits = fn(&Person, &ApprovalRow) -> bool;
const TYPES: &[(&str, Fits, &str)] = &[
    ("any", |_, _| true, "a contact of the customer"),
    ("technical", |person, _| person.is(person.contact_technical), "a technical contact"),
    ("billing", |person, _| person.is(person.contact_billing), "a billing contact"),
    (
        "specific",
        |person, row| person.contact_user_id > 0 && row.approval_required_user_id == Some(person.contact_user_id),
        "the person who was asked",
    ),
];

/// ITFlow's words for a decision.
pub(crate) fn word(approve: bool) -> &'static str {
    if approve { "approved" } else { "declined" }
}

fn fits(person: &Person, row: &ApprovalRow) -> Result<()> {
    let forbidden = |text: String| Err(Error::new(ErrorKind::Forbidden, text));
    match TYPES.iter().find(|(known, _, _)| *known == row.approval_type) {
        None => forbidden("Nobody outside decides this kind of approval.".to_owned()),
        Some((_, fits, _)) if fits(person, row) => Ok(()),
        Some((_, _, who)) => forbidden(format!("This approval is decided by {who}.")),
    }
}

impl Itflow {
    pub(super) async fn decide(&self, cx: &CallCx, command: &Command, decision: &DecideApproval) -> Result<Applied> {
        let tx = self.begin(cx).await?;
        let id = number(&decision.approval)?;
        let mut select = approvals();
        select.and_where(Expr::col("approval_id").eq(id)).and_where(Expr::col("approval_scope").eq("client"));
        let row: ApprovalRow = tx.one(TABLES, &select).await?;
        let ticket = tx.ticket(&NativeId::new(Kind::Ticket, row.task_ticket_id)).await?;
        let Who::Contact(person) = tx.who(&command.actor, ticket.ticket_client_id).await? else {
            return Err(Error::new(ErrorKind::Forbidden, "Only the customer decides this approval."));
        };
        fits(&person, &row)?;
        let (target, word) = (decision.approval.clone(), word(decision.approve));
        let by = (person.contact_user_id > 0).then(|| person.contact_user_id.to_string());
        let by = by.unwrap_or_else(|| person.contact_name.trim().to_owned());
        let cells = vec![cell("approval_status", word), cell("approval_approved_by", super::tx::clipped(&by, 255))];
        let pending = Expr::col("approval_id").eq(id).and(Expr::col("approval_status").eq("pending"));
        if tx.change("task_approvals", cells, pending).await? == 0 {
            // Whoever was first has decided; the row is read again, for it may be the same decision.
            let row: ApprovalRow = tx.one(TABLES, &select).await?;
            return if row.approval_status == word {
                Ok(Applied { target, found: true })
            } else {
                Err(Error::new(ErrorKind::Conflict, "This approval was decided already. Read again."))
            };
        }
        let (name, task) = (person.contact_name.trim(), row.task_name.trim());
        let note = decision.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        let note = note.map(|note| format!(": {note}")).unwrap_or_default();
        let said = format!("{name} {word} ticket task {task}{note}");
        tx.notify(row.approval_created_by, "Ticket", &said, &ticket).await?;
        let said = format!("Contact {name} {word} task {task} (approval {id}){note}");
        let (client, user) = (ticket.ticket_client_id, person.contact_user_id);
        tx.log(Line { kind: "Task", action: "Edit", said: &said, client, user, entity: ticket.ticket_id }).await?;
        tx.commit().await?;
        Ok(Applied { target, found: false })
    }
}
