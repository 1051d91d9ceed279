//! What only a Halo has on its shelf: articles, announcements, contracts, the catalogue; and what is asked of it.

mod articles;
mod catalogue;
mod chosen;
mod contracts;
mod written;

use crate::seen::at;
use anyhow::{Context, Result, ensure};
use portico::accounts::{ContactLink, NewUser, Realm};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::readmodel::{GlobalId, ids};
use portico::registry;
use portico_contract::{Kind, NativeId, Stream};
use portico_sandbox::halopsa::{self, SHIFT};
use portico_sandbox::world::model::Contact;
use portico_sandbox::{ContactType, Halo};
use portico_tests::house::{ADMINISTRATOR, STANDARD};
use portico_tests::{House, Who};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A house that has a Halo beside its ITFlow, with customers of that Halo.
pub struct Shelf {
    pub house: House,
    pub halo: Halo,
    /// Holds everything at its account: no request of theirs waits for anybody.
    pub primary: Somebody,
    /// A colleague who is nothing more than a user.
    pub user: Somebody,
    /// Holds everything at another account.
    pub stranger: Somebody,
}

pub struct Somebody {
    token: String,
    pub client: i32,
    pub account: String,
    pub contact: String,
}

impl Somebody {
    pub fn who(&self) -> Who<'_> {
        Who::Token(&self.token)
    }
}

fn settings(halo: &Halo) -> toml::Table {
    let texts = [
        ("resource_url", halo.resource_url()),
        ("auth_url", halo.auth_url()),
        ("client_id", halo.client_id().to_owned()),
        ("client_secret", halo.client_secret()),
        ("currency", "USD".to_owned()),
        ("followers_field", "emailcclist".to_owned()),
    ];
    let numbers = [
        ("calls", 10_000),
        ("web_access_none", halopsa::ACCESS_NONE),
        ("web_access_own", halopsa::ACCESS_OWN),
        ("web_access_site", halopsa::ACCESS_SITE),
        ("web_access_customer", halopsa::ACCESS_CLIENT),
        ("approval_approved", halopsa::APPROVED),
        ("approval_declined", halopsa::REJECTED),
        ("payment_method", 1),
        ("field_optional", 1),
        ("field_required", 2),
    ];
    let mut table: toml::Table = texts.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    table.extend(numbers.map(|(key, value)| (key.to_owned(), value.into())));
    table.extend(["allow_http", "allow_local", "popups"].map(|key| (key.to_owned(), true.into())));
    table.insert("date_fields".to_owned(), vec![4_i64].into());
    table.insert("auto_approved_roles".to_owned(), vec!["Primary Service Contact"].into());
    table
}

pub async fn shelf() -> Result<Shelf> {
    let mut house = House::new().await?;
    let clock = house.clock.clone();
    let halo = Halo::start(&house.world, Arc::new(move || clock.now().naive_utc())).await?;
    halo.set_limit(1_000_000);
    house.config.backends.push(BackendSettings::new("halo", "halopsa", settings(&halo)));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    let backend = house.other()?.id;
    let may = |contact: &&Contact| {
        let user = house.world.users.iter().find(|user| user.id == contact.user);
        contact.client != 0 && !contact.archived.is_set() && user.is_some_and(|user| user.enabled)
    };
    let of = |contact: &Contact, kind| ContactType::of(contact).contains(&kind);
    let contacts: Vec<&Contact> = house.world.contacts.iter().filter(may).collect();
    let has_plans = |it: &Contact| house.world.recurring.iter().any(|plan| plan.client == it.client && plan.active);
    let plain = |it: &Contact| {
        [ContactType::Primary, ContactType::Billing, ContactType::Technical].iter().all(|kind| !of(it, *kind))
    };
    let colleague = |it: &Contact| contacts.iter().find(|other| other.client == it.client && plain(other)).copied();
    let primary = contacts.iter().find(|it| of(it, ContactType::Primary) && has_plans(it) && colleague(it).is_some());
    let primary = *primary.context("no primary contact with a colleague")?;
    let user = colleague(primary).context("no colleague")?;
    let stranger = contacts.iter().find(|it| it.client != primary.client && of(it, ContactType::Primary));
    let stranger = *stranger.context("no other primary contact")?;
    let primary = signed_in(&house, backend, primary).await?;
    let user = signed_in(&house, backend, user).await?;
    let stranger = signed_in(&house, backend, stranger).await?;
    Ok(Shelf { house, halo, primary, user, stranger })
}

/// A user of Portico who is this contact in Halo.
async fn signed_in(house: &House, backend: Uuid, contact: &Contact) -> Result<Somebody> {
    let id = |kind, key: i64| ids::derived(backend, &NativeId::new(kind, key));
    let contact_id = id(Kind::Contact, i64::from(contact.id) + SHIFT.user);
    let account = id(Kind::Account, i64::from(contact.client) + SHIFT.client);
    let login = format!("halo-{}@example.com", contact.id);
    let new = NewUser {
        realm: Realm::Customer,
        name: contact.name.clone(),
        email: login.clone(),
        login,
        password: None,
        contacts: vec![ContactLink { backend_id: backend, contact_id }],
        roles: Vec::new(),
    };
    let user = house.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
    let token = house.app.accounts.service_token(user, "test", 1).await.map_err(|e| say(&e))?;
    Ok(Somebody {
        token: token.token.expose_secret().to_owned(),
        client: contact.client,
        account: GlobalId::new(Kind::Account, account).to_string(),
        contact: GlobalId::new(Kind::Contact, contact_id).to_string(),
    })
}

impl Shelf {
    fn id(&self, kind: Kind, key: impl ToString) -> Result<String> {
        self.house.other_id(kind, key)
    }

    async fn names(&self, who: Who<'_>, list: &str, name: &str) -> Result<BTreeSet<String>> {
        let data = self.house.data(who, &format!("{{ {list}(first: 100) {{ nodes {{ {name} }} }} }}")).await?;
        let rows = at(&data, &format!("/{list}/nodes"));
        let rows = rows.as_array().context("no rows")?;
        Ok(rows.iter().filter_map(|row| row[name].as_str().map(str::to_owned)).collect())
    }

    /// What a mutation answers.
    pub async fn run(&self, who: Who<'_>, mutation: &str, variables: Value) -> Result<Value> {
        let answer = self.house.ask_with(who, mutation, variables).await?;
        ensure!(answer.get("errors").is_none(), "{answer}");
        let data = at(&answer, "/data");
        Ok(data.as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default())
    }

    /// Halo's own key of a ticket that shows its number.
    pub fn number(ticket: &Value) -> Result<i64> {
        let number = ticket["number"].as_str().with_context(|| format!("no number: {ticket}"))?;
        Ok(number.trim_start_matches(|sign: char| !sign.is_ascii_digit()).parse()?)
    }

    pub async fn request(&self, who: Who<'_>, item: &str, answers: Value) -> Result<Value> {
        self.request_with(who, item, json!({ "answers": answers })).await
    }

    async fn request_with(&self, who: Who<'_>, item: &str, input: Value) -> Result<Value> {
        let mutation = "mutation($id: ID!, $input: RequestCatalogueItemInput!) { requestCatalogueItem(id: $id, \
            input: $input) { ticket { id subject delivery approvals(first: 5) { nodes { status { group } } } } \
            delivery userErrors { code message field } } }";
        self.run(who, mutation, json!({ "id": item, "input": input })).await
    }
}

impl Shelf {
    /// Reads one stream of the Halo whole.
    async fn sweep(&self, stream: Stream) -> Result<()> {
        self.house.pass(std::time::Duration::from_secs(5));
        let source = self.house.other()?;
        self.house.app.sync.ask_for_full(source, stream).await.map_err(|e| say(&e))?;
        let lane = portico_contract::Lane::Background;
        self.house.app.sync.pull(source, stream, lane).await.map(drop).map_err(|e| say(&e))
    }
}

/// Statements follow the shape of an operation, never its rows.
#[tokio::test]
async fn one_row_of_the_shelf_takes_as_many_statements_as_all() -> Result<()> {
    let shelf = shelf().await?;
    for shape in [
        "knowledgeArticles(first: N) { nodes { title } }",
        "contracts(first: N) { nodes { name account { name } ... on RecurringContract { billingPrice { amount } } } }",
        "catalogueItems(first: N) { nodes { name category { name } form { fields { key } } } }",
        "catalogueCategories(first: N) { nodes { name parent { name } items(first: 3) { nodes { name } } } }",
        "tickets(first: N) { nodes { number contract { name } } }",
    ] {
        let ask = |rows: &str| format!("{{ {} }}", shape.replace('N', rows));
        for rows in ["2", "50"] {
            shelf.house.data(ADMINISTRATOR, &ask(rows)).await?;
        }
        let (_, few) = shelf.house.counted(ADMINISTRATOR, &ask("2")).await?;
        let (_, many) = shelf.house.counted(ADMINISTRATOR, &ask("50")).await?;
        assert_eq!(few, many, "{shape}");
    }
    Ok(())
}
