//! Rich text of a PSA, made safe once, when it is stored.

use std::sync::LazyLock;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    cleaner.url_schemes(["http", "https", "mailto", "tel"].into()).link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

/// HTML without scripts, styles, forms and event handlers.
#[must_use]
pub fn safe(text: &str) -> String {
    CLEANER.clean(text).to_string()
}

/// What somebody wrote into an input: HTML, or plain text whose lines stay lines.
#[must_use]
pub fn written(text: &str) -> String {
    if text.contains('<') { safe(text) } else { safe(&text.trim().replace("\r\n", "\n").replace('\n', "<br>\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_survives() {
        let bad = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<iframe src=//evil></iframe>",
            "<svg onload=alert(1)>",
            "<style>*{}</style>",
            "<form action=//evil><input></form>",
            "<a href=\"data:text/html,<script>\">x</a>",
            "<math><mi//xlink:href=\"javascript:alert(1)\">",
            "<!-- portico:1 -->",
        ];
        for text in bad {
            let clean = safe(text);
            for trace in ["script", "onerror", "onload", "javascript", "iframe", "data:", "<form", "<!--"] {
                assert!(!clean.contains(trace), "{text} -> {clean}");
            }
            assert_eq!(safe(&clean), clean, "cleaning twice changes nothing");
        }
        assert_eq!(safe("<p>Hello <b>you</b></p>"), "<p>Hello <b>you</b></p>");
    }
}
