//! What staff do with commands.

use super::UserError;
use super::write::{Checked, Writer, Wrong};
use crate::authz::permission::Permission;
use crate::graphql::command::Command;
use crate::graphql::context::{place, report, selection};
use crate::graphql::directive::{inherits, requiresPermission};
use crate::readmodel::entity::journal_commands;
use crate::readmodel::relation::Selection;
use async_graphql::{Context, ID, Object, SimpleObject};
use uuid::Uuid;

/// Commands that were not applied.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommandWrites;

/// What sending a command again led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct RetryCommandPayload {
    /// The command, as it is now.
    command: Option<Command>,
    /// What is wrong; empty where it will be sent.
    user_errors: Vec<UserError>,
}

/// What giving a command up led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct DiscardCommandPayload {
    /// The command, as it is now.
    command: Option<Command>,
    /// What is wrong; empty where it was given up.
    user_errors: Vec<UserError>,
}

/// The command that is named, if the viewer may see it.
async fn named(writer: &Writer<'_>, ctx: &Context<'_>, id: &str) -> Checked<Uuid> {
    let uuid = Command::uuid(id).ok_or_else(|| Wrong::missing(&["id"]))?;
    let nothing = Selection::default();
    let row = writer.desk.kept_one::<journal_commands::Entity>(uuid, &nothing, place(ctx)).await?;
    row.map(|_| uuid).ok_or_else(|| Wrong::missing(&["id"]))
}

async fn told(ctx: &Context<'_>, done: Checked<Uuid>) -> (Option<Command>, Vec<UserError>) {
    let id = match done {
        Ok(id) => id,
        Err(wrong) => return (None, vec![wrong.told()]),
    };
    let Ok(writer) = Writer::of(ctx) else { return (None, Vec::new()) };
    let mut shown = None;
    for child in selection(ctx).children.iter().filter(|child| child.name == "command") {
        let at = place(ctx).then(&child.key);
        match writer.desk.kept_one::<journal_commands::Entity>(id, child, at).await {
            Ok(row) => shown = row.map(Command),
            Err(error) => report(ctx, &error),
        }
    }
    (shown, Vec::new())
}

#[Object]
impl CommandWrites {
    /// Sends a command again that was refused or that nobody could tell of, or a waiting one now. What may have been
    /// done is done twice if it was. Requires COMMANDS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::CommandsManage))]
    async fn retry_command(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which command.")] id: ID,
    ) -> Option<RetryCommandPayload> {
        let done = async {
            let writer = Writer::of(ctx)?;
            let id = named(&writer, ctx, &id).await?;
            writer.journal.retry(writer.who.user, id).await?;
            Ok(id)
        };
        let (command, user_errors) = told(ctx, done.await).await;
        Some(RetryCommandPayload { command, user_errors })
    }

    /// Gives a command up: it is not sent any more, and what it would have made is not shown. Requires
    /// COMMANDS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::CommandsManage))]
    async fn discard_command(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which command.")] id: ID,
    ) -> Option<DiscardCommandPayload> {
        let done = async {
            let writer = Writer::of(ctx)?;
            let id = named(&writer, ctx, &id).await?;
            writer.journal.discard(writer.who.user, id).await?;
            Ok(id)
        };
        let (command, user_errors) = told(ctx, done.await).await;
        Some(DiscardCommandPayload { command, user_errors })
    }
}
