//! Clients, sites, users, agents and teams → accounts, sites, contacts with the facts that decide their role, agents,
//! teams.

use super::value::Zone;
use crate::config::HaloConfig;
use crate::wire::parties::{AgentRow, ClientRow, SiteRow, TeamRow, UserRoleRow, UserRow};
use crate::wire::{Flag, Int};
use portico_contract::record::{AccessFacts, Account, Agent, Contact, Record, Site, Team};
use portico_contract::{Kind, NativeId};

/// Whose tickets a user may see.
pub(crate) const OWN: &str = "own";
pub(crate) const SITE: &str = "site";
pub(crate) const CUSTOMER: &str = "customer";
/// Holds a role whose requests need no approval.
pub(crate) const AUTO_APPROVED: &str = "auto_approved";
pub(crate) const INVOICES: &str = "invoices";
pub(crate) const CONTRACTS: &str = "contracts";
pub(crate) const CATALOGUE: &str = "catalogue";
pub(crate) const QUOTES: &str = "quotes";
pub(crate) const ORDERS: &str = "po_approver";
const CHANGES: &str = "change_approver";
const VIP: &str = "vip";

/// A right of a user or of one of the user's roles, and the fact that it is.
type Right = (&'static str, fn(&UserRow) -> [Flag; 2], fn(&UserRoleRow) -> Flag);
const RIGHTS: &[Right] = &[
    (INVOICES, |user| [user.canaccessinvoices, Flag(None)], |role| role.canaccessinvoices),
    (CONTRACTS, |user| [user.canviewcontracts, Flag(None)], |role| role.canviewcontracts),
    (CATALOGUE, |user| [user.canaccesscatalog, Flag(None)], |role| role.canaccesscatalog),
    (QUOTES, |user| [user.canviewopps, Flag(None)], |role| role.canviewopps),
    (ORDERS, |user| [user.ispoapprover, Flag(None)], |role| role.ispoapprover),
    (CHANGES, |user| [user.ischangeapprover, user.ischangeapprover2], |role| role.ischangeapprover2),
    (VIP, |user| [user.isimportantcontact, user.isimportantcontact2], |role| role.isimportantcontact2),
];

/// `None` for a row without an id.
pub(crate) fn account(row: &ClientRow, currency: Option<String>) -> Option<Record> {
    Some(Record::Account(Account {
        id: row.id.id(Kind::Account)?,
        name: row.name.or(|| format!("Client {}", row.id.0.unwrap_or_default())),
        currency,
        website: None,
        phone: None,
        // Some builds give notes with the thing itself and not in lists.
        notes: None,
        active: !row.inactive.yes(),
        created_at: None,
    }))
}

pub(crate) fn site(row: &SiteRow) -> Option<Record> {
    let lines = [&row.delivery_address_line1, &row.delivery_address_line2];
    let lines: Vec<&str> = lines.iter().filter_map(|line| line.as_str()).collect();
    Some(Record::Site(Site {
        id: row.id.id(Kind::Site)?,
        account: row.client_id.id(Kind::Account)?,
        name: row.name.or(|| format!("Site {}", row.id.0.unwrap_or_default())),
        address: (!lines.is_empty()).then(|| lines.join("\n")),
        city: row.delivery_address_line3.words(),
        region: row.delivery_address_line4.words(),
        postal_code: row.delivery_address_line5.words(),
        country: None,
        phone: row.phonenumber.words(),
        primary: false,
        notes: None,
        active: !row.inactive.yes(),
    }))
}

/// `None` for what is no person of a customer.
pub(crate) fn contact(row: &UserRow, config: &HaloConfig, zone: Zone) -> Option<Record> {
    let name = row.name.words().or_else(|| row.emailaddress.words())?;
    Some(Record::Contact(Contact {
        id: row.id.id(Kind::Contact)?,
        account: row.client_id.id(Kind::Account)?,
        site: site_of(row).map(|id| NativeId::new(Kind::Site, id)),
        name,
        title: row.title.words(),
        department: row.department.words(),
        email: row.emailaddress.words(),
        phone: row.phonenumber_preferred.words().or_else(|| row.phonenumber.words()),
        mobile: row.mobilenumber.words(),
        access: access(row, config),
        notes: row.notes.words(),
        active: !row.inactive.yes(),
        created_at: zone.moment(&row.datecreated),
    }))
}

pub(crate) fn site_of(row: &UserRow) -> Option<i64> {
    row.site_id_int.key().or_else(|| row.site_id.key())
}

/// Rights of a user are the user's own or those of the roles.
fn access(row: &UserRow, config: &HaloConfig) -> AccessFacts {
    let roles = row.roles.all();
    let mut facts: Vec<String> = Vec::new();
    let levels = std::iter::once(row.web_access_level).chain(roles.iter().map(|role| role.web_access_level));
    let reaches: Vec<Reach> = levels.filter_map(|level| reach(level, config)).collect();
    facts.extend(reaches.iter().filter_map(|reach| reach.fact()).map(str::to_owned));
    for (fact, own, of_role) in RIGHTS {
        if own(row).iter().any(|flag| flag.yes()) || roles.iter().any(|role| of_role(role).yes()) {
            facts.push((*fact).to_owned());
        }
    }
    for name in roles.iter().filter_map(|role| role.name.as_str()) {
        facts.push(role_fact(name));
        if config.auto_approved_roles.iter().any(|known| known.trim().eq_ignore_ascii_case(name)) {
            facts.push(AUTO_APPROVED.to_owned());
        }
    }
    facts.sort_unstable();
    facts.dedup();
    AccessFacts {
        portal: portal(row, &reaches),
        user_name: row.login.words().or_else(|| row.emailaddress.words()),
        facts,
    }
}

/// The fact of a role that a tenant made.
pub(crate) fn role_fact(name: &str) -> String {
    format!("role:{}", name.trim().to_lowercase())
}

/// Nothing is said as long as nobody has said what the numbers mean.
fn portal(row: &UserRow, reaches: &[Reach]) -> Option<bool> {
    if row.inactive.yes() || row.isserviceaccount.yes() {
        return Some(false);
    }
    if reaches.iter().any(|reach| reach.fact().is_some()) {
        return Some(true);
    }
    reaches.contains(&Reach::None).then_some(false)
}

/// What a number of `web_access_level` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    None,
    Own,
    Site,
    Customer,
}

impl Reach {
    fn fact(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Own => Some(OWN),
            Self::Site => Some(SITE),
            Self::Customer => Some(CUSTOMER),
        }
    }
}

fn reach(level: Int, config: &HaloConfig) -> Option<Reach> {
    let table = [
        (config.web_access_none, Reach::None),
        (config.web_access_own, Reach::Own),
        (config.web_access_site, Reach::Site),
        (config.web_access_customer, Reach::Customer),
    ];
    level.0.and_then(|level| table.iter().find(|(number, _)| *number == Some(level)).map(|(_, reach)| *reach))
}

pub(crate) fn agent(row: &AgentRow) -> Option<Record> {
    Some(Record::Agent(Agent {
        id: row.id.id(Kind::Agent)?,
        name: row.name.or(|| format!("Agent {}", row.id.0.unwrap_or_default())),
        email: row.email.words(),
        active: !row.isdisabled.yes(),
    }))
}

pub(crate) fn team(row: &TeamRow) -> Option<Record> {
    let mut agents: Vec<NativeId> =
        row.agents.all().iter().filter_map(|member| member.agent_id.id(Kind::Agent)).collect();
    agents.sort_unstable();
    agents.dedup();
    Some(Record::Team(Team {
        id: row.id.id(Kind::Team)?,
        name: row.name.or(|| format!("Team {}", row.id.0.unwrap_or_default())),
        agents,
        active: !row.inactive.yes(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    const ZONE: Zone = Zone(chrono_tz::UTC);

    fn config() -> HaloConfig {
        HaloConfig {
            web_access_none: Some(0),
            web_access_own: Some(1),
            web_access_site: Some(2),
            web_access_customer: Some(3),
            auto_approved_roles: vec!["Primary Service Contact".into()],
            ..HaloConfig::default()
        }
    }

    fn read(extra: Value, config: &HaloConfig) -> Contact {
        let mut row = json!({"id": 210, "name": " Pat ", "client_id": 12, "site_id": 18.0, "emailaddress": "p@x.test"});
        for (key, value) in extra.as_object().unwrap() {
            row[key] = value.clone();
        }
        match contact(&from_value(row).unwrap(), config, ZONE) {
            Some(Record::Contact(contact)) => contact,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rights_are_the_users_own_or_those_of_the_roles() {
        let own = read(json!({"web_access_level": 1, "canaccessinvoices": "true"}), &config());
        assert_eq!(own.access.facts, ["invoices", "own"]);
        assert_eq!(own.site, Some(NativeId::new(Kind::Site, 18)));
        let role = json!({"id": 3, "name": "Primary Service Contact", "web_access_level": 3, "ispoapprover": true});
        let both = read(json!({"web_access_level": 1, "roles": [role], "ischangeapprover2": true}), &config());
        let expected =
            ["auto_approved", "change_approver", "customer", "own", "po_approver", "role:primary service contact"];
        assert_eq!(both.access.facts, expected);
        assert_eq!(both.access.portal, Some(true));
    }

    #[test]
    fn an_unknown_level_grants_nothing_and_says_nothing() {
        for (extra, portal) in [
            (json!({"web_access_level": 9}), None),
            (json!({}), None),
            (json!({"web_access_level": 0}), Some(false)),
            (json!({"web_access_level": 1, "inactive": true}), Some(false)),
            (json!({"web_access_level": 1, "isserviceaccount": true}), Some(false)),
        ] {
            assert_eq!(read(extra.clone(), &config()).access.portal, portal, "{extra}");
        }
        let unset = read(json!({"web_access_level": 1}), &HaloConfig::default());
        assert_eq!((unset.access.portal, unset.access.facts.len()), (None, 0));
    }

    #[test]
    fn ids_may_be_doubles_and_who_belongs_to_nobody_is_no_contact() {
        let row = json!({"id": 1.0, "name": "a", "client_id": 0});
        assert_eq!(contact(&from_value(row).unwrap(), &config(), ZONE), None);
        let row = from_value(json!({"id": 18, "client_id": 12.0, "name": "", "delivery_address_line1": "a"})).unwrap();
        let Some(Record::Site(site)) = site(&row) else { panic!() };
        assert_eq!((site.account.key.as_str(), site.name.as_str(), site.city), ("12", "Site 18", None));
    }
}
