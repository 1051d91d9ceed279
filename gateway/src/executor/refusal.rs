//! The answer to a document that will not be run.

use async_graphql::{ErrorExtensionValues, ServerError};

/// Codes of [`Refusal`]: part of the one list of error codes.
pub const PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
pub const VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
pub const TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";

/// Why a document was refused before anything of it ran. The message may be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn parse_failed(message: impl Into<String>) -> Self {
        Self { code: PARSE_FAILED, message: message.into() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self { code: VALIDATION_FAILED, message: message.into() }
    }

    pub fn too_complex(message: impl Into<String>) -> Self {
        Self { code: TOO_COMPLEX, message: message.into() }
    }

    /// One wording for every counted bound.
    #[must_use]
    pub fn over(what: &str, limit: impl std::fmt::Display) -> Self {
        Self::too_complex(format!("The document has too many {what}: the limit is {limit}."))
    }
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let mut error = Self::new(refusal.message, None);
        error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", refusal.code);
        error
    }
}
