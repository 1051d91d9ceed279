//! Counts a document before it is parsed.
//!
//! The parser recurses and builds a tree, so a few kilobytes of brackets could end the process. This scan walks the
//! bytes once, keeps two counters and allocates nothing.

use super::limits::Limits;
use super::refusal::Refusal;

/// Refuses a document with too many tokens or too deep brackets, whatever it would mean.
pub fn scan(text: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut rest = text.as_bytes();
    let mut tokens = 0_usize;
    let mut nesting = 0_usize;
    while let Some((&first, tail)) = rest.split_first() {
        if is_ignored(first) {
            rest = tail;
            continue;
        }
        if first == b'#' {
            rest = after_comment(tail);
            continue;
        }
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Refusal::over("tokens", limits.tokens));
        }
        match first {
            b'{' | b'[' | b'(' => nesting += 1,
            b'}' | b']' | b')' => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        if nesting > limits.nesting {
            let limit = limits.nesting;
            return Err(Refusal::too_complex(format!("The document nests too deep: the limit is {limit} brackets.")));
        }
        rest = after_token(rest)?;
    }
    Ok(())
}

/// White space, commas and the byte order mark.
fn is_ignored(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn after_comment(rest: &[u8]) -> &[u8] {
    skip_while(rest, |byte| !matches!(byte, b'\n' | b'\r'))
}

fn skip_while(rest: &[u8], keep: impl Fn(u8) -> bool) -> &[u8] {
    let end = rest.iter().position(|byte| !keep(*byte)).unwrap_or(rest.len());
    rest.get(end..).unwrap_or_default()
}

/// What follows the token that `rest` begins with.
fn after_token(rest: &[u8]) -> Result<&[u8], Refusal> {
    if let Some(body) = rest.strip_prefix(b"\"\"\"") {
        return after_block_string(body);
    }
    if let Some(body) = rest.strip_prefix(b"\"") {
        return after_string(body);
    }
    if let Some(tail) = rest.strip_prefix(b"...") {
        return Ok(tail);
    }
    let Some((&first, tail)) = rest.split_first() else { return Ok(rest) };
    Ok(match first {
        b'-' | b'0'..=b'9' => skip_while(tail, |byte| is_word(byte) || matches!(byte, b'.' | b'+' | b'-')),
        byte if is_word(byte) => skip_while(tail, is_word),
        // A character that no document may hold counts for itself: the parser says what is wrong with it.
        _ => tail,
    })
}

fn after_string(mut rest: &[u8]) -> Result<&[u8], Refusal> {
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'"' => return Ok(tail),
            b'\\' => tail.get(1..).unwrap_or_default(),
            b'\n' | b'\r' => break,
            _ => tail,
        };
    }
    Err(Refusal::parse_failed("A string has no end."))
}

fn after_block_string(mut rest: &[u8]) -> Result<&[u8], Refusal> {
    while let Some((_, tail)) = rest.split_first() {
        if let Some(end) = rest.strip_prefix(b"\"\"\"") {
            return Ok(end);
        }
        rest = rest.strip_prefix(b"\\\"\"\"").unwrap_or(tail);
    }
    Err(Refusal::parse_failed("A block string has no end."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::refusal::{PARSE_FAILED, TOO_COMPLEX};

    fn limits(tokens: usize, nesting: usize) -> Limits {
        Limits { tokens, nesting, ..Limits::default() }
    }

    fn tokens_of(text: &str) -> usize {
        (0..200).find(|tokens| scan(text, &limits(*tokens, 64)).is_ok()).unwrap()
    }

    #[test]
    fn names_numbers_strings_and_punctuators_are_tokens() {
        for (text, tokens) in [
            ("{ a }", 3),
            ("", 0),
            (" \t\r\n,,,\u{feff}", 0),
            ("# a b c { [ \n{a}", 3),
            ("{a(b: -1.5e+10, c: \"x y # z\")}", 11),
            ("{...F}", 4),
            ("query($a:[Int!]!=[1 2]){a}", 19),
            (r#"{a(b:"\"{[(\\")}"#, 8),
            ("{a(b:\"\"\"x \\\"\"\" {{{{ \" \n y\"\"\")}", 8),
            ("{a(b:\"\")}", 8),
            ("{a @skip(if: $b)}", 11),
        ] {
            assert_eq!(tokens_of(text), tokens, "{text}");
        }
    }

    #[test]
    fn nesting_is_counted_over_all_brackets_and_not_in_strings() {
        assert!(scan("{a(b:[{c:[1]}])}", &limits(100, 5)).is_ok());
        assert_eq!(scan("{a(b:[{c:[1]}])}", &limits(100, 4)).unwrap_err().code, TOO_COMPLEX);
        assert!(scan(r#"{a(b:"{{{{{{{{")}"#, &limits(100, 2)).is_ok());
        assert!(scan("{a b c} # {{{{{{{", &limits(100, 1)).is_ok());
        assert!(scan("}}}}}{", &limits(100, 1)).is_ok(), "stray closing brackets do not earn credit");
        assert!(scan("}}}}}{{", &limits(100, 1)).is_err());
    }

    #[test]
    fn deep_literals_and_floods_are_refused() {
        let limits = Limits::default();
        for deep in ["[", "{a:", "{a", "("] {
            assert_eq!(scan(&format!("{{a(b:{}", deep.repeat(20_000)), &limits).unwrap_err().code, TOO_COMPLEX);
        }
        assert_eq!(scan(&"a ".repeat(100_000), &limits).unwrap_err().code, TOO_COMPLEX);
        assert_eq!(scan(&"é".repeat(4_001), &limits).unwrap_err().code, TOO_COMPLEX);
    }

    #[test]
    fn strings_without_end_are_parse_errors() {
        for text in ["{a(b:\"x", "{a(b:\"x\n\")}", "{a(b:\"\\", "{a(b:\"\"\"x\"\"", "\"\"\""] {
            assert_eq!(scan(text, &Limits::default()).unwrap_err().code, PARSE_FAILED, "{text}");
        }
    }
}
