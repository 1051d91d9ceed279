//! Bytes: of attachments, and an invoice's PDF. Halo's own links carry a token and are never handed on.

use crate::backend::Halo;
use crate::fault;
use crate::query::{ATTACHMENT, Endpoint, INVOICE_PDF};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use portico_contract::{CallCx, Error, ErrorKind, FileBytes, Kind, NativeFile, Result};
use portico_transport::{Request, Response, Safety};
use serde_json::Value;
use std::time::Duration;

/// Larger files are refused: they pass through memory.
const MOST: usize = 64 << 20;
const TIME: Duration = Duration::from_secs(120);

/// What the answer to a request for a PDF may call the attachment that it made.
const PDF_KEYS: &[&str] = &["attachment_id", "pdf_attachment_id", "id"];

const PDF: &[u8] = b"%PDF";

impl Halo {
    pub(crate) async fn bytes(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        let number = |text: &str| text.parse::<i64>().ok().filter(|id| *id > 0).ok_or_else(gone);
        let bytes = match file.owner.kind {
            Kind::Invoice => self.pdf(cx, number(&file.owner.key)?).await?,
            Kind::Attachment | Kind::Ticket | Kind::Comment => self.attachment(cx, number(&file.reference)?).await?,
            other => return Err(Error::unsupported(&format!("files of a {other}"))),
        };
        let size = u64::try_from(bytes.len()).ok();
        Ok(FileBytes { size, bytes: stream::once(async { Ok(bytes) }).boxed() })
    }

    /// The file itself, or on some builds an object with the file in base64.
    async fn attachment(&self, cx: &CallCx, id: i64) -> Result<Bytes> {
        let request = Request::get(ATTACHMENT.name, ATTACHMENT.path).at(id);
        let answer = self.fetched(cx, &ATTACHMENT, request).await?;
        match wrapped(&answer, id) {
            Some(text) => {
                let text = text.rsplit(',').next().unwrap_or_default();
                let bytes =
                    STANDARD.decode(text).map_err(|_| Error::contract("an attachment's base64 cannot be read"))?;
                Ok(Bytes::from(bytes))
            }
            None => Ok(answer.body),
        }
    }

    /// Made by a POST. The answer is the PDF, or names the attachment that holds it.
    async fn pdf(&self, cx: &CallCx, invoice: i64) -> Result<Bytes> {
        let request = Request::post(INVOICE_PDF.name, INVOICE_PDF.path).at(invoice).safety(Safety::Idempotent);
        let answer = self.fetched(cx, &INVOICE_PDF, request).await?;
        if answer.body.starts_with(PDF) {
            return Ok(answer.body);
        }
        let value: Value = answer.json()?;
        let made = PDF_KEYS.iter().filter_map(|key| value.get(key)?.as_i64()).find(|id| *id > 0);
        let made =
            made.ok_or_else(|| Error::contract(format!("{}: neither a PDF nor an attachment", answer.summary())))?;
        let bytes = self.attachment(cx, made).await?;
        if bytes.starts_with(PDF) { Ok(bytes) } else { Err(Error::contract("an invoice's attachment is no PDF")) }
    }

    async fn fetched(&self, cx: &CallCx, endpoint: &'static Endpoint, request: Request) -> Result<Response> {
        let request = request.header("accept", "*/*").timeout(TIME).max_answer(MOST);
        let answer = self.client.send(cx, request).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(fault::refused(endpoint, &answer)) }
    }
}

/// The base64 within an object that says it is this attachment. Any other JSON is the file itself.
fn wrapped(answer: &Response, id: i64) -> Option<String> {
    let value: Value = serde_json::from_slice(&answer.body).ok()?;
    let own = value.get("id")?.as_i64() == Some(id);
    value.get("data_base64").and_then(Value::as_str).filter(|_| own).map(str::to_owned)
}

fn gone() -> Error {
    Error::new(ErrorKind::NotFound, "Halo no longer has this file. Read again.")
}
