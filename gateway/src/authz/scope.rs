//! What one viewer may see now, derived from grants.

use super::permission::{Decided, Permission, PermissionSet};
use async_graphql::Enum;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
pub enum Reach {
    /// What belongs to my contact, at my contact's present account.
    Own,
    /// What belongs to my contact's site.
    Site,
    /// What belongs to the account.
    Account,
    /// Everything.
    All,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
pub enum Realm {
    /// People of an account.
    Customer,
    /// People of the provider.
    Staff,
}

/// One permission of one user, as far as it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub permission: Permission,
    pub reach: Reach,
    /// The contact's present account; `None` with reach `All`.
    pub account: Option<Uuid>,
    pub contact: Option<Uuid>,
    pub site: Option<Uuid>,
}

/// Rows that one permission opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub all: bool,
    pub accounts: BTreeSet<Uuid>,
    /// (site, account)
    pub sites: BTreeSet<(Uuid, Uuid)>,
    /// (contact, account)
    pub own: BTreeSet<(Uuid, Uuid)>,
}

impl Rows {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.accounts.is_empty() && self.sites.is_empty() && self.own.is_empty()
    }

    /// Whether a row of this account, contact and site is among them: what the fence says, of one row that is known.
    #[must_use]
    pub fn admits(&self, account: Uuid, contact: Option<Uuid>, site: Option<Uuid>) -> bool {
        self.all
            || self.accounts.contains(&account)
            || contact.is_some_and(|contact| self.own.contains(&(contact, account)))
            || site.is_some_and(|site| self.sites.contains(&(site, account)))
    }
}

/// Everything a viewer may see: rows per permission, and the permissions that the walk counts.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    rows: BTreeMap<Permission, Rows>,
    /// Accounts of the active scope; empty for staff who reach everything.
    pub accounts: BTreeSet<Uuid>,
    /// The viewer's own contacts within the active scope.
    pub contacts: BTreeSet<Uuid>,
    pub allowed: PermissionSet,
}

static NOTHING: Rows = Rows { all: false, accounts: BTreeSet::new(), sites: BTreeSet::new(), own: BTreeSet::new() };

impl Scope {
    /// The scope that these grants open. With `only`, the viewer has chosen a customer: one account, or
    /// several that are linked.
    #[must_use]
    pub fn new(grants: &[Grant], only: Option<&BTreeSet<Uuid>>) -> Self {
        let mut scope = Self::default();
        let within = |grant: &Grant| only.is_none_or(|only| grant.account.is_none_or(|it| only.contains(&it)));
        let chosen = grants.iter().filter(|grant| within(grant));
        for grant in chosen.clone() {
            scope.add(grant, only);
        }
        let accounts = scope.accounts.clone();
        let held = |permission, account| {
            chosen.clone().any(|g| g.permission == permission && (g.reach == Reach::All || g.account == Some(account)))
        };
        scope.allowed = scope
            .rows
            .keys()
            .copied()
            .filter(|permission| match permission.facts().decided {
                Decided::PerRow => true,
                Decided::PerScope => accounts.iter().all(|account| held(*permission, *account)),
            })
            .collect();
        scope
    }

    fn add(&mut self, grant: &Grant, only: Option<&BTreeSet<Uuid>>) {
        self.accounts.extend(grant.account);
        self.contacts.extend(grant.contact);
        let rows = self.rows.entry(grant.permission).or_default();
        match (grant.reach, grant.account, only) {
            (Reach::All, _, None) => rows.all = true,
            (Reach::All, _, Some(only)) => {
                rows.accounts.extend(only);
                self.accounts.extend(only);
            }
            (Reach::Account, Some(account), _) => {
                rows.accounts.insert(account);
            }
            (Reach::Site, Some(account), _) => {
                rows.sites.extend(grant.site.map(|site| (site, account)));
            }
            (Reach::Own, Some(account), _) => {
                rows.own.extend(grant.contact.map(|contact| (contact, account)));
            }
            (_, None, _) => {}
        }
    }

    #[must_use]
    pub fn rows(&self, permission: Permission) -> &Rows {
        self.rows.get(&permission).unwrap_or(&NOTHING)
    }

    /// Whether a viewer holds the permission for every row there is.
    #[must_use]
    pub fn holds_all(&self, permission: Permission) -> bool {
        self.rows(permission).all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{InvoicesRead, TicketsInternalRead, TicketsRead};

    fn grant(permission: Permission, reach: Reach, account: u128, contact: u128) -> Grant {
        let id = |n: u128| (n > 0).then(|| Uuid::from_u128(n));
        Grant { permission, reach, account: id(account), contact: id(contact), site: None }
    }

    #[test]
    fn rows_use_their_own_accounts_grants() {
        let grants = [
            grant(TicketsRead, Reach::Account, 1, 10),
            grant(InvoicesRead, Reach::Account, 1, 10),
            grant(TicketsRead, Reach::Own, 2, 20),
        ];
        let scope = Scope::new(&grants, None);
        assert_eq!(scope.rows(TicketsRead).accounts.len(), 1);
        assert_eq!(scope.rows(TicketsRead).own, [(Uuid::from_u128(20), Uuid::from_u128(2))].into());
        assert!(scope.allowed.contains(InvoicesRead), "held somewhere: rows decide");
        let narrowed = Scope::new(&grants, Some(&[Uuid::from_u128(2)].into()));
        assert!(!narrowed.allowed.contains(InvoicesRead));
        assert!(narrowed.rows(InvoicesRead).is_empty());
    }

    #[test]
    fn a_field_permission_needs_every_account() {
        let mut grants = vec![
            grant(TicketsInternalRead, Reach::Account, 1, 10),
            grant(TicketsRead, Reach::Account, 1, 10),
            grant(TicketsRead, Reach::Account, 2, 20),
        ];
        assert!(!Scope::new(&grants, None).allowed.contains(TicketsInternalRead));
        assert!(Scope::new(&grants, Some(&[Uuid::from_u128(1)].into())).allowed.contains(TicketsInternalRead));
        grants.push(grant(TicketsInternalRead, Reach::All, 0, 0));
        assert!(Scope::new(&grants, None).allowed.contains(TicketsInternalRead));
    }

    #[test]
    fn staff_can_choose_one_account() {
        let chosen = [Uuid::from_u128(3), Uuid::from_u128(4)].into();
        let scope = Scope::new(&[grant(TicketsRead, Reach::All, 0, 0)], Some(&chosen));
        assert!(!scope.rows(TicketsRead).all);
        assert_eq!(scope.rows(TicketsRead).accounts, chosen);
    }

    #[test]
    fn choosing_linked_accounts_gives_no_more_than_is_held_at_each() {
        let grants = [grant(TicketsRead, Reach::Account, 1, 10), grant(InvoicesRead, Reach::Account, 2, 20)];
        let linked = [Uuid::from_u128(1), Uuid::from_u128(3)].into();
        let scope = Scope::new(&grants, Some(&linked));
        assert_eq!(scope.rows(TicketsRead).accounts, [Uuid::from_u128(1)].into());
        assert!(scope.rows(InvoicesRead).is_empty());
        assert_eq!(scope.accounts, [Uuid::from_u128(1)].into(), "no right at the linked account");
    }
}
