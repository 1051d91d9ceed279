//! A sandbox that can be written to: in a file, and on a MariaDB where one is named, with an account that has exactly
//! the published grants.

use super::fixture::{clock, config, cx};
use crate::ItflowConfig;
use crate::backend::Itflow;
use chrono::NaiveDateTime;
use portico_contract::{
    Actor, Applied, Backend, Clock, Command, Error, Intent, Kind, NativeId, Record, Result, Snapshot,
};
use portico_sandbox::itflow::edit::{NewReply, NewTicket};
use portico_sandbox::{Api, ItflowSandbox, Seed, World};
use sea_orm::{ConnectionTrait, Database, Statement};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

const READ: &str = include_str!("../../fixtures/grants.sql");
const WRITE: &str = include_str!("../../fixtures/grants-write.sql");

pub(super) struct Place {
    pub name: &'static str,
    pub sandbox: ItflowSandbox,
    pub backend: Itflow,
    pub clock: Clock,
    /// ITFlow's HTTP API, where the backend has it.
    pub api: Option<Api>,
    settings: ItflowConfig,
    /// As the account that writes.
    pub write_url: String,
    _folder: TempDir,
}

/// Harbour Legal, its people, and people of others.
pub(super) const PRIMARY: i64 = 1;
pub(super) const BILLING: i64 = 2;
pub(super) const STANDARD: i64 = 4;
pub(super) const ARCHIVED: i64 = 7;
pub(super) const FOREIGN: i64 = 10;

fn world() -> World {
    World::seeded(&Seed { timezone: "Europe/Berlin".to_owned(), ..Seed::default() })
}

pub(super) fn contact(id: i64) -> Actor {
    Actor::Contact(NativeId::new(Kind::Contact, id))
}

pub(super) fn command(actor: Actor, intent: Intent) -> Command {
    Command { id: Uuid::new_v4(), actor, intent }
}

/// What a configuration needs to write by SQL.
fn settings(read: &str, write: &str) -> ItflowConfig {
    ItflowConfig { write_url: Some(SecretString::from(write)), ..config(read) }
}

async fn built(
    sandbox: ItflowSandbox,
    settings: ItflowConfig,
    api: Option<Api>,
    folder: TempDir,
    clock: Clock,
) -> Place {
    let backend = Itflow::new("box", settings.clone(), clock.clone()).unwrap();
    let write_url = settings.write_url.as_ref().map(|url| url.expose_secret().to_owned()).unwrap_or_default();
    let name = if settings.database_url.expose_secret().starts_with("sqlite") { "SQLite" } else { "MariaDB" };
    Place { name, sandbox, backend, clock, api, settings, write_url, _folder: folder }
}

pub(super) async fn file() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = ItflowSandbox::create(folder.path(), &world()).await.unwrap();
    let settings = settings(sandbox.url(), sandbox.url());
    built(sandbox, settings, None, folder, clock()).await
}

/// With the HTTP API under a technician's key, and perhaps the account that writes.
pub(super) async fn with_api(by_sql: bool) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = ItflowSandbox::create(folder.path(), &world()).await.unwrap();
    let clock = clock();
    let now = clock.clone();
    let api = sandbox.api(Arc::new(move || now.now().naive_utc())).await.unwrap();
    let mut settings = settings(sandbox.url(), sandbox.url());
    (settings.api_url, settings.api_key) = (Some(api.url().to_owned()), Some(api.keys().technician.into()));
    settings.write_url = settings.write_url.filter(|_| by_sql);
    built(sandbox, settings, Some(api), folder, clock).await
}

/// The statements of a script, for this account and database.
fn statements(script: &str, account: &str, database: &str) -> Vec<String> {
    let lines: Vec<&str> = script.lines().filter(|line| !line.starts_with("--")).collect();
    let script = lines.join("\n");
    let statements = script.split(';').map(str::trim).filter(|statement| !statement.is_empty());
    let named = |statement: &str| {
        let statement = statement.replace("'portico_write'", &format!("'{account}'"));
        statement.replace("'portico'", &format!("'{account}'")).replace("itflow.", &format!("{database}."))
    };
    statements.map(named).collect()
}

pub(super) async fn server() -> Option<Place> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its server is")]
    let Ok(admin) = std::env::var("PORTICO_TEST_MARIADB_URL") else {
        println!("skipped on MariaDB: PORTICO_TEST_MARIADB_URL names none");
        return None;
    };
    let (place, _) = admin.rsplit_once('/').unwrap();
    let name = format!("w_{}", &Uuid::new_v4().simple().to_string()[..20]);
    let root = Database::connect(&admin).await.unwrap();
    root.execute_unprepared(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await.unwrap();
    let (query, place) = (admin.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default(), place);
    let sandbox = ItflowSandbox::on(&format!("{place}/{name}{query}"), &world()).await.unwrap();
    let mut urls = Vec::new();
    for (script, account) in [(READ, format!("{name}_r")), (WRITE, format!("{name}_w"))] {
        for statement in statements(script, &account, &name) {
            root.execute_unprepared(&statement).await.expect(&statement);
        }
        let (_, host) = place.rsplit_once('@').unwrap();
        urls.push(format!("mysql://{account}:change-me@{host}/{name}{query}"));
    }
    Some(built(sandbox, settings(&urls[0], &urls[1]), None, tempfile::tempdir().unwrap(), clock()).await)
}

pub(super) async fn places() -> Vec<Place> {
    let mut places = vec![file().await];
    places.extend(server().await);
    places
}

impl Place {
    pub fn settings(&self) -> ItflowConfig {
        self.settings.clone()
    }

    pub async fn apply(&self, command: &Command) -> Result<Applied> {
        self.backend.apply(&cx(), command).await
    }

    pub async fn refused(&self, actor: Actor, intent: Intent) -> Error {
        let kind = intent.kind();
        let error = self.apply(&command(actor, intent)).await.expect_err(kind.as_str());
        assert_eq!(error.sent, portico_contract::Sent::No, "{}: {}", self.name, error.log());
        error
    }

    /// A day before the clock's time, in the world's zone.
    pub fn yesterday(&self) -> NaiveDateTime {
        self.clock.now().naive_utc() - chrono::TimeDelta::days(1)
    }

    /// A ticket of the standard contact, with the second agent.
    pub async fn ticket(&self) -> NativeId {
        let new = NewTicket {
            client: 1,
            contact: i32::try_from(STANDARD).unwrap(),
            subject: "It smokes".to_owned(),
            details: "<p>Blue smoke.</p>".to_owned(),
            assigned_to: 2,
            ..NewTicket::default()
        };
        let id = self.sandbox.editor().add_ticket(&new, self.yesterday()).await.unwrap();
        let reply = NewReply { ticket: id, body: "<p>On our way.</p>".to_owned(), by: 2, ..NewReply::default() };
        self.sandbox.editor().add_reply(&reply, self.yesterday()).await.unwrap();
        NativeId::new(Kind::Ticket, id)
    }

    /// The account that writes, and its database.
    pub fn account(&self) -> (&str, &str) {
        let rest = self.write_url.trim_start_matches("mysql://");
        let (account, _) = rest.split_once(':').unwrap();
        let (_, database) = rest.split('?').next().unwrap_or(rest).rsplit_once('/').unwrap();
        (account, database)
    }

    pub async fn set(&self, sql: &str) {
        self.sandbox.conn().execute_unprepared(sql).await.expect(sql);
    }

    /// Columns of the rows that a statement gives, with strokes between; an empty word for NULL.
    pub async fn rows(&self, columns: &[&str], rest: &str) -> Vec<String> {
        let list: Vec<String> = columns.iter().map(|column| format!("CAST({column} AS CHAR)")).collect();
        let conn = self.sandbox.conn();
        let sql = format!("SELECT {} FROM {rest}", list.join(", "));
        let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.expect(rest);
        let word =
            |row: &sea_orm::QueryResult, at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
        rows.iter().map(|row| (0..columns.len()).map(|at| word(row, at)).collect::<Vec<_>>().join("|")).collect()
    }

    pub async fn row(&self, columns: &[&str], rest: &str) -> String {
        self.rows(columns, rest).await.into_iter().next().unwrap_or_else(|| panic!("{}: no row of {rest}", self.name))
    }

    pub async fn count(&self, rest: &str) -> String {
        self.row(&["COUNT(*)"], rest).await
    }

    /// The ticket as the adapter reads it.
    pub async fn read(&self, ticket: &NativeId) -> Snapshot {
        self.backend.read(&cx(), ticket).await.unwrap().expect("a ticket")
    }

    pub async fn comment(&self, ticket: &NativeId, id: &NativeId) -> portico_contract::record::Comment {
        let found = self.read(ticket).await.records.into_iter().find(|record| record.id() == id);
        match found {
            Some(Record::Comment(comment)) => comment,
            other => panic!("{other:?}"),
        }
    }
}
