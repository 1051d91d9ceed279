//! What the head of a request says about its sender.

use super::answer::Rejection;
use super::settings::HttpSettings;
use crate::executor::request::Credential;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use secrecy::SecretString;
use std::net::{IpAddr, SocketAddr};

const ACCOUNT: &str = "portico-account";
const DENIED: &str = "portico-denied";
const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

#[derive(Debug)]
pub struct Caller {
    pub credential: Credential,
    pub account: Option<String>,
    pub reject_denied: bool,
    pub peer: Option<IpAddr>,
    pub secure: bool,
}

impl Caller {
    pub fn of(parts: &Parts, settings: &HttpSettings) -> Result<Self, Rejection> {
        let headers = &parts.headers;
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        let proxied = connected.is_some_and(|peer| is_trusted(peer, settings));
        Ok(Self {
            credential: credential(headers, &settings.cookie_name),
            account: named(headers, ACCOUNT)?.filter(|id| !id.is_empty()).map(str::to_owned),
            reject_denied: reject_denied(headers)?,
            peer: if proxied { forwarded_for(headers, settings).or(connected) } else { connected },
            secure: proxied && last(headers, FORWARDED_PROTO).is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
        })
    }
}

fn is_trusted(address: IpAddr, settings: &HttpSettings) -> bool {
    settings.trusted_proxies.iter().any(|proxy| proxy.to_canonical() == address)
}

/// A bearer token wins over a cookie: a web page cannot send it unasked. Other schemes belong to somebody before us.
fn credential(headers: &HeaderMap, cookie_name: &str) -> Credential {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match (bearer, cookie(headers, cookie_name)) {
        (Some(token), _) => Credential::Bearer(SecretString::from(token)),
        (None, Some(token)) => Credential::Cookie(SecretString::from(token)),
        (None, None) => Credential::None,
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then(|| value.trim_matches('"')))
}

fn named<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Rejection> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    value
        .to_str()
        .map(|text| Some(text.trim()))
        .map_err(|_| Rejection::invalid(format!("The header {name} is not text.")))
}

fn reject_denied(headers: &HeaderMap) -> Result<bool, Rejection> {
    match named(headers, DENIED)? {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("reject") => Ok(true),
        Some(word) if word.eq_ignore_ascii_case("null") => Ok(false),
        Some(_) => Err(Rejection::invalid("The header portico-denied takes `reject` or `null`.")),
    }
}

/// Entries of all headers of a name, in order.
fn entries<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).collect()
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    entries(headers, name).pop()
}

/// The nearest address that is not a trusted proxy: what stands before it anybody may have written.
fn forwarded_for(headers: &HeaderMap, settings: &HttpSettings) -> Option<IpAddr> {
    let mut nearest = None;
    for entry in entries(headers, FORWARDED_FOR).into_iter().rev() {
        let Some(address) = address(entry) else { break };
        nearest = Some(address);
        if !is_trusted(address, settings) {
            break;
        }
    }
    nearest
}

fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_matches(['[', ']']);
    let address = bare.parse::<IpAddr>().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip())).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use secrecy::ExposeSecret;

    fn caller(peer: &str, headers: &[(&str, &str)]) -> Caller {
        let settings = HttpSettings {
            trusted_proxies: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
            ..HttpSettings::default()
        };
        let mut request = Request::new(());
        for (name, value) in headers {
            request.headers_mut().append(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>(format!("{peer}:1").parse().unwrap()));
        Caller::of(&request.into_parts().0, &settings).unwrap()
    }

    #[test]
    fn forwarded_headers_count_from_trusted_proxies_only() {
        for (peer, forwarded, found) in [
            ("192.0.2.9", "203.0.113.1", "192.0.2.9"),
            ("10.0.0.1", "203.0.113.1", "203.0.113.1"),
            ("10.0.0.1", "1.1.1.1, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
            ("10.0.0.1", "203.0.113.1:4711", "203.0.113.1"),
            ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
            ("[::ffff:10.0.0.1]", "203.0.113.1", "203.0.113.1"),
        ] {
            let caller = caller(peer, &[("x-forwarded-for", forwarded), ("x-forwarded-proto", "https")]);
            assert_eq!(caller.peer, Some(found.parse().unwrap()), "{peer} {forwarded}");
            assert_eq!(caller.secure, peer.contains("10.0.0.1"), "{peer}");
        }
        assert!(!caller("10.0.0.1", &[("x-forwarded-proto", "https, http")]).secure);
    }

    #[test]
    fn a_bearer_token_wins_over_a_cookie() {
        let shown = |headers: &[(&str, &str)]| match caller("192.0.2.9", headers).credential {
            Credential::None => "none".to_owned(),
            Credential::Bearer(token) => format!("bearer {}", token.expose_secret()),
            Credential::Cookie(token) => format!("cookie {}", token.expose_secret()),
        };
        let cookie = ("cookie", "a=b; portico_session=xyz; portico_session=other");
        assert_eq!(shown(&[]), "none");
        assert_eq!(shown(&[("authorization", "bearer  abc "), cookie]), "bearer abc");
        assert_eq!(shown(&[("authorization", "Basic abc"), cookie]), "cookie xyz");
        assert_eq!(shown(&[("authorization", "Bearer")]), "bearer ");
        assert_eq!(shown(&[("cookie", "xportico_session=1")]), "none");
    }

    #[test]
    fn account_and_denied_are_read() {
        let caller = caller("192.0.2.9", &[("portico-account", "abc"), ("portico-denied", "Reject")]);
        assert_eq!((caller.account.as_deref(), caller.reject_denied), (Some("abc"), true));
    }
}
