//! Errors, named after who must act.

use crate::id::words;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

words! {
    /// Who must act on an error. The word is the `extensions.code` a client sees.
    ErrorKind {
        /// The caller: correct the input.
        Invalid = "BAD_USER_INPUT",
        /// The caller: sign in.
        Unauthenticated = "UNAUTHENTICATED",
        /// An administrator: grant the right.
        Forbidden = "FORBIDDEN",
        /// The caller: nothing visible has this id.
        NotFound = "NOT_FOUND",
        /// The caller: read again, then decide.
        Conflict = "CONFLICT",
        /// Nobody: this backend cannot do it.
        Unsupported = "UNSUPPORTED",
        /// The caller: wait.
        RateLimited = "RATE_LIMITED",
        /// The operator of the PSA: it does not answer.
        Unavailable = "BACKEND_UNAVAILABLE",
        /// The operator of Portico: settings or credentials of the backend are wrong.
        Credentials = "BACKEND_MISCONFIGURED",
        /// The makers of Portico: the PSA answered something the adapter does not understand.
        Contract = "BACKEND_PROTOCOL",
        /// The makers of Portico.
        Internal = "INTERNAL",
    }
}

words! {
    /// Whether a write reached the PSA.
    Sent { No = "NO", Maybe = "MAYBE", Yes = "YES" }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure with two texts: `public` may be shown to anybody, the detail goes to the log only.
///
/// There is no `Display` that joins them, so the internal half cannot be printed to a client by accident.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    /// Safe for every reader; says what to do.
    pub public: String,
    /// For the log: may name hosts, tables and the vendor's words.
    pub detail: Option<String>,
    /// For writes: whether the PSA may have acted.
    pub sent: Sent,
    pub retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub fn new(kind: ErrorKind, public: impl Into<String>) -> Self {
        Self { kind, public: public.into(), detail: None, sent: Sent::No, retry_after: None, source: None }
    }

    pub fn invalid(public: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, public)
    }

    pub fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("This backend does not support {what}."))
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, "The PSA does not answer. Try again later.").with_detail(detail)
    }

    pub fn credentials(public: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, public)
    }

    pub fn contract(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Contract, "The PSA sent an answer that could not be understood.").with_detail(detail)
    }

    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, "Something went wrong on our side.").with_detail(detail)
    }

    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    #[must_use]
    pub fn sent(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }

    /// Whether the same read may succeed later without anybody acting.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.kind {
            ErrorKind::Unavailable | ErrorKind::RateLimited => true,
            ErrorKind::Invalid
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Unsupported
            | ErrorKind::Credentials
            | ErrorKind::Contract
            | ErrorKind::Internal => false,
        }
    }

    /// Everything there is to say, for the log.
    #[must_use]
    pub fn log(&self) -> LogText<'_> {
        LogText(self)
    }
}

/// The internal text of an [`Error`]: for logs and the operator's terminal.
#[derive(Debug)]
pub struct LogText<'a>(&'a Error);

impl fmt::Display for LogText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind, self.0.public)?;
        if let Some(detail) = &self.0.detail {
            write!(f, " [{detail}]")?;
        }
        let mut source: Option<&dyn StdError> = self.0.source.as_deref().map(|s| s as &dyn StdError);
        while let Some(cause) = source {
            write!(f, " <- {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

/// Shows the public half only.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_text_never_carries_the_detail() {
        let error = Error::unavailable("db.internal:3306 refused");
        assert!(!error.to_string().contains("3306"));
        assert!(error.log().to_string().contains("3306"));
    }
}
