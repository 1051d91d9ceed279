//! The marker of a command: in a field of a ticket, in an HTML comment at the end of an action's note.

use uuid::Uuid;

const FIELD: &str = "portico:";
const OPEN: &str = "<!-- portico:";
const CLOSE: &str = "-->";

/// What a ticket carries in its field.
pub(crate) fn field(id: Uuid) -> String {
    format!("{FIELD}{id}")
}

/// The command that a ticket's field names.
pub(crate) fn of_field(text: Option<&str>) -> Option<String> {
    let id = text?.trim().strip_prefix(FIELD)?;
    is_id(id).then(|| id.to_owned())
}

/// A text with the command's id. A marker that somebody put there himself goes.
pub(crate) fn put(text: &str, id: Uuid) -> String {
    let mut text = text.to_owned();
    while let (rest, Some(_)) = take(&text) {
        text = rest;
    }
    format!("{text}{OPEN}{id} {CLOSE}")
}

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
    fn what_is_put_is_taken_again_and_a_forged_one_goes() {
        let (mine, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let text = put(&put("<p>Hello</p>", other), mine);
        assert!(!text.contains(&other.to_string()), "{text}");
        assert_eq!(take(&text), ("<p>Hello</p>".to_owned(), Some(mine.to_string())));
        for text in ["<p>a</p>", "<!-- portico:none -->", "<!-- portico:", "<!-- x --> b", ""] {
            assert_eq!(take(text), (text.to_owned(), None));
        }
        assert_eq!(of_field(Some(&field(mine))), Some(mine.to_string()));
        assert_eq!((of_field(Some("portico:x")), of_field(Some("4711")), of_field(None)), (None, None, None));
    }
}
