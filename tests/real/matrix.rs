//! What each type of contact could open in ITFlow's own portal, as it was written down on the demonstration data,
//! against what Portico answers them on the same data.
//!
//! The two files are named by `PORTICO_ITFLOW_MATRIX` and `PORTICO_ITFLOW_DUMP` (`./x prove --itflow-matrix FILE
//! --itflow-dump FILE`); without them there is nothing to prove and the test says so.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use super::{Read, dump, setting};
use anyhow::{Context, Result, ensure};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico::readmodel::{GlobalId, ids};
use portico_contract::{Kind, NativeId};
use portico_tests::house::as_json;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The contacts that the types stand for, and their names.
const TYPES: &[(&str, i64, &str)] = &[
    ("primary", 1, "Pat Primary"),
    ("billing", 2, "Bill Billing"),
    ("technical", 3, "Tess Technical"),
    ("standard", 4, "Stan Standard"),
    ("billing+technical", 5, "Both Bothwell"),
];

/// How a page is asked of Portico.
#[derive(Debug, Clone, Copy)]
enum Ask {
    /// A list, of which these rows are counted.
    List(&'static str, &'static str, Counted),
    /// A single thing, by its kind and number.
    One(&'static str, Kind, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    All,
    /// Tickets that are not closed.
    Open,
    /// And are the contact's own.
    OwnOpen,
    /// Contacts that are live.
    Live,
}

const PAGES: &[(&str, Ask)] = &[
    ("tickets.php", Ask::List("tickets", "closedAt requester { name }", Counted::OwnOpen)),
    ("ticket_view_all.php", Ask::List("tickets", "closedAt requester { name }", Counted::Open)),
    ("ticket.php?id=1", Ask::One("ticket", Kind::Ticket, 1)),
    ("ticket.php?id=2", Ask::One("ticket", Kind::Ticket, 2)),
    ("ticket.php?id=3", Ask::One("ticket", Kind::Ticket, 3)),
    ("ticket.php?id=4", Ask::One("ticket", Kind::Ticket, 4)),
    ("ticket.php?id=40", Ask::One("ticket", Kind::Ticket, 40)),
    ("invoices.php", Ask::List("invoices", "id", Counted::All)),
    ("unpaid_invoices.php", Ask::List("invoices", "id", Counted::All)),
    ("quotes.php", Ask::List("quotes", "id", Counted::All)),
    ("recurring_invoices.php", Ask::List("recurringInvoices", "id", Counted::All)),
    ("assets.php", Ask::List("assets", "assignedTo { name }", Counted::All)),
    ("domains.php", Ask::List("domains", "id", Counted::All)),
    ("certificates.php", Ask::List("certificates", "id", Counted::All)),
    ("documents.php", Ask::List("documents", "id", Counted::All)),
    ("document.php?id=1", Ask::One("document", Kind::Document, 1)),
    ("document.php?id=2", Ask::One("document", Kind::Document, 2)),
    ("document.php?id=4", Ask::One("document", Kind::Document, 4)),
    ("contacts.php", Ask::List("contacts", "name active", Counted::Live)),
];

/// Pages that have nothing to be compared with, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("login", "people sign in to Portico itself"),
    ("index.php", "a page of cards; what they count is in the lists"),
    ("file.php?file_id=1", "ITFlow's files of documents are not served"),
    ("file.php?file_id=2", "ITFlow's files of documents are not served"),
    ("contact_add.php", "a form"),
    ("contact_edit.php?id=4", "a form"),
    ("profile.php", "a form"),
];

impl Ask {
    fn query(self, read: &Read) -> String {
        match self {
            Self::List(field, select, _) => format!("{{ {field}(first: 100) {{ nodes {{ {select} }} }} }}"),
            Self::One(field, kind, key) => {
                let id = GlobalId::new(kind, ids::derived(read.backend, &NativeId::new(kind, key)));
                format!("{{ {field}(id: \"{id}\") {{ id }} }}")
            }
        }
    }
}

/// What ITFlow's page said: whether it was shown, and how many rows it had where that was written down.
fn said(word: &str) -> (bool, Option<usize>) {
    let rows = word.split_once("rows=").and_then(|(_, rows)| rows.split(' ').next()?.parse().ok());
    (word.starts_with("allowed"), rows)
}

/// Which rows of an answer count; `None` where the list was refused.
fn rows<'a>(answer: &'a Value, field: &str, counted: Counted, name: &str) -> Option<Vec<&'a Value>> {
    let nodes = answer.pointer(&format!("/data/{field}/nodes"))?.as_array()?;
    let open = |row: &Value| row["closedAt"].is_null();
    let own = |row: &Value| row["requester"]["name"] == name;
    let counts = |row: &&Value| match counted {
        Counted::All => true,
        Counted::Open => open(row),
        Counted::OwnOpen => open(row) && own(row),
        Counted::Live => row["active"] == true,
    };
    Some(nodes.iter().filter(counts).collect())
}

/// What differs, in words.
fn difference(ask: Ask, page: &str, word: &str, name: &str, answer: &Value) -> Option<String> {
    let (shown, count) = said(word);
    let told = match ask {
        Ask::One(field, ..) => {
            let there = answer.pointer(&format!("/data/{field}")).is_some_and(|one| !one.is_null());
            (there != shown).then(|| format!("{}there", if there { "" } else { "not " }))
        }
        Ask::List(field, _, counted) => match rows(answer, field, counted, name) {
            Some(rows) if shown => {
                (count.is_some_and(|count| count != rows.len())).then(|| format!("{} rows", rows.len()))
            }
            // Whoever may not see all of a kind may see their own of it, which ITFlow shows elsewhere.
            Some(rows) => {
                let own = |row: &&Value| {
                    [&row["requester"]["name"], &row["assignedTo"]["name"], &row["name"]].iter().any(|n| **n == name)
                };
                (!rows.iter().all(own)).then(|| format!("{} rows, some of others", rows.len()))
            }
            None => shown.then(|| "refused".to_owned()),
        },
    };
    told.map(|told| format!("{page}: ITFlow said {word:?}, Portico {told}"))
}

impl Read {
    async fn answer(&self, token: &SecretString, query: String) -> Result<Value> {
        let credential = Credential::Bearer(SecretString::from(token.expose_secret()));
        let request = GraphqlRequest { query, credential, ..GraphqlRequest::default() };
        as_json(&self.app.executor.execute(request).await)
    }
}

/// Acceptance in part: R03, R04, R05, R06 (Query.tickets, Query.invoices, Ticket.comments)
#[tokio::test]
async fn each_type_of_contact_may_open_what_itflows_own_portal_showed_it() -> Result<()> {
    let (Some(dump), Some(matrix)) = (dump(), setting("PORTICO_ITFLOW_MATRIX")) else {
        println!("left out: PORTICO_ITFLOW_MATRIX and PORTICO_ITFLOW_DUMP do not both name a file");
        return Ok(());
    };
    let matrix: Value = serde_json::from_str(&std::fs::read_to_string(&matrix).with_context(|| matrix.clone())?)?;
    let Some(read) = Read::of(&dump).await? else { return Ok(()) };
    let (mut compared, mut found) = (0, Vec::new());
    for (kind, contact, name) in TYPES {
        let pages = matrix["matrix"][kind].as_object().with_context(|| format!("no type {kind}"))?;
        let token = read.token(*contact).await?;
        for (page, word) in pages {
            if EXCEPTIONS.iter().any(|(known, _)| known == page) {
                continue;
            }
            let ask = PAGES.iter().find(|(known, _)| known == page).map(|(_, ask)| *ask);
            let ask = ask.with_context(|| format!("{page} is neither compared nor excepted"))?;
            let answer = read.answer(&token, ask.query(&read)).await?;
            let word = word.as_str().context("a page's word is a text")?;
            found.extend(difference(ask, page, word, name, &answer).map(|told| format!("{kind}, {told}")));
            compared += 1;
        }
    }
    println!("{compared} pages of {} types of contacts compared, {} differences", TYPES.len(), found.len());
    for (page, why) in EXCEPTIONS {
        println!("not compared: {page} ({why})");
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
