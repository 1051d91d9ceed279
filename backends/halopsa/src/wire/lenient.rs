//! Values as Halo writes them: ids as doubles, booleans as text, empty strings for nothing. Reading one never fails; what
//! it is not, it is none of.

use portico_contract::{Kind, NativeId};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An id, a code, a number of something: `95`, `95.0` and `"95"` are one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Int(pub Option<i64>);

/// A text; blank is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(pub Option<String>);

/// Yes, no, or nothing said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(pub Option<bool>);

/// An amount, a number of hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Num(pub Option<Decimal>);

/// A list; `None` if it was not sent at all. An entry that cannot be read is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Many<T>(pub Option<Vec<T>>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl Int {
    /// The number of a thing; 0, −1 and nothing are no thing.
    pub(crate) fn key(self) -> Option<i64> {
        self.0.filter(|id| *id > 0)
    }

    pub(crate) fn id(self, kind: Kind) -> Option<NativeId> {
        self.key().map(|id| NativeId::new(kind, id))
    }
}

impl Text {
    pub(crate) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(crate) fn words(&self) -> Option<String> {
        self.0.clone()
    }

    /// The text, or what stands for it.
    pub(crate) fn or(&self, other: impl FnOnce() -> String) -> String {
        self.0.clone().unwrap_or_else(other)
    }
}

impl Flag {
    pub(crate) fn yes(self) -> bool {
        self.0 == Some(true)
    }

    pub(crate) fn no(self) -> bool {
        self.0 == Some(false)
    }
}

impl Num {
    pub(crate) fn or_zero(self) -> Decimal {
        self.0.unwrap_or_default()
    }

    /// Hours as seconds.
    pub(crate) fn seconds(self) -> Option<i64> {
        self.0?.checked_mul(Decimal::from(3_600))?.round().to_i64()
    }
}

impl<T> Many<T> {
    pub(crate) fn all(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| decimal(&number.to_string())?.to_whole()),
        Value::String(text) => decimal(text)?.to_whole(),
        _ => None,
    }
}

trait Whole {
    fn to_whole(self) -> Option<i64>;
}

impl Whole for Decimal {
    fn to_whole(self) -> Option<i64> {
        self.is_integer().then(|| self.to_i64()).flatten()
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(_) => int(value).and_then(|number| [false, true].get(usize::try_from(number).ok()?).copied()),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn text(value: Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        None
    } else if trimmed.len() == text.len() {
        Some(text)
    } else {
        Some(trimmed.to_owned())
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self(int(&value)))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self(text(value)))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self(flag(&value)))
    }
}

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(match &value {
            Value::Number(number) => decimal(&number.to_string()),
            Value::String(text) => decimal(text),
            _ => None,
        }))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(rows) => Some(rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect()),
            _ => None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn numbers_have_three_spellings() {
        for (value, expected) in [
            (json!(95), Some(95)),
            (json!(95.0), Some(95)),
            (json!("95"), Some(95)),
            (json!("95.0"), Some(95)),
            (json!(-1), Some(-1)),
            (json!(95.5), None),
            (json!(""), None),
            (json!(null), None),
            (json!({"id": 1}), None),
            (json!(1e300), None),
        ] {
            assert_eq!(from_value::<Int>(value.clone()).unwrap().0, expected, "{value}");
        }
        assert_eq!((Int(Some(0)).key(), Int(Some(-1)).key(), Int(Some(7)).key()), (None, None, Some(7)));
    }

    #[test]
    fn flags_texts_and_amounts_never_fail() {
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!("false"), Some(false)),
            (json!(1), Some(true)),
            (json!(2), None),
            (json!([]), None),
        ] {
            assert_eq!(from_value::<Flag>(value.clone()).unwrap().0, expected, "{value}");
        }
        assert_eq!(from_value::<Text>(json!("  ")).unwrap().0, None);
        assert_eq!(from_value::<Text>(json!(" a ")).unwrap().0.as_deref(), Some("a"));
        assert_eq!(from_value::<Num>(json!(0.1)).unwrap().0.unwrap().to_string(), "0.1");
        assert_eq!(from_value::<Num>(json!("12,5")).unwrap().0, None);
        assert_eq!(from_value::<Num>(json!(0.25)).unwrap().seconds(), Some(900));
        let many: Many<Int> = from_value(json!([1, "x", 2.0])).unwrap();
        assert_eq!(many.all(), [Int(Some(1)), Int(None), Int(Some(2))]);
        assert_eq!(from_value::<Many<Int>>(json!({})).unwrap().0, None);
    }
}
