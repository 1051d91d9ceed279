//! The one door to Halo: the shared transport, with what is Halo's own about lists, single things and writes.

use crate::config::HaloConfig;
use crate::envelope::{self, Listed};
use crate::fault;
use crate::query::{Endpoint, Query};
use crate::wire::Row;
use futures_util::TryStreamExt;
use http::StatusCode;
use portico_contract::{CallCx, Clock, Error, Figures, Result, Sent};
use portico_transport::{
    ClientCredentials, OauthClient, Page, Paging, Place, Renewing, Request, Response, Safety, TokenSource, Transport,
    paged,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// Pages of a list that is read in one go.
const MAX_PAGES: u32 = 50;

#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
}

impl Client {
    pub(crate) fn new(config: &HaloConfig, clock: Clock) -> Result<Self> {
        config.check()?;
        let tokens = tokens(config, clock.clone())?;
        Ok(Self { transport: Transport::new(config.transport(), tokens, clock)? })
    }

    /// Over another wire: a recorder, a replayer.
    #[cfg(test)]
    pub(crate) fn over(wire: Arc<dyn portico_transport::Wire>, config: &HaloConfig, clock: Clock) -> Result<Self> {
        let tokens = tokens(config, clock.clone())?;
        Ok(Self { transport: Transport::over(wire, config.transport(), tokens, clock)? })
    }

    pub(crate) fn figures(&self) -> Figures {
        self.transport.figures()
    }

    pub(crate) async fn send(&self, cx: &CallCx, request: Request) -> Result<Response> {
        self.transport.send(cx, request).await
    }

    async fn ask(&self, cx: &CallCx, query: &Query) -> Result<Response> {
        self.send(cx, query.request()?).await
    }

    /// One answer of a list.
    pub(crate) async fn list(&self, cx: &CallCx, query: &Query) -> Result<Listed> {
        let answer = self.ask(cx, query).await?;
        if !answer.status.is_success() {
            return Err(fault::refused(query.endpoint, &answer));
        }
        envelope::rows(query.endpoint, answer.json()?)
    }

    /// A whole list, each row once.
    pub(crate) async fn all<T>(&self, cx: &CallCx, query: Query, size: u32) -> Result<Vec<T>>
    where
        T: DeserializeOwned + Row + Send,
    {
        if !query.endpoint.pages() {
            return rows(query.endpoint, self.list(cx, &query).await?.rows);
        }
        let paging = Paging { size: usize::try_from(size).unwrap_or(usize::MAX), max_pages: MAX_PAGES, caps: true };
        let pages = paged(
            paging,
            |row: &T| row.key(),
            |ask| {
                let query = query.clone().page(ask.page, size);
                async move {
                    let listed = self.list(cx, &query).await?;
                    Ok(Page { rows: rows(query.endpoint, listed.rows)?, total: listed.total, more: None })
                }
            },
        );
        Box::pin(pages).try_concat().await
    }

    /// One thing, or `None` if Halo does not have it.
    pub(crate) async fn one(&self, cx: &CallCx, query: &Query, id: i64) -> Result<Option<Value>> {
        let answer = self.ask(cx, &query.clone().at(id)).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(fault::refused(query.endpoint, &answer));
        }
        let object = envelope::written(answer.json()?)
            .ok_or_else(|| Error::contract(format!("{}: no object", query.endpoint.name)))?;
        // A build that ignores the id answers with something else.
        match object.get("id").map(|found| serde_json::from_value::<crate::wire::Int>(found.clone())) {
            Some(Ok(found)) if found.0 == Some(id) => Ok(Some(object)),
            _ => Err(Error::contract(format!("{}: another thing than was asked for", query.endpoint.name))),
        }
    }

    /// Writes one object. Halo takes an array, and gives back the object as it is now.
    pub(crate) async fn post(
        &self,
        cx: &CallCx,
        endpoint: &'static Endpoint,
        object: Value,
        safety: Safety,
    ) -> Result<Value> {
        let request = Request::post(endpoint.name, endpoint.path).safety(safety).json(Value::Array(vec![object]));
        let answer = self.send(cx, request).await?;
        if !answer.status.is_success() {
            return Err(fault::refused(endpoint, &answer));
        }
        let written = envelope::written(answer.json()?)
            .ok_or_else(|| Error::contract(format!("{}: no object", answer.summary())).sent(Sent::Maybe))?;
        if written.get("_warning").and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
            tracing::warn!(operation = endpoint.name, "Halo took a write and warns of it");
        }
        Ok(written)
    }
}

fn tokens(config: &HaloConfig, clock: Clock) -> Result<Arc<dyn TokenSource>> {
    let token_url = config.token_url().ok_or_else(|| Error::credentials("The setting `auth_url` is not a URL."))?;
    let client = OauthClient {
        token_url,
        client_id: config.client_id.trim().to_owned(),
        client_secret: config.client_secret.clone(),
        scopes: config.scope.split_whitespace().map(str::to_owned).collect(),
    };
    Ok(Arc::new(Renewing::new(Place::Bearer, ClientCredentials(client), clock)))
}

/// The rows of a list in their own shape.
pub(crate) fn rows<T: DeserializeOwned>(endpoint: &Endpoint, rows: Vec<Value>) -> Result<Vec<T>> {
    rows.into_iter().map(|value| row(endpoint, value)).collect()
}

pub(crate) fn row<T: DeserializeOwned>(endpoint: &Endpoint, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|_| Error::contract(format!("{}: a row is no object", endpoint.name)))
}
