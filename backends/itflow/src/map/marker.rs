//! The marker of a command: an HTML comment with the command's id, at or near the end of a text.

const OPEN: &str = "<!-- portico:";
const CLOSE: &str = "-->";

/// Splits a text into what people wrote and the id of the command that wrote it, if one is named.
pub(crate) fn take(text: &str) -> (String, Option<String>) {
    let found = text.rfind(OPEN).and_then(|start| {
        let (before, rest) = text.split_at_checked(start)?;
        let (id, after) = rest.strip_prefix(OPEN)?.split_once(CLOSE)?;
        let id = id.trim();
        is_id(id).then(|| (format!("{}{after}", before.trim_end()), id.to_owned()))
    });
    found.map_or_else(|| (text.to_owned(), None), |(text, id)| (text, Some(id)))
}

fn is_id(word: &str) -> bool {
    word.len() == 36 && word.chars().all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_and_stripped() {
        let id = "0190a5c2-7c1b-7d3e-9a51-2f6f0c1d2e3f";
        // ITFlow's API puts a line break behind the details that it is given.
        let (text, marker) = take(&format!("<p>Hello</p>\n<!-- portico:{id} --><br>"));
        assert_eq!((text.as_str(), marker.as_deref()), ("<p>Hello</p><br>", Some(id)));
    }

    #[test]
    fn other_comments_stay() {
        for text in ["<p>a</p>", "<!-- portico:none -->", "<!-- portico:", "<!-- x --> b", ""] {
            assert_eq!(take(text), (text.to_owned(), None));
        }
    }
}
