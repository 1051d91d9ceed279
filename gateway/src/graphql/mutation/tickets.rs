//! Opening tickets and answering them.

pub mod act;
mod comment;
mod create;
mod follow;
mod update;

use super::UserError;
use super::links::shown;
use super::write::{Checked, Writer, Written};
use crate::authz::permission::Permission;
use crate::graphql::comment::Comment;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::graphql::ticket::Ticket;
use crate::journal::{CommandRow, Delivery};
use crate::readmodel::entity::{comments, tickets};
use act::{CloseTicketInput, RateTicketInput, ReopenTicketInput, ResolveTicketInput};
use async_graphql::{Context, ID, Object, SimpleObject};
use comment::AddTicketCommentInput;
use create::CreateTicketInput;
use follow::SetTicketFollowersInput;
use update::UpdateTicketInput;

/// What can be done about tickets.
#[derive(Debug, Clone, Copy, Default)]
pub struct TicketWrites;

/// What opening a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CreateTicketPayload {
    /// The ticket, also while it is queued; it keeps its id.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What answering a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct AddTicketCommentPayload {
    /// The comment, also while it is queued; it keeps its id.
    comment: Option<Comment>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What saying that a ticket is solved led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ResolveTicketPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What closing a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CloseTicketPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What opening a solved ticket again led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ReopenTicketPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What rating a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct RateTicketPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What saying who follows a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct SetTicketFollowersPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What changing a ticket led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UpdateTicketPayload {
    /// The ticket, as it is now.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// The ticket of a command as the viewer may see it now, and how the command stands.
async fn told(ctx: &Context<'_>, done: Checked<CommandRow>) -> (Option<Ticket>, Written) {
    match done {
        Ok(command) => {
            let ticket = shown::<tickets::Entity>(ctx, "ticket", command.object_id).await.map(Ticket);
            (ticket, Written::of(&command))
        }
        Err(wrong) => (None, Written::wrong(wrong)),
    }
}

#[Object]
impl TicketWrites {
    /// Opens a ticket, for the viewer's own account and contact unless the input says otherwise. Requires
    /// TICKETS_CREATE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsCreate))]
    async fn create_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked for.")] input: CreateTicketInput,
    ) -> Option<CreateTicketPayload> {
        let done = async { create::create(&Writer::of(ctx)?, input).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(CreateTicketPayload { ticket, delivery, user_errors })
    }

    /// Answers a ticket. Requires TICKETS_COMMENT.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsComment))]
    async fn add_ticket_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "What is said.")] input: AddTicketCommentInput,
    ) -> Option<AddTicketCommentPayload> {
        let done = async { comment::add(&Writer::of(ctx)?, &id, input).await };
        Some(match done.await {
            Ok(command) => {
                let comment = shown::<comments::Entity>(ctx, "comment", command.id).await.map(Comment);
                let Written { delivery, user_errors } = Written::of(&command);
                AddTicketCommentPayload { comment, delivery, user_errors }
            }
            Err(wrong) => AddTicketCommentPayload { user_errors: vec![wrong.told()], ..Default::default() },
        })
    }

    /// Says that a ticket is solved. Requires TICKETS_RESOLVE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsResolve))]
    async fn resolve_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "What there is to say.")] input: Option<ResolveTicketInput>,
    ) -> Option<ResolveTicketPayload> {
        let done = async { act::resolve(&Writer::of(ctx)?, &id, input.unwrap_or_default()).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(ResolveTicketPayload { ticket, delivery, user_errors })
    }

    /// Says that a ticket is done with for good. Requires TICKETS_RESOLVE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsResolve))]
    async fn close_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "What there is to say.")] input: Option<CloseTicketInput>,
    ) -> Option<CloseTicketPayload> {
        let done = async { act::close(&Writer::of(ctx)?, &id, input.unwrap_or_default()).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(CloseTicketPayload { ticket, delivery, user_errors })
    }

    /// Says that a ticket is not solved after all. Requires TICKETS_RESOLVE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsResolve))]
    async fn reopen_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "What there is to say.")] input: Option<ReopenTicketInput>,
    ) -> Option<ReopenTicketPayload> {
        let done = async { act::reopen(&Writer::of(ctx)?, &id, input.unwrap_or_default()).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(ReopenTicketPayload { ticket, delivery, user_errors })
    }

    /// Says how a closed ticket was dealt with. Requires TICKETS_RATE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsRate))]
    async fn rate_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "How it was.")] input: RateTicketInput,
    ) -> Option<RateTicketPayload> {
        let done = async { act::rate(&Writer::of(ctx)?, &id, input).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(RateTicketPayload { ticket, delivery, user_errors })
    }

    /// Says who follows a ticket. Requires TICKETS_FOLLOW.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsFollow))]
    async fn set_ticket_followers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "Who follows it.")] input: SetTicketFollowersInput,
    ) -> Option<SetTicketFollowersPayload> {
        let done = async { follow::follow(&Writer::of(ctx)?, &id, input).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(SetTicketFollowersPayload { ticket, delivery, user_errors })
    }

    /// Changes who works on a ticket, how urgent it is, how it stands and what it is about. Requires TICKETS_UPDATE.
    #[graphql(directive = requiresPermission::apply(Permission::TicketsUpdate))]
    async fn update_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket.")] id: ID,
        #[graphql(desc = "What is to be different.")] input: UpdateTicketInput,
    ) -> Option<UpdateTicketPayload> {
        let done = async { update::update(&Writer::of(ctx)?, &id, input).await };
        let (ticket, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(UpdateTicketPayload { ticket, delivery, user_errors })
    }
}
