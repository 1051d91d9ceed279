//! Halo's error shapes. Its texts can hold SQL and names of tables: they choose among our own words and go nowhere else.

use crate::query::Endpoint;
use http::StatusCode;
use portico_contract::{Error, ErrorKind, Sent};
use portico_transport::Response;
use serde_json::Value;

/// How a 400 says what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Paths into the body, each with its messages.
    ModelState,
    /// A serialised .NET exception.
    Exception,
    Text,
    /// `errorMessage` or `Message` alone.
    Message,
    Unknown,
}

/// Phrases that tell more than the status, who must act, and our words for it.
const PHRASES: &[(&str, ErrorKind, &str)] = &[
    (
        "outcome must",
        ErrorKind::Credentials,
        "Halo asks for another outcome. Set `reply_outcome` and `note_outcome` of this backend.",
    ),
    (
        "no access",
        ErrorKind::Forbidden,
        "Halo does not allow this. An administrator must give its API agent the right.",
    ),
    (
        "not have access",
        ErrorKind::Forbidden,
        "Halo does not allow this. An administrator must give its API agent the right.",
    ),
    ("already been", ErrorKind::Conflict, "Somebody was faster. Read again."),
    ("does not exist", ErrorKind::NotFound, "Halo no longer has this. Read again."),
];

/// What the vendor said, and how.
fn said(body: &[u8]) -> (Shape, String) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_lowercase();
    match serde_json::from_slice(body) {
        Ok(Value::String(said)) => (Shape::Text, said.to_lowercase()),
        Ok(Value::Object(object)) if object.contains_key("ClassName") || object.contains_key("HResult") => {
            (Shape::Exception, text(object.get("Message")))
        }
        Ok(Value::Object(object)) if object.contains_key("errorMessage") => {
            (Shape::Message, text(object.get("errorMessage")))
        }
        Ok(Value::Object(object)) if object.contains_key("Message") => (Shape::Message, text(object.get("Message"))),
        Ok(Value::Object(object)) if !object.is_empty() && object.values().all(Value::is_array) => {
            (Shape::ModelState, String::new())
        }
        _ => (Shape::Unknown, String::new()),
    }
}

/// The error that an answer is which is no success. Whoever reads one thing has looked for 404 before.
pub(crate) fn refused(endpoint: &Endpoint, answer: &Response) -> Error {
    match answer.status {
        StatusCode::FORBIDDEN => {
            let right = match endpoint.scope {
                "" => String::new(),
                scope => format!(" the scopes read:{scope} and edit:{scope} of its API application and"),
            };
            let public = format!("Halo does not let this backend in here. Check{right} the role of its agent.");
            // Halo looks at rights before it does anything.
            answer.rejected(ErrorKind::Credentials, public).sent(Sent::No)
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED if endpoint.path.contains('{') => {
            answer.rejected(ErrorKind::NotFound, "Halo no longer has this. Read again.")
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            let error = Error::unsupported("this: its version of Halo does not have it");
            error.with_detail(format!("{}: there is no {}", answer.summary(), endpoint.path)).sent(Sent::Yes)
        }
        StatusCode::CONFLICT => answer.rejected(ErrorKind::Conflict, "Somebody was faster. Read again."),
        status if status.is_client_error() => {
            let (shape, said) = said(&answer.body);
            let known = PHRASES.iter().find(|(phrase, _, _)| said.contains(phrase));
            let (kind, public) = known.map_or((ErrorKind::Invalid, REFUSED), |(_, kind, public)| (*kind, *public));
            let error = answer.rejected(kind, public);
            // Nothing of a refused write has happened, whoever must act.
            let sent = if kind == ErrorKind::Credentials { Sent::No } else { Sent::Yes };
            error.with_detail(format!("{} ({shape:?})", answer.summary())).sent(sent)
        }
        _ => Error::contract(answer.summary()).sent(Sent::Maybe),
    }
}

/// A list that every build has is not there.
pub(crate) fn not_halo(endpoint: &Endpoint) -> Error {
    let public = format!("There is no /{} where Halo should be. Check `resource_url` of this backend.", endpoint.path);
    Error::new(ErrorKind::Credentials, public)
}

const REFUSED: &str = "Halo refused these values. Check them.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{TICKET, TICKETS};
    use bytes::Bytes;

    fn error(endpoint: &'static Endpoint, status: u16, body: &'static str) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = http::HeaderMap::new();
        refused(endpoint, &Response { operation: "t", status, headers, body: Bytes::from_static(body.as_bytes()) })
    }

    #[test]
    fn four_shapes_are_told_apart_and_none_is_repeated() {
        for (body, shape, kind) in [
            (r#"{"[0].client_id":["geheim is no number"]}"#, "ModelState", ErrorKind::Invalid),
            (
                r#"{"ClassName":"System.Exception","Message":"An outcome must be entered. geheim","HResult":-1}"#,
                "Exception",
                ErrorKind::Credentials,
            ),
            (r#""You do not have access to geheim""#, "Text", ErrorKind::Forbidden),
            (r#"{"resultCode":7,"errorMessage":"SELECT geheim FROM faults"}"#, "Message", ErrorKind::Invalid),
            (r#"{"Message":"geheim does not exist"}"#, "Message", ErrorKind::NotFound),
            ("<html>geheim</html>", "Unknown", ErrorKind::Invalid),
            ("", "Unknown", ErrorKind::Invalid),
        ] {
            let error = error(&TICKETS, 400, body);
            let log = error.log().to_string();
            assert_eq!(error.kind, kind, "{body}");
            assert!(log.contains(shape) && !log.contains("geheim"), "{log}");
        }
    }

    #[test]
    fn a_missing_right_names_the_scope_and_a_missing_path_is_no_capability() {
        let refused = error(&TICKETS, 403, "");
        assert_eq!((refused.kind, refused.sent), (ErrorKind::Credentials, Sent::No));
        assert!(refused.public.contains("read:tickets"), "{}", refused.public);
        assert_eq!(error(&TICKETS, 404, "").kind, ErrorKind::Unsupported);
        assert_eq!(error(&TICKET, 404, "").kind, ErrorKind::NotFound);
        assert_eq!((error(&TICKETS, 304, "").kind, error(&TICKETS, 304, "").sent), (ErrorKind::Contract, Sent::Maybe));
    }
}
