//! The real wire: reqwest with rustls. No redirects, no proxies of the environment, no cookies, no retries of its own.

use super::{Departure, Outgoing, Wire};
use crate::address::{Addresses, Refused};
use crate::request::{Body, Part};
use crate::response::Response;
use crate::settings::Settings;
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body::{Body as HttpBody, Frame, SizeHint};
use portico_contract::{Error, Result, Sent};
use reqwest::multipart;
use reqwest::{Certificate, Client, redirect, retry};
use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

const AGENT: &str = concat!("portico/", env!("CARGO_PKG_VERSION"));

/// Connections that nobody uses are closed before most servers close them, so that few requests meet a dead one.
const IDLE: Duration = Duration::from_secs(20);

/// HTTP over TCP.
#[derive(Debug, Clone)]
pub struct HttpWire {
    client: Client,
    addresses: Addresses,
}

impl HttpWire {
    /// Opens no connection.
    pub fn new(settings: &Settings) -> Result<Self> {
        let addresses = settings.addresses();
        let builder = Client::builder()
            .user_agent(AGENT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .dns_resolver(addresses)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE);
        let builder = match (&settings.ca_file, settings.base()?.scheme()) {
            (Some(file), _) => builder.tls_certs_merge(certificates(file)?),
            // Nothing to trust, and nothing to look for on the disk.
            (None, "http") => builder.tls_certs_only([]),
            (None, _) => builder,
        };
        let client = builder.build().map_err(|error| {
            let public = "TLS cannot be set up: install the system's CA certificates, or set the backend's `ca_file`.";
            Error::credentials(public).with_source(error)
        })?;
        Ok(Self { client, addresses })
    }

    fn request(&self, outgoing: Outgoing) -> Result<reqwest::Request> {
        let Outgoing { method, url, headers, body, departure, .. } = outgoing;
        let builder = self.client.request(method, url);
        let builder = match body {
            Body::Empty => builder,
            Body::Json(value) => builder.json(&value),
            Body::Form(pairs) => builder.form(&pairs),
            Body::Bytes(media, bytes) => builder.header(CONTENT_TYPE, HeaderValue::from_static(media)).body(bytes),
            Body::Multipart(parts) => builder.multipart(form(parts)?),
        };
        let mut request = builder
            .headers(headers)
            .build()
            .map_err(|error| Error::internal("a request could not be built").with_source(error.without_url()))?;
        match request.body_mut().take().filter(|body| body.size_hint().exact() != Some(0)) {
            Some(body) => *request.body_mut() = Some(reqwest::Body::wrap(Gate { body, departure, open: false })),
            // Without a body nothing tells when it leaves: it counts as gone.
            None if departure.leave() => {}
            None => return Err(Error::unavailable("stopped before it left")),
        }
        Ok(request)
    }
}

#[async_trait]
impl Wire for HttpWire {
    async fn send(&self, outgoing: Outgoing) -> Result<Response> {
        self.addresses.check(&outgoing.url)?;
        let (operation, most) = (outgoing.operation, outgoing.max_answer);
        let departure = outgoing.departure.clone();
        let request = self.request(outgoing)?;
        let failed = |error| failed(operation, error, &departure);
        let mut answer = self.client.execute(request).await.map_err(failed)?;
        let too_large =
            || Error::contract(format!("{operation}: the answer has more than {most} bytes")).sent(Sent::Maybe);
        let size = answer.content_length().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        if size > most {
            return Err(too_large());
        }
        let mut body = BytesMut::with_capacity(size);
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        Ok(Response { operation, status, headers, body: body.freeze() })
    }
}

/// The body of a request, which notices when it begins to leave.
struct Gate {
    body: reqwest::Body,
    departure: Departure,
    open: bool,
}

impl HttpBody for Gate {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        // The head is written out together with what comes from here, never before.
        if !self.open && !self.departure.leave() {
            return Poll::Ready(Some(Err("stopped before it left".into())));
        }
        self.open = true;
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn form(parts: Vec<Part>) -> Result<multipart::Form> {
    let mut form = multipart::Form::new();
    for Part { name, file, media_type, bytes } in parts {
        // The library writes line breaks in names as they are.
        if name.contains(char::is_control) || file.as_ref().is_some_and(|file| file.contains(char::is_control)) {
            return Err(Error::invalid("The name of this file cannot be sent to the PSA: change it."));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut part = multipart::Part::stream_with_length(bytes, length);
        if let Some(file) = file {
            part = part.file_name(file);
        }
        if let Some(media_type) = media_type {
            let wrong = |_| Error::invalid("The media type of this file is not one. Attach it without.");
            part = part.mime_str(&media_type).map_err(wrong)?;
        }
        form = form.part(name, part);
    }
    Ok(form)
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate>> {
    let public = "The `ca_file` of this backend cannot be read. It must hold certificates in PEM.";
    let pem = std::fs::read(file).map_err(|error| Error::credentials(public).with_source(error))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|error| Error::credentials(public).with_source(error))?;
    if found.is_empty() { Err(Error::credentials(public)) } else { Ok(found) }
}

/// What an error of the library means. Its URL is left out: the query may hold a key.
fn failed(operation: &str, error: reqwest::Error, departure: &Departure) -> Error {
    let error = error.without_url();
    if has::<Refused>(&error) {
        let public = "The name of this backend's host leads to an address that is not allowed: check its URL.";
        return Error::credentials(public).with_source(error);
    }
    let (what, sent) = match &error {
        e if e.is_connect() || e.is_builder() => ("no connection", Sent::No),
        e if e.is_body() || e.is_decode() => ("the answer broke off", Sent::Maybe),
        _ => ("the call broke off", departure.stop()),
    };
    Error::unavailable(format!("{operation}: {what}")).with_source(error).sent(sent)
}

fn has<T: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<T>() {
            return true;
        }
        cause = error.source();
    }
    false
}
