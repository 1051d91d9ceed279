//! One call, as an adapter describes it. Text becomes part of a URL or header only through a library that encodes it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use portico_contract::{Error, Result};
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use url::Url;

/// What a second sending would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// Changes something, and the same again when sent again.
    Idempotent,
    /// Makes another one when sent again: never repeated once it may have left.
    Write,
}

/// One part of a multipart body.
#[derive(Clone)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name, if it is a file.
    pub file: Option<String>,
    /// The media type, if it matters.
    pub media_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("name", &self.name).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// What a request carries.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// JSON.
    Json(Value),
    /// A form, url-encoded.
    Form(Vec<(String, String)>),
    /// Bytes with their media type.
    Bytes(&'static str, Bytes),
    /// Parts, such as files.
    Multipart(Vec<Part>),
}

/// Says what sort it is, and nothing of what is in it.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Json(_) => "Json",
            Self::Form(_) => "Form",
            Self::Bytes(..) => "Bytes",
            Self::Multipart(_) => "Multipart",
        })
    }
}

/// One call to a PSA.
#[derive(Clone)]
pub struct Request {
    pub(crate) operation: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) arguments: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) safety: Safety,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_answer: Option<usize>,
}

/// Names the call without its values.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {} {} {:?})", self.operation, self.method, self.template, self.safety)
    }
}

impl Request {
    /// `operation` is a stable name such as `halopsa.tickets.list`: of logs, figures, limits and fixtures. `template` is
    /// the path below the base URL; each `{name}` in it is one segment, filled by [`Self::at`] in turn.
    #[must_use]
    pub fn new(operation: &'static str, method: Method, template: &'static str, safety: Safety) -> Self {
        Self {
            operation,
            endpoint: operation,
            method,
            template,
            arguments: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::Empty,
            safety,
            timeout: None,
            max_answer: None,
        }
    }

    /// A `GET` that reads.
    #[must_use]
    pub fn get(operation: &'static str, template: &'static str) -> Self {
        Self::new(operation, Method::GET, template, Safety::Read)
    }

    /// A `POST` that writes. See [`Self::safety`] for those that only look.
    #[must_use]
    pub fn post(operation: &'static str, template: &'static str) -> Self {
        Self::new(operation, Method::POST, template, Safety::Write)
    }

    /// Fills the next `{name}` of the path.
    #[must_use]
    pub fn at(mut self, segment: impl ToString) -> Self {
        self.arguments.push(segment.to_string());
        self
    }

    /// Adds to the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets a body of JSON.
    #[must_use]
    pub fn json(self, value: Value) -> Self {
        self.body(Body::Json(value))
    }

    /// Says what a second sending would do.
    #[must_use]
    pub fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }

    /// The class whose limit counts, where operations share one; else each operation is its own.
    #[must_use]
    pub fn endpoint(mut self, endpoint: &'static str) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// For one try of this call.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// A larger answer is refused.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = Some(bytes);
        self
    }

    /// The full URL.
    pub(crate) fn url(&self, base: &Url) -> Result<Url> {
        let mut url = base.clone();
        let mut arguments = self.arguments.iter();
        {
            let fault = || Error::internal(format!("{}: the base URL cannot carry a path", self.operation));
            let mut path = url.path_segments_mut().map_err(|()| fault())?;
            path.pop_if_empty();
            for part in self.template.split('/').filter(|part| !part.is_empty()) {
                path.push(if part.starts_with('{') { self.segment(arguments.next())? } else { part });
            }
        }
        if arguments.next().is_some() {
            return Err(Error::internal(format!("{}: more segments than {} has", self.operation, self.template)));
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// A segment leads one step down, never sideways or up.
    fn segment<'a>(&self, argument: Option<&'a String>) -> Result<&'a str> {
        let argument = argument
            .ok_or_else(|| Error::internal(format!("{}: fewer segments than {} has", self.operation, self.template)))?;
        match argument.as_str() {
            "" | "." | ".." => Err(Error::invalid("This id cannot belong to the PSA.")),
            // The library drops line breaks and tabs without a word: another id would be asked for.
            segment if segment.contains(char::is_control) => Err(Error::invalid("This id cannot belong to the PSA.")),
            segment => Ok(segment),
        }
    }

    pub(crate) fn header_map(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let parsed = (HeaderName::try_from(*name), HeaderValue::try_from(value));
            let (Ok(name), Ok(value)) = parsed else {
                return Err(
                    Error::invalid("This text cannot be sent to the PSA.").with_detail(format!("header {name}"))
                );
            };
            headers.append(name, value);
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};

    fn base() -> Url {
        Url::parse("https://psa.example/api/").unwrap()
    }

    #[test]
    fn whatever_is_put_in_comes_out_whole_and_changes_nothing_else() {
        let alphabet: Vec<char> = "a/\\.%?#&=+ '\"\r\n\0;:@äß漢🙂".chars().collect();
        let mut random = rand::rngs::StdRng::seed_from_u64(7);
        for _ in 0..2_000 {
            let mut text = || -> String {
                (0..random.random_range(1..8)).map(|_| alphabet[random.random_range(0..alphabet.len())]).collect()
            };
            let (id, value) = (text(), text());
            let Ok(url) = Request::get("t", "a/{id}/b").at(&id).query("q", &value).query("z", 1).url(&base()) else {
                assert!([".", ".."].contains(&id.as_str()) || id.contains(['\r', '\n', '\0']), "{id:?}");
                continue;
            };
            let url = Url::parse(url.as_str()).unwrap();
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            assert_eq!((segments.len(), segments[1], segments[3]), (4, "a", "b"), "{id:?}: {url}");
            let bytes: Vec<u8> = percent(segments[2]);
            assert_eq!(String::from_utf8(bytes).unwrap(), id);
            let query: Vec<_> = url.query_pairs().into_owned().collect();
            assert_eq!(query, [("q".to_owned(), value), ("z".to_owned(), "1".to_owned())]);
            assert_eq!(url.host_str(), Some("psa.example"));
        }
    }

    /// Decodes `%41`, by hand so that it is no part of what is tested.
    fn percent(text: &str) -> Vec<u8> {
        let mut rest = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = rest.next() {
            let digit = |b: Option<u8>| char::from(b.unwrap()).to_digit(16).unwrap() as u8;
            out.push(if byte == b'%' { digit(rest.next()) << 4 | digit(rest.next()) } else { byte });
        }
        out
    }

    #[test]
    fn a_path_never_leads_up_and_always_fits_its_template() {
        for wrong in ["", ".", ".."] {
            assert!(Request::get("t", "a/{id}").at(wrong).url(&base()).is_err(), "{wrong:?}");
        }
        assert!(Request::get("t", "a/{id}").url(&base()).is_err());
        assert!(Request::get("t", "a").at(1).url(&base()).is_err());
        let url = Request::get("t", "/a/{id}/c.php").at(7).url(&base()).unwrap();
        assert_eq!(url.as_str(), "https://psa.example/api/a/7/c.php");
    }

    #[test]
    fn a_header_takes_no_line_break() {
        assert!(Request::get("t", "a").header("x-name", "a\r\nx-other: b").header_map().is_err());
        assert_eq!(Request::get("t", "a").header("x-name", "a").header_map().unwrap().len(), 1);
    }

    #[test]
    fn debug_shows_no_value() {
        let request = Request::post("t.create", "a/{id}").at("geheim").query("k", "geheim").json("geheim".into());
        assert!(!format!("{request:?}").contains("geheim"));
        assert!(!format!("{:?}", request.body).contains("geheim"));
    }
}
