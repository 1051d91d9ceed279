//! A dump of a real ITFlow, loaded into MariaDB: what each of its contacts sees through Portico equals
//! what an independent query over ITFlow's own tables allows.
//!
//! The dump is named by `PORTICO_ITFLOW_DUMP` (`./x prove --itflow-dump FILE`); without it there is
//! nothing to prove and the test says so.

mod expected;
mod itflow;
mod matrix;

use anyhow::{Context, Result, ensure};
use expected::Contact;
use portico::accounts::{ContactLink, NewUser, Realm};
use portico::app::{App, say};
use portico::cli::user::contact_id;
use portico::config::{BackendSettings, Config};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico::readmodel::{GlobalId, ids};
use portico::registry;
use portico_contract::{Clock, Kind, NativeId};
use portico_tests::servers;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

#[expect(clippy::disallowed_methods, reason = "these are settings of the test run, not of the product")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|path| !path.is_empty())
}

fn dump() -> Option<String> {
    setting("PORTICO_ITFLOW_DUMP")
}

/// A Portico that has read the dump.
struct Read {
    app: App,
    backend: Uuid,
    upstream: DatabaseConnection,
    _dir: tempfile::TempDir,
}

impl Read {
    async fn of(dump: &str) -> Result<Option<Self>> {
        let Some(server) = servers::mariadb().await else { return Ok(None) };
        let url = server.fresh_database().await?;
        let upstream = Database::connect(&url).await?;
        let text = std::fs::read_to_string(dump).with_context(|| format!("the dump {dump} cannot be read"))?;
        upstream.execute_unprepared(&text).await.context("the dump does not load")?;
        let dir = tempfile::tempdir()?;
        let mut config = Config::for_demo(dir.path(), 0)?;
        let settings = [("database_url".to_owned(), toml::Value::String(url))];
        config.backends.push(BackendSettings::new("real", "itflow", settings.into_iter().collect()));
        let clock = Clock::system();
        let app = App::start(&config, registry::backends(&config.backends, &clock)?, clock).await?;
        app.sync.fill(false, None).await.map_err(|e| say(&e))?;
        let backend = app.sync.sources().first().context("no backend")?.id;
        Ok(Some(Self { app, backend, upstream, _dir: dir }))
    }

    /// Signs a contact in and asks for everything it may see of a kind, page by page.
    async fn seen(&self, token: &SecretString, list: &str, rows: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let query =
                format!("{{ {list}(first: 50{after}) {{ nodes {{ {rows} }} pageInfo {{ hasNextPage endCursor }} }} }}");
            let credential = Credential::Bearer(SecretString::from(token.expose_secret()));
            let request = GraphqlRequest { query, credential, ..GraphqlRequest::default() };
            let answer = serde_json::to_value(self.app.executor.execute(request).await.response)?;
            let Some(page) = answer.pointer(&format!("/data/{list}")).filter(|page| !page.is_null()) else {
                return Ok(all);
            };
            all.extend(page.pointer("/nodes").and_then(Value::as_array).context("no nodes")?.iter().cloned());
            if page.pointer("/pageInfo/hasNextPage") != Some(&Value::Bool(true)) {
                return Ok(all);
            }
            let cursor = page.pointer("/pageInfo/endCursor").context("no cursor")?;
            after = format!(", after: {cursor}");
        }
    }

    async fn token(&self, contact: i64) -> Result<SecretString> {
        let email = format!("contact{contact}@real.example.com");
        let link = ContactLink { backend_id: self.backend, contact_id: contact_id(self.backend, &contact.to_string()) };
        let new = NewUser {
            realm: Realm::Customer,
            name: format!("Contact {contact}"),
            login: email.clone(),
            email,
            password: None,
            contacts: vec![link],
            roles: Vec::new(),
        };
        let user = self.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
        Ok(self.app.accounts.service_token(user, "proof", 1).await.map_err(|e| say(&e))?.token)
    }

    fn ids(&self, kind: Kind, keys: &[i64]) -> BTreeSet<String> {
        let id = |key: &i64| GlobalId::new(kind, ids::derived(self.backend, &NativeId::new(kind, key))).to_string();
        keys.iter().map(id).collect()
    }
}

fn ids_of<'a>(rows: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    rows.into_iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
}

/// Acceptance in part: R03, R04, R05, R06 (Query.tickets, Query.invoices, Ticket.comments)
#[tokio::test]
async fn every_contact_of_the_dump_sees_what_the_rules_allow() -> Result<()> {
    let Some(dump) = dump() else {
        println!("skipped: PORTICO_ITFLOW_DUMP names no dump");
        return Ok(());
    };
    let Some(read) = Read::of(&dump).await? else { return Ok(()) };
    let contacts = Contact::all(&read.upstream).await?;
    ensure!(!contacts.is_empty(), "the dump has no contacts");
    let (mut tickets, mut comments, mut invoices) = (0, 0, 0);
    for contact in &contacts {
        let token = read.token(contact.id).await?;
        let rows = read.seen(&token, "tickets", "id comments(first: 100) { nodes { id } }").await?;
        let allowed = contact.tickets(&read.upstream).await?;
        assert_eq!(ids_of(&rows), read.ids(Kind::Ticket, &allowed), "tickets of contact {}", contact.id);
        let nested: Vec<Value> =
            rows.iter().flat_map(|row| row["comments"]["nodes"].as_array().cloned().unwrap_or_default()).collect();
        let spoken = contact.comments(&read.upstream).await?;
        assert_eq!(ids_of(&nested), read.ids(Kind::Comment, &spoken), "comments of contact {}", contact.id);
        let billed = contact.invoices(&read.upstream).await?;
        let bills = read.seen(&token, "invoices", "id").await?;
        assert_eq!(ids_of(&bills), read.ids(Kind::Invoice, &billed), "invoices of contact {}", contact.id);
        tickets += allowed.len();
        comments += spoken.len();
        invoices += billed.len();
    }
    println!("{} contacts: {tickets} tickets, {comments} comments, {invoices} invoices, no difference", contacts.len());
    Ok(())
}
