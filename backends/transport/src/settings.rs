//! What an adapter's configuration decides about its calls.

use crate::address::Addresses;
use crate::limit::Rate;
use crate::response::{Response, Verdict, by_status};
use portico_contract::{Error, Result};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Everything about the way to one PSA. The defaults suit a PSA of which nothing is known.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the paths of requests begin, such as `https://psa.example/api/v1`.
    pub base_url: String,
    /// Allows `http://` to hosts other than this machine.
    pub allow_http: bool,
    /// Allows names that lead to this machine, to link-local addresses or to a cloud's metadata service.
    pub allow_local: bool,
    /// Certificates in PEM that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// For name, connection and TLS together.
    pub connect_timeout: Duration,
    /// For one try, with its token.
    pub try_timeout: Duration,
    /// Calls under way at the same time.
    pub concurrency: usize,
    /// How many of them background work leaves to people who wait.
    pub reserve: usize,
    /// Calls that the credential has in a window, all endpoints together.
    pub calls: Option<Rate>,
    /// Calls that the credential has in a window at each endpoint.
    pub endpoint_calls: Option<Rate>,
    /// How long nothing is sent after an answer "too many" that does not say how long.
    pub pause: Duration,
    /// How often a call is tried at most.
    pub tries: u32,
    /// The first wait between two tries is at most this long; it doubles each time.
    pub backoff: Duration,
    /// No wait between two tries is longer, unless the PSA asks for it.
    pub longest_backoff: Duration,
    /// Retries as a part of all calls, over time.
    pub retry_ratio: f64,
    /// Failures in a row after which the PSA is left alone.
    pub failures: u32,
    /// For how long; it doubles while the PSA stays down.
    pub rest: Duration,
    /// No rest is longer.
    pub longest_rest: Duration,
    /// A larger answer is refused.
    pub max_answer: usize,
    /// Statuses that mean "this token is not good": a new one is fetched once. Halo needs 403 and 302 as well.
    pub stale: &'static [u16],
    /// What an answer means to the layers.
    pub judge: fn(&Response) -> Verdict,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            allow_http: false,
            allow_local: false,
            ca_file: None,
            connect_timeout: Duration::from_secs(5),
            try_timeout: Duration::from_secs(30),
            concurrency: 8,
            reserve: 2,
            calls: None,
            endpoint_calls: None,
            pause: Duration::from_secs(30),
            tries: 3,
            backoff: Duration::from_millis(250),
            longest_backoff: Duration::from_secs(10),
            retry_ratio: 0.2,
            failures: 5,
            rest: Duration::from_secs(5),
            longest_rest: Duration::from_secs(120),
            max_answer: 32 << 20,
            stale: &[401],
            judge: by_status,
        }
    }
}

/// Numbers that must not be nought, and whether they hold to it.
type Positive = (&'static str, fn(&Settings) -> bool);
const POSITIVE: &[Positive] = &[
    ("connect_timeout", |s| !s.connect_timeout.is_zero()),
    ("try_timeout", |s| !s.try_timeout.is_zero()),
    ("concurrency", |s| s.concurrency > 0),
    ("calls", |s| s.calls.is_none_or(Rate::is_sound)),
    ("endpoint_calls", |s| s.endpoint_calls.is_none_or(Rate::is_sound)),
    ("tries", |s| s.tries > 0),
    ("failures", |s| s.failures > 0),
    ("rest", |s| !s.rest.is_zero()),
    ("max_answer", |s| s.max_answer > 0),
];

impl Settings {
    /// Every setting that cannot work, with what to do about it. Touches no network.
    #[must_use]
    pub fn validate(&self) -> Vec<(&'static str, String)> {
        let mut problems: Vec<(&'static str, String)> = POSITIVE
            .iter()
            .filter(|(_, holds)| !holds(self))
            .map(|(name, _)| (*name, "must be more than nothing".to_owned()))
            .collect();
        if let Err(problem) = self.base() {
            problems.push(("base_url", problem.public));
        }
        if self.reserve >= self.concurrency && self.concurrency > 1 {
            problems.push(("reserve", "leaves nothing to background work: make it less than `concurrency`".to_owned()));
        }
        if !(0.0..=1.0).contains(&self.retry_ratio) {
            problems.push(("retry_ratio", "must be between 0 and 1".to_owned()));
        }
        problems
    }

    /// The base URL, checked.
    pub(crate) fn base(&self) -> Result<Url> {
        let url = Url::parse(&self.base_url).ok().filter(|url| !url.cannot_be_a_base());
        let url = url.ok_or_else(|| Error::credentials("The base URL of this backend is not a URL: check it."))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::credentials("The base URL of this backend holds a password: set it where it belongs."));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::credentials("The base URL of this backend must end before `?` and `#`."));
        }
        self.addresses().check(&url)?;
        Ok(url)
    }

    /// Where calls may go.
    pub(crate) fn addresses(&self) -> Addresses {
        Addresses { allow_http: self.allow_http, allow_local: self.allow_local }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_setting_is_named() {
        let wrong = Settings {
            base_url: "ftp://psa".into(),
            tries: 0,
            calls: Some(Rate { calls: 0, window: Duration::from_secs(1) }),
            reserve: 8,
            retry_ratio: 2.0,
            ..Settings::default()
        };
        let named: Vec<&str> = wrong.validate().into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, ["calls", "tries", "base_url", "reserve", "retry_ratio"]);
        let right = Settings { base_url: "https://psa.example/api".into(), ..Settings::default() };
        assert_eq!(right.validate(), []);
    }

    #[test]
    fn a_base_url_carries_nothing_but_a_place() {
        for wrong in ["", "psa", "https://a:b@psa/", "https://psa/?key=1", "http://psa/", "http://169.254.169.254/"] {
            let settings = Settings { base_url: wrong.into(), ..Settings::default() };
            assert!(settings.base().is_err(), "{wrong}");
        }
        for right in ["https://psa.example", "http://127.0.0.1:8080/api", "http://localhost/x", "https://10.0.0.7/"] {
            let settings = Settings { base_url: right.into(), ..Settings::default() };
            assert!(settings.base().is_ok(), "{right}");
        }
    }
}
