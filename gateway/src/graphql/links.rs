//! Proposals of links between accounts, for staff.

use super::account::Account;
use super::audit::Actor;
use super::context::{desk, related, soft};
use super::directive::{requiresPermission, reveals};
use super::row::Row;
use super::scalar::DateTime;
use crate::authz::permission::Permission;
use crate::readmodel::entity::account_link_proposals::{self as proposals, Rule, State};
use crate::readmodel::entity::accounts;
use async_graphql::{Context, ID, InputObject, Object};
use sea_orm::{ColumnTrait, Condition};
use std::sync::Arc;
use uuid::Uuid;

const PREFIX: &str = "account_link_proposal_";

/// Two accounts of different backends that may be one customer.
#[derive(Debug, Clone)]
pub struct AccountLinkProposal(pub Arc<proposals::Model>);

impl AccountLinkProposal {
    /// The UUID in an id that a client sent.
    #[must_use]
    pub fn uuid(id: &str) -> Option<Uuid> {
        let key = id.strip_prefix(PREFIX)?;
        let uuid = Uuid::try_parse(key).ok()?;
        // One proposal has one id.
        (uuid.simple().to_string() == key).then_some(uuid)
    }
}

/// Two accounts of different backends that may be one customer.
#[Object(directive = requiresPermission::apply(Permission::AccountLinksRead))]
impl AccountLinkProposal {
    /// Opaque and stable.
    async fn id(&self) -> ID {
        format!("{PREFIX}{}", self.0.id.simple()).into()
    }

    /// Why they may be one customer.
    async fn rule(&self) -> Rule {
        self.0.rule
    }

    /// What the two have in common, as it was compared.
    async fn evidence(&self) -> &str {
        &self.0.evidence
    }

    /// What became of it.
    async fn state(&self) -> State {
        self.0.state
    }

    /// One of the two.
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// The other.
    async fn other_account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.other_id)).map(Account).map(Row)
    }

    /// When the rules found it.
    async fn proposed_at(&self) -> Option<DateTime> {
        DateTime::stored(self.0.proposed_at)
    }

    /// When somebody decided.
    async fn decided_at(&self) -> Option<DateTime> {
        DateTime::opt(self.0.decided_at)
    }

    /// Who decided.
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Actor> {
        let desk = soft(ctx, desk(ctx))?;
        self.0.decided_by.map(|user| Actor::of(desk, user))
    }
}

/// Narrows a list of proposals.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccountLinkProposalFilter {
    /// By what became of them.
    #[graphql(directive = reveals::apply("AccountLinkProposal.state".to_owned()))]
    state: Option<State>,
    /// By the rule that found them.
    #[graphql(directive = reveals::apply("AccountLinkProposal.rule".to_owned()))]
    rule: Option<Rule>,
}

impl AccountLinkProposalFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.state.map(|state| proposals::Column::State.eq(state)))
            .add_option(self.rule.map(|rule| proposals::Column::Rule.eq(rule)))
    }
}
