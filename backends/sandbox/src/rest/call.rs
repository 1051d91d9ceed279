//! A request with its body.

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::{Method, Request};
use std::io::{Error, ErrorKind};

#[derive(Debug)]
pub struct Call {
    pub(crate) method: Method,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

impl Call {
    pub(crate) async fn read(request: Request<Incoming>) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Error::from(ErrorKind::ConnectionReset))?.to_bytes();
        let query = pairs(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self { method: parts.method, path: parts.uri.path().to_owned(), query, headers: parts.headers, body })
    }

    fn header(&self, name: &HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The token of `Authorization: Bearer`, or nothing.
    pub(crate) fn bearer(&self) -> &str {
        self.header(&AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default()
    }

    pub(crate) fn query(&self) -> Query<'_> {
        Query(&self.query)
    }

    /// The fields of a form that was posted.
    pub(crate) fn form(&self) -> Option<Vec<(String, String)>> {
        let media = self.header(&CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
        (media && self.method == Method::POST).then(|| pairs(&self.body))
    }
}

/// Names and values; of a name that comes twice, the first counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a>(pub(crate) &'a [(String, String)]);

impl<'a> Query<'a> {
    /// The value of this name, unless it is empty.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        let value = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    pub(crate) fn on(self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn number<T: std::str::FromStr>(self, name: &str) -> Option<T> {
        self.get(name).and_then(|value| value.parse().ok())
    }
}
