//! What MariaDB has to look through. ITFlow has few indexes: a single thing that somebody opens must be found by
//! the keys that there are, but for the tables named here. Runs where the tests have a MariaDB of their own.

use super::fixture::{clock, config, cx};
use crate::backend::Itflow;
use crate::load::READABLE;
use portico_contract::{Backend, NativeId, Pass};
use portico_sandbox::{ItflowSandbox, Seed, World};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeSet;

/// Indexes that ITFlow has besides its primary keys, in tables that an opening reads.
const ITFLOWS_INDEXES: &[&str] = &[
    "CREATE INDEX ticket_reply_ticket_id ON ticket_replies (ticket_reply_ticket_id, ticket_reply_archived_at)",
    "CREATE INDEX ticket_attachment_reply_id ON ticket_attachments (ticket_attachment_reply_id)",
];

/// Children without an index on their parent: looked through whole, whichever way one asks.
const WITHOUT_INDEX: &[&str] = &[
    "invoice_items",
    "payments",
    "quote_items",
    "recurring_payments",
    "task_approvals",
    "tasks",
    "ticket_attachments",
];

/// Pick lists of a few rows, read whole on purpose.
const SHORT: &[&str] = &["categories", "settings", "users"];

async fn server(name: &str) -> Option<(Itflow, DatabaseConnection)> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its server is")]
    let Ok(admin) = std::env::var("PORTICO_TEST_MARIADB_URL") else {
        println!("skipped: PORTICO_TEST_MARIADB_URL names no MariaDB");
        return None;
    };
    let root = Database::connect(&admin).await.unwrap();
    let name = format!("{name}_{}", std::process::id());
    root.execute_unprepared(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await.unwrap();
    let (place, _) = admin.rsplit_once('/').expect("the URL names a database");
    let url = format!("{place}/{name}");
    ItflowSandbox::on(&url, &World::seeded(&Seed::default())).await.unwrap();
    let database = Database::connect(&url).await.unwrap();
    for index in ITFLOWS_INDEXES {
        database.execute_unprepared(index).await.unwrap();
    }
    Some((Itflow::new("box", config(&url), clock()).unwrap(), database))
}

/// The tables for which a statement can use no key at all.
async fn scanned(database: &DatabaseConnection, statement: &str) -> BTreeSet<String> {
    let explain = Statement::from_string(DbBackend::MySql, format!("EXPLAIN {statement}"));
    let rows = database.query_all_raw(explain).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    let open = |row: &sea_orm::QueryResult| {
        let table: Option<String> = row.try_get("", "table").ok();
        let keys: Option<String> = row.try_get("", "possible_keys").unwrap();
        let key: Option<String> = row.try_get("", "key").unwrap();
        table.filter(|table| keys.is_none() && key.is_none() && !table.starts_with('<'))
    };
    rows.iter().filter_map(open).collect()
}

#[tokio::test]
async fn an_opening_uses_the_keys_that_itflow_has() {
    let Some((backend, database)) = server("explain_openings").await else { return };
    let mut all = BTreeSet::new();
    for kind in READABLE {
        backend.client.statements.lock().unwrap().clear();
        backend.read(&cx(), &NativeId::new(*kind, 1)).await.unwrap();
        let statements = std::mem::take(&mut *backend.client.statements.lock().unwrap());
        assert!(!statements.is_empty(), "{kind}");
        for statement in statements {
            all.extend(scanned(&database, &statement).await);
        }
    }
    let known: BTreeSet<String> = WITHOUT_INDEX.iter().chain(SHORT).map(|table| (*table).to_owned()).collect();
    let unknown: Vec<_> = all.difference(&known).collect();
    assert!(unknown.is_empty(), "looked through whole: {unknown:?}");
}

/// The pages of a pass go by the primary key of the parents. Only the approvals, which no stamp tells of, are looked
/// through as well.
#[tokio::test]
async fn a_page_goes_by_the_primary_key() {
    let Some((backend, database)) = server("explain_pages").await else { return };
    for stream in backend.capabilities().streams.keys() {
        backend.client.statements.lock().unwrap().clear();
        backend.pull(&cx(), *stream, Pass::Ids, None).await.unwrap();
        let statements = std::mem::take(&mut *backend.client.statements.lock().unwrap());
        let paged = statements.iter().filter(|statement| statement.contains("LIMIT") && statement.contains("ORDER BY"));
        for statement in paged.filter(|statement| !statement.contains("settings")) {
            let scanned = scanned(&database, statement).await;
            assert!(scanned.iter().all(|table| WITHOUT_INDEX.contains(&table.as_str())), "{scanned:?}: {statement}");
        }
    }
}
