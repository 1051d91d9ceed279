//! Text → words, in one way for both databases and for both sides: what is stored and what is asked.
//!
//! A word is a run of letters and digits, in small letters and without accents. Everything else parts words, so
//! nothing that a database could take for syntax is left of what people type.

use portico_contract::{Error, Result};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters that a search may have.
pub const MAX_TEXT: usize = 200;
/// Characters of a word that count.
const MAX_WORD: usize = 64;
/// Bytes of words that are kept of one text: PostgreSQL takes at most a megabyte with its positions.
const MAX_WORDS: usize = 128 * 1024;
/// A beginning this short would match too much.
const MIN_BEGINNING: usize = 2;

/// The text in small letters and without accents.
fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Owned(text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)).collect())
}

fn each(text: &str, mut take: impl FnMut(&str)) {
    for word in folded(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let end = word.char_indices().nth(MAX_WORD).map_or(word.len(), |(at, _)| at);
        take(word.get(..end).unwrap_or(word));
    }
}

/// The words of a record, one blank between two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each word with this in front.
    #[must_use]
    pub fn behind(&self, tag: &str) -> Self {
        let words = self.0.split(' ').filter(|word| !word.is_empty());
        Self(words.map(|word| format!("{tag}{word}")).collect::<Vec<_>>().join(" "))
    }

    /// Adds plain text.
    pub fn text(&mut self, text: &str) {
        each(text, |word| {
            if self.0.len() + word.len() < MAX_WORDS {
                if !self.0.is_empty() {
                    self.0.push(' ');
                }
                self.0.push_str(word);
            }
        });
    }

    /// Adds what HTML shows: what is never shown can never be found.
    pub fn html(&mut self, html: &str) {
        if html.contains(['<', '&']) {
            self.text(&shown(&ammonia::clean(html)));
        } else {
            self.text(html);
        }
    }
}

/// The text of clean HTML: tags and entities part words, as they are no letters.
fn shown(clean: &str) -> String {
    let mut text = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        text.push(' ');
        let end = if from.starts_with('<') { '>' } else { ';' };
        rest = from.find(end).and_then(|at| from.get(at + 1..)).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Words that must stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub words: Vec<String>,
    /// The last of them may be only a beginning.
    pub beginning: bool,
}

/// What is asked for: all of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

impl Terms {
    #[must_use]
    pub fn each(&self) -> &[Term] {
        &self.0
    }

    /// Reads what somebody typed: words, and phrases between quotation marks.
    pub fn read(text: &str) -> Result<Self> {
        if text.chars().count() > MAX_TEXT {
            return Err(Error::invalid(format!("Search for at most {MAX_TEXT} characters.")));
        }
        let parts: Vec<&str> = text.split(['"', '“', '”', '„']).collect();
        let mut terms = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let quoted = at % 2 == 1 && at + 1 < parts.len();
            if quoted {
                terms.extend(term(part));
            } else {
                terms.extend(part.split_whitespace().filter_map(term));
            }
        }
        if let (Some(last), Some(part)) = (terms.last_mut(), parts.last()) {
            let open = part.chars().any(char::is_alphanumeric);
            last.beginning = open && last.words.last().is_some_and(|word| word.chars().count() >= MIN_BEGINNING);
        }
        if terms.is_empty() {
            return Err(Error::invalid("Search for at least one letter or digit."));
        }
        Ok(Self(terms))
    }
}

fn term(text: &str) -> Option<Term> {
    let mut words = Vec::new();
    each(text, |word| words.push(word.to_owned()));
    (!words.is_empty()).then_some(Term { words, beginning: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let terms = Terms::read(text).unwrap();
        let say = |term: &Term| format!("{}{}", term.words.join("+"), if term.beginning { "*" } else { "" });
        terms.each().iter().map(say).collect()
    }

    #[test]
    fn words_phrases_and_a_last_beginning() {
        assert_eq!(read("Printer jam"), ["printer", "jam*"]);
        assert_eq!(read("TCK-1001"), ["tck+1001*"]);
        assert_eq!(read("\"paper jam\" HP"), ["paper+jam", "hp*"]);
        assert_eq!(read("hp \"paper jam\""), ["hp", "paper+jam"]);
        assert_eq!(read("\"paper jam"), ["paper", "jam*"]);
        assert_eq!(read("Zoë.Müller@Example.com a"), ["zoe+muller+example+com", "a"]);
    }

    #[test]
    fn nothing_that_is_typed_is_syntax() {
        for text in ["a AND (b", "NEAR(a b)", "a* -b ^c {x}:y", "'a' & !b | c:*", "a\u{0}b \\ ; --", "%_ a"] {
            for term in Terms::read(text).unwrap().each() {
                assert!(term.words.iter().all(|word| word.chars().all(char::is_alphanumeric)), "{text}: {term:?}");
            }
        }
        for text in ["", " ", "\"\"", "*", "()", "\u{0}", "%", "😀", "---"] {
            assert!(Terms::read(text).unwrap_err().public.contains("letter or digit"), "{text}");
        }
        assert!(Terms::read(&"a".repeat(201)).unwrap_err().public.contains("200"));
    }

    #[test]
    fn of_html_only_what_is_shown_counts() {
        let mut words = Words::default();
        words.html("<p class=\"hid\">One</p><p>t&amp;wo</p><!-- portico:1 --><script>bad()</script><style>b</style>");
        assert_eq!(words.as_str(), "one t wo");
        let mut words = Words::default();
        words.text("1 < 2 <b>");
        assert_eq!(words.as_str(), "1 2 b", "plain text is no HTML");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut words = Words::default();
        words.text(&"x".repeat(1_000));
        assert_eq!(words.as_str().len(), MAX_WORD);
        words.text(&"word ".repeat(100_000));
        assert!(words.as_str().len() <= MAX_WORDS);
    }
}
