//! Webhooks on their way: one after the other, and the product hears what became of each.

use super::{Shared, Vendor};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::sync::Weak;
use tokio::sync::mpsc::UnboundedReceiver;

/// A body and where it goes.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The id of the webhook.
    pub(crate) hook: i64,
    pub(crate) url: String,
    /// The value of `Authorization`.
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
    /// The id of what it tells of.
    pub(crate) about: i64,
}

pub(crate) fn good(status: u16) -> bool {
    (200..300).contains(&status)
}

pub(super) async fn send<V: Vendor>(mut due: UnboundedReceiver<Delivery>, shared: Weak<Shared<V>>) {
    let mut failures = BTreeMap::<i64, usize>::new();
    while let Some(delivery) = due.recv().await {
        let status = deliver(&delivery).await.unwrap_or(0);
        let Some(shared) = shared.upgrade() else { return };
        let failed = failures.entry(delivery.hook).or_default();
        *failed = if good(status) { 0 } else { *failed + 1 };
        shared.lock().delivered(&delivery, status, *failed);
    }
}

/// The status that the receiver answers with; nothing where it cannot be reached.
async fn deliver(delivery: &Delivery) -> Option<u16> {
    let url = url::Url::parse(&delivery.url).ok()?;
    let place = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let stream = tokio::net::TcpStream::connect(&place).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let carried = tokio::spawn(connection);
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = hyper::Request::post(path).header(HOST, place).header(CONTENT_TYPE, "application/json");
    if let Some(authorization) = &delivery.authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let answer = sender.send_request(request.body(Full::new(Bytes::from(delivery.body.clone()))).ok()?).await;
    let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
    if let Ok(answer) = answer {
        let _ = answer.into_body().collect().await;
    }
    carried.abort();
    status
}
