//! Linking accounts and contacts, for staff. What an input names is looked up at the desk first: what the viewer
//! may not see does not exist.

use super::UserError;
use crate::authz::permission::Permission;
use crate::authz::viewer::Viewer;
use crate::graphql::account::Account;
use crate::graphql::contact::Contact;
use crate::graphql::context::{NOT_FOUND, desk, place, report, selection};
use crate::graphql::directive::{inherits, requiresPermission};
use crate::graphql::links::AccountLinkProposal;
use crate::links;
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{account_link_proposals, accounts, contacts};
use crate::readmodel::fence::Fenced;
use crate::readmodel::relation::{Related, Selection};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::{Error, ErrorKind, Result};
use sea_orm::FromQueryResult;
use std::sync::Arc;
use uuid::Uuid;

/// Links between the accounts and contacts of several backends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Linking;

/// Two accounts.
#[derive(Debug, InputObject)]
pub struct LinkAccountsInput {
    /// One account.
    account: ID,
    /// The account of another backend that is the same customer.
    other_account: ID,
}

/// An account that is linked.
#[derive(Debug, InputObject)]
pub struct UnlinkAccountsInput {
    /// The account that is taken out of its customer.
    account: ID,
}

/// Two contacts.
#[derive(Debug, InputObject)]
pub struct LinkContactsInput {
    /// One contact.
    contact: ID,
    /// The contact of another backend that is the same person.
    other_contact: ID,
}

/// Two contacts that are linked.
#[derive(Debug, InputObject)]
pub struct UnlinkContactsInput {
    /// One contact.
    contact: ID,
    /// The contact that it is linked to.
    other_contact: ID,
}

/// A proposal to be confirmed.
#[derive(Debug, InputObject)]
pub struct ConfirmAccountLinkInput {
    /// The proposal.
    proposal: ID,
}

/// A proposal to be declined.
#[derive(Debug, InputObject)]
pub struct DeclineAccountLinkInput {
    /// The proposal.
    proposal: ID,
}

/// What linking led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct LinkAccountsPayload {
    /// One account, as it is now.
    account: Option<Account>,
    /// The other account, as it is now.
    other_account: Option<Account>,
    /// What is wrong with the input; empty when they are linked.
    user_errors: Vec<UserError>,
}

/// What unlinking led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UnlinkAccountsPayload {
    /// The account, as it is now.
    account: Option<Account>,
    /// What is wrong with the input; empty when it is linked to none.
    user_errors: Vec<UserError>,
}

/// What linking led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct LinkContactsPayload {
    /// One contact, as it is now.
    contact: Option<Contact>,
    /// The other contact, as it is now.
    other_contact: Option<Contact>,
    /// What is wrong with the input; empty when they are linked.
    user_errors: Vec<UserError>,
}

/// What unlinking led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UnlinkContactsPayload {
    /// One contact, as it is now.
    contact: Option<Contact>,
    /// The other contact, as it is now.
    other_contact: Option<Contact>,
    /// What is wrong with the input; empty when they are not linked.
    user_errors: Vec<UserError>,
}

/// What a decision led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ConfirmAccountLinkPayload {
    /// The proposal, as it is now.
    proposal: Option<AccountLinkProposal>,
    /// What is wrong with the input; empty when the accounts are linked.
    user_errors: Vec<UserError>,
}

/// What a decision led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct DeclineAccountLinkPayload {
    /// The proposal, as it is now.
    proposal: Option<AccountLinkProposal>,
    /// What is wrong with the input; empty when it is declined.
    user_errors: Vec<UserError>,
}

/// What the rules found.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ProposeAccountLinksPayload {
    /// How many new proposals were made.
    proposed: usize,
    /// Whether there is more to be found: ask again.
    more: bool,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// What is wrong, and with which field of the input.
type Wrong = (Error, Option<&'static str>);

fn act<'a>(ctx: &Context<'a>) -> Result<(&'a links::Links, Uuid), Wrong> {
    let missing = || (Error::internal("no links"), None);
    let links = ctx.data_opt::<Arc<links::Links>>().ok_or_else(missing)?;
    let who = ctx.data_opt::<Arc<Viewer>>().ok_or_else(missing)?;
    Ok((links.as_ref(), who.user))
}

fn missing(field: &'static str) -> Wrong {
    (Error::new(ErrorKind::NotFound, NOT_FOUND), Some(field))
}

fn unnamed(error: Error) -> Wrong {
    (error, None)
}

/// The row that an input field names, if the viewer may see it.
async fn seen<E>(ctx: &Context<'_>, field: &'static str, id: &str) -> Result<Uuid, Wrong>
where
    E: Fenced,
    E::Model: Related + FromQueryResult,
{
    let id: GlobalId = id.parse().map_err(|_| missing(field))?;
    if id.kind != E::KIND {
        return Err(missing(field));
    }
    let desk = desk(ctx).map_err(unnamed)?;
    let row = desk.by_id::<E>(id.uuid, &Selection::default(), place(ctx)).await.map_err(unnamed)?;
    row.map(|_| id.uuid).ok_or_else(|| missing(field))
}

/// A row for a field of the payload, with what is selected below it.
pub(super) async fn shown<E>(ctx: &Context<'_>, field: &str, id: Uuid) -> Option<Arc<E::Model>>
where
    E: Fenced,
    E::Model: Related + FromQueryResult,
{
    let desk = desk(ctx).ok()?;
    let payload = selection(ctx);
    let mut shown = None;
    for child in payload.children.iter().filter(|child| child.name == field) {
        match desk.by_id::<E>(id, child, place(ctx).then(&child.key)).await {
            Ok(row) => shown = row,
            Err(error) => report(ctx, &error),
        }
    }
    shown
}

/// A proposal that the viewer may see.
async fn proposal(ctx: &Context<'_>, id: &str) -> Result<Uuid, Wrong> {
    let uuid = AccountLinkProposal::uuid(id).ok_or_else(|| missing("proposal"))?;
    let desk = desk(ctx).map_err(unnamed)?;
    let nothing = Selection::default();
    let row = desk.kept_one::<account_link_proposals::Entity>(uuid, &nothing, place(ctx)).await.map_err(unnamed)?;
    row.map(|_| uuid).ok_or_else(|| missing("proposal"))
}

async fn shown_proposal(ctx: &Context<'_>, id: Uuid) -> Option<AccountLinkProposal> {
    let desk = desk(ctx).ok()?;
    let payload = selection(ctx);
    let mut shown = None;
    for child in payload.children.iter().filter(|child| child.name == "proposal") {
        let at = place(ctx).then(&child.key);
        match desk.kept_one::<account_link_proposals::Entity>(id, child, at).await {
            Ok(row) => shown = row.map(AccountLinkProposal),
            Err(error) => report(ctx, &error),
        }
    }
    shown
}

async fn two<E>(ctx: &Context<'_>, one: (&'static str, &ID), other: (&'static str, &ID)) -> Result<(Uuid, Uuid), Wrong>
where
    E: Fenced,
    E::Model: Related + FromQueryResult,
{
    Ok((seen::<E>(ctx, one.0, one.1).await?, seen::<E>(ctx, other.0, other.1).await?))
}

#[Object]
impl Linking {
    /// Looks for pairs of accounts that may be one customer. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn propose_account_links(&self, ctx: &Context<'_>) -> Option<ProposeAccountLinksPayload> {
        let found = async {
            let (links, actor) = act(ctx)?;
            links.propose(actor).await.map_err(unnamed)
        };
        Some(match found.await {
            Ok(found) => {
                ProposeAccountLinksPayload { proposed: found.count, more: found.more, user_errors: Vec::new() }
            }
            Err((error, field)) => ProposeAccountLinksPayload {
                user_errors: vec![UserError::new(&error, field)],
                ..ProposeAccountLinksPayload::default()
            },
        })
    }

    /// Links the accounts of a proposal: they are one customer. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn confirm_account_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which proposal.")] input: ConfirmAccountLinkInput,
    ) -> Option<ConfirmAccountLinkPayload> {
        let (proposal, user_errors) = decide(ctx, &input.proposal, true).await;
        Some(ConfirmAccountLinkPayload { proposal, user_errors })
    }

    /// Leaves the accounts of a proposal as they are; it does not come back. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn decline_account_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which proposal.")] input: DeclineAccountLinkInput,
    ) -> Option<DeclineAccountLinkPayload> {
        let (proposal, user_errors) = decide(ctx, &input.proposal, false).await;
        Some(DeclineAccountLinkPayload { proposal, user_errors })
    }

    /// Makes two accounts of different backends one customer. It gives nobody a right: see linkContacts.
    /// Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn link_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which accounts.")] input: LinkAccountsInput,
    ) -> Option<LinkAccountsPayload> {
        let done = async {
            let (links, actor) = act(ctx)?;
            let (one, other) = (("account", &input.account), ("otherAccount", &input.other_account));
            let (one, other) = two::<accounts::Entity>(ctx, one, other).await?;
            links.link_accounts(actor, one, other).await.map_err(unnamed)?;
            Ok::<_, Wrong>((one, other))
        };
        Some(match done.await {
            Ok((one, other)) => LinkAccountsPayload {
                account: shown::<accounts::Entity>(ctx, "account", one).await.map(Account),
                other_account: shown::<accounts::Entity>(ctx, "otherAccount", other).await.map(Account),
                user_errors: Vec::new(),
            },
            Err((error, field)) => LinkAccountsPayload {
                user_errors: vec![UserError::new(&error, field)],
                ..LinkAccountsPayload::default()
            },
        })
    }

    /// Takes an account out of its customer: undoes linkAccounts and confirmAccountLink. Links of its contacts end
    /// with it. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn unlink_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: UnlinkAccountsInput,
    ) -> Option<UnlinkAccountsPayload> {
        let done = async {
            let (links, actor) = act(ctx)?;
            let account = seen::<accounts::Entity>(ctx, "account", &input.account).await?;
            links.unlink_account(actor, account).await.map_err(unnamed)?;
            Ok::<_, Wrong>(account)
        };
        Some(match done.await {
            Ok(account) => UnlinkAccountsPayload {
                account: shown::<accounts::Entity>(ctx, "account", account).await.map(Account),
                user_errors: Vec::new(),
            },
            Err((error, field)) => {
                UnlinkAccountsPayload { account: None, user_errors: vec![UserError::new(&error, field)] }
            }
        })
    }

    /// Makes two contacts of linked accounts one person: who is one of them has the rights of the other as well,
    /// as its own PSA gives them. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn link_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contacts.")] input: LinkContactsInput,
    ) -> Option<LinkContactsPayload> {
        let pair = (&input.contact, &input.other_contact);
        let (contact, other_contact, user_errors) = contacts(ctx, pair, true).await;
        Some(LinkContactsPayload { contact, other_contact, user_errors })
    }

    /// Makes two contacts two persons again. Requires ACCOUNT_LINKS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::AccountLinksManage))]
    async fn unlink_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contacts.")] input: UnlinkContactsInput,
    ) -> Option<UnlinkContactsPayload> {
        let pair = (&input.contact, &input.other_contact);
        let (contact, other_contact, user_errors) = contacts(ctx, pair, false).await;
        Some(UnlinkContactsPayload { contact, other_contact, user_errors })
    }
}

async fn decide(ctx: &Context<'_>, id: &ID, confirm: bool) -> (Option<AccountLinkProposal>, Vec<UserError>) {
    let done = async {
        let (links, actor) = act(ctx)?;
        let id = proposal(ctx, id).await?;
        let decided = if confirm { links.confirm(actor, id).await } else { links.decline(actor, id).await };
        decided.map_err(unnamed).map(|()| id)
    };
    match done.await {
        Ok(id) => (shown_proposal(ctx, id).await, Vec::new()),
        Err((error, field)) => (None, vec![UserError::new(&error, field)]),
    }
}

async fn contacts(
    ctx: &Context<'_>,
    (one, other): (&ID, &ID),
    link: bool,
) -> (Option<Contact>, Option<Contact>, Vec<UserError>) {
    let done = async {
        let (links, actor) = act(ctx)?;
        let (one, other) = two::<contacts::Entity>(ctx, ("contact", one), ("otherContact", other)).await?;
        let done = if link {
            links.link_contacts(actor, one, other).await
        } else {
            links.unlink_contacts(actor, one, other).await
        };
        done.map_err(unnamed).map(|()| (one, other))
    };
    match done.await {
        Ok((one, other)) => (
            shown::<contacts::Entity>(ctx, "contact", one).await.map(Contact),
            shown::<contacts::Entity>(ctx, "otherContact", other).await.map(Contact),
            Vec::new(),
        ),
        Err((error, field)) => (None, None, vec![UserError::new(&error, field)]),
    }
}
