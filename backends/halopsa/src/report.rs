//! Asks a tenant what Halo's documentation leaves open. It reads, and shows counts of the values that certain fields have:
//! numbers, switches and words of the configuration. Texts of people are not among these fields.

mod questions;
mod tally;

use crate::backend::Halo;
use crate::client;
use crate::query::{Endpoint, Query, TICKETS};
use crate::wire::Int;
use portico_contract::report::Finding;
use portico_contract::{CallCx, Error, ErrorKind, Result};
use questions::{Ask, QUESTIONS, Question, TICKETS_SHIFTED};
use serde_json::Value;
use tally::{Fields, tally};

/// Rows of one list that are looked at.
const ROWS: u32 = 100;
/// Things that are looked at one by one: each is a call.
const EACH: usize = 12;
/// More rows than this no list is known to give at once.
const LARGE: u32 = 1_000;

impl Halo {
    pub(crate) async fn answers(&self, cx: &CallCx) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for question in QUESTIONS {
            let mut finding =
                Finding { asks: question.asks.to_owned(), settings: question.settings.to_vec(), ..Finding::default() };
            match self.seen(cx, question).await {
                Ok(seen) => finding.seen = seen,
                // What passes, and what no question could be asked without, ends the report.
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) => finding.remark = Some(remark(&error)),
            }
            if let Ask::Never(why) = question.ask {
                finding.remark = Some(why.to_owned());
            } else if finding.seen.is_empty() && finding.remark.is_none() {
                finding.remark = Some("There is nothing in this tenant that tells.".to_owned());
            }
            findings.push(finding);
        }
        Ok(findings)
    }

    async fn seen(&self, cx: &CallCx, question: &Question) -> Result<Vec<String>> {
        match question.ask {
            Ask::Rows(list, with, fields) => Ok(tally(self.newest(cx, list, with).await?.iter(), fields)),
            Ask::Within(list, one, part, fields) => self.within(cx, list, one, part, fields).await,
            Ask::OnTickets(list, fields) => self.on_tickets(cx, list, fields).await,
            Ask::Pages(lists) => self.pages(cx, lists).await,
            Ask::Offset => self.offset(cx).await,
            Ask::Shape(list, with) => Ok(tally::shapes(&self.newest(cx, list, with).await?)),
            Ask::Never(_) => Ok(Vec::new()),
        }
    }

    /// The newest rows of a list, where it can be asked for them.
    async fn newest(
        &self,
        cx: &CallCx,
        list: &'static Endpoint,
        with: &[(&'static str, &'static str)],
    ) -> Result<Vec<Value>> {
        let mut query = Query::of(list);
        for (name, value) in with {
            query = query.with(name, value);
        }
        if list.pages() {
            query = query.page(1, ROWS).with("order", "id").with("orderdesc", true);
        }
        Ok(self.client.list(cx, &query).await?.rows)
    }

    async fn newest_ids(&self, cx: &CallCx, list: &'static Endpoint) -> Result<Vec<i64>> {
        let rows = self.newest(cx, list, &[]).await?;
        let id = |row: &Value| client::row::<Int>(list, row.get("id")?.clone()).ok()?.0;
        Ok(rows.iter().filter_map(id).take(EACH).collect())
    }

    /// The things themselves, or what is in a list within them.
    async fn within(
        &self,
        cx: &CallCx,
        list: &'static Endpoint,
        one: &'static Endpoint,
        part: &str,
        fields: Fields,
    ) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for id in self.newest_ids(cx, list).await? {
            let query = Query::of(one).with("includedetails", true);
            let Some(thing) = self.client.one(cx, &query, id).await? else { continue };
            match thing.get(part) {
                Some(Value::Array(rows)) => found.extend(rows.iter().cloned()),
                _ if part.is_empty() => found.push(thing),
                _ => {}
            }
        }
        Ok(tally(found.iter(), fields))
    }

    async fn on_tickets(&self, cx: &CallCx, list: &'static Endpoint, fields: Fields) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for ticket in self.newest_ids(cx, &TICKETS).await? {
            found.extend(self.client.list(cx, &Query::of(list).with("ticket_id", ticket)).await?.rows);
        }
        Ok(tally(found.iter(), fields))
    }

    /// How many rows each list gives of how many.
    async fn pages(&self, cx: &CallCx, lists: &[&'static Endpoint]) -> Result<Vec<String>> {
        let mut seen = Vec::new();
        for list in lists {
            match self.client.list(cx, &Query::of(list).page(1, LARGE)).await {
                Ok(listed) => {
                    let total = listed.total.map_or_else(|| "an unknown number".to_owned(), |total| total.to_string());
                    seen.push(format!("/{}: {} of {total}, asked for {LARGE}", list.path, listed.rows.len()));
                }
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) => seen.push(format!("/{}: {}", list.path, remark(&error))),
            }
        }
        Ok(seen)
    }

    /// By how much an offset of an hour moves the time of the same ticket.
    async fn offset(&self, cx: &CallCx) -> Result<Vec<String>> {
        let plain = self.newest(cx, &TICKETS_SHIFTED, &[]).await?;
        let moved = self.newest(cx, &TICKETS_SHIFTED, &[("utcoffset", "60")]).await?;
        let time = |row: &Value| {
            let text = row.get("dateoccurred")?.as_str()?.to_owned();
            self.zone.moment(&crate::wire::Text(Some(text)))
        };
        let both = plain.iter().find_map(|row| {
            let twin = moved.iter().find(|twin| twin.get("id") == row.get("id"))?;
            Some((time(twin)? - time(row)?).num_minutes())
        });
        Ok(both.map(|minutes| format!("utcoffset=60 moves times by {minutes} minutes")).into_iter().collect())
    }
}

fn remark(error: &Error) -> String {
    match error.kind {
        ErrorKind::Unsupported => "This version of Halo does not have it.".to_owned(),
        _ => format!("It cannot be read. {}", error.public),
    }
}
