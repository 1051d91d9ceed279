//! Values that a provider added to the PSA's own.

use super::directive::inherits;
use async_graphql::SimpleObject;
use portico_contract::Visibility;
use portico_contract::value;
use serde_json::Value;

/// A value that the provider added to the PSA's own.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CustomValue {
    /// The PSA's key of the field.
    key: String,
    /// What people call the field.
    label: String,
    /// The value as text; JSON where it is a list or an object.
    value: Option<String>,
}

impl CustomValue {
    /// The stored values that customers may see, or those that they may not.
    #[must_use]
    pub fn stored(text: &str, visibility: Visibility) -> Vec<Self> {
        let values: Vec<value::CustomValue> = serde_json::from_str(text).unwrap_or_default();
        values.into_iter().filter(|value| value.visibility == visibility).map(Self::new).collect()
    }

    fn new(custom: value::CustomValue) -> Self {
        let value = match custom.value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        Self { key: custom.key, label: custom.label, value }
    }
}
