//! Writes through ITFlow's HTTP API: new tickets, what agents say, resolving, contacts.
//!
//! The API takes what it is given: a contact or an asset of another customer, a category of another kind, any priority.
//! So everything is checked against the database before it is sent. It has no idempotency key, an error of its
//! database is a 500 without a body that may come after the row was written, and a refusal comes with status 200:
//! [`envelope`] tells these apart. What makes a row carries the command's marker.

mod contact;
mod envelope;
mod open;
mod reply;

use crate::backend::Itflow;
use crate::config::ItflowConfig;
use envelope::Said;
use http::StatusCode;
pub(crate) use open::{Dress, LONGEST_SUBJECT, priority};
use portico_contract::{CallCx, Clock, CommandKind, Error, Figures, Result};
use portico_transport::{Fixed, Place, Request, Response, Settings, Transport, Verdict, by_status};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};
use secrecy::SecretString;
use serde_json::Value;
use std::sync::Arc;

/// What the API can carry out.
pub(crate) const BY_API: &[CommandKind] =
    &[CommandKind::OpenTicket, CommandKind::AddComment, CommandKind::ResolveTicket, CommandKind::UpsertContact];

/// ITFlow's statuses are read here: a 401 says which of its reasons it is.
fn judge(response: &Response) -> Verdict {
    if response.status == StatusCode::UNAUTHORIZED { Verdict::Answer } else { by_status(response) }
}

/// The way to the API, as the configuration has it.
pub(crate) fn settings(config: &ItflowConfig, url: &str) -> Settings {
    Settings {
        base_url: format!("{}/api/v1", url.trim().trim_end_matches('/')),
        allow_http: config.api_allow_http,
        ca_file: config.api_ca_file.clone(),
        try_timeout: config.api_timeout(),
        stale: &[],
        judge,
        ..Settings::default()
    }
}

#[derive(Debug)]
pub(crate) struct Api {
    transport: Transport,
}

impl Api {
    /// `None` where it is not configured. Opens no connection.
    pub(crate) fn new(config: &ItflowConfig, clock: Clock) -> Result<Option<Self>> {
        let Some((url, key)) = config.api() else { return Ok(None) };
        let transport = Transport::new(settings(config, url), tokens(key), clock)?;
        Ok(Some(Self { transport }))
    }

    /// Over another wire.
    #[cfg(test)]
    pub(crate) fn over(
        wire: Arc<dyn portico_transport::Wire>,
        config: &ItflowConfig,
        clock: Clock,
    ) -> Result<Option<Self>> {
        let Some((url, key)) = config.api() else { return Ok(None) };
        let transport = Transport::over(wire, settings(config, url), tokens(key), clock)?;
        Ok(Some(Self { transport }))
    }

    pub(crate) fn figures(&self) -> Figures {
        self.transport.figures()
    }

    async fn send(&self, cx: &CallCx, request: Request) -> Result<Said> {
        envelope::read(&self.transport.send(cx, request).await?)
    }

    /// Makes a row; gives its id. `refused` is said where ITFlow only says no.
    async fn create(&self, cx: &CallCx, request: Request, body: Value, refused: &'static str) -> Result<i64> {
        match self.send(cx, request.json(body)).await? {
            Said::Inserted(id) => Ok(id),
            said => Err(said.unexpected(refused)),
        }
    }
}

fn tokens(key: &SecretString) -> Arc<Fixed> {
    Arc::new(Fixed::key(Place::QueryOrJson("api_key"), key.clone()))
}

/// The ticket that both the API and the database must have alike.
#[derive(Debug, FromQueryResult)]
struct Same {
    ticket_number: i64,
    ticket_subject: String,
}

impl Itflow {
    pub(crate) fn api(&self) -> Result<&Api> {
        let missing = || Error::unsupported("this kind of change").with_detail("`api_url` is not set");
        self.api.as_ref().ok_or_else(missing)
    }

    /// What is wrong with the API, its key, or the two of them and the database. Reads one ticket.
    pub(crate) async fn api_problem(&self, cx: &CallCx) -> Result<Option<String>> {
        let Some(api) = &self.api else { return Ok(None) };
        let request = Request::get("itflow.tickets.probe", "tickets/read.php").query("limit", 1);
        let rows = match api.send(cx, request).await {
            Ok(said) => said.rows(),
            Err(error) => {
                tracing::warn!(error = %error.log(), "ITFlow's API does not work");
                return Ok(Some(format!("ITFlow's API cannot be used, so nothing is written by it. {}", error.public)));
            }
        };
        let Some(row) = rows.first() else { return Ok(None) };
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut select = crate::wire::select(
            "tickets",
            &[crate::wire::Column::Plain("ticket_number"), crate::wire::Column::Plain("ticket_subject")],
        );
        select.and_where(Expr::col("ticket_id").eq(text("ticket_id").parse::<i64>().unwrap_or_default()));
        let found: Vec<Same> = self.client.rows(cx, "tickets", &select).await?;
        let same = found.first().is_some_and(|ticket| {
            ticket.ticket_number.to_string() == text("ticket_number") && ticket.ticket_subject == text("ticket_subject")
        });
        let problem = "`api_url` and `database_url` lead to two different ITFlows. Correct one of them.";
        Ok((!same).then(|| problem.to_owned()))
    }
}
