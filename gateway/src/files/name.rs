//! Names of files as they may go into a header and onto a disk. A name comes from whoever uploaded the file.

use std::fmt::Write;

/// Bytes of a name; every file system takes as many.
const LONGEST: usize = 200;
/// Longer endings are no endings.
const LONGEST_ENDING: usize = 16;

/// Names that some systems take for a device, whatever ending follows.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
const NUMBERED_DEVICES: &[&str] = &["com", "lpt"];

/// The value of `Content-Disposition` (RFC 6266): always a download, under a name that is safe everywhere.
#[must_use]
pub fn disposition(name: &str) -> String {
    let name = clean(name);
    let plain: String = name.chars().map(|letter| if in_quotes(letter) { letter } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{plain}\"");
    if plain != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            // RFC 8187: letters of tokens stand for themselves.
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => value.push(char::from(byte)),
                other => drop(write!(value, "%{other:02X}")),
            }
        }
    }
    value
}

/// What a quoted text holds without an escape that some browser reads differently.
fn in_quotes(letter: char) -> bool {
    (letter.is_ascii_graphic() || letter == ' ') && !matches!(letter, '"' | '\\' | '%')
}

/// The last part of a path, without what is invisible, turns text around, or means something to a file system.
#[must_use]
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let letters = last.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter));
    let letters: String = letters.map(|letter| if "<>:\"|?*".contains(letter) { '_' } else { letter }).collect();
    let name = letters.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    if name.is_empty() {
        return "file".to_owned();
    }
    let name = shortened(name);
    if is_device(&name) { format!("_{name}") } else { name }
}

/// Marks of direction, joiners and other letters of no width.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |device: &&str| {
        stem.strip_prefix(*device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(numbered)
}

/// Cuts the stem; the ending says what the file is.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= LONGEST_ENDING => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let room = LONGEST.saturating_sub(ending.len());
    let cut = stem.char_indices().map(|(at, letter)| at + letter.len_utf8()).take_while(|end| *end <= room).last();
    format!("{}{ending}", stem.get(..cut.unwrap_or_default()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stays_as_it_is() {
        assert_eq!(disposition("jam 2.jpg"), "attachment; filename=\"jam 2.jpg\"");
    }

    #[test]
    fn other_letters_are_written_twice() {
        let value = disposition("Größe 100%.pdf");
        assert_eq!(value, "attachment; filename=\"Gr__e 100_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20100%25.pdf");
    }

    #[test]
    fn hostile_names_are_cleaned() {
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
            ("a\0b.txt", "ab.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("say \"hi\".txt", "say _hi_.txt"),
            (".htaccess", "htaccess"),
            ("name.txt. . ", "name.txt"),
            ("NUL.txt", "_NUL.txt"),
            ("com1", "_com1"),
            ("common.txt", "common.txt"),
            ("", "file"),
            ("...", "file"),
            ("\u{200b}", "file"),
            ("a/", "file"),
        ] {
            assert_eq!(clean(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = clean(&format!("{}.pdf", "ß".repeat(500)));
        assert!(name.len() <= LONGEST && name.ends_with("ß.pdf"), "{name}");
        assert!(clean(&format!("a.{}", "b".repeat(900))).len() <= LONGEST);
    }

    #[test]
    fn whatever_the_name_the_header_is_one_line_of_ascii() {
        for code in 0..0x11_0000_u32 {
            let Some(letter) = char::from_u32(code) else { continue };
            if code > 0x3000 && code % 251 != 0 {
                continue;
            }
            let value = disposition(&format!("a{letter}b.txt"));
            assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{code:x}: {value}");
            assert_eq!(value.matches('"').count(), 2, "{code:x}: {value}");
        }
    }
}
