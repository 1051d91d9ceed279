//! A Portico that watches a running ITFlow.

use super::site::Site;
use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use portico::accounts::{ContactLink, NewUser, Realm, SignIn};
use portico::app::{App, say};
use portico::cli::user::contact_id;
use portico::config::{BackendSettings, Config};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico::readmodel::{GlobalId, ids};
use portico::registry;
use portico_contract::{CallCx, Clock, Kind, Lane, NativeFile, NativeId, Record};
use secrecy::SecretString;
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// Longer than the distance of two beats.
const BEAT: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Watch {
    pub app: App,
    backend: Uuid,
    clock: Clock,
    _dir: TempDir,
}

impl Watch {
    pub async fn of(site: &Site) -> Result<Self> {
        Self::with(site, &[]).await
    }

    /// One that writes as well, with a key of ITFlow's API.
    pub async fn writing(site: &Site, key: &str) -> Result<Self> {
        let api = format!("http://{}", site.address);
        Self::with(site, &[("write_url", &site.database_url), ("api_url", &api), ("api_key", key)]).await
    }

    async fn with(site: &Site, more: &[(&str, &str)]) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let mut config = Config::for_demo(dir.path(), 0)?;
        config.auth.argon2_memory_kib = 64;
        config.auth.argon2_iterations = 1;
        // Whatever is opened is read again.
        config.sync.max_age_seconds = 0;
        config.sync.wait_ms = 30_000;
        let uploads = site.uploads().display().to_string();
        let settings = [
            ("database_url", toml::Value::String(site.database_url.clone())),
            ("uploads_dir", toml::Value::String(uploads)),
            ("read_password_hashes", toml::Value::Boolean(true)),
        ];
        let more = more.iter().map(|(key, value)| (*key, toml::Value::String((*value).to_owned())));
        let settings = settings.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value));
        config.backends.push(BackendSettings::new("real", "itflow", settings.collect()));
        let clock = Clock::fake(Clock::system().now());
        let app = App::start(&config, registry::backends(&config.backends, &clock)?, clock.clone()).await?;
        app.sync.fill(false, None).await.map_err(|e| say(&e))?;
        let backend = app.sync.sources().first().context("no backend")?.id;
        Ok(Self { app, backend, clock, _dir: dir })
    }

    /// Somebody who has this contact's rights; the token.
    pub async fn person(&self, contact: &str) -> Result<String> {
        let login = format!("contact{contact}@real.example.com");
        let link = ContactLink { backend_id: self.backend, contact_id: contact_id(self.backend, contact) };
        let new = NewUser {
            realm: Realm::Customer,
            name: format!("Contact {contact}"),
            email: login.clone(),
            login,
            password: None,
            contacts: vec![link],
            roles: Vec::new(),
        };
        let user = self.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
        let token = self.app.accounts.service_token(user, "proof", 1).await.map_err(|e| say(&e))?.token;
        Ok(secrecy::ExposeSecret::expose_secret(&token).to_owned())
    }

    /// The agent of this address; the token.
    pub async fn agent(&self, email: &str) -> Result<String> {
        let new = NewUser {
            realm: Realm::Staff,
            name: "Agent".to_owned(),
            email: email.to_owned(),
            login: email.to_owned(),
            password: None,
            contacts: Vec::new(),
            roles: vec!["AGENT".to_owned()],
        };
        let user = self.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
        let token = self.app.accounts.service_token(user, "proof", 1).await.map_err(|e| say(&e))?.token;
        Ok(secrecy::ExposeSecret::expose_secret(&token).to_owned())
    }

    /// Signs in with the password that ITFlow knows; the token.
    pub async fn enter(&self, login: &str, password: &str) -> Result<String> {
        let attempt = SignIn { login: login.to_owned(), password: SecretString::from(password), ..SignIn::default() };
        let signed_in = self.app.accounts.sign_in(attempt).await.map_err(|refused| say(&refused.into()))?;
        Ok(secrecy::ExposeSecret::expose_secret(&signed_in.token).to_owned())
    }

    /// Lets time pass.
    pub fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Lets the background beat once; how long that took.
    pub async fn beat(&self) -> Duration {
        self.clock.advance(BEAT);
        let begun = tokio::time::Instant::now();
        self.app.sync.beat().await;
        begun.elapsed()
    }

    /// Reads everything, as the background does every quarter of an hour.
    pub async fn read_all(&self) -> Result<()> {
        self.clock.advance(BEAT);
        let source = self.app.sync.sources().first().context("no backend")?;
        for stream in source.streams() {
            self.app.sync.ask_for_full(source, stream).await.map_err(|e| say(&e))?;
            self.app.sync.pull(source, stream, Lane::Background).await.map_err(|e| say(&e))?;
        }
        Ok(())
    }

    /// The bytes of the file of this name that hangs on a ticket, from ITFlow's own folder.
    pub async fn bytes(&self, ticket: &str, name: &str) -> Result<Vec<u8>> {
        let backend = &self.app.sync.sources().first().context("no backend")?.backend;
        let cx = CallCx::new(Lane::Interactive, Duration::from_secs(10));
        let read = backend.read(&cx, &NativeId::new(Kind::Ticket, ticket)).await.map_err(|e| say(&e))?;
        let file = read.into_iter().flat_map(|snapshot| snapshot.records).find_map(|record| match record {
            Record::Attachment(file) if file.name == name => Some(file),
            _ => None,
        });
        let file = file.with_context(|| format!("no file {name}"))?;
        let file = NativeFile { owner: file.id, reference: file.reference };
        let parts: Vec<_> =
            backend.open(&cx, &file).await.map_err(|e| say(&e))?.bytes.try_collect().await.map_err(|e| say(&e))?;
        Ok(parts.concat())
    }

    pub async fn ask(&self, token: &str, query: &str) -> Result<Value> {
        let credential = Credential::Bearer(SecretString::from(token));
        let request = GraphqlRequest { query: query.to_owned(), credential, ..GraphqlRequest::default() };
        Ok(serde_json::to_value(self.app.executor.execute(request).await.response)?)
    }

    pub fn id(&self, kind: Kind, key: &str) -> String {
        GlobalId::new(kind, ids::derived(self.backend, &NativeId::new(kind, key))).to_string()
    }
}
