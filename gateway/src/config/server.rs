//! Checks `[server]`, whose struct belongs to the HTTP side.

use super::problem::Problems;
use super::range::{self, Range};
use crate::http::settings::HttpSettings;

pub(super) const RANGES: &[Range] =
    &[("header_seconds", 1, 300), ("body_seconds", 1, 3_600), ("shutdown_seconds", 0, 3_600)];

pub fn validate(server: &HttpSettings, path: &str, problems: &mut Problems) {
    range::check(path, server, RANGES, problems);
    if !is_address(&server.listen) {
        problems.add(format!("{path}.listen"), "Expected an address and a port: `127.0.0.1:8080`. Correct it.");
    }
    for (place, origin) in server.allowed_origins.iter().enumerate() {
        if !is_origin(origin) {
            problems.add(
                format!("{path}.allowed_origins[{place}]"),
                "Expected scheme and host as a browser sends them: `https://portal.example.com`, \
                 without a path, a final slash or `*`. Correct it.",
            );
        }
    }
    if !server.public_url.is_empty() && !is_origin(&server.public_url) {
        problems.add(
            format!("{path}.public_url"),
            "Expected scheme and host without a path or a final slash: `https://api.example.com`. Correct it.",
        );
    }
    if server.cookie_name.is_empty()
        || !server.cookie_name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    {
        problems.add(format!("{path}.cookie_name"), "Expected letters, digits, - and _. Correct it.");
    }
}

fn is_address(listen: &str) -> bool {
    listen.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// Origins are compared letter by letter, so they must be written exactly as a browser does.
fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(server: &HttpSettings) -> Vec<String> {
        let mut problems = Problems::default();
        validate(server, "server", &mut problems);
        problems.0.into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn every_number_is_bounded_and_the_defaults_are_right() {
        range::testing::assert_ranged(&HttpSettings::default(), RANGES);
        assert!(keys(&HttpSettings::default()).is_empty());
    }

    #[test]
    fn origins_that_no_browser_sends_are_problems() {
        let origins = [
            ("https://portal.example.com", true),
            ("http://localhost:3000", true),
            ("http://[::1]:3000", true),
            ("https://portal.example.com/", false),
            ("https://Portal.example.com", false),
            ("portal.example.com", false),
            ("https://*.example.com", false),
            ("*", false),
            ("null", false),
        ];
        for (origin, right) in origins {
            let server = HttpSettings { allowed_origins: vec![origin.to_owned()], ..Default::default() };
            assert_eq!(keys(&server).is_empty(), right, "{origin}");
        }
    }

    #[test]
    fn addresses_and_cookie_names_are_checked() {
        let server = HttpSettings {
            listen: "8080".into(),
            cookie_name: "a b".into(),
            public_url: "https://api.example.com/".into(),
            ..Default::default()
        };
        assert_eq!(keys(&server), ["server.listen", "server.public_url", "server.cookie_name"]);
    }
}
