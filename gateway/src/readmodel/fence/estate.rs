//! The row predicates of what the provider looks after, and of pick lists.

use super::{Fenced, Owner, live, never, rows, visible};
use crate::authz::permission::Permission;
use crate::authz::scope::Scope;
use crate::readmodel::entity::{accounts, assets, certificates, choices, documents, domains, sites};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

const SITE: Owner<sites::Column> =
    Owner { account: sites::Column::AccountId, contact: None, site: Some(sites::Column::Id) };
const ASSET: Owner<assets::Column> = Owner {
    account: assets::Column::AccountId,
    contact: Some(assets::Column::ContactId),
    site: Some(assets::Column::SiteId),
};
const DOCUMENT: Owner<documents::Column> = Owner { account: documents::Column::AccountId, contact: None, site: None };
const DOMAIN: Owner<domains::Column> = Owner { account: domains::Column::AccountId, contact: None, site: None };
const CERTIFICATE: Owner<certificates::Column> =
    Owner { account: certificates::Column::AccountId, contact: None, site: None };

impl Fenced for sites::Entity {
    const READ: Permission = Permission::SitesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let left = scope.rows(Permission::AccountsInternalRead);
        select.filter(rows(scope.rows(Self::READ), &SITE)).filter(live(sites::Column::Active, left, &SITE))
    }
}

impl Fenced for assets::Entity {
    const READ: Permission = Permission::AssetsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let retired = scope.rows(Permission::AssetsInternalRead);
        select.filter(rows(scope.rows(Self::READ), &ASSET)).filter(live(assets::Column::Active, retired, &ASSET))
    }
}

impl Fenced for documents::Entity {
    const READ: Permission = Permission::DocumentsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let hidden = scope.rows(Permission::DocumentsInternalRead);
        select.filter(rows(scope.rows(Self::READ), &DOCUMENT)).filter(visible(
            documents::Column::Visibility,
            hidden,
            &DOCUMENT,
        ))
    }
}

impl Fenced for domains::Entity {
    const READ: Permission = Permission::DomainsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select.filter(rows(scope.rows(Self::READ), &DOMAIN))
    }
}

impl Fenced for certificates::Entity {
    const READ: Permission = Permission::CertificatesRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        select.filter(rows(scope.rows(Self::READ), &CERTIFICATE))
    }
}

/// Pick lists belong to a PSA, not to an account: whoever sees tickets of an account may know the lists
/// of its PSA.
impl Fenced for choices::Entity {
    const READ: Permission = Permission::TicketsRead;

    fn fence(select: Select<Self>, scope: &Scope) -> Select<Self> {
        let tickets = scope.rows(Self::READ);
        if tickets.all {
            return select;
        }
        if tickets.is_empty() {
            return select.filter(never());
        }
        let named = tickets.own.iter().chain(&tickets.sites).map(|(_, account)| *account);
        let mine = Query::select()
            .column(accounts::Column::BackendId)
            .from(accounts::Entity)
            .and_where(accounts::Column::Id.is_in(tickets.accounts.iter().copied().chain(named)))
            .to_owned();
        select.filter(Condition::all().add(choices::Column::BackendId.in_subquery(mine)))
    }
}
