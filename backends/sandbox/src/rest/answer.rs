//! What goes back.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::Value as Json;

#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    media: HeaderValue,
    body: Bytes,
    retry_after: Option<u32>,
}

impl Answer {
    pub(crate) fn empty(status: u16) -> Self {
        Self::bytes(status, "text/plain", Bytes::new())
    }

    pub(crate) fn json(status: u16, body: &Json) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", Bytes::from(body.to_string()))
    }

    pub(crate) fn bytes(status: u16, media: &str, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        let media = HeaderValue::from_str(media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        Self { status, media, body: body.into(), retry_after: None }
    }

    /// A page for people.
    pub(crate) fn html() -> Self {
        let page = "<!DOCTYPE html><html><head><title>One moment</title></head><body>Please wait.</body></html>";
        Self::bytes(200, "text/html", page)
    }

    pub(crate) fn retry_after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// The first half of it.
    pub(crate) fn cut(mut self) -> Self {
        self.body = self.body.slice(..self.body.len() / 2);
        self
    }

    pub(crate) fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, self.media);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
