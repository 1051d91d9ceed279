//! What a PSA's documentation leaves open, and what one installation says about it.

use serde::Serialize;

/// One open question, and what was seen of it. It holds numbers, names of fields and words of the PSA's configuration;
/// never what people wrote, nor their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The question.
    pub asks: String,
    /// Settings of the backend that the answer decides.
    pub settings: Vec<&'static str>,
    /// What was seen, the most frequent first.
    pub seen: Vec<String>,
    /// Why nothing was seen, or how to find out.
    pub remark: Option<String>,
}
