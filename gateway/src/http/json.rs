//! Writes JSON within a limit.
//!
//! Most of a large answer are texts that JSON takes as they are. To see that of a whole text takes a fraction of what
//! it takes to look at its bytes one by one, as the general serializer does: it writes only what has to be escaped.

use async_graphql::Value;
use serde::Serialize;
use std::io::{self, Write};

/// What a small answer takes.
const FIRST: usize = 2_048;

/// Takes so many bytes and no more; no more memory than that is taken.
#[derive(Debug)]
pub struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Bounded {
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { bytes: Vec::with_capacity(limit.min(FIRST)), limit }
    }

    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether so much more may be written.
    fn has_room(&self, more: usize) -> io::Result<()> {
        if self.bytes.len().saturating_add(more) > self.limit {
            return Err(io::Error::other("over the limit"));
        }
        Ok(())
    }

    fn put(&mut self, part: &[u8]) -> io::Result<()> {
        self.has_room(part.len())?;
        self.bytes.extend_from_slice(part);
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        self.has_room(1)?;
        self.bytes.push(byte);
        Ok(())
    }

    /// The next entry of an object.
    pub fn key(&mut self, key: &str) -> io::Result<()> {
        if self.bytes.last() != Some(&b'{') {
            self.byte(b',')?;
        }
        self.text(key)?;
        self.byte(b':')
    }

    pub fn open(&mut self) -> io::Result<()> {
        self.byte(b'{')
    }

    pub fn close(&mut self) -> io::Result<()> {
        self.byte(b'}')
    }

    /// Anything at all.
    pub fn any(&mut self, value: &impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(self, value)?)
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        if has_escapes(text) {
            return self.any(&text);
        }
        self.has_room(text.len() + 2)?;
        self.bytes.reserve(text.len() + 2);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'"');
        Ok(())
    }

    /// The data of an answer.
    pub fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::Null => self.put(b"null"),
            Value::Boolean(true) => self.put(b"true"),
            Value::Boolean(false) => self.put(b"false"),
            Value::String(text) => self.text(text),
            Value::Enum(word) => self.text(word),
            Value::Number(_) | Value::Binary(_) => self.any(value),
            Value::List(values) => {
                self.byte(b'[')?;
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        self.byte(b',')?;
                    }
                    self.value(value)?;
                }
                self.byte(b']')
            }
            Value::Object(entries) => {
                self.open()?;
                for (key, value) in entries {
                    self.key(key)?;
                    self.value(value)?;
                }
                self.close()
            }
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.put(part).map(|()| part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Without a way out of the loop, many bytes are looked at in one step.
fn has_escapes(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{Name, value};

    fn written(value: &Value, limit: usize) -> Option<String> {
        let mut out = Bounded::new(limit);
        out.value(value).ok()?;
        String::from_utf8(out.into_bytes()).ok()
    }

    #[test]
    fn it_writes_what_the_general_serializer_writes() {
        let texts = (0..300)
            .filter_map(char::from_u32)
            .flat_map(|c| (0..9).map(move |at| Value::from(format!("{}{c}{}", "a".repeat(at), "é".repeat(8 - at)))));
        let texts: Vec<Value> = texts.collect();
        let long: Vec<Value> = (0..70).map(|length| Value::from(format!("{}\"", "é".repeat(length)))).collect();
        let others = value!({
            "empty": {}, "none": [], "null": null, "yes": true, "no": false, "one": [1, -2, 1.5, 1e300],
            "nested": [{"a": {"b": [[], {}]}}, [null, "x"]], "back\\slash": "tab\there", "é": "日本\u{2028}",
        });
        let more = [Value::Enum(Name::new("OPEN")), Value::Binary(vec![0, 255].into()), Value::String(String::new())];
        for value in [Value::List(texts), Value::List(long), others].into_iter().chain(more) {
            assert_eq!(written(&value, usize::MAX).as_deref(), serde_json::to_string(&value).ok().as_deref());
        }
    }

    #[test]
    fn nothing_is_written_beyond_the_limit() {
        let value = value!({"list": ["text", 12, true, null, "es\"caped"], "more": {"key": "value"}});
        let whole = written(&value, usize::MAX).unwrap();
        assert_eq!(written(&value, whole.len()).as_deref(), Some(whole.as_str()));
        for limit in 0..whole.len() {
            assert_eq!(written(&value, limit), None, "{limit}");
        }
    }
}
