//! Both sides of a comparison, running, with the requests that mean the same to them.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed measurement")]

use crate::load::Target;
use crate::measure::Candidate;
use crate::operations::{Query, ROWS};
use crate::place::{Database, Place, connect, number};
use crate::process::{Server, parent};
use crate::statements::Named;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::process::Command;

/// The bound and Portico on one database.
#[derive(Debug)]
pub struct Pair {
    bound: Server,
    portico: Server,
    database: Option<u32>,
    token: String,
}

/// The first process of the database server, if the database has one.
pub async fn database_process(place: &Place) -> Result<Option<u32>> {
    if place.database == Database::Sqlite {
        return Ok(None);
    }
    let db = connect(&place.url).await?;
    let backend = number(&db, "SELECT CAST(pg_backend_pid() AS bigint)").await?;
    let first = parent(u32::try_from(backend)?)?;
    db.close().await?;
    Ok(Some(first))
}

impl Pair {
    pub async fn start(place: &Place) -> Result<Self> {
        let mut bound = Command::new(std::env::current_exe()?);
        bound.args(["bound", "--database", &place.url]);
        Ok(Self {
            bound: Server::start(&mut bound)?,
            portico: place.serve()?,
            database: database_process(place).await?,
            token: place.token.clone(),
        })
    }

    /// First the bound, then Portico.
    pub fn candidates(&self, query: &Query, named: &Named) -> [Candidate; 2] {
        let path = query.path.replace("ACCOUNT", &named.account_uuid).replace("TICKET", &named.ticket_uuid);
        let text = query.text(&named.ticket, ROWS);
        let database = self.database;
        let bound = Target::get(self.bound.address, &path);
        let portico = Target::query(self.portico.address, &self.token, &text);
        [
            Candidate { target: bound, server: self.bound.id(), database },
            Candidate { target: portico, server: self.portico.id(), database },
        ]
    }

    /// Both answer the same rows, or there is nothing to compare.
    pub async fn agree(&self, query: &Query, named: &Named) -> Result<()> {
        let mut answers = Vec::new();
        for candidate in self.candidates(query, named) {
            let answer: Value = serde_json::from_slice(&candidate.target.once().await?)?;
            ensure!(answer.get("errors").is_none(), "{}: {answer}", query.name);
            answers.push(answer["data"].clone());
        }
        let [bound, portico] = answers.as_slice() else { return Ok(()) };
        ensure!(bound == portico, "{}: the bound answers\n{bound}\nand Portico\n{portico}", query.name);
        ensure!(!has_null_list(bound), "{}: an empty answer: {bound}", query.name);
        Ok(())
    }
}

/// Whether a list that should hold rows has none.
fn has_null_list(answer: &Value) -> bool {
    match answer {
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            (name == "nodes" && value.as_array().is_none_or(Vec::is_empty)) || has_null_list(value)
        }),
        Value::Array(items) => items.iter().any(has_null_list),
        _ => false,
    }
}
