//! The adapter against a MariaDB that holds ITFlow's demonstration data. Runs where
//! `PORTICO_TEST_ITFLOW_URL` names an account that may create accounts, tables and rows.

use super::fixture::{clock, config, cx, keys, record};
use crate::backend::Itflow;
use portico_contract::value::Visibility;
use portico_contract::{Backend, ErrorKind, HealthState, Kind, NativeId, Pass, Record, Stream};
use sea_orm::prelude::Date;
use sea_orm::{ConnectionTrait, Database, DbBackend, FromQueryResult, Statement};

const GRANTS: &str = include_str!("../../fixtures/grants.sql");
const GRANTS_WRITE: &str = include_str!("../../fixtures/grants-write.sql");

/// `None`, with a word in the test's output, where no server was named.
pub(super) fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where its server is")]
    let url = std::env::var("PORTICO_TEST_ITFLOW_URL").ok();
    if url.is_none() {
        println!("skipped: PORTICO_TEST_ITFLOW_URL names no MariaDB");
    }
    url
}

/// `mysql://user:password@host/database` with another account.
fn with_account(url: &str, account: &str) -> String {
    let (_, place) = url.rsplit_once('@').expect("the URL names an account");
    format!("mysql://{account}@{place}")
}

fn database_of(url: &str) -> &str {
    url.rsplit_once('/').map_or("itflow", |(_, name)| name.split('?').next().unwrap_or(name))
}

/// Gives an account exactly the grants of the fixture.
async fn grant(url: &str, account: &str, without: &str) {
    grant_by(GRANTS, "'portico'", url, account, without).await;
}

async fn grant_by(script: &str, named: &str, url: &str, account: &str, without: &str) {
    let root = Database::connect(url).await.unwrap();
    root.execute_unprepared(&format!("DROP USER IF EXISTS '{account}'@'%'")).await.unwrap();
    let script: String = script.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    for statement in script.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        if without.is_empty() || !statement.contains(without) {
            let statement = statement.replace(named, &format!("'{account}'"));
            root.execute_unprepared(&statement.replace("itflow.", &format!("{}.", database_of(url)))).await.unwrap();
        }
    }
}

async fn whole(backend: &Itflow, stream: Stream) -> portico_contract::Batch {
    let mut whole = backend.pull(&cx(), stream, Pass::Full, None).await.unwrap();
    while whole.more {
        let page = backend.pull(&cx(), stream, Pass::Full, Some(&whole.next)).await.unwrap();
        whole.snapshots.extend(page.snapshots);
        (whole.next, whole.more) = (page.next, page.more);
    }
    whole
}

#[tokio::test]
async fn the_published_grants_are_enough_and_not_too_much() {
    let Some(url) = server() else { return };
    grant(&url, "portico_enough", "").await;
    let mut settings = config(&with_account(&url, "portico_enough:change-me"));
    settings.batch = 7;
    let backend = Itflow::new("demo", settings, clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!((health.state, health.problems), (HealthState::Ok, Vec::new()));
    assert_eq!(health.found["timezone"], "America/New_York");
    for stream in backend.capabilities().streams.keys() {
        let full = whole(&backend, *stream).await;
        assert!(!full.snapshots.is_empty(), "{stream}");
        let beat = backend.pull(&cx(), *stream, Pass::Changes, Some(&full.next)).await.unwrap();
        assert!(!beat.restored, "{stream}");
        let ids = backend.pull(&cx(), *stream, Pass::Ids, None).await.unwrap();
        assert_eq!(ids.present.len(), full.snapshots.len(), "{stream}");
    }
}

/// Every statement that writing needs is asked for on ITFlow's own tables; none of them touches a row.
#[tokio::test]
async fn the_grants_for_writing_are_enough_on_itflows_own_tables() {
    let Some(url) = server() else { return };
    grant(&url, "portico_reads", "").await;
    grant_by(GRANTS_WRITE, "'portico_write'", &url, "portico_writes", "").await;
    let mut settings = config(&with_account(&url, "portico_reads:change-me"));
    settings.write_url = Some(with_account(&url, "portico_writes:change-me").into());
    let backend = Itflow::new("demo", settings, clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!((health.state, health.problems), (HealthState::Ok, Vec::new()));
}

#[tokio::test]
async fn the_demonstration_data_reads_as_it_is() {
    let Some(url) = server() else { return };
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    let tickets = whole(&backend, Stream::Tickets).await;
    let Record::Ticket(first) = record(&tickets, "ticket:1") else { panic!() };
    assert_eq!((first.number.as_str(), first.category.as_ref().map(|c| c.label.as_str())), ("TCK-1", Some("Hardware")));
    // Due at 17:00 in New York, after the end of daylight time.
    assert_eq!(first.due_at.unwrap().to_rfc3339(), "2026-11-25T22:00:00+00:00");
    let Record::TimeEntry(time) = record(&tickets, "time_entry:reply:1") else { panic!() };
    assert_eq!(time.seconds, 900);
    let invoices = whole(&backend, Stream::Invoices).await;
    let Record::Invoice(partial) = record(&invoices, "invoice:4") else { panic!() };
    let said = |amount: Option<rust_decimal::Decimal>| amount.unwrap().to_string();
    assert_eq!(
        (partial.total.to_string(), said(partial.paid), said(partial.balance)),
        ("48.60".into(), "26.73".into(), "21.87".into())
    );
    assert_eq!(partial.issued_on.unwrap().to_string(), "2026-05-25");
    let contacts = whole(&backend, Stream::Contacts).await;
    assert_eq!(keys(&contacts)[..3], ["1", "2", "3"]);
    let Record::Contact(primary) = record(&contacts, "contact:1") else { panic!() };
    assert_eq!((primary.access.portal, primary.access.facts.join(" ")), (Some(true), "primary".into()));
}

#[tokio::test]
async fn an_account_that_sees_too_much_or_too_little_is_told_what_to_change() {
    let Some(url) = server() else { return };
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!(health.state, HealthState::Degraded);
    assert!(
        health.problems.iter().any(|p| p.contains("users.user_token") && p.contains("api_keys.api_key_secret")),
        "{:?}",
        health.problems
    );

    grant(&url, "portico_lacks", ".payments").await;
    let backend = Itflow::new("demo", config(&with_account(&url, "portico_lacks:change-me")), clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert!(health.problems.iter().any(|p| p.contains("payments") && p.contains("SELECT")), "{:?}", health.problems);
    let error = backend.pull(&cx(), Stream::Invoices, Pass::Full, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.public.contains("payments"), "{}", error.public);
    assert!(!error.log().to_string().contains("portico_lacks"), "{}", error.log());
}

#[tokio::test]
async fn a_stream_whose_grant_is_missing_is_absent_and_the_others_stay() {
    let Some(url) = server() else { return };
    for (table, stream) in [
        ("locations", Stream::Sites),
        ("assets", Stream::Assets),
        ("vendors", Stream::Domains),
        ("certificates", Stream::Certificates),
        ("folders", Stream::Documents),
        ("quote_items", Stream::Quotes),
        ("recurring_payments", Stream::RecurringInvoices),
    ] {
        let account = format!("portico_no_{table}");
        grant(&url, &account, &format!(".{table} ")).await;
        let settings = config(&with_account(&url, &format!("{account}:change-me")));
        let backend = Itflow::new("demo", settings, clock()).unwrap();
        let health = backend.probe(&cx()).await.unwrap();
        assert_eq!((health.state, health.problems.len()), (HealthState::Degraded, 1), "{:?}", health.problems);
        assert!(health.problems[0].contains(table) && health.problems[0].contains("SELECT"), "{:?}", health.problems);
        for other in backend.capabilities().streams.keys() {
            let answer = backend.pull(&cx(), *other, Pass::Full, None).await;
            if *other == stream {
                let error = answer.unwrap_err();
                assert_eq!(error.kind, ErrorKind::Credentials, "{table}");
                assert!(error.public.contains(table), "{}", error.public);
            } else {
                assert!(answer.is_ok(), "{table} {other}: {}", answer.unwrap_err().log());
            }
        }
    }
}

#[tokio::test]
async fn tickets_are_served_without_approvals_that_may_not_be_read() {
    let Some(url) = server() else { return };
    grant(&url, "portico_no_approvals", ".task_approvals ").await;
    let settings = config(&with_account(&url, "portico_no_approvals:change-me"));
    let backend = Itflow::new("demo", settings, clock()).unwrap();
    let health = backend.probe(&cx()).await.unwrap();
    assert_eq!(health.problems.len(), 1, "{:?}", health.problems);
    assert!(health.problems[0].contains("task_approvals") && health.problems[0].contains("approvals are not served"));
    let without = whole(&backend, Stream::Tickets).await;
    assert!(!without.snapshots.is_empty());
    assert!(without.snapshots.iter().all(|snapshot| !snapshot.complete.contains(&Kind::Approval)));
    let beat = backend.pull(&cx(), Stream::Tickets, Pass::Changes, Some(&without.next)).await.unwrap();
    assert!(!beat.restored);

    // Granted later: the next beat brings the tickets that have any, and later beats do not.
    grant(&url, "portico_no_approvals", "").await;
    let settings = config(&with_account(&url, "portico_no_approvals:change-me"));
    let backend = Itflow::new("demo", settings, clock()).unwrap();
    let beat = backend.pull(&cx(), Stream::Tickets, Pass::Changes, Some(&beat.next)).await.unwrap();
    assert!(!beat.restored);
    let Record::Approval(first) = record(&beat, "approval:1") else { panic!() };
    assert_eq!((first.any_with.as_deref(), first.requested_by.agent.is_some()), (Some("any"), true));
}

/// What ITFlow's portal counts, in ITFlow's own words, against what a full pass brings.
#[tokio::test]
async fn every_stream_counts_what_the_tables_hold() {
    let Some(url) = server() else { return };
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    let database = Database::connect(&url).await.unwrap();
    for (kind, stream, sql) in [
        (Kind::Site, Stream::Sites, "SELECT COUNT(*) AS n FROM locations WHERE location_client_id <> 0"),
        (
            Kind::Asset,
            Stream::Assets,
            "SELECT COUNT(*) AS n FROM assets WHERE asset_archived_at IS NULL AND asset_client_id <> 0",
        ),
        (
            Kind::Domain,
            Stream::Domains,
            "SELECT COUNT(*) AS n FROM domains WHERE domain_archived_at IS NULL AND domain_client_id <> 0",
        ),
        (
            Kind::Certificate,
            Stream::Certificates,
            "SELECT COUNT(*) AS n FROM certificates WHERE certificate_archived_at IS NULL AND certificate_client_id <> 0",
        ),
        (
            Kind::Document,
            Stream::Documents,
            "SELECT COUNT(*) AS n FROM documents WHERE document_archived_at IS NULL AND document_client_id <> 0",
        ),
        (Kind::Quote, Stream::Quotes, "SELECT COUNT(*) AS n FROM quotes WHERE quote_archived_at IS NULL"),
        (
            Kind::RecurringInvoice,
            Stream::RecurringInvoices,
            "SELECT COUNT(*) AS n FROM recurring_invoices WHERE recurring_invoice_archived_at IS NULL",
        ),
        (
            Kind::Approval,
            Stream::Tickets,
            "SELECT COUNT(*) AS n FROM task_approvals JOIN tasks ON task_id = approval_task_id JOIN tickets ON ticket_id = task_ticket_id WHERE ticket_archived_at IS NULL AND ticket_client_id <> 0",
        ),
    ] {
        let row = database.query_one_raw(Statement::from_string(DbBackend::MySql, sql)).await.unwrap().unwrap();
        let expected: i64 = row.try_get("", "n").unwrap();
        let batch = whole(&backend, stream).await;
        let found = batch.snapshots.iter().flat_map(|s| &s.records).filter(|record| record.kind() == kind).count();
        println!("{kind}: {found}");
        assert!(found > 0, "{kind}");
        assert_eq!(i64::try_from(found).unwrap(), expected, "{kind}");
    }
}

#[tokio::test]
async fn the_demonstrations_other_streams_read_as_they_are() {
    let Some(url) = server() else { return };
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    let documents = whole(&backend, Stream::Documents).await;
    assert_eq!(keys(&documents), ["1", "2", "4", "5"]);
    let Record::Document(diagram) = record(&documents, "document:1") else { panic!() };
    assert_eq!((diagram.visibility, diagram.folder.as_deref()), (Visibility::Public, Some("Policies")));
    let Record::Document(runbook) = record(&documents, "document:2") else { panic!() };
    assert_eq!(runbook.visibility, Visibility::Hidden);
    let recurring = whole(&backend, Stream::RecurringInvoices).await;
    let Record::RecurringInvoice(first) = record(&recurring, "recurring_invoice:1") else { panic!() };
    assert_eq!((first.autopay, first.active, first.amount.amount.to_string()), (Some(true), true, "540.00".into()));
    let Record::RecurringInvoice(off) = record(&recurring, "recurring_invoice:4") else { panic!() };
    assert_eq!((off.autopay, off.active), (Some(false), false));
    let quotes = whole(&backend, Stream::Quotes).await;
    let Record::Quote(draft) = record(&quotes, "quote:1") else { panic!() };
    assert_eq!((draft.visibility, draft.lines.len()), (Visibility::Hidden, 1));
    let domains = whole(&backend, Stream::Domains).await;
    let Record::Domain(first) = record(&domains, "domain:1") else { panic!() };
    assert_eq!(first.registrar.as_deref(), Some("Registrar Co"));
    let choices = whole(&backend, Stream::Choices).await;
    let Record::Choice(deployed) = record(&choices, "choice:asset_status:45") else { panic!() };
    assert_eq!((deployed.value.as_str(), deployed.active), ("Deployed", true));
}

#[tokio::test]
async fn wrong_passwords_and_databases_are_misconfiguration() {
    let Some(url) = server() else { return };
    let wrong = with_account(&url, "nobody:hunter2");
    let lost = format!("{}_elsewhere", url.split('?').next().unwrap());
    for url in [wrong, lost] {
        let backend = Itflow::new("demo", config(&url), clock()).unwrap();
        let error = backend.probe(&cx()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Credentials, "{}", error.log());
        assert!(
            !error.log().to_string().contains("hunter2") && !error.log().to_string().contains("nobody"),
            "{}",
            error.log()
        );
    }
}

#[tokio::test]
async fn the_session_refuses_writes() {
    let Some(url) = server() else { return };
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    whole(&backend, Stream::Agents).await;
    let mut insert = sea_orm::sea_query::Query::insert();
    insert.into_table("clients").columns(["client_name"]).values_panic(["x".into()]);
    let error = backend.client.try_write(&cx(), &insert).await.unwrap_err();
    assert!(error.contains("1792"), "{error}");
}

#[derive(Debug, FromQueryResult)]
struct Odd {
    day: Option<Date>,
    zero: Option<Date>,
    moment: Option<sea_orm::prelude::DateTime>,
    flag: Option<bool>,
    none: Option<bool>,
    words: String,
    day_text: Option<String>,
    zero_text: Option<String>,
    amount: Option<String>,
    worked: Option<String>,
    small: i64,
}

/// How the driver decodes the types that ITFlow uses, typed and as text.
#[tokio::test]
async fn odd_values_decode() {
    let Some(url) = server() else { return };
    let database = Database::connect(&url).await.unwrap();
    for sql in [
        "SET SESSION sql_mode = ''",
        "DROP TABLE IF EXISTS portico_odd",
        "CREATE TABLE portico_odd (day date, zero date, moment datetime, flag tinyint(1), none tinyint(1), \
         words varchar(200) CHARACTER SET utf8mb4, amount decimal(15,2), worked time, small int(11))",
        "INSERT INTO portico_odd VALUES ('2026-05-04', '2026-05-04', '2026-05-04 09:08:07', 1, NULL, 'Café ☕ 日本', \
         -1221.50, '-120:30:00', 7)",
        "UPDATE IGNORE portico_odd SET zero = '0000-00-00'",
    ] {
        database.execute_unprepared(sql).await.unwrap();
    }
    let sql = "SELECT day, zero, moment, flag, none, words, CAST(day AS CHAR) AS day_text, CAST(zero AS CHAR) AS zero_text, \
               CAST(amount AS CHAR) AS amount, CAST(worked AS CHAR) AS worked, small FROM portico_odd";
    let row = database.query_one_raw(Statement::from_string(DbBackend::MySql, sql)).await.unwrap().unwrap();
    let odd = Odd::from_query_result(&row, "").unwrap();
    assert_eq!((odd.day.unwrap().to_string(), odd.zero), ("2026-05-04".into(), None));
    assert_eq!(odd.moment.unwrap().to_string(), "2026-05-04 09:08:07");
    assert_eq!((odd.flag, odd.none, odd.words.as_str()), (Some(true), None, "Café ☕ 日本"));
    assert_eq!((odd.day_text.as_deref(), odd.zero_text.as_deref()), (Some("2026-05-04"), Some("0000-00-00")));
    assert_eq!((odd.amount.as_deref(), odd.worked.as_deref()), (Some("-1221.50"), Some("-120:30:00")));
    assert_eq!(odd.small, 7);
    database.execute_unprepared("DROP TABLE portico_odd").await.unwrap();
    let backend = Itflow::new("demo", config(&url), clock()).unwrap();
    assert_eq!(backend.read(&cx(), &NativeId::new(Kind::Ticket, 999_999)).await.unwrap(), None);
}
