//! Custom scalars, each with the page that specifies it.

use crate::readmodel::html;
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as ChronoDateTime, NaiveDate, Utc};

/// A moment in UTC, RFC 3339: `2026-01-31T09:30:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub ChronoDateTime<Utc>);

/// A moment in UTC, RFC 3339: `2026-01-31T09:30:00Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let at = ChronoDateTime::parse_from_rfc3339(text)
            .map_err(|_| InputValueError::custom("expected an RFC 3339 moment such as 2026-01-31T09:30:00Z"))?;
        Ok(Self(at.with_timezone(&Utc)))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

impl DateTime {
    /// From a stored time; 0 is how a stored row says that the vendor knows none.
    #[must_use]
    pub fn stored(millis: i64) -> Option<Self> {
        (millis != 0).then(|| ChronoDateTime::from_timestamp_millis(millis).map(Self)).flatten()
    }

    #[must_use]
    pub fn opt(millis: Option<i64>) -> Option<Self> {
        millis.and_then(Self::stored)
    }
}

/// Where something is: absolute, or relative to the address of this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url(pub String);

/// Where something is: absolute, or relative to the address of this API.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/#url-writing")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A calendar date, ISO 8601: `2026-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar date, ISO 8601: `2026-01-31`.
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| InputValueError::custom("expected a date such as 2026-01-31"))?;
        Ok(Self(date))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Date {
    #[must_use]
    pub fn stored(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// A decimal number as text, exact: `"43.60"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

/// A decimal number as text, exact: `"43.60"`.
#[Scalar(name = "Decimal", specified_by_url = "https://www.w3.org/TR/xmlschema-2/#decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        text.parse().map(Self).map_err(|_| InputValueError::custom("expected a decimal such as \"43.60\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// HTML that is safe to show: scripts, styles, forms and event handlers are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

/// HTML that is safe to show: scripts, styles, forms and event handlers are gone.
#[Scalar(name = "HTML", specified_by_url = "https://html.spec.whatwg.org/")]
impl ScalarType for Html {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(html::safe(text)))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// What is wrong with a text as a value of one of our scalars. Checked before an operation runs: an
/// engine's error while it runs would take the answers beside it away.
#[must_use]
pub fn fault(type_name: &str, text: &str) -> Option<String> {
    let value = Value::String(text.to_owned());
    let wrong = match type_name {
        "DateTime" => DateTime::parse(value).is_err(),
        "Date" => Date::parse(value).is_err(),
        "Decimal" => Decimal::parse(value).is_err(),
        _ => false,
    };
    let example = SHAPES.iter().find(|(name, _)| *name == type_name).map_or("", |(_, example)| example);
    wrong.then(|| format!("{text:?} is no {type_name}. Write it as {example}."))
}

/// How each scalar of text is written.
const SHAPES: &[(&str, &str)] =
    &[("DateTime", "2026-01-31T09:30:00Z"), ("Date", "2026-01-31"), ("Decimal", "\"43.60\"")];

impl Html {
    /// Text that was made safe when it was stored.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }
}
