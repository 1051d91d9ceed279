//! The type that a file is sent as. Its name may claim one of a short list of types that no browser runs, and its
//! first bytes must agree; everything else is bytes.

use portico_contract::{Error, Result};

/// What nothing is known of.
const BYTES: &str = "application/octet-stream";

/// How the bytes of a type begin.
type Looks = fn(&[u8]) -> bool;

/// Ending of the name, type, and what the content must look like.
const TYPES: &[(&str, &str, Looks)] = &[
    ("png", "image/png", |head| head.starts_with(b"\x89PNG\r\n\x1a\n")),
    ("jpg", "image/jpeg", |head| head.starts_with(b"\xff\xd8\xff")),
    ("jpeg", "image/jpeg", |head| head.starts_with(b"\xff\xd8\xff")),
    ("gif", "image/gif", |head| head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")),
    ("webp", "image/webp", |head| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")),
    ("pdf", "application/pdf", |head| head.starts_with(b"%PDF-")),
    ("zip", "application/zip", is_zip),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", is_zip),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", is_zip),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", is_zip),
    ("odt", "application/vnd.oasis.opendocument.text", is_zip),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", is_zip),
    ("txt", "text/plain; charset=utf-8", is_text),
    ("log", "text/plain; charset=utf-8", is_text),
    ("csv", "text/csv; charset=utf-8", is_text),
];

/// Endings of the names of files that are taken in.
pub fn taken_endings() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(ending, ..)| *ending)
}

/// The type of a file that is taken in, or why it is not.
pub fn taken(name: &str, head: &[u8]) -> Result<&'static str> {
    match of(name, head) {
        BYTES => {
            let text = format!(
                "The file's content is of no type that is taken, or not of its name's. Send one of {}.",
                taken_endings().collect::<Vec<_>>().join(", ")
            );
            Err(Error::invalid(text))
        }
        known => Ok(known),
    }
}

/// The type of a file by its name and its first piece.
pub fn of(name: &str, head: &[u8]) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let known = TYPES.iter().find(|(known, _, looks)| *known == ending && looks(head));
    known.map_or(BYTES, |(_, media_type, _)| media_type)
}

fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// UTF-8 without control characters; the piece may end in the middle of a letter.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_some() => None,
        Err(error) => head.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()),
    };
    text.is_some_and(|text| !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_claimed_by_the_name_and_proved_by_the_content() {
        for (name, head, expected) in [
            ("a.png", &b"\x89PNG\r\n\x1a\n...."[..], "image/png"),
            ("A.JPEG", b"\xff\xd8\xff\xe0", "image/jpeg"),
            ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            ("a.pdf", b"%PDF-1.7", "application/pdf"),
            ("a.b.csv", "größe;zahl\r\n".as_bytes(), "text/csv; charset=utf-8"),
            ("cut.txt", b"gr\xc3", "text/plain; charset=utf-8"),
            ("", b"", BYTES),
            ("png", b"\x89PNG\r\n\x1a\n", BYTES),
            ("a.png", b"<script>alert(1)</script>", BYTES),
            ("a.pdf", b"MZ", BYTES),
            ("a.txt", b"a\0b", BYTES),
            ("a.txt", b"\xff\xfe", BYTES),
            ("a.html", b"<p>", BYTES),
            ("a.svg", b"<svg onload=alert(1)>", BYTES),
            ("a.eml", b"From: a@b", BYTES),
            ("a.js", b"alert(1)", BYTES),
        ] {
            assert_eq!(of(name, head), expected, "{name}");
        }
    }
}
