//! Who asks, and which grants that gives: computed from contact facts and roles at each request.

use super::permission::Permission;
use super::role::{self, Role};
use super::scope::{Grant, Reach, Realm};
use crate::readmodel::rights::{Claims, ContactClaim};
use portico_contract::RoleMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A role and where it is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldRole {
    pub key: String,
    pub account: Option<Uuid>,
}

/// A user with what they hold now.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub user: Uuid,
    pub session: Uuid,
    pub name: String,
    pub email: String,
    pub realm: Realm,
    pub roles: Vec<HeldRole>,
    pub grants: Vec<Grant>,
    /// Backends whose contact facts are too old to be believed beyond one's own.
    pub doubted: Vec<Uuid>,
    /// Account → customer, for those of the viewer's accounts that are linked.
    pub customers: BTreeMap<Uuid, Uuid>,
}

impl Viewer {
    /// The viewer's accounts that are one customer with this one.
    #[must_use]
    pub fn linked(&self, account: Uuid) -> BTreeSet<Uuid> {
        let customer = self.customers.get(&account);
        let others = self.customers.iter().filter(|(_, it)| Some(*it) == customer).map(|(account, _)| *account);
        others.chain([account]).collect()
    }
}

/// What grants depend on beside the claims.
#[derive(Debug, Clone, Default)]
pub struct RightsSettings {
    /// Access fact → role key, per backend.
    pub maps: HashMap<Uuid, RoleMap>,
    /// Whether customers see time worked on tickets.
    pub show_time_entries: bool,
    /// Past this age of the contacts stream, reaches beyond one's own fall to one's own.
    pub max_age_millis: i64,
}

/// Roles, grants, and the backends that are doubted.
#[must_use]
pub fn rights(
    realm: Realm,
    claims: &Claims,
    settings: &RightsSettings,
    now: i64,
) -> (Vec<HeldRole>, Vec<Grant>, Vec<Uuid>) {
    let (mut roles, mut grants, mut doubted) = (Vec::new(), Vec::new(), Vec::new());
    if realm == Realm::Staff {
        for role in claims.roles.iter().filter_map(|key| role::role(key)).filter(|role| role.staff) {
            roles.push(HeldRole { key: role.key.to_owned(), account: None });
            grants.extend(role.grants.iter().map(|(permission, reach)| Grant {
                permission: *permission,
                reach: *reach,
                account: None,
                contact: None,
                site: None,
            }));
        }
    } else {
        for claim in claims.contacts.iter().filter(|claim| claim.active) {
            let fresh = claim.confirmed_at.is_some_and(|at| now - at <= settings.max_age_millis);
            if !fresh && !doubted.contains(&claim.backend) {
                doubted.push(claim.backend);
            }
            for role in roles_of(claim, &claims.roles, settings) {
                roles.push(HeldRole { key: role.key.to_owned(), account: Some(claim.account) });
                grants.extend(role.grants.iter().map(|(permission, reach)| grant(claim, *permission, *reach, fresh)));
            }
        }
        grants.retain(|grant| settings.show_time_entries || grant.permission != Permission::TimeEntriesRead);
    }
    roles.sort();
    roles.dedup();
    grants.sort_by_key(|g| (g.permission, g.account, g.contact, std::cmp::Reverse(g.reach)));
    // The widest reach of a permission at an account says it all.
    grants.dedup_by_key(|g| (g.permission, g.account, g.contact));
    (roles, grants, doubted)
}

fn roles_of<'a>(
    claim: &'a ContactClaim,
    granted: &'a [String],
    settings: &'a RightsSettings,
) -> impl Iterator<Item = &'static Role> + 'a {
    let map = settings.maps.get(&claim.backend);
    let from_facts = claim.facts.iter().filter_map(move |fact| map?.get(fact));
    // What was granted for the contacts that the user is bound to says nothing of a linked one.
    let granted: &'a [String] = if claim.linked { &[] } else { granted };
    from_facts.chain(granted).filter_map(|key| role::role(key)).filter(|role| !role.staff)
}

fn grant(claim: &ContactClaim, permission: Permission, reach: Reach, fresh: bool) -> Grant {
    let believed = if fresh || permission == Permission::AccountsRead { reach } else { Reach::Own };
    Grant { permission, reach: believed, account: Some(claim.account), contact: Some(claim.contact), site: claim.site }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(contact: u128, account: u128, facts: &[&str]) -> ContactClaim {
        ContactClaim {
            backend: Uuid::from_u128(9),
            contact: Uuid::from_u128(contact),
            account: Uuid::from_u128(account),
            site: None,
            customer: None,
            linked: false,
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
            active: true,
            confirmed_at: Some(1_000),
        }
    }

    fn settings() -> RightsSettings {
        let map = [("primary", "PRIMARY"), ("billing", "BILLING"), ("standard", "STANDARD"), ("evil", "ADMINISTRATOR")];
        let map = map.into_iter().map(|(fact, role)| (fact.to_owned(), role.to_owned())).collect();
        RightsSettings { maps: [(Uuid::from_u128(9), map)].into(), show_time_entries: true, max_age_millis: 500 }
    }

    fn reach(grants: &[Grant], permission: Permission, account: u128) -> Option<Reach> {
        let of = grants.iter().filter(|g| g.permission == permission && g.account == Some(Uuid::from_u128(account)));
        of.map(|g| g.reach).max()
    }

    #[test]
    fn several_facts_add_up_and_unknown_ones_grant_nothing() {
        let claims = Claims { contacts: vec![claim(1, 2, &["standard", "billing", "wizard"])], roles: vec![] };
        let (roles, grants, doubted) = rights(Realm::Customer, &claims, &settings(), 1_200);
        assert_eq!(roles.len(), 2);
        assert_eq!(reach(&grants, Permission::InvoicesRead, 2), Some(Reach::Account));
        assert_eq!(reach(&grants, Permission::TicketsRead, 2), Some(Reach::Own));
        assert!(doubted.is_empty());
    }

    #[test]
    fn a_map_cannot_make_a_customer_staff() {
        let claims = Claims { contacts: vec![claim(1, 2, &["evil"])], roles: vec!["ADMINISTRATOR".into()] };
        assert!(rights(Realm::Customer, &claims, &settings(), 1_200).1.is_empty());
    }

    #[test]
    fn old_facts_reach_no_further_than_ones_own() {
        let claims = Claims { contacts: vec![claim(1, 2, &["primary"])], roles: vec![] };
        let (_, grants, doubted) = rights(Realm::Customer, &claims, &settings(), 1_501);
        assert_eq!(reach(&grants, Permission::TicketsRead, 2), Some(Reach::Own));
        assert_eq!(reach(&grants, Permission::InvoicesRead, 2), Some(Reach::Own), "which opens no invoice");
        assert_eq!(doubted, [Uuid::from_u128(9)]);
    }

    #[test]
    fn an_inactive_contact_grants_nothing() {
        let claims =
            Claims { contacts: vec![ContactClaim { active: false, ..claim(1, 2, &["primary"]) }], roles: vec![] };
        assert!(rights(Realm::Customer, &claims, &settings(), 1_000).1.is_empty());
    }

    #[test]
    fn a_granted_role_is_not_carried_to_a_linked_contact() {
        let linked = ContactClaim { linked: true, ..claim(3, 4, &["standard"]) };
        let claims = Claims { contacts: vec![claim(1, 2, &["standard"]), linked], roles: vec!["PRIMARY".into()] };
        let grants = rights(Realm::Customer, &claims, &settings(), 1_000).1;
        assert_eq!(reach(&grants, Permission::InvoicesRead, 2), Some(Reach::Account));
        assert_eq!(reach(&grants, Permission::InvoicesRead, 4), None);
        assert_eq!(reach(&grants, Permission::TicketsRead, 4), Some(Reach::Own), "its own facts count");
    }

    #[test]
    fn time_entries_are_a_condition_of_the_grant() {
        let claims = Claims { contacts: vec![claim(1, 2, &["primary"])], roles: vec![] };
        let hidden = RightsSettings { show_time_entries: false, ..settings() };
        assert_eq!(reach(&rights(Realm::Customer, &claims, &hidden, 1_000).1, Permission::TimeEntriesRead, 2), None);
        let shown = rights(Realm::Customer, &claims, &settings(), 1_000).1;
        assert_eq!(reach(&shown, Permission::TimeEntriesRead, 2), Some(Reach::Account));
    }
}
