//! Deciding what tickets wait for.

use super::UserError;
use super::links::shown;
use super::write::{Checked, Field, Writer, Written, Wrong, line};
use crate::authz::permission::Permission;
use crate::graphql::actions;
use crate::graphql::approval::Approval;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::journal::{CommandRow, Delivery, Draft};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{approvals, tickets};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::command::DecideApproval;
use portico_contract::value::ApprovalGroup;
use portico_contract::{CommandKind, Error, ErrorKind, Intent, Kind, NativeId};

/// Decisions.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApprovalWrites;

/// A decision.
#[derive(Debug, InputObject)]
pub struct DecideApprovalInput {
    /// Yes or no.
    approve: bool,
    /// What there is to say: one line of text.
    note: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What deciding led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct DecideApprovalPayload {
    /// The approval, as it is now.
    approval: Option<Approval>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

const ID_FIELD: Field = &["id"];

async fn decide(writer: &Writer<'_>, id: &str, input: DecideApprovalInput) -> Checked<(approvals::Model, CommandRow)> {
    use approvals::Column as A;
    use tickets::Column as T;
    let columns =
        [A::BackendId, A::NativeKey, A::TicketId, A::StatusGroup, A::Approvers, A::AnyWith, A::RequesterContactId];
    let row = writer.row::<approvals::Entity>(ID_FIELD, id, &columns).await?;
    let ticket = writer.known::<tickets::Entity>(row.ticket_id, &[T::AccountId, T::ContactId]).await?;
    let ticket = ticket.ok_or_else(|| Wrong::missing(ID_FIELD))?;
    if writer.who.doubted.contains(&row.backend_id) {
        return Err(Error::unavailable("the contacts are too old to approve by").into());
    }
    let roles = &writer.can(row.backend_id, CommandKind::DecideApproval)?.backend.info().roles;
    if !actions::may_decide(&writer.desk.scope, writer.who, roles, &row, ticket.account_id) {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Forbidden, "Somebody else is asked to decide this."));
    }
    let author = writer.author(row.backend_id, ticket.account_id, Permission::ApprovalsDecide).await?;
    let key = writer.key("decideApproval", input.idempotency_key.as_deref(), id, &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok((approvals::Model::clone(&row), command));
    }
    if row.status_group != ApprovalGroup::Pending.as_str() {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Conflict, "It was decided already. Read it again."));
    }
    let note = input.note.as_deref().map(|note| line(&["input", "note"], note, 1_000)).transpose()?;
    let approval = NativeId { kind: Kind::Approval, key: row.native_key.clone() };
    let draft = Draft {
        backend: row.backend_id,
        object: Some(GlobalId::new(Kind::Ticket, row.ticket_id)),
        user: writer.who.user,
        account: ticket.account_id,
        contact: ticket.contact_id,
        author,
        intent: Intent::DecideApproval(DecideApproval { approval, approve: input.approve, note }),
        key,
    };
    Ok((approvals::Model::clone(&row), writer.submit(draft).await?))
}

#[Object]
impl ApprovalWrites {
    /// Decides what a ticket waits for, where oneself is asked. Requires APPROVALS_DECIDE.
    #[graphql(directive = requiresPermission::apply(Permission::ApprovalsDecide))]
    async fn decide_approval(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which approval.")] id: ID,
        #[graphql(desc = "The decision.")] input: DecideApprovalInput,
    ) -> Option<DecideApprovalPayload> {
        let done = async { decide(&Writer::of(ctx)?, &id, input).await };
        Some(match done.await {
            Ok((row, command)) => {
                let approval = shown::<approvals::Entity>(ctx, "approval", row.id).await.map(Approval);
                let Written { delivery, user_errors } = Written::of(&command);
                DecideApprovalPayload { approval, delivery, user_errors }
            }
            Err(wrong) => DecideApprovalPayload { user_errors: vec![wrong.told()], ..Default::default() },
        })
    }
}
