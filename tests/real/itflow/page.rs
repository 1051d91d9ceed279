//! Reading ITFlow's pages: their tables, and words that the proof itself has written.

use std::collections::BTreeSet;

/// How every word begins that the proof writes to find it again.
pub const MARK: &str = "zq";

/// What follows a text for the first time.
#[must_use]
pub fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.split_once(start).map(|(_, rest)| rest)
}

/// A page without its tags, and with single spaces.
#[must_use]
pub fn text(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    for piece in html.split('<') {
        // What stands before the first tag has no end of one.
        plain.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        plain.push(' ');
    }
    let entities = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#039;", "'"), ("&quot;", "\""), ("&nbsp;", " ")];
    let plain = entities.iter().fold(plain, |plain, (entity, sign)| plain.replace(entity, sign));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rows of the page's tables, cell by cell, without the headings.
#[must_use]
pub fn rows(html: &str) -> Vec<Vec<String>> {
    let row = |part: &str| -> Vec<String> {
        let part = part.split("</tr").next().unwrap_or_default();
        part.split("<td").skip(1).map(|cell| text(cell.split("</td").next().unwrap_or_default())).collect()
    };
    let rows = html.split("<tr").skip(1).map(row).filter(|cells| !cells.is_empty());
    // A cell begins within its own tag, of which the end is left over.
    rows.map(|cells| cells.into_iter().map(|cell| cell.trim_start_matches('>').trim().to_owned()).collect()).collect()
}

/// The marked words of a text.
#[must_use]
pub fn marked(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with(MARK)).map(str::to_owned).collect()
}

/// The text between two labels.
#[must_use]
pub fn between(text: &str, start: &str, end: &str) -> String {
    let rest = after(text, start).unwrap_or_default();
    rest.split(end).next().unwrap_or_default().trim().to_owned()
}

#[test]
fn pages_are_read() {
    let html =
        "<table><tr><th>#</th></tr><tr class='x'><td>A &amp; B</td><td class=\"y\"><a href='z'>zq1</a></td></tr>";
    assert_eq!(rows(html), [["A & B", "zq1"]]);
    assert_eq!(text("a<br>b <b>c</b>"), "a b c");
    assert_eq!(marked("<p>zqone, xzq zqtwo</p>").into_iter().collect::<Vec<_>>(), ["zqone", "zqtwo"]);
    assert_eq!(between("State: On Hold Priority: Low", "State:", "Priority:"), "On Hold");
}
