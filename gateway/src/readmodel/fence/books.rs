//! The row predicates of quotes and recurring invoices.

use super::{Fenced, Owner, live, rows, visible};
use crate::authz::permission::Permission;
use crate::authz::scope::Scope;
use crate::readmodel::entity::{quotes, recurring_invoices};
use sea_orm::{QueryFilter, Select};

const QUOTE: Owner<quotes::Column> = Owner { account: quotes::Column::AccountId, contact: None, site: None };
const RECURRING: Owner<recurring_invoices::Column> =
    Owner { account: recurring_invoices::Column::AccountId, contact: None, site: None };

impl Fenced for quotes::Entity {
    const READ: Permission = Permission::QuotesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let drafts = scope.rows(Permission::InvoicesInternalRead);
        select.filter(rows(scope.rows(Self::READ), &QUOTE)).filter(visible(quotes::Column::Visibility, drafts, &QUOTE))
    }
}

impl Fenced for recurring_invoices::Entity {
    const READ: Permission = Permission::RecurringInvoicesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let ended = scope.rows(Permission::InvoicesInternalRead);
        let active = recurring_invoices::Column::Active;
        select.filter(rows(scope.rows(Self::READ), &RECURRING)).filter(live(active, ended, &RECURRING))
    }
}
