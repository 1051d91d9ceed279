//! One call: what it was given, as PHP sees it, and how it writes.

use super::answer::Answer;
use super::auth::{Act, Agent};
use crate::error::{Error, Result};
use crate::itflow::statement::{Cell, cell, insert, run, words};
use crate::itflow::table::{Shape, Table};
use crate::itflow::tables::{desk, firm};
use chrono::NaiveDateTime;
use hyper::http::request::Parts;
use sea_orm::{DatabaseConnection, Value};
use serde_json::Value as Json;

/// The query and the JSON body.
#[derive(Debug)]
pub(super) struct Params {
    pub(super) query: Vec<(String, String)>,
    pub(super) json: Option<Json>,
}

impl Params {
    pub(super) fn new(parts: &Parts, body: &[u8]) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { query, json: serde_json::from_slice(body).ok() }
    }

    pub(super) fn asked(&self, name: &str) -> Option<String> {
        self.query.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// A value of the body as text; null is not there.
    pub(super) fn posted(&self, name: &str) -> Option<String> {
        match self.json.as_ref()?.get(name)? {
            Json::Null => None,
            Json::Bool(flag) => Some(if *flag { "1".to_owned() } else { String::new() }),
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Array(_) | Json::Object(_) => Some("Array".to_owned()),
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.posted(name).map(|text| intval(&text))
    }

    /// The client that a write is for.
    pub(super) fn client(&self) -> i32 {
        self.number("client_id").or_else(|| self.asked("client_id").map(|text| intval(&text))).unwrap_or(0)
    }

    /// Plain text: tags and the space around it go.
    pub(super) fn plain(&self, name: &str) -> Option<String> {
        self.posted(name).map(|text| plain(&text))
    }
}

/// The number that a text begins with, or 0.
pub(super) fn intval(text: &str) -> i32 {
    let text = text.trim_start();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.strip_prefix('+').unwrap_or(text)), |rest| (-1, rest));
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<i32>().map_or(0, |number| sign * number)
}

/// What PHP's `strip_tags` and `trim` leave. A `<` before a space is a letter like any other.
pub(super) fn plain(text: &str) -> String {
    let (mut kept, mut inside, mut quote) = (String::new(), false, None);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (inside, letter) {
            (false, '<') if letters.peek().is_none_or(|next| !next.is_whitespace()) => inside = true,
            (false, _) => kept.push(letter),
            (true, '"' | '\'') if quote.is_none() => quote = Some(letter),
            (true, '"' | '\'') if quote == Some(letter) => quote = None,
            (true, '>') if quote.is_none() => inside = false,
            (true, _) => {}
        }
    }
    kept.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}']).to_owned()
}

/// PHP's `empty()` for text.
pub(super) fn blank(text: &str) -> bool {
    matches!(text, "" | "0")
}

#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) conn: &'a DatabaseConnection,
    pub(super) now: NaiveDateTime,
    pub(super) agent: Agent,
    /// The key's name, for the logs.
    pub(super) key: &'static str,
    pub(super) params: Params,
}

impl Call<'_> {
    pub(super) async fn run(&self, act: Act) -> Result<Answer> {
        match act {
            Act::ReadTickets => self.read_tickets().await,
            Act::CreateTicket => self.create_ticket().await.map(Answer::inserted),
            Act::ResolveTicket => self.resolve_ticket().await.map(Answer::updated),
            Act::ReadReplies => self.read_replies().await,
            Act::CreateReply => self.create_reply().await.map(Answer::inserted),
            Act::ReadContacts => self.read_contacts().await,
            Act::CreateContact => self.create_contact().await.map(Answer::inserted),
            Act::UpdateContact => self.update_contact().await.map(Answer::updated),
            Act::ArchiveContact => self.archive_contact(true).await.map(Answer::updated),
            Act::UnarchiveContact => self.archive_contact(false).await.map(Answer::updated),
            Act::ReadClients => self.read_clients().await,
        }
    }

    /// Adds a row, as strictly as MariaDB: a text that is too long is an error.
    pub(super) async fn add(&self, table: &Table, cells: Vec<Cell>) -> Result<i32> {
        strict(table, &cells)?;
        insert(self.conn, table.name, cells).await
    }

    /// Sets columns of the row with this id; stamps it where its values change, and says how many did.
    pub(super) async fn set(&self, table: &Table, id: i32, mut cells: Vec<Cell>) -> Result<u64> {
        strict(table, &cells)?;
        let key = table.columns.first().map_or("", |column| column.name);
        let names: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
        let from = format!("FROM {} WHERE {key} = ?", table.name);
        let Some(before) = self.rows(&names, &from, vec![id.into()]).await?.into_iter().next() else { return Ok(0) };
        if cells.iter().zip(before.into_values()).all(|((_, new), old)| text_of(new).as_deref() == old.as_str()) {
            return Ok(0);
        }
        if let Some(stamp) = table.columns.iter().find(|column| column.stamped) {
            cells.push(cell(stamp.name, self.now));
        }
        let (names, mut values): (Vec<&str>, Vec<Value>) = cells.into_iter().unzip();
        let sets: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
        values.push(id.into());
        let sql = format!("UPDATE {} SET {} WHERE {key} = ?", table.name, sets.join(", "));
        Ok(run(self.conn, &sql, values).await?.rows_affected())
    }

    pub(super) async fn log(&self, kind: &str, action: &str, said: &str, client: i32, entity: i32) -> Result<()> {
        let said: String = said.chars().take(1000).collect();
        let cells = vec![
            cell("log_type", kind),
            cell("log_action", action),
            cell("log_description", said),
            cell("log_ip", "127.0.0.1"),
            cell("log_created_at", self.now),
            cell("log_client_id", client),
            cell("log_user_id", self.agent.user),
            cell("log_entity_id", entity),
        ];
        self.add(&firm::LOGS, cells).await.map(|_| ())
    }

    /// A line in a ticket's history, under the status that it has by now.
    pub(super) async fn history(&self, ticket: i32, said: &str) -> Result<()> {
        let sql = "SELECT ticket_status_name FROM tickets JOIN ticket_statuses ON ticket_status = ticket_status_id \
                   WHERE ticket_id = ?";
        let status = words(self.conn, sql, vec![ticket.into()]).await?.into_iter().next().unwrap_or_default();
        let said: String = said.chars().take(255).collect();
        let cells = vec![
            cell("ticket_history_status", status),
            cell("ticket_history_description", said),
            cell("ticket_history_created_at", self.now),
            cell("ticket_history_ticket_id", ticket),
        ];
        self.add(&desk::TICKET_HISTORY, cells).await.map(|_| ())
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.as_ref().map(ToString::to_string),
        Value::Int(number) => number.map(|number| number.to_string()),
        Value::BigInt(number) => number.map(|number| number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

fn strict(table: &Table, cells: &[Cell]) -> Result<()> {
    for (name, value) in cells {
        let column = table.columns.iter().find(|column| column.name == *name);
        if let (Some(Shape::Varchar(most)), Value::String(Some(text))) = (column.map(|column| column.shape), value)
            && text.chars().count() > usize::from(most)
        {
            return Err(Error::TooLong { column: (*name).to_owned() });
        }
    }
    Ok(())
}
