//! The marker of a command: an HTML comment with the command's id, at or near the end of a text.
//!
//! It is Portico's own word, the same in every PSA that keeps HTML as it comes.

use uuid::Uuid;

const OPEN: &str = "<!-- portico:";
const CLOSE: &str = "-->";

/// A text with the id of the command that writes it. A marker that somebody put there himself goes.
#[must_use]
pub fn put(text: &str, id: Uuid) -> String {
    let mut text = text.to_owned();
    while let (rest, Some(_)) = take(&text) {
        text = rest;
    }
    format!("{text}{}", word(id))
}

/// The marker of a command, as it stands in a text.
#[must_use]
pub fn word(id: Uuid) -> String {
    format!("{OPEN}{id} {CLOSE}")
}

/// Splits a text into what people wrote and the id of the command that wrote it, if one is named.
#[must_use]
pub fn take(text: &str) -> (String, Option<String>) {
    let found = text.rfind(OPEN).and_then(|start| {
        let (before, rest) = text.split_at_checked(start)?;
        let (id, after) = rest.strip_prefix(OPEN)?.split_once(CLOSE)?;
        let id = id.trim();
        is_id(id).then(|| (format!("{}{after}", before.trim_end()), id.to_owned()))
    });
    found.map_or_else(|| (text.to_owned(), None), |(text, id)| (text, Some(id)))
}

/// Whether a word is written as the id of a command is.
#[must_use]
pub fn is_id(word: &str) -> bool {
    word.len() == 36 && word.chars().all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_and_stripped() {
        let id = "0190a5c2-7c1b-7d3e-9a51-2f6f0c1d2e3f";
        // A PSA may put something behind what it is given.
        let (text, marker) = take(&format!("<p>Hello</p>\n<!-- portico:{id} --><br>"));
        assert_eq!((text.as_str(), marker.as_deref()), ("<p>Hello</p><br>", Some(id)));
    }

    #[test]
    fn what_is_put_is_taken_again_and_a_forged_one_goes() {
        let (mine, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let text = put(&put("<p>Hello</p>", other), mine);
        assert!(!text.contains(&other.to_string()), "{text}");
        assert_eq!(take(&text), ("<p>Hello</p>".to_owned(), Some(mine.to_string())));
    }

    #[test]
    fn other_comments_stay() {
        for text in ["<p>a</p>", "<!-- portico:none -->", "<!-- portico:", "<!-- x --> b", ""] {
            assert_eq!(take(text), (text.to_owned(), None));
        }
    }
}
