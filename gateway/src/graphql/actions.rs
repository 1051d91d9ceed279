//! What is possible: right and state and capability. Mutations ask the same functions.

use super::mutation::acts::{Act, RULES, standing};
use crate::authz::permission::Permission;
use crate::authz::role;
use crate::authz::scope::{Reach, Realm, Scope};
use crate::authz::viewer::Viewer;
use crate::readmodel::approvers;
use crate::readmodel::entity::{approvals, catalogue_items, contacts, quotes, tickets};
use crate::sync::Sync;
use async_graphql::Enum;
use portico_contract::value::{ApprovalGroup, QuoteGroup};
use portico_contract::{CommandKind, RoleMap};
use uuid::Uuid;

/// Something that can be done about an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ApprovalAction {
    /// Decide it: decideApproval.
    Decide,
}

/// Something that can be done about a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ContactAction {
    /// Change it: updateContact.
    Update,
}

/// Something that can be done about an item of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CatalogueItemAction {
    /// Ask for it: requestCatalogueItem.
    Request,
}

/// Something that can be done about a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum QuoteAction {
    /// Accept or decline it: decideQuote.
    Decide,
}

/// Something that can be done without an object to do it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ViewerAction {
    /// Open a ticket: createTicket.
    CreateTicket,
    /// Add a contact: createContact.
    CreateContact,
}

/// The right and the command of each.
const ROOTS: &[(ViewerAction, Permission, CommandKind)] = &[
    (ViewerAction::CreateTicket, Permission::TicketsCreate, CommandKind::OpenTicket),
    (ViewerAction::CreateContact, Permission::ContactsManage, CommandKind::UpsertContact),
];

fn can(sync: &Sync, backend: Uuid, command: CommandKind) -> bool {
    sync.source(backend).is_some_and(|source| source.can(command))
}

/// What the viewer can do to a ticket now.
#[must_use]
pub fn of_ticket(sync: &Sync, scope: &Scope, row: &tickets::Model) -> Vec<Act> {
    let standing = standing(row);
    let possible = RULES.iter().filter(|rule| {
        rule.when.contains(&standing)
            && scope.rows(rule.permission).admits(row.account_id, row.contact_id, row.site_id)
            && can(sync, row.backend_id, rule.command)
    });
    possible.map(|rule| rule.act).collect()
}

/// Whether an item is offered to somebody who may ask for it at its PSA.
#[must_use]
pub fn of_item(sync: &Sync, scope: &Scope, row: &catalogue_items::Model) -> Vec<CatalogueItemAction> {
    let may = row.active
        && !scope.rows(Permission::CatalogueRequest).is_empty()
        && can(sync, row.backend_id, CommandKind::RequestItem);
    if may { vec![CatalogueItemAction::Request] } else { Vec::new() }
}

/// What the viewer can do about a quote now.
#[must_use]
pub fn of_quote(sync: &Sync, scope: &Scope, row: &quotes::Model) -> Vec<QuoteAction> {
    let may = row.status_group == QuoteGroup::Open.as_str()
        && scope.rows(Permission::QuotesDecide).admits(row.account_id, None, None)
        && can(sync, row.backend_id, CommandKind::DecideQuote);
    if may { vec![QuoteAction::Decide] } else { Vec::new() }
}

/// Whether the PSA asks the viewer: by name, by what they are, or as who decides everything of the account.
#[must_use]
pub fn may_decide(scope: &Scope, who: &Viewer, roles: &RoleMap, row: &approvals::Model, account: Uuid) -> bool {
    let rows = scope.rows(Permission::ApprovalsDecide);
    if row.requester_contact_id.is_some_and(|contact| scope.contacts.contains(&contact)) {
        // Nobody decides what they asked for.
        return false;
    }
    if rows.accounts.contains(&account) {
        return true;
    }
    let mine = |contact: &Uuid| rows.own.contains(&(*contact, account));
    let asked = |fact: &str| {
        let role = roles.get(fact);
        fact == "any" || who.roles.iter().any(|held| held.account == Some(account) && Some(&held.key) == role)
    };
    approvers(row).iter().any(mine)
        || (rows.own.iter().any(|(_, at)| *at == account) && row.any_with.as_deref().is_some_and(asked))
}

#[must_use]
pub fn of_approval(
    sync: &Sync,
    scope: &Scope,
    who: &Viewer,
    row: &approvals::Model,
    account: Uuid,
) -> Vec<ApprovalAction> {
    let pending = row.status_group == ApprovalGroup::Pending.as_str();
    let Some(source) = sync.source(row.backend_id) else { return Vec::new() };
    let may = pending
        && can(sync, row.backend_id, CommandKind::DecideApproval)
        && may_decide(scope, who, &source.backend.info().roles, row, account);
    if may { vec![ApprovalAction::Decide] } else { Vec::new() }
}

/// Whether a customer changes somebody else who has no right that they lack; staff change everybody.
#[must_use]
pub fn may_change(scope: &Scope, who: &Viewer, roles: &RoleMap, row: &contacts::Model) -> bool {
    if who.realm == Realm::Staff {
        return true;
    }
    let facts: Vec<String> = serde_json::from_str(&row.facts).unwrap_or_default();
    let theirs = facts.iter().filter_map(|fact| role::role(roles.get(fact)?)).flat_map(|role| role.grants);
    let held = |(permission, reach): &(Permission, Reach)| {
        let own = who.grants.iter().filter(|grant| grant.account == Some(row.account_id));
        own.clone().any(|grant| grant.permission == *permission && grant.reach >= *reach)
    };
    // Whether customers hold it at all is the provider's choice.
    !scope.contacts.contains(&row.id)
        && theirs.filter(|(permission, _)| *permission != Permission::TimeEntriesRead).all(held)
}

#[must_use]
pub fn of_contact(sync: &Sync, scope: &Scope, who: &Viewer, row: &contacts::Model) -> Vec<ContactAction> {
    let Some(source) = sync.source(row.backend_id) else { return Vec::new() };
    let may = scope.rows(Permission::ContactsManage).admits(row.account_id, Some(row.id), row.site_id)
        && can(sync, row.backend_id, CommandKind::UpsertContact)
        && may_change(scope, who, &source.backend.info().roles, row);
    if may { vec![ContactAction::Update] } else { Vec::new() }
}

/// What the viewer can do somewhere.
#[must_use]
pub fn of_viewer(sync: &Sync, scope: &Scope) -> Vec<ViewerAction> {
    let possible = ROOTS.iter().filter(|(_, permission, command)| {
        scope.allowed.contains(*permission) && sync.sources().iter().any(|source| can(sync, source.id, *command))
    });
    possible.map(|(action, ..)| *action).collect()
}
