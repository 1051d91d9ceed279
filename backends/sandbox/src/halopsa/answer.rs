//! The shapes that Halo's refusals have.

use crate::rest::answer::Answer;
use serde_json::{Value as Json, json};

fn refusal(body: &Json) -> Answer {
    Answer::json(400, body)
}

/// The map of a value that could not be read.
pub(super) fn model_state(path: &str, message: &str) -> Answer {
    refusal(&json!({ path: [message] }))
}

/// A serialised exception: its message is for people with access to the server.
pub(super) fn exception(message: &str) -> Answer {
    refusal(&json!({ "ClassName": "System.Exception", "Message": message, "Data": null, "InnerException": null,
        "StackTraceString": null, "HResult": -2_146_233_088, "Source": "NetHelpDesk.API" }))
}

/// A sentence, quoted.
pub(super) fn sentence(message: &str) -> Answer {
    refusal(&json!(message))
}

pub(super) fn result_code(message: &str) -> Answer {
    refusal(&json!({ "resultCode": 400, "errorMessage": message }))
}

pub(super) fn limited(limit: usize) -> Answer {
    Answer::bytes(429, "text/plain", format!("Rate Limit Reached - {limit} Requests per rolling 5 minute window"))
}
