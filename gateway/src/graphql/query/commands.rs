//! The root of what was written to the backends.

use super::links::kept;
use crate::authz::permission::Permission;
use crate::graphql::command::{Command, CommandFilter};
use crate::graphql::connection::Connection;
use crate::graphql::context::{args, soft};
use crate::graphql::directive::requiresPermission;
use crate::readmodel::entity::journal_commands;
use async_graphql::{Context, Object};

/// Commands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Commands;

#[Object]
impl Commands {
    /// What was written to the backends and how far it has come, newest first. Requires COMMANDS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::CommandsRead))]
    async fn commands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which commands.")] filter: Option<CommandFilter>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<Command>> {
        let (condition, args) = (filter.unwrap_or_default().condition(), args(first, after, last, before));
        soft(ctx, kept::<journal_commands::Entity, _>(ctx, condition, &args, Command).await)
    }
}
