//! What goes back: ITFlow's envelopes, written as PHP writes JSON.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io;

const NO_RESOURCE: &str = "No resource (for this client and company) with the specified parameter(s).";
const NOT_INSERTED: &str = "Auth success but insert query failed, ensure ALL required variables are provided (and \
                            aren't duplicates where applicable) and database schema is up-to-date. Turn on error \
                            logging and look for 'undefined index'.";
const NOT_UPDATED: &str = "Auth success but update query failed/returned no results. Ensure ALL required variables \
                           are provided and database schema is up-to-date. Most likely cause: non-existent module ID \
                           (i.e. bad contact ID/ticket ID/etc) or no rows changed.";

#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: StatusCode,
    media_type: &'static str,
    body: String,
}

impl Answer {
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::text(status, String::new())
    }

    /// Says it is JSON, as every answer of the API does.
    pub(super) fn text(status: StatusCode, body: String) -> Self {
        Self { status, media_type: "application/json", body }
    }

    /// What the web server says where there is no file.
    pub(super) fn absent() -> Self {
        let body = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body></body></html>".to_owned();
        Self { status: StatusCode::NOT_FOUND, media_type: "text/html; charset=UTF-8", body }
    }

    pub(super) fn refusal(status: StatusCode, message: &str) -> Self {
        Self::text(status, php_json(&json!({ "success": "False", "message": message })))
    }

    /// The rows of a read; none is a failure with status 200.
    pub(super) fn rows(rows: Vec<Map<String, Value>>) -> Self {
        if rows.is_empty() {
            return Self::refusal(StatusCode::OK, NO_RESOURCE);
        }
        let body = json!({ "success": "True", "count": rows.len(), "data": rows });
        Self::text(StatusCode::OK, php_json(&body))
    }

    /// The answer of a create: the count is text, the id a number.
    pub(super) fn inserted(id: Option<i32>) -> Self {
        let Some(id) = id else { return Self::refusal(StatusCode::OK, NOT_INSERTED) };
        let body = json!({ "success": "True", "count": "1", "data": [{ "insert_id": id }] });
        Self::text(StatusCode::OK, php_json(&body))
    }

    /// The answer of every other write.
    pub(super) fn updated(count: u64) -> Self {
        if count == 0 {
            return Self::refusal(StatusCode::OK, NOT_UPDATED);
        }
        Self::text(StatusCode::OK, php_json(&json!({ "success": "True", "count": count })))
    }

    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(self.media_type));
        response
    }
}

/// PHP escapes the slash and everything that is not ASCII.
struct Php;

impl serde_json::ser::Formatter for Php {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        for letter in fragment.chars() {
            match letter {
                '/' => out.write_all(b"\\/")?,
                ' '..='~' => out.write_all(&[u8::try_from(letter).unwrap_or(b'?')])?,
                _ => {
                    for unit in letter.encode_utf16(&mut [0; 2]) {
                        write!(out, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn php_json(value: &Value) -> String {
    let mut text = Vec::new();
    let written = value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, Php));
    written.ok().and_then(|()| String::from_utf8(text).ok()).unwrap_or_default()
}
