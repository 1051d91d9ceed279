//! The people of the demo: users bound to the contacts and agents of the sandbox's world.

use super::user::contact_id;
use crate::accounts::{AccountStore, ContactLink, NewUser, Realm};
use crate::app::say;
use crate::graphql::backend_id;
use crate::readmodel::GlobalId;
use crate::readmodel::ids::derived;
use anyhow::{Context, Result};
use portico_contract::{Kind, NativeId};
use portico_sandbox::{ContactType, Membership, Person, PersonKind};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::collections::HashSet;
use uuid::Uuid;

/// One password for everybody: the demo holds nothing but its own world.
pub const PASSWORD: &str = "open-sesame-4711";

/// Tokens of the demo outlive every demo.
const TOKEN_DAYS: u32 = 3_650;

/// A user as `demo.json` names them.
#[derive(Debug, Clone, Serialize)]
pub struct DemoUser {
    pub name: String,
    pub email: String,
    pub password: String,
    pub token: String,
    pub realm: String,
    pub roles: Vec<String>,
    /// The first account of the user.
    pub account: Option<String>,
    pub accounts: Vec<String>,
    /// Names of the accounts, for the playground.
    #[serde(skip)]
    pub account_names: Vec<String>,
    pub backend: String,
}

fn role(contact: ContactType) -> &'static str {
    match contact {
        ContactType::Standard => "STANDARD",
        ContactType::Billing => "BILLING",
        ContactType::Technical => "TECHNICAL",
        ContactType::Primary => "PRIMARY",
    }
}

/// Makes a user for everybody in the world who may sign in, or finds the one made before.
pub async fn make(accounts: &AccountStore, backend: Uuid, people: &[Person]) -> Result<Vec<DemoUser>> {
    let mut users = Vec::new();
    let mut taken = HashSet::new();
    for person in people.iter().filter(|person| person.enabled) {
        let Some(email) = person.email.clone() else { continue };
        let members: Vec<&Membership> = person.memberships.iter().filter(|membership| membership.active).collect();
        let customer = person.kind == PersonKind::Contact;
        // Two people share an address in this world; one of them can use it as a login.
        if (customer && members.is_empty()) || !taken.insert((customer, email.clone())) {
            continue;
        }
        users.push(user(accounts, backend, person, email, &members).await?);
    }
    // Those who are at several accounts come after those who are at one.
    users.sort_by_key(|user| user.accounts.len().max(1));
    Ok(users)
}

async fn user(
    accounts: &AccountStore,
    backend: Uuid,
    person: &Person,
    email: String,
    members: &[&Membership],
) -> Result<DemoUser> {
    let (realm, staff_roles) = match person.kind {
        PersonKind::Contact => (Realm::Customer, Vec::new()),
        PersonKind::Agent => (Realm::Staff, vec!["AGENT".to_owned()]),
        PersonKind::Administrator => (Realm::Staff, vec!["ADMINISTRATOR".to_owned()]),
    };
    let known = accounts.find_user(realm, &email).await.map_err(|e| say(&e))?;
    let id = match known {
        Some(user) => user.id,
        None => {
            let contact = |member: &&Membership| ContactLink {
                backend_id: backend,
                contact_id: contact_id(backend, &member.contact.to_string()),
            };
            let new = NewUser {
                realm,
                name: person.name.clone(),
                email: email.clone(),
                login: email.clone(),
                password: Some(SecretString::from(PASSWORD)),
                contacts: members.iter().map(contact).collect(),
                roles: staff_roles.clone(),
            };
            accounts.create_user(new).await.map_err(|e| say(&e)).context("a user of the demo")?
        }
    };
    let token = accounts.service_token(id, "demo", TOKEN_DAYS).await.map_err(|e| say(&e))?;
    let account = |member: &&Membership| {
        let uuid = derived(backend, &NativeId::new(Kind::Account, member.client));
        GlobalId::new(Kind::Account, uuid).to_string()
    };
    let accounts: Vec<String> = members.iter().map(account).collect();
    let mut roles = staff_roles;
    for contact in members.iter().flat_map(|member| &member.types) {
        let key = role(*contact).to_owned();
        if !roles.contains(&key) {
            roles.push(key);
        }
    }
    Ok(DemoUser {
        name: person.name.clone(),
        email,
        password: PASSWORD.to_owned(),
        token: token.token.expose_secret().to_owned(),
        realm: realm.as_str().to_owned(),
        roles,
        account: accounts.first().cloned(),
        accounts,
        account_names: members.iter().map(|member| member.client_name.clone()).collect(),
        backend: backend_id(backend).to_string(),
    })
}
