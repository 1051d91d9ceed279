//! Everybody who asks: the people of the world, and users made for roles that nobody there has.

use super::sdl::Rule;
use anyhow::{Context, Result};
use portico::accounts::{ContactLink, NewUser, Realm};
use portico::app::say;
use portico::authz::permission::Permission;
use portico::authz::role::{self, ROLES, Role};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico::readmodel::ids;
use portico_contract::{Kind, NativeId};
use portico_sandbox::{ContactType, Membership, PersonKind};
use portico_tests::house::as_json;
use portico_tests::{House, Who};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody who asks, or nobody.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub label: String,
    pub token: Option<String>,
    /// `None`: has not signed in.
    pub realm: Option<Realm>,
    /// Keys of roles, those that follow from contact types included.
    pub roles: BTreeSet<&'static str>,
    /// The role that was given in Portico: it counts at every contact.
    pub given: Option<&'static str>,
    /// Contact rows in use.
    pub members: Vec<Membership>,
    /// The account that is chosen for every request.
    pub account: Option<String>,
}

/// A contact without odd rights, for users whose role is given in Portico.
const PLAIN: &str = "sam.whitlock@";

fn key(contact: ContactType) -> &'static str {
    match contact {
        ContactType::Standard => "STANDARD",
        ContactType::Billing => "BILLING",
        ContactType::Technical => "TECHNICAL",
        ContactType::Primary => "PRIMARY",
    }
}

impl Viewer {
    pub fn nobody() -> Self {
        Self {
            label: "Nobody".to_owned(),
            token: None,
            realm: None,
            roles: BTreeSet::new(),
            given: None,
            members: Vec::new(),
            account: None,
        }
    }

    /// The same, with an account chosen.
    pub fn at(self, account: String) -> Self {
        Self { account: Some(account), ..self }
    }

    pub fn who(&self) -> Who<'_> {
        self.token.as_deref().map_or(Who::Nobody, Who::Token)
    }

    pub fn is_staff(&self) -> bool {
        self.realm == Some(Realm::Staff)
    }

    /// A request of this viewer, for what [`House::ask`] has no words for.
    pub fn request(&self, query: &str, variables: Value) -> GraphqlRequest {
        let bearer = |token: &String| Credential::Bearer(SecretString::from(token.as_str()));
        GraphqlRequest {
            query: query.to_owned(),
            variables: async_graphql::Variables::from_json(variables),
            credential: self.token.as_ref().map_or(Credential::None, bearer),
            account: self.account.clone(),
            ..GraphqlRequest::default()
        }
    }

    fn grants(&self) -> impl Iterator<Item = &'static Role> + '_ {
        ROLES.iter().filter(|role| self.roles.contains(role.key))
    }

    /// Whether one of the roles holds a permission.
    pub fn holds(&self, word: &str) -> bool {
        self.grants().flat_map(|role| role.grants).any(|(permission, _)| permission.word() == word)
    }

    /// Whether the realm may know that something with this rule exists.
    pub fn knows(&self, rule: &Rule) -> bool {
        match rule {
            Rule::Public | Rule::Inherits => true,
            Rule::SignedIn => self.realm.is_some(),
            Rule::Needs(word) => {
                let staff_only = Permission::from_word(word).is_none_or(|it| it.facts().staff_only);
                self.is_staff() || (self.realm.is_some() && !staff_only)
            }
            Rule::Missing => false,
        }
    }

    /// Whether something with this rule is allowed, its parent taken as allowed.
    pub fn may(&self, rule: &Rule) -> bool {
        match rule {
            Rule::Public | Rule::Inherits => true,
            Rule::SignedIn => self.realm.is_some(),
            Rule::Needs(word) => self.holds(word),
            Rule::Missing => false,
        }
    }
}

/// Everybody of the world who has a user.
pub fn people(house: &House) -> Result<Vec<Viewer>> {
    let people = house.world.people();
    let mut cast = Vec::new();
    for user in &house.users {
        let staff = user.realm == "STAFF";
        let mut rows = people.iter().filter(|person| {
            let usable = staff || person.memberships.iter().any(|member| member.active);
            person.enabled && usable && (person.kind != PersonKind::Contact) == staff
        });
        let person = rows.find(|person| person.email.as_deref() == Some(&user.email)).context("a user of nobody")?;
        let members: Vec<Membership> = person.memberships.iter().filter(|it| it.active).cloned().collect();
        let roles = match person.kind {
            PersonKind::Contact => members.iter().flat_map(|it| &it.types).map(|it| key(*it)).collect(),
            PersonKind::Agent => BTreeSet::from(["AGENT"]),
            PersonKind::Administrator => BTreeSet::from(["ADMINISTRATOR"]),
        };
        let realm = Some(if staff { Realm::Staff } else { Realm::Customer });
        let (label, token) = (user.name.clone(), Some(user.token.clone()));
        cast.push(Viewer { label, token, realm, roles, given: None, members, account: None });
    }
    Ok(cast)
}

/// The customers of the world.
pub fn customers(house: &House) -> Result<Vec<Viewer>> {
    Ok(people(house)?.into_iter().filter(|viewer| !viewer.is_staff()).collect())
}

/// One customer of each type of contact, and of each mixture of them.
pub fn each_type(house: &House) -> Result<Vec<Viewer>> {
    let mut met = BTreeSet::new();
    let cast = customers(house)?.into_iter();
    Ok(cast.filter(|viewer| met.insert((viewer.roles.clone(), viewer.members.len()))).collect())
}

/// A person of the world by the beginning of their address.
pub fn person(house: &House, email: &str) -> Result<Viewer> {
    let user = house.user(email).with_context(|| format!("no user {email}"))?;
    let mut cast = people(house)?.into_iter();
    cast.find(|viewer| viewer.token.as_deref() == Some(&user.token)).context("a user of nobody")
}

/// A user who holds this role: staff, or a plain contact of the first account with the role granted.
pub async fn holder(house: &House, role: &'static Role) -> Result<Viewer> {
    holder_as(house, role, &person(house, PLAIN)?, house.backend()?).await
}

/// The same with the contacts of somebody in one of the PSAs.
pub async fn holder_as(house: &House, role: &'static Role, plain: &Viewer, backend: Uuid) -> Result<Viewer> {
    let (realm, mut viewer) = match role.staff {
        true => (Realm::Staff, Viewer::nobody()),
        false => (Realm::Customer, plain.clone()),
    };
    let contact = |member: &Membership| ids::derived(backend, &NativeId::new(Kind::Contact, member.contact));
    let link = |member| ContactLink { backend_id: backend, contact_id: contact(member) };
    let login = format!("{}@{}.example.com", role.key.to_lowercase(), backend.simple());
    let new = NewUser {
        realm,
        name: role.name.to_owned(),
        email: login.clone(),
        login,
        password: None,
        contacts: viewer.members.iter().map(link).collect(),
        roles: vec![role.key.to_owned()],
    };
    viewer.roles.insert(role.key);
    let token = Some(sign_in(house, new).await?);
    Ok(Viewer { label: role.name.to_owned(), token, realm: Some(realm), given: Some(role.key), ..viewer })
}

/// Makes a user; gives a token.
pub async fn sign_in(house: &House, new: NewUser) -> Result<String> {
    let user = house.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
    let token = house.app.accounts.service_token(user, "test", 30).await.map_err(|e| say(&e))?;
    Ok(token.token.expose_secret().to_owned())
}

/// One holder of every built-in role, in the order of the table.
pub async fn holders(house: &House) -> Result<Vec<Viewer>> {
    let mut cast = Vec::new();
    for role in ROLES {
        cast.push(holder(house, role).await?);
    }
    Ok(cast)
}

/// The role with this key.
pub fn role(key: &str) -> Result<&'static Role> {
    role::role(key).with_context(|| format!("no role {key}"))
}

/// Runs a request and gives the answer as a transport would.
pub async fn answer(house: &House, request: GraphqlRequest) -> Result<Value> {
    as_json(&house.app.executor.execute(request).await)
}

/// Runs a query as this viewer asks, with the account that is chosen.
pub async fn ask(house: &House, viewer: &Viewer, query: &str) -> Result<Value> {
    answer(house, viewer.request(query, json!({}))).await
}

/// What is at this place of an answer; null where there is nothing.
pub fn at<'a>(answer: &'a Value, place: &str) -> &'a Value {
    answer.pointer(place).unwrap_or(&Value::Null)
}

fn told<'a>(answer: &'a Value, place: &str) -> Vec<&'a str> {
    let errors = at(answer, "/errors").as_array().into_iter().flatten();
    errors.filter_map(|error| at(error, place).as_str()).collect()
}

/// The codes of an answer's errors, in order.
pub fn codes(answer: &Value) -> Vec<&str> {
    told(answer, "/extensions/code")
}

/// The coordinates of an answer's errors, in order.
pub fn coordinates(answer: &Value) -> Vec<&str> {
    told(answer, "/extensions/coordinate")
}
