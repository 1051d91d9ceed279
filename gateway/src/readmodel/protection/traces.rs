//! Traces of a person in texts: names, e-mail addresses and telephone numbers, known by salted hashes alone.
//!
//! A name is known in any order of its words and through tags between them; a number by its last digits, however it
//! is written. A first name alone, a nickname, a misspelling and text within pictures and files are not known.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

/// What stands where a trace was.
pub const ERASED: &str = "[erased]";

/// Most words of a name, and groups of a telephone number.
const WORDS: usize = 6;
/// Bytes between two words of one name (a tag may be among them), and between two groups of one number.
const NAME_GAP: usize = 24;
const PHONE_GAP: usize = 3;
/// Digits of a telephone number, and how many of the last are compared: a country code may be left out.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
const LAST_DIGITS: usize = 8;
/// A name of one word that is shorter would be found everywhere.
const SHORTEST: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Name,
    Mail,
    Phone,
}

/// One trace: what it is, how many words it has, its hash, and whether it is looked for at every account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub form: Form,
    pub words: usize,
    pub hash: String,
    pub wide: bool,
}

impl Trace {
    /// The trace of a text of this form, if it has one.
    #[must_use]
    pub fn of(form: Form, text: &str, salt: &str, wide: bool) -> Option<Self> {
        let words = words(text);
        let (count, normal) = match form {
            Form::Mail => (1, Some(text.trim().to_lowercase()).filter(|mail| mail.contains('@'))?),
            Form::Name => (words.len(), name(text, &words)),
            Form::Phone => (1, phone(text, &words)?),
        };
        let short = form == Form::Name && (count == 0 || count > WORDS || normal.chars().count() < SHORTEST);
        (!short).then(|| Self { form, words: count, hash: hash(salt, form, &normal), wide })
    }
}

/// What to look for in one text.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    salt: String,
    lengths: Vec<usize>,
    hashes: HashSet<(Form, String)>,
}

impl Traces {
    pub fn new<'a>(salt: &str, traces: impl Iterator<Item = &'a Trace>) -> Self {
        let mut all = Self { salt: salt.to_owned(), ..Self::default() };
        for trace in traces {
            if trace.form == Form::Name && !all.lengths.contains(&trace.words) {
                all.lengths.push(trace.words);
            }
            all.hashes.insert((trace.form, trace.hash.clone()));
        }
        all
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    fn knows(&self, form: Form, normal: &str) -> bool {
        self.hashes.contains(&(form, hash(&self.salt, form, normal)))
    }

    fn looks_for(&self, form: Form) -> bool {
        self.hashes.iter().any(|(looked_for, _)| *looked_for == form)
    }

    /// The text without these traces; `None` if it has none.
    #[must_use]
    pub fn out_of(&self, text: &str) -> Option<String> {
        if self.is_empty() || text.is_empty() {
            return None;
        }
        let words = words(text);
        let mut found = Vec::new();
        if self.looks_for(Form::Mail) {
            found.extend(addresses(text).filter(|at| self.knows(Form::Mail, &slice(text, at).to_lowercase())));
        }
        self.names(text, &words, &mut found);
        if self.looks_for(Form::Phone) {
            self.phones(text, &words, &mut found);
        }
        (!found.is_empty()).then(|| without(text, found))
    }

    fn names(&self, text: &str, words: &[Range<usize>], found: &mut Vec<Range<usize>>) {
        for length in &self.lengths {
            for run in words.windows(*length).filter(|run| is_close(run, NAME_GAP)) {
                if self.knows(Form::Name, &name(text, run)) {
                    found.extend(joined(text, run));
                }
            }
        }
    }

    fn phones(&self, text: &str, words: &[Range<usize>], found: &mut Vec<Range<usize>>) {
        let is_number = |word: &Range<usize>| slice(text, word).bytes().all(|byte| byte.is_ascii_digit());
        for length in 1..=WORDS {
            for run in words.windows(length).filter(|run| run.iter().all(is_number) && is_close(run, PHONE_GAP)) {
                if phone(text, run).is_some_and(|number| self.knows(Form::Phone, &number)) {
                    found.extend(run.first().zip(run.last()).map(|(first, last)| first.start..last.end));
                }
            }
        }
    }
}

fn hash(salt: &str, form: Form, normal: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update([form as u8]);
    digest.update(normal);
    digest.finalize().iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn slice<'a>(text: &'a str, at: &Range<usize>) -> &'a str {
    text.get(at.clone()).unwrap_or_default()
}

/// Words and numbers; names of tags and entities are none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric(), open) {
            (true, None) => open = Some(at),
            (false, Some(start)) => {
                open = None;
                let before = text.get(..start).unwrap_or_default();
                let tag = before.ends_with('<') || before.ends_with("</");
                let entity = before.ends_with('&') && letter == ';';
                if !tag && !entity {
                    words.push(start..at);
                }
            }
            _ => {}
        }
    }
    words
}

fn is_close(run: &[Range<usize>], gap: usize) -> bool {
    run.windows(2).all(|pair| matches!(pair, [a, b] if b.start.saturating_sub(a.end) <= gap))
}

fn name(text: &str, words: &[Range<usize>]) -> String {
    let mut words: Vec<String> = words.iter().map(|word| slice(text, word).to_lowercase()).collect();
    words.sort_unstable();
    words.join(" ")
}

fn phone(text: &str, words: &[Range<usize>]) -> Option<String> {
    let digits: String = words.iter().flat_map(|word| slice(text, word).chars()).filter(char::is_ascii_digit).collect();
    let skip = digits.len().saturating_sub(LAST_DIGITS);
    DIGITS.contains(&digits.len()).then(|| digits.get(skip..).unwrap_or_default().to_owned())
}

/// Where something like an e-mail address stands.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let local = |letter: char| letter.is_alphanumeric() || "._%+-'".contains(letter);
    let domain = |letter: char| letter.is_alphanumeric() || ".-".contains(letter);
    text.match_indices('@').filter_map(move |(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        let start = before.len() - before.chars().rev().take_while(|c| local(*c)).map(char::len_utf8).sum::<usize>();
        let end: usize = after.chars().take_while(|c| domain(*c)).map(char::len_utf8).sum();
        let end = after.get(..end)?.trim_end_matches(['.', '-']).len();
        (start < at && end > 0).then_some(start..at + 1 + end)
    })
}

/// A run of words as one stretch, or word by word where markup stands between them.
fn joined(text: &str, run: &[Range<usize>]) -> Vec<Range<usize>> {
    match (run.first(), run.last()) {
        (Some(first), Some(last)) if !slice(text, &(first.end..last.start)).contains(['<', '>', '"']) => {
            std::iter::once(first.start..last.end).collect()
        }
        _ => run.to_vec(),
    }
}

fn without(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let (mut clean, mut at) = (String::with_capacity(text.len()), 0);
    for range in found {
        if range.start >= at {
            clean.push_str(slice(text, &(at..range.start)));
            clean.push_str(ERASED);
        }
        at = at.max(range.end);
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces() -> Traces {
        let person = [(Form::Name, "Ada M. Byron"), (Form::Name, "Ada Byron"), (Form::Mail, "Ada.Byron@example.com")];
        let person = person.into_iter().chain([(Form::Phone, "+49 (170) 555-0142")]);
        let all: Vec<Trace> = person.filter_map(|(form, text)| Trace::of(form, text, "salt", true)).collect();
        assert_eq!(all.len(), 4);
        Traces::new("salt", all.iter())
    }

    #[test]
    fn a_person_is_found_however_they_are_written() {
        for (text, clean) in [
            ("Call Ada Byron.", "Call [erased]."),
            ("BYRON, ada", "[erased]"),
            ("<p>Ada</p> <b>Byron</b>", "<p>[erased]</p> <b>[erased]</b>"),
            ("Ada&nbsp;Byron", "[erased]"),
            ("Ada M. Byron", "[erased]"),
            ("to ada.byron@EXAMPLE.com.", "to [erased]."),
            ("<a href=\"mailto:ada.byron@example.com\">x</a>", "<a href=\"mailto:[erased]\">x</a>"),
            ("0170 5550142, please", "[erased], please"),
            ("(0170) 555 01 42", "([erased]"),
            ("ß Ada Byron ß", "ß [erased] ß"),
        ] {
            assert_eq!(traces().out_of(text).as_deref(), Some(clean), "{text}");
        }
    }

    #[test]
    fn others_are_left_alone() {
        for text in
            ["Ada Lovelace", "Byron", "bob@example.com", "0170 5550143", "@", "a@", "", "xada.byron@example.com"]
        {
            assert_eq!(traces().out_of(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_no_address_and_no_number_leaves_no_trace() {
        for (form, text) in [(Form::Name, ""), (Form::Name, "Al"), (Form::Mail, "none"), (Form::Phone, "123")] {
            assert_eq!(Trace::of(form, text, "salt", true), None, "{text}");
        }
    }
}
