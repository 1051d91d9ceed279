//! What came back, and what it means to the layers.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use portico_contract::{Clock, Error, ErrorKind, Result, Sent};
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::{Duration, SystemTime};

/// A complete answer.
#[derive(Clone)]
pub struct Response {
    /// The operation that was asked for.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, unpacked.
    pub body: Bytes,
}

/// Says how much came, and nothing of what is in it.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({})", self.summary())
    }
}

/// What an answer means to the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is for the adapter to read.
    Answer,
    /// Too many calls; the PSA did not act.
    Limited,
    /// The PSA does not work; whether it acted is open.
    Down,
    /// The token is not good; the PSA did not act.
    Stale,
    /// It leads elsewhere; the PSA did not act.
    Redirect,
}

/// What the status alone says. A judge that knows more than this begins with it.
#[must_use]
pub fn by_status(response: &Response) -> Verdict {
    match response.status.as_u16() {
        301 | 302 | 303 | 307 | 308 => Verdict::Redirect,
        401 => Verdict::Stale,
        429 => Verdict::Limited,
        500.. => Verdict::Down,
        _ => Verdict::Answer,
    }
}

/// Nobody is made to wait longer by a header.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

impl Response {
    /// Reads the body as JSON. The error's detail says where reading stopped, never what stood there.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let why = match (self.body.is_empty(), error.classify()) {
                (true, _) => "empty".to_owned(),
                (_, serde_json::error::Category::Data) => format!("unexpected data at column {}", error.column()),
                _ => format!("no JSON at line {} column {}", error.line(), error.column()),
            };
            Error::contract(format!("{}: {why}", self.summary())).sent(Sent::Maybe)
        })
    }

    /// The PSA has answered, and its answer is no.
    #[must_use]
    pub fn rejected(&self, kind: ErrorKind, public: impl Into<String>) -> Error {
        Error::new(kind, public).with_detail(self.summary()).sent(Sent::Yes)
    }

    /// Operation, status, media type and size: what may stand in a log.
    #[must_use]
    pub fn summary(&self) -> String {
        let media = self.header(header::CONTENT_TYPE.as_str()).unwrap_or("no media type");
        let media = media.split(';').next().unwrap_or_default();
        format!("{}: status {}, {media}, {} bytes", self.operation, self.status.as_u16(), self.body.len())
    }

    /// A header, if it is there and readable.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After`, in seconds or as a date.
    pub(crate) fn retry_after(&self, clock: &Clock) -> Option<Duration> {
        let text = self.header(header::RETRY_AFTER.as_str())?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => {
                let at = httpdate::parse_http_date(text).ok()?;
                at.duration_since(SystemTime::from(clock.now())).unwrap_or_default()
            }
        };
        Some(wait.min(LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::Value;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &'static str) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let status = StatusCode::from_u16(status).unwrap();
        Response { operation: "t.read", status, headers, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn the_error_of_unreadable_json_holds_nothing_of_it() {
        for body in ["", "<html>geheim</html>", "{\"a\":\"geheim\"", "{\"a\":\"geheim\"}"] {
            let error = answer(200, &[("content-type", "text/html; x=y")], body).json::<Vec<u32>>().unwrap_err();
            assert_eq!((error.kind, error.sent), (ErrorKind::Contract, Sent::Maybe));
            let text = error.log().to_string();
            assert!(!text.contains("geheim") && text.contains("t.read: status 200, text/html"), "{text}");
        }
        assert_eq!(answer(200, &[], "[1]").json::<Value>().unwrap()[0], 1);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let clock = Clock::fake(DateTime::from_timestamp(784_111_777, 0).unwrap());
        let wait = |text: &str| answer(429, &[("retry-after", text)], "").retry_after(&clock);
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:57 GMT"), Some(Duration::from_secs(20)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:27 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("99999999"), Some(LONGEST_WAIT));
        assert_eq!(answer(429, &[], "").retry_after(&clock), None);
    }

    #[test]
    fn a_status_has_its_verdict() {
        for (status, verdict) in [
            (200, Verdict::Answer),
            (204, Verdict::Answer),
            (302, Verdict::Redirect),
            (304, Verdict::Answer),
            (400, Verdict::Answer),
            (401, Verdict::Stale),
            (403, Verdict::Answer),
            (404, Verdict::Answer),
            (429, Verdict::Limited),
            (500, Verdict::Down),
            (503, Verdict::Down),
        ] {
            assert_eq!(by_status(&answer(status, &[], "")), verdict, "{status}");
        }
    }
}
