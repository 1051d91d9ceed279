//! Bounds on what one operation may ask for. Every one is a setting with a tested default.

use serde::{Deserialize, Serialize};

/// Limits on documents and operations, applied to every transport alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a request body, counted while it streams in and after decompression.
    pub body_bytes: usize,
    /// Tokens of a document, counted before it is parsed.
    pub tokens: usize,
    /// Nesting of brackets in the text, counted before it is parsed.
    pub nesting: usize,
    /// Depth of the expanded selection tree of data fields.
    pub depth: usize,
    /// Depth of the expanded selection tree below `__schema` and `__type`.
    pub introspection_depth: usize,
    /// Fields of the expanded selection tree.
    pub nodes: u64,
    pub aliases: usize,
    pub root_fields: usize,
    pub directives: usize,
    pub directives_per_field: usize,
    /// Σ field cost × page size down the tree.
    pub cost: u64,
    /// Bytes of an answer.
    pub response_bytes: usize,
    /// Bytes of a file that is handed out.
    pub file_bytes: u64,
    /// Bytes of a file that is taken in.
    pub upload_bytes: u64,
    /// Seconds one operation may take.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            tokens: 4_000,
            nesting: 64,
            depth: 15,
            introspection_depth: 20,
            nodes: 2_000,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            directives_per_field: 5,
            cost: 12_000,
            response_bytes: 5 * 1024 * 1024,
            file_bytes: 100 * 1024 * 1024,
            upload_bytes: 25 * 1024 * 1024,
            seconds: 10,
        }
    }
}
