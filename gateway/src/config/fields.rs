//! Which keys a settings struct has, asked of its `Deserialize` implementation.

use serde::de::{Deserialize, Deserializer, Error as DeError, Visitor};
use std::fmt;

/// The keys that `T` reads, in declaration order; `None` if `T` is no plain struct.
#[must_use]
pub fn of<T: for<'de> Deserialize<'de>>() -> Option<&'static [&'static str]> {
    match T::deserialize(Asking) {
        Err(Answer::Fields(fields)) => Some(fields),
        Err(Answer::Other) | Ok(_) => None,
    }
}

/// Reads nothing: it answers the struct's first question with the struct's own field names.
struct Asking;

#[derive(Debug)]
enum Answer {
    Fields(&'static [&'static str]),
    Other,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was read")
    }
}

impl std::error::Error for Answer {}

impl DeError for Answer {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other
    }
}

impl<'de> Deserializer<'de> for Asking {
    type Error = Answer;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer::Fields(fields))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Answer> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Answer> {
        Err(Answer::Other)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The word of `known` that is closest to `word`, if one is close at all.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(word.len()).div_ceil(2))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace one letter) that lead from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, b) in row.iter_mut().skip(1).zip(to.chars()) {
            let above = *slot;
            left = (above + 1).min(left + 1).min(diagonal + usize::from(a != b));
            diagonal = above;
            *slot = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only its field names are asked for")]
    struct Sample {
        one: u8,
        two_words: String,
    }

    #[test]
    fn a_struct_tells_its_keys_and_a_map_has_none() {
        assert_eq!(of::<Sample>(), Some(&["one", "two_words"][..]));
        assert_eq!(of::<std::collections::BTreeMap<String, u8>>(), None);
    }

    #[test]
    fn the_nearest_key_is_the_one_with_the_fewest_edits() {
        let known = ["every_seconds", "wait_ms", "enabled"];
        assert_eq!(nearest("every_second", &known), Some("every_seconds"));
        assert_eq!(nearest("waitms", &known), Some("wait_ms"));
        assert_eq!(nearest("zzzzzzzzzzzzzz", &known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
