//! SQL statements of an operation, counted exactly: the product in this process, on the same database.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed measurement")]

use crate::operations::{QUERIES, Query, ROWS};
use crate::place::Place;
use anyhow::{Context, Result, anyhow, ensure};
use futures_util::future::try_join_all;
use portico::app::App;
use portico::config::{Config, environment};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico::readmodel::Statements;
use portico::registry;
use portico_contract::Clock;
use secrecy::SecretString;
use serde_json::Value;

/// What the viewer can name.
#[derive(Debug, Clone)]
pub struct Named {
    /// The global id of a ticket with a long thread, and its UUID as text.
    pub ticket: String,
    pub ticket_uuid: String,
    pub account_uuid: String,
    /// Fields of the root, as the schema has them today.
    pub roots: Vec<String>,
}

#[derive(Debug)]
pub struct Inside {
    app: App,
    token: String,
}

impl Inside {
    pub async fn start(place: &Place) -> Result<Self> {
        let config = Config::load(Some(&place.config()), environment(), registry::problems)
            .map_err(|problems| anyhow!("{problems}"))?;
        // Its clock stands: a session that is looked up again every few seconds would be counted by chance.
        let clock = Clock::fake(Clock::system().now());
        let app = App::start(&config, registry::backends(&config.backends, &clock)?, clock).await?;
        Ok(Self { app, token: place.token.clone() })
    }

    async fn ask(&self, query: &str) -> Result<Value> {
        let credential = Credential::Bearer(SecretString::from(self.token.as_str()));
        let request = GraphqlRequest { query: query.to_owned(), credential, ..GraphqlRequest::default() };
        let mut answer = serde_json::to_value(&self.app.executor.execute(request).await.response)?;
        ensure!(answer.get("errors").is_none(), "{query} answered {answer}");
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }

    pub async fn named(&self) -> Result<Named> {
        let threads = "{ tickets(first: 100) { nodes { id account { id } comments(first: 20) { nodes { id } } } } }";
        let data = self.ask(threads).await?;
        let long = |ticket: &&Value| ticket["comments"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 20);
        let ticket = data["tickets"]["nodes"].as_array().context("no tickets")?.iter().find(long);
        let ticket = ticket.context("no ticket with twenty comments")?;
        let (id, account) = (ticket["id"].as_str(), ticket["account"]["id"].as_str());
        let uuid = |id: Option<&str>| id.and_then(|id| id.rsplit_once('_')).map(|(_, uuid)| uuid.to_owned());
        let schema = self.ask("{ __schema { queryType { fields { name } } } }").await?;
        let fields = schema["__schema"]["queryType"]["fields"].as_array().cloned().unwrap_or_default();
        Ok(Named {
            ticket: id.context("no id")?.to_owned(),
            ticket_uuid: uuid(id).context("no id")?,
            account_uuid: uuid(account).context("no account")?,
            roots: fields.iter().filter_map(|field| Some(field["name"].as_str()?.to_owned())).collect(),
        })
    }

    /// For each query how many statements it takes: alone with one row and with a page, and as each
    /// of many at once. They have to be the same; where they are not, all of them are told.
    pub async fn count(&self, named: &Named) -> Result<Vec<Vec<u64>>> {
        let mut counts = Vec::new();
        for query in &QUERIES {
            counts.push(self.counted(query, named).await?);
        }
        Ok(counts)
    }

    async fn counted(&self, query: &Query, named: &Named) -> Result<Vec<u64>> {
        let mut counts = Vec::new();
        for rows in [1, ROWS] {
            let text = query.text(&named.ticket, rows);
            // The first time, the session and the rights are looked up and the document is parsed.
            self.ask(&text).await?;
            counts.push(self.one(&text).await?);
            counts.extend(try_join_all((0..32).map(|_| self.one(&text))).await?);
        }
        counts.sort_unstable();
        counts.dedup();
        Ok(counts)
    }

    async fn one(&self, text: &str) -> Result<u64> {
        let statements = Statements::default();
        statements.of(self.ask(text)).await?;
        Ok(statements.count())
    }
}
