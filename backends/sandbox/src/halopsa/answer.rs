//! What goes back, with the shapes that Halo's refusals have.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::{Value as Json, json};

#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    media: HeaderValue,
    pub(super) body: Bytes,
    retry_after: Option<u32>,
}

impl Answer {
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, media: HeaderValue::from_static("text/plain"), body: Bytes::new(), retry_after: None }
    }

    pub(super) fn json(status: StatusCode, body: &Json) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", Bytes::from(body.to_string()))
    }

    pub(super) fn bytes(status: StatusCode, media: &str, body: Bytes) -> Self {
        let media = HeaderValue::from_str(media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        Self { status, media, body, retry_after: None }
    }

    /// The map of a value that could not be read.
    pub(super) fn model_state(path: &str, message: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, &json!({ path: [message] }))
    }

    /// A serialised exception: its message is for people with access to the server.
    pub(super) fn exception(message: &str) -> Self {
        let body = json!({ "ClassName": "System.Exception", "Message": message, "Data": null, "InnerException": null,
            "StackTraceString": null, "HResult": -2_146_233_088, "Source": "NetHelpDesk.API" });
        Self::json(StatusCode::BAD_REQUEST, &body)
    }

    /// A sentence, quoted.
    pub(super) fn sentence(message: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, &json!(message))
    }

    pub(super) fn result_code(message: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, &json!({ "resultCode": 400, "errorMessage": message }))
    }

    pub(super) fn limited(limit: usize, retry_after: Option<u32>) -> Self {
        let text = format!("Rate Limit Reached - {limit} Requests per rolling 5 minute window");
        let answer = Self::bytes(StatusCode::TOO_MANY_REQUESTS, "text/plain", Bytes::from(text));
        Self { retry_after, ..answer }
    }

    pub(super) fn html() -> Self {
        let page = "<!DOCTYPE html><html><head><title>One moment</title></head><body>Please wait.</body></html>";
        Self::bytes(StatusCode::OK, "text/html", Bytes::from_static(page.as_bytes()))
    }

    /// The first half of it.
    pub(super) fn cut(mut self) -> Self {
        self.body = self.body.slice(..self.body.len() / 2);
        self
    }

    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, self.media);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
