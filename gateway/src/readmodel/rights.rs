//! The facts that rights are computed from: a user's contacts as they are now, and granted roles.

use super::entity::{account_links, accounts, contact_links, contacts, streams};
use super::store::{Store, db};
use portico_contract::{Result, Stream};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityName, EntityTrait, PaginatorTrait, QueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One contact of a user, as the PSA last said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactClaim {
    pub backend: Uuid,
    pub contact: Uuid,
    /// The contact's present account.
    pub account: Uuid,
    pub site: Option<Uuid>,
    /// What the account is linked to others by.
    pub customer: Option<Uuid>,
    /// Not bound to the user, but linked to a contact that is: its own PSA's word on it counts alone.
    pub linked: bool,
    pub facts: Vec<String>,
    /// The contact and its account are in use, and the PSA does not lock it out.
    pub active: bool,
    /// When the contacts of its backend were last confirmed.
    pub confirmed_at: Option<i64>,
}

/// What a user can base rights on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    pub contacts: Vec<ContactClaim>,
    /// Roles granted in Portico.
    pub roles: Vec<String>,
}

impl Store {
    /// A user's claims, in one statement: identity is bound to the contact, never to an address.
    pub async fn claims(&self, user: Uuid) -> Result<Claims> {
        let (u, l, r) = (Alias::new("users"), Alias::new("bound"), Alias::new("user_roles"));
        let col = |table: &Alias, name: &'static str| Expr::col((table.clone(), Alias::new(name)));
        let (c, a, s) = (contacts::Entity.table_ref(), accounts::Entity.table_ref(), streams::Entity.table_ref());
        let customer = (account_links::Entity, account_links::Column::AccountId);
        let contact = |column: contacts::Column| Expr::col((contacts::Entity, column));
        let stream = |column: streams::Column| Expr::col((streams::Entity, column));
        let mut select = Query::select();
        select
            .expr_as(col(&r, "role_key"), Alias::new("role_key"))
            .expr_as(contact(contacts::Column::Id), Alias::new("contact_id"))
            .expr_as(contact(contacts::Column::BackendId), Alias::new("backend_id"))
            .expr_as(contact(contacts::Column::AccountId), Alias::new("account_id"))
            .expr_as(contact(contacts::Column::SiteId), Alias::new("site_id"))
            .expr_as(account_links::Column::CustomerId.into_expr(), Alias::new("customer_id"))
            .expr_as(col(&l, "linked"), Alias::new("linked"))
            .expr_as(contact(contacts::Column::Facts), Alias::new("facts"))
            .expr_as(contact(contacts::Column::Active), Alias::new("active"))
            .expr_as(contact(contacts::Column::PortalAccess), Alias::new("portal_access"))
            .expr_as(Expr::col((accounts::Entity, accounts::Column::Active)), Alias::new("account_active"))
            .expr_as(stream(streams::Column::ConfirmedAt), Alias::new("confirmed_at"))
            .from(u.clone())
            .join(JoinType::LeftJoin, r.clone(), col(&r, "user_id").equals((u.clone(), Alias::new("id"))))
            .join_subquery(
                JoinType::LeftJoin,
                bound(user),
                l.clone(),
                col(&l, "user_id").equals((u.clone(), Alias::new("id"))),
            )
            .join(JoinType::LeftJoin, c, contact(contacts::Column::Id).equals((l, Alias::new("contact_id"))))
            .join(
                JoinType::LeftJoin,
                a,
                Expr::col((accounts::Entity, accounts::Column::Id))
                    .equals((contacts::Entity, contacts::Column::AccountId)),
            )
            .join(
                JoinType::LeftJoin,
                account_links::Entity.table_ref(),
                Expr::col(customer).equals((contacts::Entity, contacts::Column::AccountId)),
            )
            .join(
                JoinType::LeftJoin,
                s,
                stream(streams::Column::BackendId)
                    .equals((contacts::Entity, contacts::Column::BackendId))
                    .and(stream(streams::Column::Stream).eq(Stream::Contacts.as_str())),
            )
            .and_where(col(&u, "id").eq(user));
        let mut claims = BTreeMap::new();
        let mut roles = Vec::new();
        for row in self.read.query_all(&select).await.map_err(db)? {
            if let Some(key) = get::<Option<String>>(&row, "role_key")? {
                roles.push(key);
            }
            if let Some(claim) = claim(&row)? {
                // Bound and linked at once: bound.
                let known = claims.entry(claim.contact).or_insert_with(|| claim.clone());
                known.linked &= claim.linked;
            }
        }
        roles.sort();
        roles.dedup();
        Ok(Claims { contacts: claims.into_values().collect(), roles })
    }

    /// Whether a contact has been read from its PSA.
    pub async fn has_contact(&self, contact: Uuid) -> Result<bool> {
        let found = contacts::Entity::find_by_id(contact).count(&self.read).await.map_err(db)?;
        Ok(found > 0)
    }
}

/// The contacts of a user: those bound to them, and those that staff linked to one of these. A link counts
/// as long as the accounts are linked and neither contact is at another account than when it was made;
/// whether the bound contact is still there, or may still sign in there, is its own PSA's affair.
fn bound(user: Uuid) -> SelectStatement {
    let (b, x, y) = (Alias::new("user_contacts"), Alias::new("here"), Alias::new("there"));
    let (from, to) = (Alias::new("from_account"), Alias::new("to_account"));
    let name = |name: &'static str| Alias::new(name);
    let col = |table: &Alias, name: &'static str| Expr::col((table.clone(), Alias::new(name)));
    let link = |column: contact_links::Column| (contact_links::Entity, column);
    let whose = |select: &mut SelectStatement, linked: bool| {
        select.expr_as(Expr::val(linked), name("linked")).from(b.clone()).and_where(col(&b, "user_id").eq(user));
    };
    let mut own = Query::select();
    own.expr_as(col(&b, "user_id"), name("user_id")).expr_as(col(&b, "contact_id"), name("contact_id"));
    whose(&mut own, false);
    let mut linked = Query::select();
    linked
        .expr_as(col(&b, "user_id"), name("user_id"))
        .expr_as(contact_links::Column::LinkedId.into_expr(), name("contact_id"));
    whose(&mut linked, true);
    let same_customer = col(&to, "account_id")
        .equals(link(contact_links::Column::LinkedAccountId))
        .and(col(&to, "customer_id").equals((from.clone(), name("customer_id"))));
    let stays = col(&y, "id")
        .equals(link(contact_links::Column::LinkedId))
        .and(col(&y, "account_id").equals(link(contact_links::Column::LinkedAccountId)));
    linked
        .join(
            JoinType::InnerJoin,
            contact_links::Entity.table_ref(),
            contact_links::Column::ContactId.into_expr().equals((b.clone(), name("contact_id"))),
        )
        .join_as(
            JoinType::InnerJoin,
            account_links::Entity.table_ref(),
            from.clone(),
            col(&from, "account_id").equals(link(contact_links::Column::AccountId)),
        )
        .join_as(JoinType::InnerJoin, account_links::Entity.table_ref(), to, same_customer)
        .join_as(JoinType::InnerJoin, contacts::Entity.table_ref(), y, stays)
        .join_as(
            JoinType::LeftJoin,
            contacts::Entity.table_ref(),
            x.clone(),
            col(&x, "id").equals((b.clone(), name("contact_id"))),
        )
        .and_where(col(&x, "id").is_null().or(col(&x, "account_id").equals(link(contact_links::Column::AccountId))));
    own.union(UnionType::All, linked).to_owned()
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, name: &str) -> Result<T> {
    row.try_get("", name).map_err(db)
}

fn claim(row: &QueryResult) -> Result<Option<ContactClaim>> {
    let Some(contact) = get::<Option<Uuid>>(row, "contact_id")? else { return Ok(None) };
    let facts: String = get(row, "facts")?;
    let account_active = get::<Option<bool>>(row, "account_active")?.unwrap_or(false);
    let portal = get::<Option<bool>>(row, "portal_access")?.unwrap_or(true);
    Ok(Some(ContactClaim {
        contact,
        backend: get(row, "backend_id")?,
        account: get(row, "account_id")?,
        site: get(row, "site_id")?,
        customer: get(row, "customer_id")?,
        linked: get(row, "linked")?,
        facts: serde_json::from_str(&facts).unwrap_or_default(),
        active: get::<bool>(row, "active")? && account_active && portal,
        confirmed_at: get(row, "confirmed_at")?,
    }))
}
