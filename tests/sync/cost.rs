//! What an operation costs in SQL statements: by its shape alone, never by its rows.

use anyhow::{Result, ensure};
use portico_contract::Kind;
use portico_sandbox::Seed;
use portico_sandbox::itflow::edit::{NewReply, NewTicket};
use portico_sandbox::world::model::ReplyType;
use portico_tests::house::{ADMINISTRATOR, PRIMARY};
use portico_tests::{House, Options, Who};
use serde_json::Value;
use std::time::Duration;

/// An operation, what it costs, and why. `TICKET` and `INVOICE` stand for ids, `N` for a page size.
struct Operation {
    what: &'static str,
    query: &'static str,
    statements: u64,
    /// How many more when names, accounts and openings are not remembered.
    forgotten: u64,
}

/// For somebody whose session and rights are remembered, as are names, accounts and the opened objects, on a
/// read model that is fresh.
const OPERATIONS: &[Operation] = &[
    Operation { what: "nothing but the type", query: "{ __typename }", statements: 0, forgotten: 0 },
    Operation {
        what: "the rows",
        query: "{ tickets(first: N) { nodes { id number subject } } }",
        statements: 1,
        forgotten: 0,
    },
    Operation {
        what: "rows, total",
        query: "{ tickets(first: N) { totalCount nodes { id } } }",
        statements: 2,
        forgotten: 0,
    },
    Operation {
        what: "rows with their last comments, contacts; accounts, assignees and authors are remembered",
        query: "{ tickets(first: N) { nodes { subject status { label } account { name } contact { name } \
                assignee { name } lastComment { body author { name } } } } }",
        statements: 2,
        forgotten: 3,
    },
    Operation {
        what: "rows with their last comments, which several fields at two places show",
        query: "{ tickets(first: N) { nodes { a: lastComment { id } b: lastComment { body } } \
                edges { node { lastComment { id } lastComment { createdAt } } } } }",
        statements: 1,
        forgotten: 0,
    },
    Operation {
        what: "rows, their comments in one go",
        query: "{ tickets(first: N) { nodes { id comments(first: 5) { nodes { body } } } } }",
        statements: 2,
        forgotten: 0,
    },
    Operation {
        what: "rows, comments, totals of the comments; authors are remembered",
        query: "{ tickets(first: N) { nodes { comments(first: 5) { totalCount nodes { author { name } } } } } }",
        statements: 3,
        forgotten: 1,
    },
    Operation {
        what: "the ticket, its comments; the opener and authors are remembered",
        query: "{ ticket(id: TICKET) { subject comments(first: 20) { nodes { body author { name } } } } }",
        statements: 2,
        forgotten: 2,
    },
    Operation {
        what: "the object; the opener is remembered",
        query: "{ node(id: TICKET) { id } }",
        statements: 1,
        forgotten: 1,
    },
    Operation {
        what: "one per kind",
        query: "{ nodes(ids: [TICKET, INVOICE, TICKET]) { id } }",
        statements: 2,
        forgotten: 0,
    },
    Operation {
        what: "rows, payments; lines are in the row",
        query: "{ invoices(first: N) { nodes { number lines { name total { amount } } \
                payments { nodes { amount { amount } } } } } }",
        statements: 2,
        forgotten: 0,
    },
    Operation {
        what: "the invoice, its payments; the opener and the account are remembered",
        query: "{ invoice(id: INVOICE) { number account { name } payments { nodes { paidOn } } } }",
        statements: 2,
        forgotten: 2,
    },
    Operation {
        what: "rows, their contacts",
        query: "{ accounts(first: N) { nodes { name contacts { nodes { name } } } } }",
        statements: 2,
        forgotten: 0,
    },
    Operation {
        what: "hits of all kinds, their tickets, last comments; accounts are remembered",
        query: "{ search(text: \"newest\", first: N) { nodes { __typename ... on Ticket { subject account { name } \
                lastComment { body } } } } }",
        statements: 3,
        forgotten: 1,
    },
    Operation {
        what: "hits, total, their contacts",
        query: "{ search(text: \"exam\", types: [CONTACT], first: N) { totalCount nodes { ... on Contact { name } } } }",
        statements: 3,
        forgotten: 0,
    },
    Operation {
        what: "rows with these words",
        query: "{ tickets(filter: { text: \"newest\" }, first: N) { nodes { id number } } }",
        statements: 1,
        forgotten: 0,
    },
];

impl Operation {
    fn with(&self, (house, ticket): &(House, i32), rows: usize) -> Result<String> {
        let invoice = house.world.invoices.iter().find(|invoice| invoice.client == 1).map(|invoice| invoice.id);
        let ticket = house.id(Kind::Ticket, ticket)?;
        let invoice = house.id(Kind::Invoice, invoice.unwrap_or_default())?;
        let query =
            self.query.replace("TICKET", &format!("\"{ticket}\"")).replace("INVOICE", &format!("\"{invoice}\""));
        Ok(query.replace(": N", &format!(": {rows}")))
    }

    async fn costs(&self, place: &(House, i32), who: Who<'_>, rows: usize) -> Result<(Value, u64)> {
        let query = self.with(place, rows)?;
        place.0.data(who, &query).await?;
        place.0.counted(who, &query).await
    }
}

/// A house whose newest ticket has everything: a contact, an assignee, twenty comments by several people.
async fn talkative(options: Options) -> Result<(House, i32)> {
    let house = House::with(Options { seed: Seed { tickets_per_account: 60, ..Seed::default() }, ..options }).await?;
    let new = NewTicket { client: 1, contact: 1, assigned_to: 2, subject: "Newest".to_owned(), ..NewTicket::default() };
    let ticket = house.editor().add_ticket(&new, house.psa_now()).await?;
    for turn in 1..=20 {
        house.pass(Duration::from_secs(1));
        let (reply_type, by) = if turn % 2 == 0 { (ReplyType::Public, 3) } else { (ReplyType::Client, 1 + turn % 5) };
        let new = NewReply { ticket, reply_type, by, body: format!("<p>{turn}</p>"), time_worked: None };
        house.editor().add_reply(&new, house.psa_now()).await?;
    }
    house.beat().await;
    Ok((house, ticket))
}

#[tokio::test]
async fn each_operation_costs_what_its_shape_says() -> Result<()> {
    table(Options::default()).await
}

pub async fn table(options: Options) -> Result<()> {
    let house = talkative(options).await?;
    for operation in OPERATIONS {
        for who in [PRIMARY, ADMINISTRATOR] {
            for rows in [1, 50] {
                let (data, statements) = operation.costs(&house, who, rows).await?;
                ensure!(data.to_string().len() > 10, "{}: {data}", operation.query);
                let (what, query) = (operation.what, operation.query);
                ensure!(
                    statements == operation.statements,
                    "{who:?}, {rows} rows: {statements} statements, not {} ({what}): {query}",
                    operation.statements
                );
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn fifty_rows_are_fifty_rows() -> Result<()> {
    let house = talkative(Options::default()).await?;
    let list = &OPERATIONS[3];
    let (data, _) = list.costs(&house, ADMINISTRATOR, 50).await?;
    let rows = data["tickets"]["nodes"].as_array().cloned().unwrap_or_default();
    assert_eq!(rows.len(), 50);
    for field in ["account", "contact", "assignee", "lastComment"] {
        assert!(rows.iter().filter(|row| !row[field].is_null()).count() > 5, "{field}");
    }
    assert!(rows.iter().any(|row| !row["lastComment"]["author"]["name"].is_null()));
    Ok(())
}

#[tokio::test]
async fn somebody_who_was_not_here_lately_costs_session_rights_and_what_was_forgotten() -> Result<()> {
    let place = talkative(Options::default()).await?;
    for operation in OPERATIONS {
        let query = operation.with(&place, 10)?;
        place.0.pass(Duration::from_millis(3_001));
        let (told, cold) = place.0.counted(PRIMARY, &query).await?;
        assert_eq!(cold, operation.statements + operation.forgotten + 2, "session and rights: {query}: {told}");
        place.0.beat().await;
    }
    Ok(())
}
