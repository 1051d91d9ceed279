//! What an answer of ITFlow's API says.

use http::StatusCode;
use portico_contract::{Error, ErrorKind, Result, Sent};
use portico_transport::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A row as the API gives it: every value is text or null.
pub(super) type Row = Map<String, Value>;

#[derive(Debug)]
pub(super) enum Said {
    Rows(Vec<Row>),
    /// A row was made.
    Inserted(i64),
    /// A row was changed.
    Changed,
    /// There is nothing like it.
    Nothing,
    /// No, whatever the reason: it does not fit, or no row changed. The error says which call it was.
    Refused(Error),
}

#[derive(Debug, Deserialize)]
struct Envelope {
    success: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: Vec<Row>,
}

const NOTHING: &str = "No resource";
const INSERTED: &str = "insert_id";

/// What a 403 says, whom it concerns, and what to do.
const FORBIDDEN: &[(&str, ErrorKind, &str)] = &[
    (
        "target client",
        ErrorKind::Forbidden,
        "The key of this backend may not act for this customer. An administrator of ITFlow can allow its user to.",
    ),
    (
        "does not have permission",
        ErrorKind::Credentials,
        "ITFlow's role of the key's user lacks a right. Give it writing of support and of clients.",
    ),
    (
        "",
        ErrorKind::Credentials,
        "The user of ITFlow's API key has left or is disabled. Make a key for an active agent and set `api_key`.",
    ),
];

const WRONG_KEY: &str = "ITFlow refuses the API key: it is wrong, deleted or expired. Make a new one in ITFlow, and \
                         set `api_key` of this backend.";
const WRONG_PLACE: &str = "There is no API of ITFlow at this address. Check `api_url`, and that ITFlow is one of the \
                           versions that were tested.";

/// What it says; what it cannot have meant is an error after which the write may have happened.
pub(super) fn read(response: &Response) -> Result<Said> {
    let refuse = |kind, public: &str| Err(Error::new(kind, public).with_detail(response.summary()).sent(Sent::No));
    match response.status {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => return refuse(ErrorKind::Credentials, WRONG_KEY),
        StatusCode::FORBIDDEN => {
            let message = response.json::<Envelope>().map(|envelope| envelope.message).unwrap_or_default();
            let (_, kind, text) = FORBIDDEN.iter().find(|(part, _, _)| message.contains(part)).unwrap_or(&OTHER);
            return refuse(*kind, text);
        }
        StatusCode::NOT_FOUND => return refuse(ErrorKind::Credentials, WRONG_PLACE),
        _ => return Err(Error::contract(response.summary()).sent(Sent::Maybe)),
    }
    let envelope: Envelope = response.json()?;
    let unclear = || Error::contract(format!("{}: not what was asked for", response.summary())).sent(Sent::Maybe);
    match envelope.success.as_str() {
        "False" if envelope.message.starts_with(NOTHING) => Ok(Said::Nothing),
        "False" => Ok(Said::Refused(response.rejected(ErrorKind::Invalid, ""))),
        "True" => match envelope.data.first().and_then(|row| row.get(INSERTED)) {
            Some(id) => id.as_i64().or_else(|| id.as_str()?.parse().ok()).map(Said::Inserted).ok_or_else(unclear),
            None if envelope.data.is_empty() => Ok(Said::Changed),
            None => Ok(Said::Rows(envelope.data)),
        },
        _ => Err(unclear()),
    }
}

const OTHER: (&str, ErrorKind, &str) = ("", ErrorKind::Credentials, WRONG_KEY);

/// The refusal in words that fit the call.
pub(super) fn reworded(mut error: Error, kind: ErrorKind, public: &str) -> Error {
    (error.kind, error.public) = (kind, public.to_owned());
    error
}

impl Said {
    pub(super) fn rows(self) -> Vec<Row> {
        match self {
            Self::Rows(rows) => rows,
            _ => Vec::new(),
        }
    }

    /// The error where something else was asked for.
    pub(super) fn unexpected(self, refused: &'static str) -> Error {
        match self {
            Self::Refused(error) => reworded(error, ErrorKind::Invalid, refused),
            other => Error::contract(format!("an answer of another kind: {other:.0?}")).sent(Sent::Maybe),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn said(status: u16, body: &'static str) -> Result<Said> {
        let status = StatusCode::from_u16(status).unwrap();
        let body = Bytes::from_static(body.as_bytes());
        read(&Response { operation: "t", status, headers: http::HeaderMap::new(), body })
    }

    #[test]
    fn each_answer_is_understood() {
        let inserted = r#"{"success":"True","count":"1","data":[{"insert_id":61}]}"#;
        assert!(matches!(said(200, inserted), Ok(Said::Inserted(61))));
        let inserted = r#"{"success":"True","count":1,"data":[{"insert_id":"61"}]}"#;
        assert!(matches!(said(200, inserted), Ok(Said::Inserted(61))));
        assert!(matches!(said(200, r#"{"success":"True","count":1}"#), Ok(Said::Changed)));
        assert!(matches!(said(200, r#"{"success":"False","message":"No resource (for …"}"#), Ok(Said::Nothing)));
        assert!(matches!(said(200, r#"{"success":"False","message":"Auth success but …"}"#), Ok(Said::Refused(_))));
        let row = r#"{"success":"True","count":1,"data":[{"ticket_id":"1","ticket_category":null}]}"#;
        assert_eq!(said(200, row).unwrap().rows().len(), 1);
    }

    #[test]
    fn what_is_no_envelope_may_have_happened() {
        for body in ["", "<html></html>", "[]", r#"{"success":true}"#, r#"{"success":"Perhaps"}"#] {
            let error = said(200, body).unwrap_err();
            assert_eq!((error.kind, error.sent), (ErrorKind::Contract, Sent::Maybe), "{body}");
        }
        let odd = r#"{"success":"True","data":[{"insert_id":null}]}"#;
        assert_eq!(said(200, odd).unwrap_err().sent, Sent::Maybe);
        assert_eq!(said(405, "").unwrap_err().kind, ErrorKind::Contract);
    }

    #[test]
    fn who_must_act_is_told_and_nothing_has_happened() {
        let forbidden = |message: &str| format!(r#"{{"success":"False","message":"{message}"}}"#);
        let clients =
            forbidden("The user linked to this API key does not have access to the target client for this write.");
        let role = forbidden("The user linked to this API key does not have permission for this action.");
        let left = forbidden("The user linked to this API key is inactive, archived, or invalid.");
        for (status, body, kind, part) in [
            (401, String::new(), ErrorKind::Credentials, "`api_key`"),
            (404, "<html>".to_owned(), ErrorKind::Credentials, "`api_url`"),
            (403, clients, ErrorKind::Forbidden, "customer"),
            (403, role, ErrorKind::Credentials, "role"),
            (403, left, ErrorKind::Credentials, "active agent"),
            (403, String::new(), ErrorKind::Credentials, "active agent"),
        ] {
            let error = said(status, body.leak()).unwrap_err();
            assert_eq!((error.kind, error.sent), (kind, Sent::No));
            assert!(error.public.contains(part), "{}", error.public);
        }
    }
}
