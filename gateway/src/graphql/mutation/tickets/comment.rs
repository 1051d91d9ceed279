//! Answering a ticket.

use super::super::uploads::attached;
use super::super::write::{Checked, Writer, text};
use super::act::{self, Act};
use crate::authz::permission::Permission;
use crate::graphql::comment::Visibility;
use crate::journal::CommandRow;
use async_graphql::{ID, InputObject};
use portico_contract::command::AddComment;
use portico_contract::{Intent, Visibility as Shown};

/// What is said about a ticket.
#[derive(Debug, InputObject)]
pub struct AddTicketCommentInput {
    /// Text, or HTML, which is made safe.
    body: String,
    /// Who may see it: everybody who sees the ticket, unless given. HIDDEN requires TICKETS_INTERNAL_WRITE.
    #[graphql(default_with = "Visibility::Public")]
    visibility: Visibility,
    /// Files that go along with it: uploads that were sent.
    #[graphql(default)]
    attachment_ids: Vec<ID>,
    /// Any text that is different for every wish: sent again with the same input, it makes no second comment.
    idempotency_key: Option<String>,
}

pub async fn add(writer: &Writer<'_>, id: &str, input: AddTicketCommentInput) -> Checked<CommandRow> {
    let subject = act::subject(writer, id, Act::Comment).await?;
    if input.visibility == Visibility::Hidden {
        writer.may(&["input", "visibility"], Permission::TicketsInternalWrite, subject.owner())?;
    }
    let key = writer.key("addTicketComment", input.idempotency_key.as_deref(), id, &input)?;
    let body = text(&["input", "body"], &input.body)?;
    let visibility = if input.visibility == Visibility::Hidden { Shown::Hidden } else { Shown::Public };
    let mut attachments = Vec::new();
    if !input.attachment_ids.is_empty() {
        // Sent again, its files went along before.
        if let Some(command) = writer.before(key.as_ref()).await? {
            return Ok(command);
        }
        let source = writer.can(subject.backend(), Act::Comment.rule().command)?;
        attachments = attached(writer, source, &input.attachment_ids).await?;
    }
    act::send(writer, subject, Act::Comment, key, |ticket| {
        Intent::AddComment(AddComment { ticket, body, visibility, attachments, seconds_worked: None })
    })
    .await
}
