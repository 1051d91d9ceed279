//! The facts that rights are computed from: a user's contacts as they are now, and granted roles.

use super::entity::{accounts, contacts, streams};
use super::store::{Store, db};
use portico_contract::{Result, Stream};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query};
use sea_orm::{ConnectionTrait, EntityName, QueryResult};
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
        let (u, l, r) = (Alias::new("users"), Alias::new("user_contacts"), Alias::new("user_roles"));
        let col = |table: &Alias, name: &'static str| Expr::col((table.clone(), Alias::new(name)));
        let (c, a, s) = (contacts::Entity.table_ref(), accounts::Entity.table_ref(), streams::Entity.table_ref());
        let contact = |column: contacts::Column| Expr::col((contacts::Entity, column));
        let stream = |column: streams::Column| Expr::col((streams::Entity, column));
        let mut select = Query::select();
        select
            .expr_as(col(&r, "role_key"), Alias::new("role_key"))
            .expr_as(contact(contacts::Column::Id), Alias::new("contact_id"))
            .expr_as(contact(contacts::Column::BackendId), Alias::new("backend_id"))
            .expr_as(contact(contacts::Column::AccountId), Alias::new("account_id"))
            .expr_as(contact(contacts::Column::SiteId), Alias::new("site_id"))
            .expr_as(contact(contacts::Column::Facts), Alias::new("facts"))
            .expr_as(contact(contacts::Column::Active), Alias::new("active"))
            .expr_as(contact(contacts::Column::PortalAccess), Alias::new("portal_access"))
            .expr_as(Expr::col((accounts::Entity, accounts::Column::Active)), Alias::new("account_active"))
            .expr_as(stream(streams::Column::ConfirmedAt), Alias::new("confirmed_at"))
            .from(u.clone())
            .join(JoinType::LeftJoin, r.clone(), col(&r, "user_id").equals((u.clone(), Alias::new("id"))))
            .join(JoinType::LeftJoin, l.clone(), col(&l, "user_id").equals((u.clone(), Alias::new("id"))))
            .join(JoinType::LeftJoin, c, contact(contacts::Column::Id).equals((l, Alias::new("contact_id"))))
            .join(
                JoinType::LeftJoin,
                a,
                Expr::col((accounts::Entity, accounts::Column::Id))
                    .equals((contacts::Entity, contacts::Column::AccountId)),
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
                claims.insert(claim.contact, claim);
            }
        }
        roles.sort();
        roles.dedup();
        Ok(Claims { contacts: claims.into_values().collect(), roles })
    }
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
        facts: serde_json::from_str(&facts).unwrap_or_default(),
        active: get::<bool>(row, "active")? && account_active && portal,
        confirmed_at: get(row, "confirmed_at")?,
    }))
}
