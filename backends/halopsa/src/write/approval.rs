//! A decision about an approval. Which number says yes is a setting.

use super::gone;
use crate::backend::Halo;
use crate::config::needed;
use crate::map::action::parts;
use crate::map::approval::group;
use crate::query::APPROVALS;
use crate::wire::desk::ApprovalRow;
use portico_contract::command::DecideApproval;
use portico_contract::value::ApprovalGroup;
use portico_contract::{Actor, Applied, CallCx, Command, Error, ErrorKind, Kind, NativeId, Result, Sent};
use portico_transport::Safety;
use serde_json::{Map, Value};

impl Halo {
    pub(super) async fn decide_approval(
        &self,
        cx: &CallCx,
        command: &Command,
        wish: &DecideApproval,
    ) -> Result<Applied> {
        let target = wish.approval.clone();
        let yes = needed(self.config.approval_approved, "approval_approved", "approvals")?;
        let no = needed(self.config.approval_declined, "approval_declined", "approvals")?;
        let (ticket, seq, row) = self.approval_row(cx, &wish.approval).await?;
        match self.decision(&row, wish.approve) {
            Some(true) => return Ok(Applied { target, found: true }),
            Some(false) => return Err(Error::new(ErrorKind::Conflict, "Somebody else has decided. Read again.")),
            None => {}
        }
        let mut decision = Map::new();
        decision.insert("ticket_id".into(), ticket.into());
        decision.insert("seq".into(), seq.into());
        decision.insert("result".into(), if wish.approve { yes } else { no }.into());
        if let Some(note) = &wish.note {
            decision.insert("approver_note".into(), note.clone().into());
        }
        if let Actor::Contact(contact) = &command.actor {
            let contact_id = super::number(contact)?;
            if row.user_id.key().is_some_and(|user| user != contact_id) {
                return Err(Error::new(ErrorKind::Forbidden, "This approval is for somebody else to decide."));
            }
            decision.insert("user_id".into(), contact_id.into());
        }
        let written = self.client.post(cx, &APPROVALS, Value::Object(decision), Safety::Idempotent).await?;
        let now: ApprovalRow = crate::client::row(&APPROVALS, written).map_err(|error| error.sent(Sent::Maybe))?;
        if group(now.result, &self.config) == ApprovalGroup::Pending {
            let public = "Halo did not take the decision. Its API agent may not decide for users.";
            return Err(Error::new(ErrorKind::Forbidden, public).sent(Sent::Yes));
        }
        Ok(Applied { target, found: false })
    }

    /// The row of an approval, and what its key is made of.
    pub(crate) async fn approval_row(&self, cx: &CallCx, id: &NativeId) -> Result<(i64, i64, ApprovalRow)> {
        let (ticket, seq) = parts(&id.key).ok_or_else(|| gone(Kind::Approval.as_str()))?;
        let rows = self.approval_rows(cx, ticket).await?.unwrap_or_default();
        let row = rows.into_iter().find(|row| row.seq.0 == Some(seq));
        Ok((ticket, seq, row.ok_or_else(|| gone(Kind::Approval.as_str()))?))
    }

    /// Whether it was decided, and then in this way.
    pub(crate) fn decision(&self, row: &ApprovalRow, approve: bool) -> Option<bool> {
        match group(row.result, &self.config) {
            ApprovalGroup::Pending => None,
            ApprovalGroup::Approved => Some(approve),
            ApprovalGroup::Declined => Some(!approve),
            ApprovalGroup::Other => Some(false),
        }
    }
}
